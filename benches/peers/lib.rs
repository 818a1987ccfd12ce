//! synod's engine beside stateright's checkers, on stateright's own examples, which are compiled from its package.
//!
//! ```text
//! cargo bench -p synod-peers                 the table: processor time, memory and counts of whole explorations
//! cargo bench -p synod-peers -- --quick      what takes seconds
//! cargo bench -p synod-peers -- --anew       also measures what takes stateright minutes and is recorded otherwise
//! cargo test -p synod-peers                  the counts: equal to stateright's, and to the recorded ones
//! ```

use stateright::actor::ActorModel;
use stateright::{Checker, Model};
use std::hash::Hash;
use synod::check::{History, Report, Shareable, Subject, check};
use synod::system::Reads;

/// stateright's examples. What they define is private to them, so each explores itself.
pub mod examples {
    include!(concat!(env!("OUT_DIR"), "/examples.rs"));
}

pub mod two_phase_commit;

/// Who explores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Explorer {
    /// The engine.
    Engine {
        /// With what the properties read declared, or not.
        declared: bool,
        /// On so many threads.
        threads: usize,
    },
    /// stateright, breadth first, on one thread.
    Bfs,
    /// stateright, depth first, on one thread.
    Dfs,
}

/// What an exploration has found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Different states.
    pub unique: u64,
    /// The first state, and the steps that were taken.
    pub generated: u64,
    /// The engine's report.
    pub report: Option<Report>,
}

impl From<Report> for Found {
    fn from(report: Report) -> Self {
        Found { unique: report.unique, generated: report.generated, report: Some(report) }
    }
}

/// Explores one of the register examples, which all claim the same two properties.
pub fn explore_actors<A, C, H>(model: ActorModel<A, C, H>, explorer: Explorer) -> Found
where
    A: Shareable + 'static,
    C: Clone + Send + Sync + 'static,
    H: History + 'static,
{
    match explorer {
        Explorer::Engine { declared: false, threads } => explore(&model, threads),
        Explorer::Engine { declared: true, threads } => {
            let check = check(&model).reads("linearizable", Reads::History).reads("value chosen", Reads::Messages);
            check.threads(threads).run().into()
        }
        checker => explore_with_stateright(model, checker),
    }
}

/// Lets the engine explore.
pub fn explore<S: Subject>(subject: &S, threads: usize) -> Found {
    check(subject).threads(threads).run().into()
}

/// Finds the states of a model down to a depth, with properties that read the actors' states alone.
pub fn explore_down_to<A, C, H, const N: usize>(
    model: ActorModel<A, C, H>,
    depth: usize,
    properties: [&str; N],
    explorer: Explorer,
) -> Found
where
    A: Shareable + 'static,
    C: Clone + Send + Sync + 'static,
    H: History + 'static,
{
    let Explorer::Engine { declared, threads } = explorer else {
        return with_stateright(model, Some(depth), explorer);
    };
    // The engine performs the steps of all states that are this deep, stateright of none of them.
    let mut check = check(&model).max_depth(depth - 1).threads(threads);
    for property in properties.into_iter().filter(|_| declared) {
        check = check.reads(property, Reads::Processes);
    }
    check.run().into()
}

/// Lets one of stateright's checkers explore.
///
/// # Panics
///
/// When it is to be the engine.
pub fn explore_with_stateright<M>(model: M, checker: Explorer) -> Found
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Hash + PartialEq + Send + Sync + 'static,
    M::Action: Clone + PartialEq,
{
    with_stateright(model, None, checker)
}

fn with_stateright<M>(model: M, depth: Option<usize>, checker: Explorer) -> Found
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Hash + PartialEq + Send + Sync + 'static,
    M::Action: Clone + PartialEq,
{
    fn found<M>(checker: impl Checker<M>) -> Found
    where
        M: Model<State: Clone + Hash + PartialEq, Action: Clone + PartialEq>,
    {
        let (unique, generated) = (checker.unique_state_count() as u64, checker.state_count() as u64);
        Found { unique, generated, report: None }
    }
    let all = model.checker();
    let builder = match depth {
        Some(depth) => all.target_max_depth(depth),
        None => all,
    };
    match checker {
        Explorer::Bfs => found(builder.spawn_bfs().join()),
        Explorer::Dfs => found(builder.spawn_dfs().join()),
        Explorer::Engine { .. } => panic!("the engine is no checker of stateright's"),
    }
}
