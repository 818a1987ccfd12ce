//! What is said of a load: rate, quantiles, costs.

use crate::load::Load;
use crate::meters::Spent;
use std::time::Duration;

/// What came of a load on a cluster.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    /// Operations per second.
    pub rate: f64,
    /// What half of them took at most, in milliseconds.
    pub p50: f64,
    /// What 99 in 100 took at most, in milliseconds.
    pub p99: f64,
    /// Syncs for each operation, of all nodes together.
    pub syncs: f64,
    /// Processor time for each operation, of all nodes together, in microseconds.
    pub processor: f64,
    /// How many failed.
    pub errors: f64,
}

impl Figures {
    /// What came of a load, which cost so much.
    pub fn new(mut load: Load, spent: Spent) -> Self {
        load.latencies.sort_unstable();
        let count = load.latencies.len() as f64;
        Figures {
            rate: count / load.took.as_secs_f64(),
            p50: quantile(&load.latencies, 0.50).as_secs_f64() * 1e3,
            p99: quantile(&load.latencies, 0.99).as_secs_f64() * 1e3,
            syncs: spent.syncs / count,
            processor: spent.processor.as_secs_f64() * 1e6 / count,
            errors: load.errors as f64,
        }
    }
}

/// The least value that such a share of the sorted values does not exceed; zero if there are none.
fn quantile(sorted: &[Duration], share: f64) -> Duration {
    let place = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(place.saturating_sub(1)).copied().unwrap_or_default()
}

/// The median of each figure. Errors are added up.
pub fn median(rounds: &[Figures]) -> Figures {
    let of = |figure: fn(&Figures) -> f64| {
        let mut values: Vec<f64> = rounds.iter().map(figure).collect();
        values.sort_by(f64::total_cmp);
        let middle = values.len() / 2;
        if values.len().is_multiple_of(2) { (values[middle - 1] + values[middle]) / 2.0 } else { values[middle] }
    };
    Figures {
        rate: of(|figures| figures.rate),
        p50: of(|figures| figures.p50),
        p99: of(|figures| figures.p99),
        syncs: of(|figures| figures.syncs),
        processor: of(|figures| figures.processor),
        errors: rounds.iter().map(|figures| figures.errors).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_occurred() {
        let sorted: Vec<Duration> = (1..=200).map(Duration::from_millis).collect();
        assert_eq!(quantile(&sorted, 0.50), Duration::from_millis(100));
        assert_eq!(quantile(&sorted, 0.99), Duration::from_millis(198));
        assert_eq!(quantile(&sorted[..1], 0.99), Duration::from_millis(1));
        assert_eq!(quantile(&[], 0.99), Duration::ZERO);
    }

    #[test]
    fn each_figure_has_its_own_median() {
        let round = |rate, p50| Figures { rate, p50, p99: 0.0, syncs: 0.0, processor: 0.0, errors: 1.0 };
        let all = median(&[round(3.0, 1.0), round(1.0, 9.0), round(2.0, 5.0)]);
        assert_eq!((all.rate, all.p50, all.errors), (2.0, 5.0, 3.0));
        assert_eq!(median(&[round(1.0, 1.0), round(2.0, 3.0)]).rate, 1.5);
    }
}
