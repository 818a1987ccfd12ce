//! What random walks show of a system, in words: that it is not as it should be, and never that it is.

use crate::exit::Exit;
use crate::judge::{Judgement, cut, found_as_expected, violation};
use crate::text::{counted, grouped, steps};
use synod::check::{Limit, PropertyReport, Report, Walked};
use synod_models::{Case, Expectation};

/// Judges a system by what random walks have found.
pub fn judge(case: &Case, report: &Report, walked: &Walked) -> Judgement {
    let seen = seen(report, walked);
    let judgement = |exit, words: String| Judgement { exit, words: format!("{words}; {seen}") };
    let too_many = case.expects == Expectation::Verified && report.unique > case.unique;
    match (report.first_violation(), case.expects) {
        (Some(first), Expectation::Verified) => judgement(Exit::NotSo, format!("violated: {}", violation(first))),
        (None, _) if too_many => {
            judgement(Exit::NotSo, format!("it has more states than the {} that are pinned", grouped(case.unique)))
        }
        (None, _) => Judgement { exit: Exit::Incomplete, words: format!("incomplete: {seen}") },
        (Some(_), Expectation::Violated { property, steps }) if report.violates(property, steps) => {
            judgement(Exit::Incomplete, found_as_expected(case.expects))
        }
        (Some(first), Expectation::Violated { property, steps: least }) => {
            let expected = format!("a shortest run that violates {property} has {}", steps(least));
            let exit = if is_shorter(first, least) { Exit::NotSo } else { Exit::Incomplete };
            judgement(exit, format!("violated: {}, and {expected}", violation(first)))
        }
    }
}

/// Whether a violation contradicts that none is shorter than so many steps.
fn is_shorter(first: &PropertyReport, least: usize) -> bool {
    first.steps.is_none_or(|steps| steps < least)
}

/// "100 random walks of at most 1,000 steps from seed 1 saw 1,234 states, 12.3 % of all".
fn seen(report: &Report, walked: &Walked) -> String {
    let Walked { walks, begun, share, .. } = walked;
    let made = match *begun == walks.count {
        true => counted(walks.count, "random walk"),
        false => format!("{} of {}", grouped(*begun), counted(walks.count, "random walk")),
    };
    let (length, states) = (steps(walks.steps), counted(report.unique, "state"));
    let share = share.map_or(String::new(), |share| format!(", {} of all", percent(share)));
    let limit = report.limit.filter(|limit| *limit != Limit::Walks);
    let limit = limit.map_or(String::new(), |limit| format!("; {}", cut(limit)));
    format!("{made} of at most {length} from seed {} saw {states}{share}{limit}", walks.seed)
}

fn percent(share: f64) -> String {
    match share * 100.0 {
        tiny if tiny < 0.05 => "less than 0.1 %".to_string(),
        percent => format!("{percent:.1} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;
    use synod::check::{Options, Walks};

    fn judged(system: &str, options: &Options, count: u64) -> (Exit, String) {
        let algorithms = samples::algorithms();
        let case = algorithms[0].systems.iter().find(|case| case.name == system).expect("a sample");
        let report = case.walk(options, Walks { seed: 5, count, steps: 10 }).expect("a good system");
        let Judgement { exit, words } = crate::judge::judge(case, &report);
        (exit, words)
    }

    /// As above, with a single walk.
    fn judged_by_one(system: &str) -> (Exit, String) {
        judged(system, &Options::default(), 1)
    }

    #[test]
    fn what_holds_is_not_verified_by_walks() {
        let words = "incomplete: 2 random walks of at most 10 steps from seed 5 saw 3 states, 100.0 % of all";
        assert_eq!(judged("holds", &Options::default(), 2), (Exit::Incomplete, words.to_string()));
        let words = "incomplete: 1 random walk of at most 10 steps from seed 5 saw 3 states, 0.3 % of all";
        assert_eq!(judged_by_one("miscounted"), (Exit::Incomplete, words.to_string()));
        // What is never reached may be reached elsewhere.
        assert_eq!(judged_by_one("vacuous").0, Exit::Incomplete);
    }

    #[test]
    fn a_violation_that_nobody_expects_counts() {
        let words = "violated: delivered at most once in 2 steps; \
                     1 random walk of at most 10 steps from seed 5 saw 3 states, 100.0 % of all";
        assert_eq!(judged_by_one("broken"), (Exit::NotSo, words.to_string()));
        let (exit, words) = judged_by_one("undercounted");
        assert_eq!(exit, Exit::NotSo);
        assert!(words.starts_with("it has more states than the 2 that are pinned; 1 random walk "), "{words}");
    }

    #[test]
    fn an_expected_violation_is_not_confirmed_by_walks() {
        let (exit, words) = judged_by_one("fails");
        assert_eq!(exit, Exit::Incomplete);
        let expected = "violated, as expected: delivered at most once in 2 steps; 1 random walk of at most 10 steps";
        assert!(words.starts_with(expected), "{words}");
        assert!(words.ends_with("saw 3 states"), "how many there are is not known: {words}");
        let (exit, words) = judged_by_one("too_early");
        assert_eq!(exit, Exit::NotSo);
        let why = "and a shortest run that violates delivered at most once has 7 steps";
        assert!(words.contains(why), "{words}");
        let (exit, words) = judged_by_one("too_late");
        assert_eq!(exit, Exit::Incomplete, "it may have a shorter run: {words}");
    }

    #[test]
    fn a_limit_that_ends_the_walks_is_told() {
        let options = Options { max_states: Some(1), ..Options::default() };
        let (exit, words) = judged("restless", &options, 500);
        assert_eq!(exit, Exit::Incomplete);
        assert!(
            words.contains(" of 500 random walks ") && words.ends_with("; it ended at the limit of states"),
            "{words}"
        );
    }

    #[test]
    fn shares_are_readable() {
        assert_eq!(
            [0.0, 0.0004, 0.000_6, 0.123_4, 1.0].map(percent),
            ["less than 0.1 %", "less than 0.1 %", "0.1 %", "12.3 %", "100.0 %"]
        );
    }
}
