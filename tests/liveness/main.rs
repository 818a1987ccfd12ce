//! Liveness under fairness: the classic traps as tiny systems, each with the reason for its verdict.

#[path = "../common/mod.rs"]
mod common;
#[allow(dead_code)]
#[path = "../engine/sample.rs"]
mod sample;

mod agreement;
mod fairness;
mod kinds;
mod lasso;
mod limits;
mod messages;
mod normal;
mod traps;

use crate::common::{Toy, processes, with_stateright};
use stateright::actor::Id;
use synod::check::{Report, Verdict, check};
use synod::event::Data;
use synod::system::{Predicate, System};

/// Judges a system with one, two and four threads, which have to find the same, down to the steps of every lasso; and as
/// many states and steps as stateright's breadth-first checker.
#[track_caller]
fn judged<H: Data>(system: &System<Toy, H>) -> Report {
    let alone = check(system).threads(1).run();
    assert_eq!((alone.unique, alone.generated), with_stateright(system), "{alone}");
    for threads in [2, 4] {
        for property in system.properties() {
            let [alone, report] = [1, threads].map(|threads| check(system).threads(threads).trace(property.name).run());
            assert_eq!(
                (alone.unique, alone.generated, alone.verdict),
                (report.unique, report.generated, report.verdict)
            );
            for (one, other) in alone.properties.iter().zip(&report.properties) {
                assert_eq!((one.verdict, one.steps, &one.trace), (other.verdict, other.steps, &other.trace));
            }
        }
    }
    alone
}

/// The system satisfies all that is claimed of it.
#[track_caller]
fn holds<H: Data>(system: System<Toy, H>) -> Report {
    let report = judged(&system);
    assert_eq!(report.verdict, Verdict::Verified, "{report}");
    report
}

/// The system violates the property, by this run: the sentences of its steps, and how it goes on for ever.
#[track_caller]
fn fails<H: Data>(system: System<Toy, H>, property: &str, steps: &[&str], continuation: &str) -> Report {
    judged(&system);
    let report = check(&system).violates(property, steps.len());
    let trace = report.property(property).trace.as_ref().expect("the run that violates it");
    let sentences: Vec<_> = trace.steps.iter().map(|step| step.text.as_str()).collect();
    assert_eq!((sentences.as_slice(), trace.continuation().as_deref()), (steps, Some(continuation)), "{report}");
    report
}

const AT_REST: &str = "and nothing has to happen any more";

/// Process `id` is up and has this among what it keeps.
fn keeps<H>(id: usize, number: u8) -> Predicate<Toy, H> {
    processes(move |p| p.get(Id::from(id)).state().is_some_and(|kept| kept.contains(&number)))
}
