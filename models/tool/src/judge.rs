//! Whether a system is as it should be, in words.

use crate::exit::Exit;
use crate::{text, walks};
use synod::check::{Limit, PropertyReport, Report, Undecided, Verdict};
use synod::system::Kind;
use synod_models::{Case, Expectation};

/// What a report says of a system that something is expected of.
#[derive(Debug, PartialEq, Eq)]
pub struct Judgement {
    /// [`Exit::Fine`], [`Exit::NotSo`] or [`Exit::Incomplete`].
    pub exit: Exit,
    /// What was found, as part of a sentence.
    pub words: String,
}

/// Judges a system by its report.
pub fn judge(case: &Case, report: &Report) -> Judgement {
    let judgement = |exit, words| Judgement { exit, words };
    if let Some(walked) = &report.walked {
        return walks::judge(case, report, walked);
    }
    let found = finding(report);
    if case.is_met_by(report) {
        return judgement(Exit::Fine, found_as_expected(case.expects));
    }
    let verdict_is_expected = match case.expects {
        Expectation::Verified => report.verdict == Verdict::Verified,
        Expectation::Violated { property, steps } => report.violates(property, steps),
    };
    match (report.verdict, report.limit, case.expects) {
        (Verdict::Incomplete, _, _) => judgement(Exit::Incomplete, found),
        (_, Some(limit), _) if verdict_is_expected => {
            let words =
                format!("{}; not all of its states were found: {}", found_as_expected(case.expects), cut(limit));
            judgement(Exit::Incomplete, words)
        }
        _ if verdict_is_expected && report.unique == case.unique => {
            let states =
                |orbits: Option<u128>| orbits.map_or("themselves".to_string(), |orbits| format!("{orbits} states"));
            let (found_in, pinned) = (states(report.orbits), states(case.orbits.map(u128::from)));
            judgement(Exit::NotSo, format!("{found}, but its states stand for {found_in}, and {pinned} is pinned"))
        }
        _ if verdict_is_expected => {
            let (pinned, unique) = (text::grouped(case.unique), text::counted(report.unique, "state"));
            judgement(Exit::NotSo, format!("{found}, but it has {unique}, and {pinned} are pinned"))
        }
        (_, _, Expectation::Verified) => judgement(Exit::NotSo, found),
        (_, _, Expectation::Violated { property, steps }) => {
            judgement(Exit::NotSo, format!("{found}; expected: violated, {property} in {}", text::steps(steps)))
        }
    }
}

/// What is found where all is as expected.
pub fn found_as_expected(expects: Expectation) -> String {
    match expects {
        Expectation::Verified => "verified".to_string(),
        Expectation::Violated { property, steps } => {
            format!("violated, as expected: {property} in {}", text::steps(steps))
        }
    }
}

/// What a search has found, whatever was expected.
pub fn finding(report: &Report) -> String {
    match (report.verdict, report.first_violation(), report.limit) {
        (Verdict::Violated, Some(first), _) => format!("violated: {}", violation(first)),
        (Verdict::Incomplete, _, Some(limit)) => format!("incomplete: {}", cut(limit)),
        (Verdict::Incomplete, _, None) => format!("incomplete: {}", left_open(report)),
        (verdict, _, _) => verdict.name().to_string(),
    }
}

/// The first property that was left open though no limit ended the search, and why.
fn left_open(report: &Report) -> String {
    let mut open = report.properties.iter().filter_map(|property| Some((property, property.undecided?)));
    open.next().map_or("not everything was decided".to_string(), |(property, why)| undecided(property, why))
}

/// Why a property was left open.
pub fn undecided(property: &PropertyReport, why: Undecided) -> String {
    format!("{} was not decided, because {why}", property.name)
}

/// How a property is violated.
pub fn violation(property: &PropertyReport) -> String {
    let name = property.name;
    match (property.kind, property.steps) {
        (_, Some(steps)) => format!("{name} in {}", text::steps(steps)),
        (Kind::Finally, None) => format!("{name}, because no state is quiescent"),
        (_, None) => format!("{name} is never reached"),
    }
}

/// Why a search was cut short.
pub fn cut(limit: Limit) -> &'static str {
    match limit {
        Limit::Memory => "it ended at the limit of memory",
        Limit::States => "it ended at the limit of states",
        Limit::Depth => "it ended at the limit of depth",
        Limit::Time => "it ended at the limit of time",
        Limit::Interrupt => "it was interrupted",
        Limit::Walks => "it visited states at random",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;
    use synod::check::Options;

    fn judged(system: &str, options: Options) -> (Exit, String) {
        let algorithms = samples::algorithms();
        let case = algorithms[0].systems.iter().find(|case| case.name == system).expect("a sample");
        let report = case.check(&options);
        let judgement = judge(case, &report);
        assert_eq!(judgement.exit == Exit::Fine, case.is_met_by(&report));
        (judgement.exit, judgement.words)
    }

    #[test]
    fn what_is_as_expected() {
        assert_eq!(judged("holds", Options::default()), (Exit::Fine, "verified".to_string()));
        let words = "violated, as expected: delivered at most once in 2 steps";
        assert_eq!(judged("fails", Options::default()), (Exit::Fine, words.to_string()));
    }

    #[test]
    fn what_is_not() {
        let not_so = |system: &str| {
            let (exit, words) = judged(system, Options::default());
            assert_eq!(exit, Exit::NotSo, "{words}");
            words
        };
        assert_eq!(not_so("miscounted"), "verified, but it has 3 states, and 1,004 are pinned");
        assert_eq!(not_so("broken"), "violated: delivered at most once in 2 steps");
        assert_eq!(not_so("vacuous"), "violated: delivered thrice is never reached");
        assert_eq!(not_so("restless"), "violated: at rest, because no state is quiescent");
        assert_eq!(not_so("too_good"), "verified; expected: violated, delivered at most twice in 2 steps");
        assert_eq!(
            not_so("too_early"),
            "violated: delivered at most once in 2 steps; expected: violated, delivered at most once in 7 steps"
        );
    }

    #[test]
    fn what_was_left_open() {
        let (exit, words) = judged("unfinished", Options::default());
        assert_eq!(exit, Exit::Incomplete);
        let why = "incomplete: delivered twice some day was not decided, because a cut leaves runs unfinished";
        assert!(words.starts_with(why) && words.contains("budget"), "{words}");
    }

    #[test]
    fn what_was_cut_short() {
        let shallow = Options { max_depth: Some(2), ..Options::default() };
        let words = "incomplete: it ended at the limit of depth";
        assert_eq!(judged("holds", shallow.clone()), (Exit::Incomplete, words.to_string()));
        assert_eq!(judged("fails", shallow.clone()), (Exit::Incomplete, words.to_string()));
        // A violation that nobody expected counts, however the search ended.
        let few = Options { max_states: Some(1), ..Options::default() };
        assert_eq!(judged("wrong_at_once", few).0, Exit::NotSo);
    }
}
