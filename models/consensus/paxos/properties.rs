//! What is claimed of Paxos beyond consensus: the source's key invariant, and that interesting things do happen.

use crate::consensus::{Decisions, Value};
use stateright::actor::Id;
use synod::consensus::{Decide, Propose};
use synod::event::Module;
use synod::quorum::{ProcessSet, Quorums};
use synod::system::{Processes, System, View};

/// A ballot: its round, and its owner.
pub type Ballot = (u64, usize);

/// An actor that runs the Synod: the library's, or a mutant of it. Tells the properties what its data mean.
pub trait Synod: Module<Request = Propose<Value>, Indication = Decide<Value>> {
    /// What a process has promised, and its last vote.
    fn acceptor(storage: &Self::Storage) -> (Option<Ballot>, Option<(Ballot, Value)>);
    /// The same of a process that is up, whether it has saved it or not.
    fn believed(state: &Self::State) -> (Option<Ballot>, Option<(Ballot, Value)>);
    /// The ballot that a process conducts, and its value once it has one.
    fn proposal(state: &Self::State) -> Option<(Ballot, Option<Value>)>;
    /// What a process has decided.
    fn decided(state: &Self::State) -> Option<Value>;
    /// What a message says about a ballot.
    fn said(message: &Self::Wire) -> Option<Said>;
}

/// What a message says about a ballot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// It exists.
    Exists(Ballot),
    /// It has this value.
    Has(Ballot, Value),
    /// The sender has voted for it.
    Voted(Ballot),
}

/// Tells the properties what the data of `$module`'s actor mean: the same text for the library's module and its mutants.
macro_rules! synod {
    ($($module:ident)::+) => {
        const _: () = {
            use $($module)::+::{Acceptor, Ballot, Message, Paxos, Phase, State};
            use $crate::consensus::Value;
            use $crate::consensus::paxos::properties::{self, Said, Synod};

            fn plain(ballot: Ballot) -> properties::Ballot {
                (ballot.round, ballot.owner.into())
            }

            impl<Q: synod::quorum::Quorums> Synod for Paxos<Value, Q> {
                fn acceptor(
                    storage: &Acceptor<Value>,
                ) -> (Option<properties::Ballot>, Option<(properties::Ballot, Value)>) {
                    let vote = storage.vote.as_ref().map(|vote| (plain(vote.ballot), vote.value));
                    (storage.promised.map(plain), vote)
                }

                fn believed(
                    state: &State<Value>,
                ) -> (Option<properties::Ballot>, Option<(properties::Ballot, Value)>) {
                    Self::acceptor(&state.acceptor)
                }

                fn proposal(state: &State<Value>) -> Option<(properties::Ballot, Option<Value>)> {
                    let proposal = state.proposal.as_ref()?;
                    let value = match &proposal.phase {
                        Phase::Preparing { .. } => None,
                        Phase::Voting { value, .. } => Some(*value),
                    };
                    Some((plain(proposal.ballot), value))
                }

                fn decided(state: &State<Value>) -> Option<Value> {
                    state.decided
                }

                fn said(message: &Message<Value>) -> Option<Said> {
                    match message {
                        Message::Prepare { ballot } => Some(Said::Exists(plain(*ballot))),
                        Message::Accept { ballot, value } => Some(Said::Has(plain(*ballot), *value)),
                        Message::Accepted { ballot } => Some(Said::Voted(plain(*ballot))),
                        Message::Promise { .. } | Message::Decided { .. } => None,
                    }
                }
            }
        };
    };
}
pub(super) use synod;

synod!(synod::consensus::paxos);

/// The source's key invariant: when a ballot has a value, each smaller ballot has the same value or is dead.
///
/// A ballot is dead when all of some read quorum have abstained from it: they have promised a larger one, and not voted
/// for it. What was voted for is read off the messages, which an unlimited duplication keeps for ever, and off the last
/// votes. Only a proposer's vote for its own ballot, after it has voted for a larger one, stands nowhere; there the
/// ballot may be taken for dead though it is not, so the invariant claims a little less than the source's.
pub fn key_invariant<A: Synod, Q: Quorums>(system: System<A, Decisions>, quorums: Q) -> System<A, Decisions> {
    system.always("key invariant").everything(move |view| holds_key_invariant(view, &quorums))
}

/// What a state tells about ballots.
struct Ballots {
    /// Ballots that exist, and the values that they have.
    values: Vec<(Ballot, Option<Value>)>,
    /// Who voted for what.
    votes: Vec<(usize, Ballot)>,
    /// What each process has promised.
    promised: Vec<Option<Ballot>>,
}

fn holds_key_invariant<A: Synod>(view: View<'_, A, Decisions>, quorums: &impl Quorums) -> bool {
    let ballots = ballots(view);
    let with_value = ballots.values.iter().filter_map(|(ballot, value)| Some((*ballot, (*value)?)));
    with_value.into_iter().all(|(ballot, value)| {
        ballots.values.iter().all(|(smaller, other)| match other {
            Some(other) if *other == value => true,
            Some(_) if *smaller == ballot => false,
            // Another entry tells its value.
            None if ballots.values.iter().any(|(b, v)| b == smaller && v.is_some()) => true,
            _ => *smaller >= ballot || is_dead(*smaller, &ballots, quorums),
        })
    })
}

fn is_dead(ballot: Ballot, ballots: &Ballots, quorums: &impl Quorums) -> bool {
    let abstained =
        |process: &usize| ballots.promised[*process] > Some(ballot) && !ballots.votes.contains(&(*process, ballot));
    let abstained: ProcessSet = (0..ballots.promised.len()).filter(abstained).map(Id::from).collect();
    quorums.is_read_quorum(abstained)
}

fn ballots<A: Synod>(view: View<'_, A, Decisions>) -> Ballots {
    let mut ballots = Ballots { values: Vec::new(), votes: Vec::new(), promised: Vec::new() };
    for (id, process) in view.processes.iter() {
        // What a process believes counts as long as it is up; a crash leaves what was saved.
        let acceptor = match process.state() {
            Some(state) => Some(A::believed(state)),
            None => process.storage.as_ref().map(A::acceptor),
        };
        let (promised, vote) = acceptor.unwrap_or((None, None));
        ballots.promised.push(promised);
        if let Some((ballot, value)) = vote {
            ballots.votes.push((id.into(), ballot));
            ballots.values.push((ballot, Some(value)));
        }
        ballots.values.extend(process.state().and_then(A::proposal));
    }
    for envelope in view.messages.iter() {
        match A::said(&envelope.message) {
            Some(Said::Exists(ballot)) => ballots.values.push((ballot, None)),
            Some(Said::Has(ballot, value)) => ballots.values.push((ballot, Some(value))),
            Some(Said::Voted(ballot)) => ballots.votes.push((envelope.from.into(), ballot)),
            None => {}
        }
    }
    ballots
}

/// Some process decides.
pub fn decides<A: Synod>(system: System<A, Decisions>) -> System<A, Decisions> {
    system.sometimes("a value is decided").history(|d: &Decisions| !d.decided.is_empty())
}

/// Several values are proposed, and a later ballot takes over the value of an earlier one.
pub fn takeover<A: Synod>(system: System<A, Decisions>) -> System<A, Decisions> {
    decides(system)
        .sometimes("two values are proposed and one is decided")
        .history(|d: &Decisions| d.proposed.len() >= 2 && d.decided.len() == 1)
        .sometimes("everyone has decided")
        .processes(|p| p.states().all(|(_, s)| A::decided(s).is_some()))
        .sometimes("a ballot takes over the value of another owner's")
        .processes(|p| some_two_votes(p, |(a, v), (b, w)| a.1 != b.1 && v == w))
}

/// As [`takeover`], and there are votes for different values at the same time.
pub fn contention<A: Synod>(system: System<A, Decisions>) -> System<A, Decisions> {
    takeover(system).sometimes("votes for different values").processes(|p| some_two_votes(p, |(_, v), (_, w)| v != w))
}

fn some_two_votes<A: Synod>(
    processes: Processes<'_, A>,
    are: impl Fn((Ballot, Value), (Ballot, Value)) -> bool,
) -> bool {
    let votes = || processes.stored().filter_map(|(_, storage)| A::acceptor(storage).1);
    votes().any(|one| votes().any(|other| are(one, other)))
}

/// Processes crash and recover.
pub fn recoveries<A: Synod>(system: System<A, Decisions>) -> System<A, Decisions> {
    system.sometimes("a decision after a recovery").everything(|view: View<'_, A, Decisions>| {
        view.spent.crashes > 0
            && view.processes.iter().all(|(_, process)| process.is_up())
            && !view.history.decided.is_empty()
    })
}

/// A proposer crashes when its ballot has a value but no decision, and somebody has voted.
pub fn crash_between_phases<A: Synod>(system: System<A, Decisions>) -> System<A, Decisions> {
    system.sometimes("a crash between the phases of one of two ballots").everything(|view: View<'_, A, Decisions>| {
        let down = |id: usize| !view.processes.get(Id::from(id)).is_up();
        view.history.proposed.len() >= 2
            && view.history.decided.is_empty()
            && view
                .messages
                .iter()
                .any(|envelope| matches!(A::said(&envelope.message), Some(Said::Has((_, owner), _)) if down(owner)))
    })
}

/// A process stops for good, and the others decide.
pub fn stops<A: Synod>(system: System<A, Decisions>) -> System<A, Decisions> {
    system.sometimes("a decision though a process has stopped").everything(|view: View<'_, A, Decisions>| {
        view.spent.stops > 0 && view.processes.states().all(|(_, s)| A::decided(s).is_some())
    })
}

/// Messages are lost and duplicated.
pub fn network_faults<A: Synod>(system: System<A, Decisions>) -> System<A, Decisions> {
    system
        .sometimes("a loss and a decision")
        .everything(|view: View<'_, A, Decisions>| view.spent.losses > 0 && !view.history.decided.is_empty())
        .sometimes("a duplication and a decision")
        .everything(|view: View<'_, A, Decisions>| view.spent.duplications > 0 && !view.history.decided.is_empty())
}

/// The network is cut, and heals.
pub fn cuts<A: Synod>(system: System<A, Decisions>) -> System<A, Decisions> {
    system.sometimes("a decision after a heal").everything(|view: View<'_, A, Decisions>| {
        view.spent.cuts > 0 && view.spent.cut.is_none() && !view.history.decided.is_empty()
    })
}

/// Termination: in the end every process that is up has decided.
pub fn finally_everyone_decides<A: Synod>(system: System<A, Decisions>) -> System<A, Decisions> {
    system.finally("everyone decides").processes(|p| p.states().all(|(_, state)| A::decided(state).is_some()))
}

/// Termination, and that there is something to decide.
pub fn everyone_decides<A: Synod>(system: System<A, Decisions>) -> System<A, Decisions> {
    decides(finally_everyone_decides(system))
}

/// Termination of whole runs: some day every process that is up has decided.
pub fn everyone_decides_some_day<A: Synod>(system: System<A, Decisions>) -> System<A, Decisions> {
    system
        .eventually("everyone decides some day")
        .processes(|p| p.states().all(|(_, state)| A::decided(state).is_some()))
}

/// Termination at its weakest: some day there is a decision.
pub fn a_decision_some_day<A: Synod>(system: System<A, Decisions>) -> System<A, Decisions> {
    system.eventually("a decision some day").history(|d: &Decisions| !d.decided.is_empty())
}

/// What one process has decided, in the end every process that is up has decided.
pub fn decision_reaches_everyone<A: Synod>(system: System<A, Decisions>) -> System<A, Decisions> {
    system.finally("a decision reaches everyone").everything(|view: View<'_, A, Decisions>| {
        view.history.decided.is_empty() || view.processes.states().all(|(_, s)| A::decided(s).is_some())
    })
}
