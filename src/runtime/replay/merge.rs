//! The records of all nodes as one run.
//!
//! Nobody's clock is trusted: a message that was received carries who sent it, in which life and as which number, and that
//! orders the steps of different nodes as far as anything can. Of the orders in which nothing is received before it was sent
//! one is chosen; to the processes they are all the same.
//!
//! A batch happens when it is committed. Of the last batch before a crash, the node's record may not tell whether it was. Then it
//! counts as if: the messages of it that nobody received are lost with the crash, and if it saved anything, the node's next start
//! does tell.

use super::error::Place;
use super::history::{Act, History, LastBatch, Past};
use crate::event::Module;
use crate::runtime::one_line::OneLine;
use crate::step::Input;
use crate::system::{Action, CrashKind, Envelope, Local, Step};
use stateright::actor::Id;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The records of all nodes as one run of a [`System`](crate::system::System).
///
/// The system needs an unordered network with unlimited loss and duplication, crash-recovery with as many
/// crashes, and for each process the script of its requests, in order at any time.
#[derive(Debug)]
pub struct Merged<A: Module> {
    /// The steps after the start of all processes. A delivery that changes nothing may not be one for the system.
    pub steps: Vec<Action<A>>,
    /// Where each of the steps is recorded.
    pub places: Vec<Place>,
    /// What each process was asked.
    pub requests: Vec<Vec<A::Request>>,
    /// How many crashes there are, ends of lives in good order included.
    pub crashes: usize,
}

/// Why records cannot be merged.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unmerged {
    /// Not everything is there that the run consists of: nothing is wrong with what is.
    Incomplete(String),
    /// A message was received that its sender did not send, or not yet, or whose step it forgot.
    Impossible {
        /// Where it is received.
        place: Place,
        /// What is wrong.
        reason: String,
    },
}

impl fmt::Display for Unmerged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unmerged::Incomplete(missing) => f.write_str(missing),
            Unmerged::Impossible { place, reason } => write!(f, "{place}: {}", OneLine(reason)),
        }
    }
}

impl std::error::Error for Unmerged {}

/// Merges what all nodes of a cluster have done.
///
/// # Errors
///
/// [`Unmerged`] when something is missing, or when no order of the steps is possible.
pub fn merge<A: Module>(histories: &[History<A>]) -> Result<Merged<A>, Unmerged> {
    complete(histories)?;
    let happened = Happened::find(histories)?;
    let mut merge = Merge {
        steps: Vec::new(),
        places: Vec::new(),
        requests: vec![Vec::new(); histories.len()],
        crashes: 0,
        sent: BTreeMap::new(),
        queues: histories.iter().map(|history| happened.queue(history)).collect(),
    };
    while merge.advance() {}
    match merge.queues.iter().find_map(|queue| queue.acts.get(queue.next)) {
        Some((_, act)) => Err(impossible(act, "it is received before it is sent, in whatever order".to_string())),
        None => {
            Ok(Merged { steps: merge.steps, places: merge.places, requests: merge.requests, crashes: merge.crashes })
        }
    }
}

/// How many nodes whose records are missing are named; of more it is said how many they are.
const NAMED: usize = 8;

/// Whether all nodes are there, from their beginning.
fn complete<A: Module>(histories: &[History<A>]) -> Result<(), Unmerged> {
    let incomplete = |text: String| Err(Unmerged::Incomplete(text));
    let mut lives = histories.iter().flat_map(|history| &history.lives);
    let Some(processes) = lives.next().map(|past| past.processes) else {
        return incomplete("nothing is recorded".to_string());
    };
    if lives.any(|past| past.processes != processes)
        || histories.iter().flat_map(|h| &h.lives).any(|past| past.admitted)
    {
        return incomplete("processes were added".to_string());
    }
    let missing: Vec<_> = (0..processes).filter(|id| histories.iter().all(|history| history.node != *id)).collect();
    match missing.as_slice() {
        [] => {}
        [one] => return incomplete(format!("of {processes} nodes, the record of node {one} is missing")),
        many if many.len() > NAMED => {
            return incomplete(format!("of {processes} nodes, the records of {} are missing", many.len()));
        }
        several => {
            let several: Vec<_> = several.iter().map(usize::to_string).collect();
            let several = several.join(" and ");
            return incomplete(format!("of {processes} nodes, the records of nodes {several} are missing"));
        }
    }
    for history in histories {
        let node = history.node;
        if !history.whole || history.lives.first().is_none_or(|past| !past.fresh) {
            return incomplete(format!("the beginning of the record of node {node} is missing"));
        }
        let skips = |pair: &[Past<A>]| !pair[1].fresh && pair[0].incarnation + 1 != pair[1].incarnation;
        if let Some(pair) = history.lives.windows(2).find(|pair| skips(pair)) {
            return incomplete(format!("of node {node}, what happened before life {} is missing", pair[1].incarnation));
        }
    }
    Ok(())
}

/// A message by its sender, the sender's life, and its number in it.
type Name = (usize, u64, u64);

/// How many batches of each life have happened, by node and life.
struct Happened(BTreeMap<(usize, u64), u64>);

impl Happened {
    fn find<A: Module>(histories: &[History<A>]) -> Result<Self, Unmerged> {
        let mut sent = BTreeMap::new();
        for (history, past, act) in acts(histories) {
            for (number, (to, message)) in (act.number..).zip(&act.sent) {
                sent.insert((history.node, past.incarnation, number), (*to, message, act.batch));
            }
        }
        // The last batch of each life of which somebody got a message, and where.
        let mut got = BTreeMap::<(usize, u64), (u64, &Act<A>)>::new();
        for (history, _, act) in acts(histories) {
            let Some((name, message)) = received(act) else { continue };
            let (from, incarnation, number) = name;
            let who = format!("message {number} of node {from} in its life {incarnation}");
            let lived = |past: &Past<A>| past.incarnation == incarnation;
            match sent.get(&name) {
                None if !histories.iter().any(|h| h.node == from && h.lives.iter().any(lived)) => {
                    return Err(Unmerged::Incomplete(format!("life {incarnation} of node {from} is missing")));
                }
                None => return Err(impossible(act, format!("{who} is received, but no record says that it was sent"))),
                Some((to, said, _)) if usize::from(*to) != history.node || *said != message => {
                    return Err(impossible(act, format!("{who} is received, but what was sent is {said:?} to {to}")));
                }
                Some((_, _, batch)) => {
                    let latest = got.entry((from, incarnation)).or_insert((*batch, act));
                    if latest.0 < *batch {
                        *latest = (*batch, act);
                    }
                }
            }
        }
        let mut happened = BTreeMap::new();
        for history in histories {
            for past in &history.lives {
                let key = (history.node, past.incarnation);
                happened.insert(key, batches(past, got.get(&key))?);
            }
        }
        Ok(Happened(happened))
    }

    /// The steps of a node that have happened. A life whose start has not is passed over: the node stayed down.
    fn queue<'h, A: Module>(&self, history: &'h History<A>) -> Queue<'h, A> {
        let in_life = |past: &'h Past<A>| {
            let batches = self.0[&(history.node, past.incarnation)];
            past.acts.iter().filter(move |act| act.batch < batches).map(move |act| (past.incarnation, act))
        };
        let acts = history.lives.iter().flat_map(in_life).collect();
        Queue { node: history.node, acts, next: 0, started: false }
    }
}

/// How many batches of a life have happened, given the last of which somebody got a message.
fn batches<A: Module>(past: &Past<A>, got: Option<&(u64, &Act<A>)>) -> Result<u64, Unmerged> {
    let certain = match past.last {
        LastBatch::Durable | LastBatch::Open => past.released + 1,
        LastBatch::Lost => past.released,
    };
    match got {
        Some((batch, act)) if *batch >= certain => {
            let reason = format!("this message left life {} before its step was durable", past.incarnation);
            Err(impossible(act, reason))
        }
        _ => Ok(certain),
    }
}

fn acts<A: Module>(histories: &[History<A>]) -> impl Iterator<Item = (&History<A>, &Past<A>, &Act<A>)> {
    histories.iter().flat_map(|history| {
        history.lives.iter().flat_map(move |past| past.acts.iter().map(move |act| (history, past, act)))
    })
}

/// The message that a step received.
fn received<A: Module>(act: &Act<A>) -> Option<(Name, &A::Wire)> {
    match (&act.input, act.origin) {
        (Some(Input::Wire { from, message }), Some((incarnation, number))) => {
            Some(((usize::from(*from), incarnation, number), message))
        }
        _ => None,
    }
}

fn impossible<A: Module>(act: &Act<A>, reason: String) -> Unmerged {
    Unmerged::Impossible { place: act.place.clone(), reason }
}

struct Merge<'h, A: Module> {
    steps: Vec<Action<A>>,
    places: Vec<Place>,
    requests: Vec<Vec<A::Request>>,
    crashes: usize,
    /// How many messages each life has sent so far.
    sent: BTreeMap<(usize, u64), u64>,
    queues: Vec<Queue<'h, A>>,
}

/// What a node has done, and how far that is merged.
struct Queue<'h, A: Module> {
    node: usize,
    acts: Vec<(u64, &'h Act<A>)>,
    next: usize,
    started: bool,
}

impl<A: Module> Merge<'_, A> {
    /// Takes each node as far as it goes without the others; tells whether any went on.
    fn advance(&mut self) -> bool {
        let mut went_on = false;
        for place in 0..self.queues.len() {
            while let Some((incarnation, act)) = self.queues[place].acts.get(self.queues[place].next).copied() {
                let waits = received(act).is_some_and(|((from, life, number), _)| {
                    self.sent.get(&(from, life)).is_none_or(|sent| number >= *sent)
                });
                if waits {
                    break;
                }
                self.take(place, act);
                self.sent.insert((self.queues[place].node, incarnation), act.number + act.sent.len() as u64);
                self.queues[place].next += 1;
                went_on = true;
            }
        }
        went_on
    }

    fn take(&mut self, place: usize, act: &Act<A>) {
        let node = self.queues[place].node;
        let process = Id::from(node);
        let local = |local| Step::Act { process, local: Arc::new(local), death: None };
        let step = match &act.input {
            // All processes start before the first step.
            None if !std::mem::replace(&mut self.queues[place].started, true) => return,
            None => {
                self.crashes += 1;
                self.push(Step::Crash(process, CrashKind::Recovery), act);
                local(Local::Recover)
            }
            Some(Input::Request(request)) => {
                self.requests[node].push(request.clone());
                local(Local::Request(request.clone()))
            }
            Some(Input::Wire { from, message }) => {
                let envelope = Arc::new(Envelope { from: *from, to: process, message: message.clone() });
                Step::Deliver { envelope, kept: false, death: None }
            }
            Some(Input::Timeout(timer)) => local(Local::Timeout(timer.clone())),
            Some(Input::Random(value)) => local(Local::Random(act.key.clone().unwrap_or_default(), value.clone())),
        };
        self.push(step, act);
    }

    fn push(&mut self, step: Action<A>, act: &Act<A>) {
        self.steps.push(step);
        self.places.push(act.place.clone());
    }
}
