//! Judges records of nodes: each by its actor, and all together by the TLA+ twin.

mod json;

pub use json::Json;

use crate::conformance::{self, NotAStep};
use synod::runtime::Runnable;
use synod::runtime::record::Saving;
use synod::runtime::replay::{Error, History, Merged, Records, Replayed, Unmerged, history_with, merge, replay_with};
use synod::runtime::store::Patch;

/// What came of judging records.
#[derive(Debug)]
pub struct Judgement {
    /// What came of each node's record.
    pub nodes: Vec<Replayed>,
    /// What the spec says.
    pub spec: Verdict,
}

impl Judgement {
    /// Whether nothing was found that is not as it should be.
    pub fn is_fine(&self) -> bool {
        let spec = match &self.spec {
            Verdict::Judged { report, .. } => report.refusal.is_none(),
            Verdict::NotJudged(_) => true,
            Verdict::Impossible(_) => false,
        };
        spec && self.nodes.iter().all(|node| node.difference.is_none())
    }
}

/// What the spec says of the records of all nodes.
#[derive(Debug)]
pub enum Verdict {
    /// They were held against it.
    Judged {
        /// How many steps all nodes took together, crashes and recoveries included.
        steps: usize,
        /// How many crashes there are among them.
        crashes: usize,
        /// What came of it.
        report: Box<conformance::Report>,
    },
    /// They were not held against it, and why.
    NotJudged(String),
    /// They are the records of no run at all, and why.
    Impossible(String),
}

/// Judges records of one algorithm.
pub trait Judge: Send + Sync {
    /// The algorithm: "paxos".
    fn algorithm(&self) -> &'static str;

    /// Judges the records of some nodes of a cluster.
    ///
    /// # Errors
    ///
    /// [`Error`] when a record cannot be read.
    fn judge(&self, records: &Records) -> Result<Judgement, Error>;
}

/// Beyond so many processes there are too many quorums to say which they are.
const PROCESSES_MAX: usize = 9;

/// A system has no room for more crashes.
const CRASHES_MAX: usize = u8::MAX as usize;

/// Holds a run against the spec.
type Twin<A> = fn(&Merged<A>) -> Result<conformance::Report, NotAStep>;

/// An actor whose records can be judged.
///
/// What applications say is [`Json`] to it, whatever it was; how many processes there are is in the record. All else that an
/// actor is made with is as here.
pub struct Actor<A: Runnable> {
    algorithm: &'static str,
    make: fn(usize) -> A,
    saving: Saving<A::Storage>,
    twin: Option<Twin<A>>,
}

impl<A: Runnable> Actor<A> {
    /// The actor that `make` makes for a number of processes.
    pub fn new(algorithm: &'static str, make: fn(usize) -> A) -> Self {
        Actor { algorithm, make, saving: Saving::whole(), twin: None }
    }

    /// Of what it saves, what has changed is recorded.
    pub fn by_changes(self) -> Self
    where
        A::Storage: Patch,
    {
        Actor { saving: Saving::changes(), ..self }
    }

    /// And its twin.
    pub fn with_twin(self, twin: Twin<A>) -> Self {
        Actor { twin: Some(twin), ..self }
    }

    fn by_the_spec(&self, nodes: &[Replayed], histories: &[History<A>]) -> Verdict {
        if nodes.iter().any(|node| node.difference.is_some()) {
            return Verdict::NotJudged("what the actor does not do is no run of it".to_string());
        }
        let Some(twin) = self.twin else {
            return Verdict::NotJudged(format!("records of {} are not mapped to its spec", self.algorithm));
        };
        if !conformance::is_there() {
            return Verdict::NotJudged(
                "this program was built in a folder that is gone, and the specs with it".to_string(),
            );
        }
        let merged = match merge(histories) {
            Ok(merged) => merged,
            Err(Unmerged::Incomplete(missing)) => return Verdict::NotJudged(missing),
            Err(impossible) => return Verdict::Impossible(impossible.to_string()),
        };
        if merged.requests.len() > PROCESSES_MAX {
            return Verdict::NotJudged(format!("the spec is evaluated for {PROCESSES_MAX} processes at most"));
        }
        if merged.crashes > CRASHES_MAX {
            return Verdict::NotJudged(format!("the spec is evaluated for {CRASHES_MAX} crashes at most"));
        }
        match twin(&merged) {
            Ok(report) => {
                Verdict::Judged { steps: merged.steps.len(), crashes: merged.crashes, report: Box::new(report) }
            }
            Err(NotAStep { place, step }) => Verdict::Impossible(format!(
                "{}: no system of these processes allows this: {step}",
                merged.places[place]
            )),
        }
    }
}

impl<A: Runnable> Judge for Actor<A> {
    fn algorithm(&self) -> &'static str {
        self.algorithm
    }

    fn judge(&self, records: &Records) -> Result<Judgement, Error> {
        let mut nodes = Vec::new();
        let mut histories = Vec::new();
        for record in &records.nodes {
            // What nobody asks for is not kept: a record can be longer than the memory.
            if self.twin.is_none() {
                nodes.push(replay_with(record, self.make, self.saving)?);
                continue;
            }
            let (replayed, past) = history_with(record, self.make, self.saving)?;
            nodes.push(replayed);
            histories.push(past);
        }
        let spec = self.by_the_spec(&nodes, &histories);
        Ok(Judgement { nodes, spec })
    }
}
