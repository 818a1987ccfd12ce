//! Raft in the words of `tla/Raft.tla`.
//!
//! What leaders say is taken apart as in the spec: an entry for itself, with the position before it, and a commit index. How
//! a leader finds out where a follower's log agrees with its own is no part of the spec, and so no step of it: refusals, and
//! what is on the way.

use super::tampered::tampered;
use super::*;
use crate::conformance::value::*;
use crate::conformance::{Conformance, RefusedMutant, Transition, Twin};
use synod::consensus::raft::{Body, Entry, Log, Operation, Payload, Position};
use synod::system::{Envelope, View};
use tla_eval::{State as Spec, Value};

/// Raft, held against its spec.
pub fn twin() -> Twin {
    Twin {
        algorithm: "raft",
        instance: Box::new(two_servers(servers(2))),
        sampled: vec![Box::new(three_servers(servers(3)))],
        mutants: vec![
            RefusedMutant {
                name: "vote_not_saved",
                refused: ("deliver", "PreVoteGranted"),
                instance: Box::new(two_servers(tampered(servers(2), mutants::VOTE_NOT_SAVED))),
            },
            RefusedMutant {
                name: "commits_alone",
                refused: ("deliver", "VoteGranted"),
                instance: Box::new(two_servers(tampered(servers(2), mutants::COMMITS_ALONE))),
            },
        ],
    }
}

/// Each timer fires once, one server may crash, and one is asked for a command.
fn two_servers<R: Replica>(servers: Vec<R>) -> Conformance<R> {
    let propose = Script::at_any_time([Request::Propose { number: 1, command: 1 }]);
    in_the_words_of("MCRaft", System::new(servers).script(0, propose).crash_recovery(1).firings(1))
}

/// The same with three servers, timers that fire twice, and two crashes.
fn three_servers<R: Replica>(servers: Vec<R>) -> Conformance<R> {
    let propose = |command: u8| Script::at_any_time([Request::Propose { number: 1, command }]);
    let system = System::new(servers).script(0, propose(1)).script(1, propose(2)).crash_recovery(2).firings(2);
    let script = by_process([tuple([word(Some(1))]), tuple([word(Some(2))]), tuple([])]);
    in_the_words_of("MCRaft", system)
        .constant("N", number(3))
        .constant("MaxTimeouts", number(2))
        .constant("MaxCrashes", number(2))
        .constant("Script", script)
}

fn in_the_words_of<R: Replica>(config: &'static str, system: System<R>) -> Conformance<R> {
    let system = system.network(Network::unordered().loss(Limit::Unlimited).duplication(Limit::Unlimited));
    Conformance::new("Raft", config, system, state).between(in_between)
}

/// A leader says something in the step in which it has come to it, and whoever dies in a step once that is durable dies
/// after it.
fn in_between<R: Replica>(transition: &Transition<'_, R, ()>) -> Vec<Spec> {
    let survived = transition.survived();
    let mut silent = survived.clone().unwrap_or_else(|| transition.after());
    let (before, Some(Value::Set(said))) = (transition.before(), silent.get_mut("msgs")) else {
        panic!("messages are a set");
    };
    let known = |message: &Value| matches!(before.get("msgs"), Some(Value::Set(known)) if known.contains(message));
    said.retain(|message| known(message) || !is_of_a_leader(message));
    std::iter::once(silent).chain(survived).collect()
}

fn is_of_a_leader(message: &Value) -> bool {
    let Value::Record(fields) = message else { return false };
    ["entry", "commit"].iter().any(|kind| fields.get("type") == Some(&string(kind)))
}

/// What is durable is mapped from the storage, so that what is believed and not saved counts as nothing.
fn state<R: Replica>(view: View<'_, R, ()>) -> Spec {
    let n = view.processes.count();
    let durable = |of: fn(&DurableOf<Journal>) -> Value| {
        let nothing = DurableOf::<Journal>::default();
        by_process(view.processes.iter().map(|(_, process)| of(process.storage.as_ref().unwrap_or(&nothing))))
    };
    let volatile = |of: &dyn Fn(&Known) -> Value, without: Value| {
        by_process(view.processes.iter().map(|(_, process)| process.state().map_or(without.clone(), of)))
    };
    let fired = |process: &synod::system::Process<R>| process.fired.get(&Timer::Election).copied().unwrap_or(0);
    variables([
        ("term", durable(|durable| number(durable.ballot.term))),
        ("vote", durable(|durable| somebody(durable.ballot.vote))),
        ("log", durable(|durable| log(&durable.log))),
        ("role", volatile(&|state| string(role(&state.role)), string("follower"))),
        ("leader", volatile(&|state| somebody(state.leader), somebody(None))),
        ("tally", volatile(&|state| tally(&state.role), set([]))),
        ("matched", volatile(&|state| matched(&state.role, n), matched(&Role::Follower, n))),
        ("commit", volatile(&|state| number(state.commit), number(0))),
        ("waiting", volatile(&|state| set(state.proposals.from(0).map(|(_, operation)| proposed(operation))), set([]))),
        ("msgs", set(view.messages.iter().flat_map(messages))),
        ("asked", by_process(view.processes.iter().map(|(_, process)| number(process.asked)))),
        ("timeouts", by_process(view.processes.iter().map(|(_, process)| number(fired(process))))),
        ("crashes", number(view.spent.crashes)),
    ])
}

fn somebody(id: Option<Id>) -> Value {
    id.map_or(string("None"), process)
}

fn word(command: Option<u8>) -> Value {
    string(command.map_or("None", |command| ["x", "y"][usize::from(command) - 1]))
}

fn proposed(operation: &Operation<u8>) -> Value {
    word(Some(*operation.command().expect("the spec knows no sessions")))
}

fn position(position: Position) -> Value {
    record([("term", number(position.term)), ("index", number(position.index))])
}

fn entry(entry: &Entry<Payload<u8>>) -> Value {
    let command = match &entry.payload {
        Payload::Nothing => word(None),
        Payload::Command(proposal) => proposed(&proposal.operation),
        Payload::Configuration(_) => unreachable!("the spec knows no change of the membership"),
    };
    record([("term", number(entry.term)), ("command", command)])
}

fn log(log: &Log<Payload<u8>>) -> Value {
    tuple(log.iter().map(entry))
}

fn role(role: &Role) -> &'static str {
    match role {
        Role::Follower => "follower",
        Role::PreCandidate { .. } => "precandidate",
        Role::Candidate { .. } => "candidate",
        Role::Leader { .. } => "leader",
    }
}

fn tally(role: &Role) -> Value {
    match role {
        Role::PreCandidate { tally } | Role::Candidate { tally } => set(tally.granted().into_iter().map(process)),
        Role::Follower | Role::Leader { .. } => set([]),
    }
}

fn matched(role: &Role, n: usize) -> Value {
    let of = |id| match role {
        Role::Leader { followers, .. } => followers.get(&id).map_or(0, |progress| progress.matched),
        _ => 0,
    };
    by_process((0..n).map(|id| number(of(Id::from(id)))))
}

fn messages(envelope: &Envelope<MessageOf<Journal>>) -> Vec<Value> {
    let Envelope { from, to, message } = envelope;
    let (term, body) = (&message.term, &message.body);
    let kind = |kind| ("type", string(kind));
    let (from, to, term) = (("from", process(*from)), ("to", process(*to)), ("term", number(*term)));
    match body {
        Body::PreVote { last } => vec![record([kind("prevote"), from, to, term, ("last", position(*last))])],
        Body::PreVoteGranted => vec![record([kind("prevotegranted"), from, to, term])],
        Body::RequestVote { last } => vec![record([kind("requestvote"), from, to, term, ("last", position(*last))])],
        Body::VoteGranted => vec![record([kind("votegranted"), from, to, term])],
        Body::AppendEntries { previous, entries, commit } => {
            let ends = entries.iter().zip(previous.index + 1..);
            let ends = ends.map(|(entry, index)| Position { term: entry.term, index });
            let starts = std::iter::once(*previous).chain(ends);
            let said = entries.iter().zip(starts).map(|(said, previous)| {
                let (previous, said) = (("previous", position(previous)), ("entry", entry(said)));
                record([kind("entry"), from.clone(), term.clone(), previous, said])
            });
            let commit = record([kind("commit"), from.clone(), term.clone(), ("commit", number(*commit))]);
            said.chain([commit]).collect()
        }
        Body::Appended { matched } => vec![record([kind("appended"), from, to, term, ("matched", number(*matched))])],
        Body::Rejected { .. } => Vec::new(),
        Body::Propose { operations, .. } => {
            let propose = |operation: &Operation<u8>| {
                let command = ("command", proposed(operation));
                record([kind("propose"), from.clone(), to.clone(), term.clone(), command])
            };
            operations.iter().map(propose).collect()
        }
        Body::InstallSnapshot(_)
        | Body::Needs { .. }
        | Body::TimeoutNow
        | Body::Read { .. }
        | Body::Confirm { .. }
        | Body::Confirmed { .. }
        | Body::MayRead { .. } => unreachable!("the spec knows no snapshots, reads and transfers"),
    }
}
