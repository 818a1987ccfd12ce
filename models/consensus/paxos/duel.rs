//! Two proposers that duel for ever: the run that no consensus in an asynchronous system can exclude.
//!
//! Each proposes again whenever it has waited for a while, and each time just too early for the other. Ballots grow for ever,
//! so the states of this run never repeat; but nothing depends on how large ballots are, only on the distances between them.
//! In their normal form the least round is the first, and in these the duel is a circle.

use crate::consensus::{Decisions, Value};
use stateright::actor::Id;
use std::sync::Arc;
use std::time::Duration;
use synod::consensus::paxos::{Acceptor, Ballot, Message, Paxos, Phase, Proposal, State};
use synod::consensus::{Decide, Propose};
use synod::quorum::Majority;
use synod::stack::{Layer, Outputs, Stack};
use synod::system::{Life, Parts, Script, System, View};

/// Proposes what it was asked to propose, and again whenever its patience has run out, until it hears of a decision.
#[derive(Clone, Debug)]
pub struct Impatient;

/// The name of the timer: patience has run out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Again;

impl Impatient {
    fn propose(value: Value, out: &mut Outputs<Self>) {
        out.request(Propose(value));
        out.set_timer(Again, PATIENCE..PATIENCE);
    }
}

const PATIENCE: Duration = Duration::from_secs(1);

impl Layer for Impatient {
    type Request = Propose<Value>;
    type Indication = Decide<Value>;
    type RequestBelow = Propose<Value>;
    type IndicationBelow = Decide<Value>;
    /// What it proposes, until something is decided.
    type State = Option<Value>;
    type Storage = ();
    type Timer = Again;
    type Random = ();

    fn on_start(&self, _me: Id, _stored: Option<&()>, _out: &mut Outputs<Self>) -> Option<Value> {
        None
    }

    fn on_request(&self, _me: Id, state: &mut Option<Value>, Propose(value): Propose<Value>, out: &mut Outputs<Self>) {
        *state = Some(value);
        Self::propose(value, out);
    }

    fn on_indication(&self, _me: Id, state: &mut Option<Value>, decided: Decide<Value>, out: &mut Outputs<Self>) {
        *state = None;
        out.cancel_timer(Again);
        out.indicate(decided);
    }

    fn on_timeout(&self, _me: Id, state: &mut Option<Value>, _timer: &Again, out: &mut Outputs<Self>) {
        if let Some(value) = state {
            Self::propose(*value, out);
        }
    }
}

/// A proposer that does not wait.
pub type Duellist = Stack<Impatient, Paxos<Value, Majority>>;

/// Two of them on perfect links, as long as their ballots and messages are not too many: that a duel is found among these
/// states shows that there is one.
pub fn duel() -> System<Duellist, Decisions> {
    let duellists = vec![Stack::new(Impatient, Paxos::new(Majority::new(2))); 2];
    crate::consensus::system(duellists)
        .script(0, Script::at_any_time([Propose(1)]))
        .script(1, Script::at_any_time([Propose(2)]))
        .normalise("the least round is the first", renumber)
        .explore_while("ballots lie within four rounds, and at most two messages are in flight")
        .everything(|view: View<'_, Duellist, Decisions>| view.messages.count() <= 2 && spread(view) <= 3)
        .eventually("a decision some day")
        .history(|decisions: &Decisions| !decisions.decided.is_empty())
}

/// How many rounds the ballots of a state lie apart.
fn spread(view: View<'_, Duellist, Decisions>) -> u64 {
    let mut parts = Parts {
        processes: view.processes.iter().map(|(_, process)| process.clone()).collect(),
        messages: view.messages.iter().cloned().collect(),
        history: view.history.clone(),
    };
    let (mut least, mut most) = (u64::MAX, 0);
    each_ballot(&mut parts, &mut |ballot| (least, most) = (least.min(ballot.round), most.max(ballot.round)));
    most.saturating_sub(least)
}

/// Makes the least round the first, and keeps the distances.
fn renumber(parts: &mut Parts<Duellist, Decisions>) {
    let mut least = u64::MAX;
    each_ballot(parts, &mut |ballot| least = least.min(ballot.round));
    each_ballot(parts, &mut |ballot| ballot.round -= least - 1);
}

/// Shows each ballot that a state knows of.
fn each_ballot(parts: &mut Parts<Duellist, Decisions>, show: &mut impl FnMut(&mut Ballot)) {
    for process in &mut parts.processes {
        let durable = process.storage.as_mut().and_then(|stored| stored.below.as_mut());
        durable.into_iter().for_each(|acceptor| promised_and_voted(Arc::make_mut(acceptor), show));
        if let Life::Up(state) = &mut process.life {
            known(&mut state.below, show);
            let durable = state.saved.below.as_mut();
            durable.into_iter().for_each(|acceptor| promised_and_voted(Arc::make_mut(acceptor), show));
        }
    }
    parts.messages.iter_mut().for_each(|envelope| said(&mut envelope.message, show));
}

fn known(state: &mut State<Value>, show: &mut impl FnMut(&mut Ballot)) {
    promised_and_voted(&mut state.acceptor, show);
    if let Some(Proposal { ballot, phase, .. }) = &mut state.proposal {
        show(ballot);
        if let Phase::Preparing { answers } = phase {
            answers.values_mut().flatten().for_each(|vote| show(&mut vote.ballot));
        }
    }
}

fn promised_and_voted(acceptor: &mut Acceptor<Value>, show: &mut impl FnMut(&mut Ballot)) {
    acceptor.promised.iter_mut().for_each(&mut *show);
    acceptor.vote.iter_mut().for_each(|vote| show(&mut vote.ballot));
}

fn said(message: &mut Message<Value>, show: &mut impl FnMut(&mut Ballot)) {
    match message {
        Message::Prepare { ballot } | Message::Accept { ballot, .. } | Message::Accepted { ballot } => show(ballot),
        Message::Promise { ballot, vote } => {
            show(ballot);
            vote.iter_mut().for_each(|vote| show(&mut vote.ballot));
        }
        Message::Decided { .. } => {}
    }
}
