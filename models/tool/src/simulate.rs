//! `synod simulate`: systems in virtual time, with faults at random.

use crate::args;
use crate::exit::{Exit, Refusal};
use crate::interrupt::Interrupt;
use crate::output::Output;
use crate::panics;
use crate::select::{self, Chosen};
use crate::text::{counted, grouped};
use serde::Serialize;
use synod::system::Kind;
use synod_models::{Algorithm, Case, Expectation, Fallen, Simulated};

/// A system, as `--json` prints it.
#[derive(Serialize)]
struct Row<'a> {
    system: &'a str,
    seed: u64,
    runs: u64,
    events: u64,
    rests: u64,
    reached: &'a [&'static str],
    violated: Option<Violation<'a>>,
    as_expected: bool,
}

#[derive(Serialize)]
struct Violation<'a> {
    property: &'a str,
    seed: u64,
    steps: Option<usize>,
}

/// Simulates what is asked for.
pub fn run(
    args: &args::Simulate,
    algorithms: &[Algorithm],
    interrupt: &Interrupt,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let mut worst = Exit::Fine;
    for chosen in select::systems(algorithms, &args.names)? {
        if interrupt.has_come() || !out.is_read() {
            break;
        }
        worst = worst.max(simulate(args, &chosen, interrupt, out));
    }
    Ok(if interrupt.has_come() { Exit::Interrupted } else { worst })
}

/// Simulates a system and tells what was seen of it.
fn simulate(args: &args::Simulate, chosen: &Chosen<'_>, interrupt: &Interrupt, out: &mut Output<'_>) -> Exit {
    let (name, system) = (chosen.name(), &chosen.case.system);
    let simulated = panics::search(|| system.simulate(args.seed, args.events, &interrupt.flag()));
    let simulated = match simulated {
        Ok(simulated) => simulated,
        Err(why) => {
            out.remark(format_args!("{name}: {why}"));
            return if chosen.by_name { Exit::Usage } else { Exit::Fine };
        }
    };
    let as_expected = simulated.fallen.as_ref().is_none_or(|fallen| chosen.case.foresees(fallen));
    if args.json {
        out.json(&row(&name, args.seed, &simulated, as_expected));
    } else {
        out.line(format_args!("{name}: {}", words(&simulated, chosen.case)));
        if let Some(fallen) = simulated.fallen.as_ref().filter(|_| chosen.by_name || !as_expected) {
            out.line(&fallen.shrunk);
        }
    }
    if as_expected { Exit::Fine } else { Exit::NotSo }
}

fn words(simulated: &Simulated, case: &Case) -> String {
    let Simulated { runs, events, rests, reached, fallen } = simulated;
    let seen = format!("{} in {}", counted(*events, "event"), counted(*runs, "run"));
    let Some(Fallen { property, seed, .. }) = fallen else {
        let properties = case.system.properties().into_iter();
        let missed = properties.filter(|(name, kind)| *kind == Kind::Sometimes && !reached.contains(name));
        let missed: Vec<&str> = missed.map(|(name, _)| name).collect();
        let missed = if missed.is_empty() { String::new() } else { format!("; never reached: {}", missed.join(", ")) };
        return format!("nothing wrong in {seen}, of which {} came to rest{missed}", grouped(*rests));
    };
    let word = match case.expects {
        Expectation::Verified => "violated".to_string(),
        Expectation::Violated { property: expected, .. } if expected == *property => {
            "violated, as expected".to_string()
        }
        Expectation::Violated { property: expected, .. } => {
            format!("violated, where \"{expected}\" is expected to fall")
        }
    };
    format!("{word}: {property}, in the run from seed {seed}, after {seen}")
}

fn row<'a>(system: &'a str, seed: u64, simulated: &'a Simulated, as_expected: bool) -> Row<'a> {
    let Simulated { runs, events, rests, reached, fallen } = simulated;
    let violated = fallen.as_ref().map(|Fallen { property, seed, shrunk }| Violation {
        property,
        seed: *seed,
        steps: shrunk.trace.as_ref().map(|trace| trace.steps.len()),
    });
    Row { system, seed, runs: *runs, events: *events, rests: *rests, reached, violated, as_expected }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn simulated(names: &[&str], events: u64, json: bool) -> (Exit, String, String) {
        let names = names.iter().map(|name| name.to_string()).collect();
        let args = args::Simulate { names, seed: 1, events, json };
        let algorithms = samples::algorithms();
        let (exit, results, remarks) =
            Output::of(|out| run(&args, &algorithms, &Interrupt::default(), out).expect("it can be simulated"));
        (exit, results, remarks)
    }

    #[test]
    fn what_holds_and_what_falls() {
        let (exit, results, _) = simulated(&["flood/holds"], 1_000, false);
        assert_eq!(exit, Exit::Fine, "{results}");
        assert!(results.starts_with("flood/holds: nothing wrong in 1,000 events in "), "{results}");
        let (exit, results, _) = simulated(&["flood/fails"], 1_000, false);
        assert_eq!(exit, Exit::Fine, "{results}");
        assert!(results.starts_with("flood/fails: violated, as expected: delivered at most once, in the"), "{results}");
        assert!(results.contains("\"delivered at most once\" falls in 2 of "), "{results}");
        let (exit, results, _) = simulated(&["flood/broken"], 1_000, false);
        assert_eq!(exit, Exit::NotSo, "{results}");
        assert!(results.starts_with("flood/broken: violated: delivered at most once, in the run"), "{results}");
    }

    #[test]
    fn the_same_seed_says_the_same() {
        let all = |_| simulated(&["flood/holds", "flood/broken"], 500, true).1;
        assert_eq!(all(1), all(2));
        assert!(all(1).contains("\"as_expected\":false"), "{}", all(1));
    }
}
