//! Paxos: the single-decree Synod.
//!
//! **Guarantees** agreement, validity and integrity, whatever happens; termination once one process alone starts ballots,
//! is left enough time for each, and can reach a read and a write quorum.
//!
//! **Model**: asynchronous processes that crash and recover with what they saved; a network that loses, duplicates and
//! reorders messages, but does not forge them. Any number of processes may be down; ballots succeed while a read quorum
//! and a write quorum are up.
//!
//! **Source**: Lynch, MIT 6.852 (2009), class 23, "safe algorithm, distributed version"; Lamport, *The Part-Time
//! Parliament* (1998). Every process is proposer, acceptor and learner.
//!
//! **Cost** of a ballot that succeeds among n processes: 5(n-1) messages (prepare, promise, accept, accepted, decided),
//! two round trips until the proposer decides and one more message delay for the others; one storage write for each
//! promise and each vote.
//!
//! **Deviations.** The source leaves out crashes that erase memory; here a promise and a vote are saved before they are
//! told, and a proposer promises its own ballot in the step that starts it, so that it never uses a ballot twice. The
//! source ends when the proposer decides; here it tells the others. Who starts ballots and when (the source's
//! *BallotTrigger*) is left to the application, as there: it proposes again when it has waited too long. Each request
//! starts a ballot above every ballot that the process has promised.

mod acceptor;
mod ballot;
mod proposal;

pub use acceptor::Acceptor;
pub use ballot::{Ballot, Vote};
pub use proposal::{Phase, Proposal, choose};

use crate::consensus::{Decide, Propose};
use crate::event::{Data, Emit, Event, processes};
use crate::quorum::Quorums;
use serde::{Deserialize, Serialize};
use stateright::actor::{Actor, Id, Out};
use std::borrow::Cow;
use std::marker::PhantomData;

/// A process that runs the Synod over the quorum system `Q`, for values `V`.
#[derive(Clone, Debug)]
pub struct Paxos<V, Q> {
    quorums: Q,
    values: PhantomData<fn() -> V>,
}

impl<V, Q: Quorums> Paxos<V, Q> {
    /// A process of the group that `quorums` is about; all of them use the same quorum system.
    pub fn new(quorums: Q) -> Self {
        Paxos { quorums, values: PhantomData }
    }
}

/// What processes say to one another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Message<V> {
    /// Phase 1, to all: a ballot is started.
    Prepare {
        /// Which one.
        ballot: Ballot,
    },
    /// Phase 1, the answer: the sender abstains from every smaller ballot that it has not voted for.
    Promise {
        /// The ballot that was started.
        ballot: Ballot,
        /// The last vote of the sender, if it has ever voted.
        vote: Option<Vote<V>>,
    },
    /// Phase 2, to all: the ballot has a value, and asks for votes.
    Accept {
        /// Which ballot.
        ballot: Ballot,
        /// Its value.
        value: V,
    },
    /// Phase 2, the answer: the sender votes for the ballot.
    Accepted {
        /// Which ballot.
        ballot: Ballot,
    },
    /// To all: this value is decided.
    Decided {
        /// Which value.
        value: V,
    },
}

crate::rename! {
    enum Message<V> {
        Prepare { ballot },
        Promise { ballot, vote },
        Accept { ballot, value },
        Accepted { ballot },
        Decided { value },
    }
}

/// What a process knows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State<V> {
    /// What it has promised and voted for. Always equal to what is saved.
    pub acceptor: Acceptor<V>,
    /// The ballot that it conducts itself, from its start until it succeeds or is superseded by the next.
    pub proposal: Option<Proposal<V>>,
    /// What it has decided. Once set it stays, as long as the process lives.
    pub decided: Option<V>,
}

crate::rename! { struct State<V> { acceptor, proposal, decided } }

impl<V: Data, Q: Quorums> Actor for Paxos<V, Q> {
    type Msg = Event<Propose<V>, Decide<V>, Message<V>>;
    type State = State<V>;
    type Storage = Acceptor<V>;
    type Timer = ();
    type Random = ();

    fn on_start(&self, _id: Id, storage: &Option<Acceptor<V>>, _out: &mut Out<Self>) -> State<V> {
        State { acceptor: storage.clone().unwrap_or_default(), proposal: None, decided: None }
    }

    fn on_msg(&self, id: Id, state: &mut Cow<State<V>>, from: Id, event: Self::Msg, out: &mut Out<Self>) {
        let state = state.to_mut();
        match event {
            Event::Request(Propose(value)) => self.start_ballot(id, state, value, out),
            Event::Wire(Message::Prepare { ballot }) => self.promise(state, from, ballot, out),
            Event::Wire(Message::Promise { ballot, vote }) => {
                self.collect(state, from, ballot, vote, out);
            }
            Event::Wire(Message::Accept { ballot, value }) => {
                self.vote(state, from, ballot, value, out);
            }
            Event::Wire(Message::Accepted { ballot }) => self.count(state, from, ballot, out),
            Event::Wire(Message::Decided { value }) => self.decide(id, state, value, out),
            Event::Indication(_) => {}
        }
    }

    fn name(&self) -> String {
        "Paxos".to_string()
    }
}

impl<V: Data, Q: Quorums> Paxos<V, Q> {
    fn everyone(&self) -> impl Iterator<Item = Id> + use<V, Q> {
        processes(self.quorums.processes())
    }

    /// Phase 1 begins: tells everyone of a new ballot, without a value yet.
    ///
    /// The process itself is among those told, so it has promised the ballot, durably, before anyone else hears of it.
    fn start_ballot(&self, id: Id, state: &mut State<V>, value: V, out: &mut Out<Self>) {
        let ballot = Ballot::after(state.acceptor.promised, id);
        state.proposal = Some(Proposal::new(ballot, value));
        out.wire_all(self.everyone(), &Message::Prepare { ballot });
    }

    /// Phase 1, acceptor: abstains from all smaller ballots, and tells its last vote.
    fn promise(&self, state: &mut State<V>, from: Id, ballot: Ballot, out: &mut Out<Self>) {
        if Some(ballot) <= state.acceptor.promised {
            return;
        }
        state.acceptor.promised = Some(ballot);
        out.save(state.acceptor.clone());
        let vote = state.acceptor.vote.clone();
        out.wire(from, Message::Promise { ballot, vote });
    }

    /// Phase 1 ends: with the answers of a read quorum, the ballot gets its value. Phase 2 begins.
    fn collect(&self, state: &mut State<V>, from: Id, ballot: Ballot, vote: Option<Vote<V>>, out: &mut Out<Self>) {
        let Some(proposal) = state.proposal.as_mut().filter(|own| own.ballot == ballot) else {
            return;
        };
        let Phase::Preparing { answers } = &mut proposal.phase else {
            return;
        };
        answers.insert(from, vote);
        if self.quorums.is_read_quorum(answers.keys().copied().collect()) {
            let value = choose(&proposal.value, answers.values());
            proposal.phase = Phase::voting(value.clone());
            out.wire_all(self.everyone(), &Message::Accept { ballot, value });
        }
    }

    /// Phase 2, acceptor: votes, unless it has abstained from the ballot.
    fn vote(&self, state: &mut State<V>, from: Id, ballot: Ballot, value: V, out: &mut Out<Self>) {
        if Some(ballot) < state.acceptor.promised {
            return;
        }
        state.acceptor = Acceptor { promised: Some(ballot), vote: Some(Vote { ballot, value }) };
        out.save(state.acceptor.clone());
        out.wire(from, Message::Accepted { ballot });
    }

    /// Phase 2 ends: with the votes of a write quorum, the ballot succeeds.
    fn count(&self, state: &mut State<V>, from: Id, ballot: Ballot, out: &mut Out<Self>) {
        let Some(proposal) = state.proposal.as_mut().filter(|own| own.ballot == ballot) else {
            return;
        };
        let Phase::Voting { value, votes } = &mut proposal.phase else {
            return;
        };
        votes.insert(from);
        if self.quorums.is_write_quorum(*votes) {
            out.wire_all(self.everyone(), &Message::Decided { value: value.clone() });
            state.proposal = None;
        }
    }

    /// Somebody's ballot, perhaps one's own, has succeeded.
    fn decide(&self, id: Id, state: &mut State<V>, value: V, out: &mut Out<Self>) {
        if state.decided.is_none() {
            state.decided = Some(value.clone());
            out.indicate(id, Decide(value));
        }
    }
}
