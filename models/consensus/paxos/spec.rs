//! Paxos in the words of `tla/Paxos.tla`.

use super::properties::{Ballot, Synod};
use super::{any_network, three};
use crate::conformance::value::*;
use crate::conformance::{Conformance, RefusedMutant, Twin};
use crate::consensus::Value;
use crate::mutated::paxos as wrong;
use stateright::actor::Id;
use synod::consensus::Propose;
use synod::event::{Data, Module};
use synod::quorum::Majority;
use synod::system::{Envelope, Script, System, View};
use tla_eval::{State, Value as Spec};

/// Paxos, held against its spec.
pub fn twin() -> Twin {
    Twin {
        algorithm: "paxos",
        instance: Box::new(two_ballots(three())),
        sampled: vec![Box::new(three_ballots(three()))],
        mutants: vec![
            RefusedMutant {
                name: "votes_below_promise",
                refused: ("deliver", "Accept"),
                instance: Box::new(two_ballots(vec![wrong::votes_below_promise::Paxos::new(Majority::new(3)); 3])),
            },
            RefusedMutant {
                name: "vote_not_told",
                refused: ("request", "Propose"),
                instance: Box::new(two_ballots(vec![wrong::vote_not_told::Paxos::new(Majority::new(3)); 3])),
            },
            RefusedMutant {
                name: "promise_not_saved",
                refused: ("request", "Propose"),
                instance: Box::new(two_ballots(vec![wrong::promise_not_saved::Paxos::new(Majority::new(3)); 3])),
            },
        ],
    }
}

fn two_ballots<A: Worded + Synod>(actors: Vec<A>) -> Conformance<A> {
    let system = System::new(actors).network(any_network()).crash_recovery(1);
    let system = system.script(0, proposing([1])).script(1, proposing([2]));
    in_the_words_of("MCPaxosOneCrash", system)
}

fn three_ballots<A: Worded + Synod>(actors: Vec<A>) -> Conformance<A> {
    let system = System::new(actors).network(any_network()).crash_recovery(2);
    let system = system.script(0, proposing([1, 3])).script(1, proposing([2]));
    in_the_words_of("MCPaxosThreeBallots", system).constant("MaxCrashes", number(2))
}

fn proposing<I>(values: impl IntoIterator<Item = Value>) -> Script<Propose<Value>, I> {
    Script::at_any_time(values.into_iter().map(Propose))
}

/// A process that dies in a step, once that is durable, takes the step and crashes then. A recovery is no step of the spec:
/// there a process that is down may simply go on.
pub(super) fn in_the_words_of<A: Worded>(config: &'static str, system: System<A>) -> Conformance<A> {
    Conformance::new("Paxos", config, system, state).between(|transition| transition.survived().into_iter().collect())
}

/// What is durable is mapped from the storage, so that what is believed and not saved counts as nothing.
fn state<A: Worded>(view: View<'_, A, ()>) -> State {
    let processes = || view.processes.iter().map(|(_, process)| process);
    let acceptors = || processes().map(|process| process.storage.as_ref().map_or((None, None), A::acceptor));
    let n = view.processes.count();
    let proposal = |state: Option<&A::State>| state.and_then(A::conducted).unwrap_or_else(Conducted::none);
    variables([
        ("promised", by_process(acceptors().map(|(promised, _)| ballot(promised, n)))),
        ("vote", by_process(acceptors().map(|(_, vote)| self::vote(vote, n)))),
        ("proposal", by_process(processes().map(|process| proposal(process.state()).in_words(n)))),
        ("decided", by_process(processes().map(|process| value(process.state().and_then(A::decided))))),
        ("msgs", set(view.messages.iter().map(|envelope| message::<A>(envelope, n)))),
        ("asked", by_process(processes().map(|process| number(process.asked)))),
        ("crashes", number(view.spent.crashes)),
    ])
}

/// Ballots of the spec are numbers in the same order.
fn ballot(ballot: Option<Ballot>, n: usize) -> Spec {
    number(ballot.map_or(0, |(round, owner)| (round as usize - 1) * n + owner + 1))
}

/// A value that has a name in the spec.
pub trait Word: Data {
    /// Its name.
    fn word(&self) -> String;
}

impl Word for Value {
    fn word(&self) -> String {
        ["x", "y", "z"][usize::from(*self) - 1].to_string()
    }
}

/// A value by its name.
pub(super) fn value<V: Word>(value: Option<V>) -> Spec {
    string(value.map_or_else(|| "None".to_string(), |value| value.word()).as_str())
}

fn vote<V: Word>(vote: LastVote<V>, n: usize) -> Spec {
    let (on, voted) = vote.map_or((None, None), |(ballot, value)| (Some(ballot), Some(value)));
    record([("ballot", ballot(on, n)), ("value", value(voted))])
}

/// A process's last vote.
pub type LastVote<V> = Option<(Ballot, V)>;

/// The ballot that a process conducts.
pub struct Conducted<V> {
    /// The ballot, and the process's own value.
    ballot: Option<(Ballot, V)>,
    /// Phase 1: the answers.
    promises: Vec<(Id, LastVote<V>)>,
    /// Phase 2: the ballot's value.
    chosen: Option<V>,
    /// Phase 2: the voters.
    votes: Vec<Id>,
}

impl<V: Word> Conducted<V> {
    fn none() -> Self {
        Conducted { ballot: None, promises: Vec::new(), chosen: None, votes: Vec::new() }
    }

    fn in_words(self, n: usize) -> Spec {
        let promise = |(from, last)| record([("from", process(from)), ("vote", vote(last, n))]);
        let (conducted, own) = self.ballot.map_or((None, None), |(ballot, own)| (Some(ballot), Some(own)));
        record([
            ("ballot", ballot(conducted, n)),
            ("value", value(own)),
            ("promises", set(self.promises.into_iter().map(promise))),
            ("chosen", value(self.chosen)),
            ("votes", set(self.votes.into_iter().map(process))),
        ])
    }
}

/// A message, in data that are the same for all actors.
pub enum Says<V> {
    /// A prepare message.
    Prepare(Ballot),
    /// A promise message.
    Promise(Ballot, LastVote<V>),
    /// An accept message.
    Accept(Ballot, V),
    /// An accepted message.
    Accepted(Ballot),
    /// A decided message.
    Decided(V),
}

fn message<A: Worded>(envelope: &Envelope<A::Wire>, n: usize) -> Spec {
    let ends = |kind| [("type", string(kind)), ("from", process(envelope.from)), ("to", process(envelope.to))];
    let about = |kind, on| {
        let [kind, from, to] = ends(kind);
        [kind, from, to, ("ballot", ballot(Some(on), n))]
    };
    match A::says(&envelope.message) {
        Says::Prepare(on) => record(about("prepare", on)),
        Says::Promise(on, last) => {
            let [kind, from, to, on] = about("promise", on);
            record([kind, from, to, on, ("vote", vote(last, n))])
        }
        Says::Accept(on, chosen) => {
            let [kind, from, to, on] = about("accept", on);
            record([kind, from, to, on, ("value", value(Some(chosen)))])
        }
        Says::Accepted(on) => record(about("accepted", on)),
        Says::Decided(decided) => {
            let [kind, from, to] = ends("decided");
            record([kind, from, to, ("value", value(Some(decided)))])
        }
    }
}

/// An actor that runs the Synod, whose data can be put into the words of the spec: the library's, or a mutant of it.
pub trait Worded: Module {
    /// What is decided on.
    type Value: Word;
    /// What a process has promised, and its last vote.
    fn acceptor(storage: &Self::Storage) -> (Option<Ballot>, LastVote<Self::Value>);
    /// What a process has decided.
    fn decided(state: &Self::State) -> Option<Self::Value>;
    /// The ballot that a process conducts.
    fn conducted(state: &Self::State) -> Option<Conducted<Self::Value>>;
    /// What a message says.
    fn says(message: &Self::Wire) -> Says<Self::Value>;
}

/// Says what the data of `$module`'s actor mean: the same text for the library's module and its mutants.
macro_rules! worded {
    ($($module:ident)::+) => {
        const _: () = {
            use $($module)::+::{Acceptor, Ballot, Message, Paxos, Phase, State, Vote};

            fn plain(ballot: Ballot) -> super::properties::Ballot {
                (ballot.round, ballot.owner.into())
            }

            fn last<V: Word>(vote: &Option<Vote<V>>) -> LastVote<V> {
                vote.as_ref().map(|vote| (plain(vote.ballot), vote.value.clone()))
            }

            impl<V: Word, Q: synod::quorum::Quorums> Worded for Paxos<V, Q> {
                type Value = V;

                fn acceptor(storage: &Acceptor<V>) -> (Option<super::properties::Ballot>, LastVote<V>) {
                    (storage.promised.map(plain), last(&storage.vote))
                }

                fn decided(state: &State<V>) -> Option<V> {
                    state.decided.clone()
                }

                fn conducted(state: &State<V>) -> Option<Conducted<V>> {
                    let proposal = state.proposal.as_ref()?;
                    let own = (plain(proposal.ballot), proposal.value.clone());
                    let conducted = Conducted { ballot: Some(own), ..Conducted::none() };
                    Some(match &proposal.phase {
                        Phase::Preparing { answers } => {
                            let promises = answers.iter().map(|(from, vote)| (*from, last(vote))).collect();
                            Conducted { promises, ..conducted }
                        }
                        Phase::Voting { value, votes } => {
                            Conducted { chosen: Some(value.clone()), votes: votes.iter().collect(), ..conducted }
                        }
                    })
                }

                fn says(message: &Message<V>) -> Says<V> {
                    match message {
                        Message::Prepare { ballot } => Says::Prepare(plain(*ballot)),
                        Message::Promise { ballot, vote } => Says::Promise(plain(*ballot), last(vote)),
                        Message::Accept { ballot, value } => Says::Accept(plain(*ballot), value.clone()),
                        Message::Accepted { ballot } => Says::Accepted(plain(*ballot)),
                        Message::Decided { value } => Says::Decided(value.clone()),
                    }
                }
            }
        };
    };
}

worded!(synod::consensus::paxos);
worded!(wrong::votes_below_promise);
worded!(wrong::vote_not_told);
worded!(wrong::promise_not_saved);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::Manifest;
    use synod::consensus::paxos::Paxos;

    /// One process, which has two ballots to make and may crash once: being a quorum by itself, it decides in one step.
    fn one_process() -> System<Paxos<Value, Majority>> {
        let system = System::new([Paxos::new(Majority::new(1))]);
        system.network(any_network()).crash_recovery(1).script(0, proposing([1, 2]))
    }

    #[test]
    fn a_process_alone_conforms() {
        let report = in_the_words_of("MCPaxosOne", one_process()).explore();
        report.is_not_refused();
        assert_eq!(Some(report.mapped), Manifest::read().run("MCPaxosOne").distinct);
    }

    #[test]
    fn to_die_in_a_step_is_more_than_one_step() {
        let report = Conformance::new("Paxos", "MCPaxosOne", one_process(), state).explore();
        let refusal = report.refusal.expect("it is refused");
        assert_eq!(refusal.kind, "request");
        assert!(refusal.step.contains("crashes"), "{refusal}");
    }
}
