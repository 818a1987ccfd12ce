//! Two-phase commit in the words of `tla/TwoPhase.tla`.

use super::properties::{Protocol, Said};
use super::{INTERVAL, PATIENCE, any_network, first, one_transaction, three};
use crate::commit::Outcomes;
use crate::conformance::value::*;
use crate::conformance::{Conformance, RefusedMutant, Twin};
use crate::mutated::two_phase as wrong;
use stateright::actor::Id;
use synod::commit::two_phase::TwoPhase;
use synod::commit::{Decision, Vote};
use synod::system::{Envelope, Process, System, View};
use tla_eval::{State, Value};

/// Two-phase commit, held against its spec.
pub fn twin() -> Twin {
    Twin {
        algorithm: "two_phase",
        instance: Box::new(one_crash(three())),
        sampled: vec![Box::new(four_processes())],
        mutants: vec![
            RefusedMutant {
                name: "aborts_in_doubt",
                refused: ("timeout", "GiveUp"),
                instance: Box::new(one_crash(vec![wrong::aborts_in_doubt::TwoPhase::new(PATIENCE, INTERVAL); 3])),
            },
            RefusedMutant {
                name: "vote_not_saved",
                refused: ("request", "Say"),
                instance: Box::new(one_crash(vec![wrong::vote_not_saved::TwoPhase::new(PATIENCE, INTERVAL); 3])),
            },
            RefusedMutant {
                name: "missing_vote_ignored",
                refused: ("deliver", "Count"),
                instance: Box::new(one_crash(vec![wrong::missing_vote_ignored::TwoPhase::new(PATIENCE, INTERVAL); 3])),
            },
        ],
    }
}

fn one_crash<A: Worded>(actors: Vec<A>) -> Conformance<A, Outcomes> {
    let system = crate::commit::system(actors).network(any_network()).crash_recovery(1);
    in_the_words_of("MCTwoPhaseOneCrash", one_transaction(system, &[1, 2]))
}

fn four_processes() -> Conformance<TwoPhase, Outcomes> {
    let system = crate::commit::system(super::group(4)).network(any_network()).crash_recovery(2);
    in_the_words_of("MCTwoPhaseOneCrash", one_transaction(system, &[1, 2, 3]))
        .constant("N", number(4))
        .constant("Participants", of_the_transaction(set((1..=3).map(number))))
        .constant("MaxCrashes", number(2))
}

/// A process that dies in a step, once that is durable, takes the step and crashes then.
fn in_the_words_of<A: Worded>(config: &'static str, system: System<A, Outcomes>) -> Conformance<A, Outcomes> {
    Conformance::new("TwoPhase", config, system, state)
        .between(|transition| transition.survived().into_iter().collect())
}

/// There is one transaction, which the spec calls T.
fn of_the_transaction(value: Value) -> Value {
    record([("T", value)])
}

/// What is durable is mapped from the storage, so that what is believed and not saved counts as nothing.
fn state<A: Worded>(view: View<'_, A, Outcomes>) -> State {
    let processes = || view.processes.iter();
    let coordinator = view.processes.get(first().coordinator);
    let said = |(id, process): (Id, &Process<A>)| said(view.history.votes.get(&(first(), id)), process.asked > 0);
    // The coordinator is asked to commit, and not to vote.
    let said = |(id, process)| if id == first().coordinator { string("nothing") } else { said((id, process)) };
    let (votes, acked) = coordinator.state().map_or_else(Default::default, A::heard);
    let messages = view.messages.iter().filter_map(message::<A>);
    variables([
        ("coord", of_the_transaction(string(coordinated::<A>(coordinator)))),
        ("votes", of_the_transaction(set(votes.into_iter().map(process)))),
        ("acked", of_the_transaction(set(acked.into_iter().map(process)))),
        ("part", of_the_transaction(by_process(processes().map(|(_, process)| string(part::<A>(process)))))),
        ("asked", of_the_transaction(Value::Bool(coordinator.asked > 0))),
        ("said", of_the_transaction(by_process(processes().map(said)))),
        ("up", by_process(processes().map(|(_, process)| Value::Bool(process.is_up())))),
        ("msgs", set(messages)),
        ("crashes", number(view.spent.crashes)),
    ])
}

fn decision(decision: Decision) -> &'static str {
    match decision {
        Decision::Commit => "commit",
        Decision::Abort => "abort",
    }
}

fn vote(vote: Vote) -> &'static str {
    match vote {
        Vote::Yes => "yes",
        Vote::No => "no",
    }
}

/// What an application has said: what nobody has seen of what it said is lost.
fn said(seen: Option<&Vote>, asked: bool) -> Value {
    string(match (seen, asked) {
        (Some(seen), _) => vote(*seen),
        (None, true) => "lost",
        (None, false) => "nothing",
    })
}

fn coordinated<A: Worded>(coordinator: &Process<A>) -> &'static str {
    let Some(log) = &coordinator.storage else {
        return "none";
    };
    match A::begun(log).first() {
        Some((_, Some(decided))) => decision(*decided),
        Some((_, None)) => "voting",
        None if A::has_begun(log) => "over",
        None => "none",
    }
}

fn part<A: Worded>(process: &Process<A>) -> &'static str {
    match process.storage.as_ref().and_then(|log| A::joined(log).first().copied()) {
        Some((_, Some(decided))) => decision(decided),
        Some((_, None)) => "doubt",
        None => process.state().and_then(A::unvoted).unwrap_or("none"),
    }
}

/// Questions of those in doubt are not in the spec.
fn message<A: Worded>(envelope: &Envelope<A::Wire>) -> Option<Value> {
    let about = |kind| [("type", string(kind)), ("about", string("T"))];
    let (from, to) = (("from", process(envelope.from)), ("to", process(envelope.to)));
    match A::said(&envelope.message).1 {
        Said::Prepare => {
            let [kind, about] = about("prepare");
            Some(record([kind, about, to]))
        }
        Said::Vote(said) => {
            let [kind, about] = about("vote");
            Some(record([kind, about, from, ("vote", string(vote(said)))]))
        }
        Said::Decision(decided, _) => {
            let [kind, about] = about("decision");
            Some(record([kind, about, to, ("decision", string(decision(decided)))]))
        }
        Said::Acknowledge => {
            let [kind, about] = about("acknowledgement");
            Some(record([kind, about, from]))
        }
        Said::Ask => None,
    }
}

/// An actor whose data can be put into the words of the spec: the library's, or a mutant of it.
pub trait Worded: Protocol {
    /// Whether the process has ever begun a transaction.
    fn has_begun(log: &Self::Storage) -> bool;
    /// From whom the coordinator has heard a yes, and from whom an acknowledgement.
    fn heard(state: &Self::State) -> (Vec<Id>, Vec<Id>);
    /// How far a participant is that has not voted.
    fn unvoted(state: &Self::State) -> Option<&'static str>;
}

/// Says what the data of `$module`'s actor mean: the same text for the library's module and its mutants.
macro_rules! worded {
    ($($module:ident)::+) => {
        const _: () = {
            use $($module)::+::{Log, Round, State, TwoPhase, Unvoted};

            impl Worded for TwoPhase {
                fn has_begun(log: &Log) -> bool {
                    log.last.is_some()
                }

                fn heard(state: &State) -> (Vec<Id>, Vec<Id>) {
                    let participants = |transaction| state.log.begun[transaction].participants;
                    match state.rounds.first_key_value() {
                        Some((_, Round::Voting { votes })) => {
                            let said_yes = votes.iter().filter(|(_, vote)| **vote == Some(Vote::Yes));
                            (said_yes.map(|(from, _)| *from).collect(), Vec::new())
                        }
                        Some((transaction, Round::Telling { waiting })) => {
                            (Vec::new(), participants(transaction).difference(*waiting).iter().collect())
                        }
                        None => (Vec::new(), Vec::new()),
                    }
                }

                fn unvoted(state: &State) -> Option<&'static str> {
                    state.unvoted.values().next().map(|unvoted| match unvoted {
                        Unvoted::Ready => "ready",
                        Unvoted::Asked => "asked",
                    })
                }
            }
        };
    };
}

worded!(synod::commit::two_phase);
worded!(wrong::aborts_in_doubt);
worded!(wrong::vote_not_saved);
worded!(wrong::missing_vote_ignored);
