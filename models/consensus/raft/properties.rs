//! What is claimed of Raft: the properties of the paper, each under its name, and that what they are about does happen.
//!
//! What a server has said stands in the messages in flight, of which none is lost: so a property of two moments, such
//! as that nobody votes twice, is one of a state.

use super::{Answers, Journal, Known, Replica};
use std::collections::{BTreeMap, BTreeSet};
use synod::consensus::raft::{Body, DurableOf, Log, Role};
use synod::event::Data;
use synod::stateright::actor::Id;
use synod::system::{Processes, System, View};

/// What Raft promises always.
pub fn safe<R: Replica, H: Data>(system: System<R, H>) -> System<R, H> {
    system
        .always("election safety")
        .everything(|view| leaders(view).values().all(|leaders| leaders.len() == 1))
        .always("one vote per term")
        .everything(|view| votes(view).values().all(|candidates| candidates.len() == 1))
        .always("leader append-only")
        .everything(leaders_append_only)
        .always("log matching")
        .processes(logs_match)
        .always("committed entries are on a majority")
        .processes(committed_is_on_a_majority)
        .always("leader completeness")
        .processes(leaders_are_complete)
        .always("state machine safety")
        .processes(machines_agree)
}

/// Who leads each term, or has led it and said so.
fn leaders<R: Replica, H>(view: View<'_, R, H>) -> BTreeMap<u64, BTreeSet<Id>> {
    let leading = view.processes.states().filter(|(_, state)| state.is_leader());
    let leading = leading.map(|(id, state)| (state.term(), id));
    let appends = view.messages.iter().filter(|envelope| matches!(envelope.message.body, Body::AppendEntries { .. }));
    let appending = appends.map(|envelope| (envelope.message.term, envelope.from));
    let mut leaders = BTreeMap::<_, BTreeSet<_>>::new();
    leading.chain(appending).for_each(|(term, id)| _ = leaders.entry(term).or_default().insert(id));
    leaders
}

/// For whom each server has voted in each term: what it has stored and told others, and as a candidate for itself.
fn votes<R: Replica, H>(view: View<'_, R, H>) -> BTreeMap<(Id, u64), BTreeSet<Id>> {
    let stored =
        view.processes.stored().filter_map(|(id, durable)| Some((id, durable.ballot.term, durable.ballot.vote?)));
    let told = view.messages.iter().filter_map(|envelope| match envelope.message.body {
        Body::VoteGranted => Some((envelope.from, envelope.message.term, envelope.to)),
        Body::RequestVote { .. } => Some((envelope.from, envelope.message.term, envelope.from)),
        _ => None,
    });
    let mut votes = BTreeMap::<_, BTreeSet<_>>::new();
    stored.chain(told).for_each(|(voter, term, vote)| _ = votes.entry((voter, term)).or_default().insert(vote));
    votes
}

/// What a leader has sent in its term is still in its log, where it was, unless a snapshot stands for it.
fn leaders_append_only<R: Replica, H>(view: View<'_, R, H>) -> bool {
    view.messages.iter().all(|envelope| {
        let Body::AppendEntries { previous, entries, .. } = &envelope.message.body else { return true };
        let sender = view.processes.get(envelope.from).state();
        let Some(leader) = sender.filter(|state| state.is_leader() && state.term() == envelope.message.term) else {
            return true;
        };
        let log = &leader.durable.log;
        (previous.index + 1..)
            .zip(entries)
            .all(|(index, entry)| index <= log.base().index || log.get(index) == Some(entry))
    })
}

/// Two logs that have an entry of the same term at the same index agree up to there.
fn logs_match<R: Replica>(processes: Processes<'_, R>) -> bool {
    let logs: Vec<_> = processes.stored().map(|(_, durable)| &durable.log).collect();
    logs.iter().all(|one| logs.iter().all(|other| one.agrees_up_to(other) >= last_same_term(one, other)))
}

fn last_same_term<T>(one: &Log<T>, other: &Log<T>) -> u64 {
    let both = 1..=one.last().index.min(other.last().index);
    both.rev().find(|index| one.term_at(*index) == other.term_at(*index)).unwrap_or(0)
}

/// What somebody knows to be committed a quorum has stored, of the configuration that is in force there.
fn committed_is_on_a_majority<R: Replica>(processes: Processes<'_, R>) -> bool {
    processes.states().all(|(_, knowing)| {
        let has_it = |durable: &DurableOf<Journal>| durable.log.agrees_up_to(&knowing.durable.log) >= knowing.commit;
        let quorum = processes.stored().filter(|(_, durable)| has_it(durable)).map(|(id, _)| id).collect();
        knowing.configurations.at(knowing.commit).is_quorum(quorum)
    })
}

/// What somebody knows to be committed is in the log of whoever leads that term or a later one.
fn leaders_are_complete<R: Replica>(processes: Processes<'_, R>) -> bool {
    let leaders = || processes.states().filter(|(_, state)| state.is_leader());
    processes.states().all(|(_, knowing)| {
        let mut later = leaders().filter(|(_, leader)| leader.term() >= knowing.term());
        later.all(|(_, leader)| {
            let (log, other) = (&leader.durable.log, &knowing.durable.log);
            log.last().index >= knowing.commit && log.agrees_up_to(other) >= knowing.commit
        })
    })
}

/// Two servers have applied the same commands, as far as both have, and are in the same state if both have applied all
/// of them.
fn machines_agree<R: Replica>(processes: Processes<'_, R>) -> bool {
    processes.states().all(|(_, one)| {
        processes.states().all(|(_, other)| {
            let both = one.commit.min(other.commit);
            one.durable.log.agrees_up_to(&other.durable.log) >= both
                && (one.commit != other.commit || one.machine == other.machine && one.clients == other.clients)
        })
    })
}

/// A leader is elected.
pub fn elects<R: Replica, H: Data>(system: System<R, H>) -> System<R, H> {
    system.sometimes("a leader").processes(|p| p.states().any(|(_, state)| state.is_leader()))
}

/// A leader of the last term is elected.
pub fn leader_of<R: Replica, H: Data>(system: System<R, H>, term: u64) -> System<R, H> {
    system
        .sometimes("a leader of the last term")
        .processes(move |p| p.states().any(|(_, state)| state.is_leader() && state.term() == term))
}

/// Servers that stand at the same time, in the same term.
pub fn rivals<R: Replica, H: Data>(system: System<R, H>) -> System<R, H> {
    system.sometimes("two candidates of a term").processes(|p| {
        let candidates = p.states().filter(|(_, state)| matches!(state.role, Role::Candidate { .. }));
        let terms: Vec<_> = candidates.map(|(_, state)| state.term()).collect();
        terms.iter().any(|term| terms.iter().filter(|other| *other == term).count() > 1)
    })
}

/// A leader that does not know of the next one, and what it had appended comes to nothing, or is committed by that one.
pub fn succession<R: Replica, H: Data>(system: System<R, H>) -> System<R, H> {
    system
        .sometimes("leaders of two terms at the same time")
        .processes(|p| p.states().filter(|(_, state)| state.is_leader()).count() == 2)
        .sometimes("an entry of an earlier term is committed")
        .processes(|p| {
            p.states().any(|(_, state)| {
                let terms = state.durable.log.entries(1..=state.commit).map(|entry| entry.term);
                terms.collect::<BTreeSet<_>>().len() == 2
            })
        })
        .sometimes("logs that conflict")
        .processes(|p| {
            let logs: Vec<_> = p.stored().map(|(_, durable)| &durable.log).collect();
            let conflict = |one: &Log<_>, other: &Log<_>| {
                let both = 1..=one.last().index.min(other.last().index);
                both.into_iter().any(|index| one.term_at(index) != other.term_at(index))
            };
            logs.iter().any(|one| logs.iter().any(|other| conflict(one, other)))
        })
}

/// Figure 8 of the paper: a leader knows that most have an entry of an earlier term, and a later leader does not have it.
pub fn figure_8<R: Replica, H: Data>(system: System<R, H>) -> System<R, H> {
    system
        .sometimes("an entry of an earlier term is on a majority, and not committed")
        .processes(|p| {
            p.states().any(|(_, state)| {
                let Role::Leader { followers, .. } = &state.role else { return false };
                let is_old = |index: u64| state.durable.log.term_at(index) < Some(state.term());
                followers.values().any(|progress| progress.matched > state.commit && is_old(progress.matched))
            })
        })
        .sometimes("an entry that was on a majority is replaced")
        .processes(|p| {
            p.stored().filter(|(_, durable)| durable.log.term_at(1) == Some(2)).count() == 2
                && p.stored().any(|(id, durable)| usize::from(id) == 0 && durable.log.term_at(1) == Some(1))
        })
}

/// A server that has voted crashes and recovers, and there is a leader all the same.
pub fn recoveries<R: Replica, H: Data>(system: System<R, H>) -> System<R, H> {
    system.sometimes("a leader after the recovery of one that had voted").everything(|view: View<'_, R, H>| {
        let recovered = |(_, state): (Id, &Known)| state.durable.incarnation > 1 && state.durable.ballot.vote.is_some();
        view.processes.states().any(recovered) && view.processes.states().any(|(_, state)| state.is_leader())
    })
}

/// What applications are told: each of its own proposals at most once, and never two at the same place of the log.
pub fn answers<R: Replica>(system: System<R, Answers>) -> System<R, Answers> {
    system
        .always("applied at most once")
        .history(|answers: &Answers| !answers.twice)
        .always("one command at an index")
        .history(|answers: &Answers| !answers.contradiction)
        .always("what is answered is applied, in order")
        .everything(answers_are_applied)
        .sometimes("a proposal is answered")
        .history(|answers: &Answers| !answers.at.is_empty())
        .sometimes("everyone has applied a command")
        .processes(|p| p.states().all(|(_, state)| !state.machine.0.is_empty()))
}

/// Whoever knows of as much as was answered has applied what was answered, in the order of the answers' places in the
/// log.
fn answers_are_applied<R: Replica>(view: View<'_, R, Answers>) -> bool {
    let Some(last) = view.history.at.last_key_value().map(|(index, _)| *index) else { return true };
    let mut knowing = view.processes.states().filter(|(_, state)| state.commit >= last);
    knowing.all(|(_, state)| {
        let mut applied = state.machine.0.iter();
        view.history.at.values().all(|command| applied.any(|other| u64::from(*other) == *command))
    })
}

/// Somebody applies a command.
pub fn applies<R: Replica>(system: System<R, Answers>) -> System<R, Answers> {
    system.sometimes("a command is applied").processes(|p| p.states().any(|(_, state)| !state.machine.0.is_empty()))
}

/// A proposal goes by way of a follower, and its answer comes there.
pub fn forwarding<R: Replica>(system: System<R, Answers>) -> System<R, Answers> {
    system.sometimes("a follower's proposal is answered").everything(|view: View<'_, R, Answers>| {
        let waits_no_longer =
            |(_, state): (Id, &Known)| !state.is_leader() && state.leader.is_some() && state.proposals.is_empty();
        !view.history.at.is_empty()
            && view.processes.get(Id::from(1)).state().is_some_and(|state| waits_no_longer((Id::from(1), state)))
    })
}

/// What process 1 has proposed before another command is applied before it. It waits for both until it is told.
pub fn in_order<R: Replica>(system: System<R, Answers>) -> System<R, Answers> {
    system
        .always("in the order of the proposals")
        .processes(|p| {
            let proposer = p.get(Id::from(1)).state();
            let waiting = proposer.into_iter().flat_map(|state| state.proposals.from(0));
            let waiting: Vec<u8> = waiting.filter_map(|(_, operation)| operation.command().copied()).collect();
            let overtakes =
                |pair: &[u8], Journal(applied): &Journal| !applied.contains(&pair[0]) && applied.contains(&pair[1]);
            waiting.windows(2).all(|pair| p.states().all(|(_, state)| !overtakes(pair, &state.machine)))
        })
        .sometimes("two commands are applied")
        .processes(|p| p.states().any(|(_, state)| state.machine.0.len() == 2))
}

/// Two commands are applied, and by a leader that was not asked for them.
pub fn two_applied<R: Replica>(system: System<R, Answers>) -> System<R, Answers> {
    system
        .sometimes("a later leader applies two commands")
        .processes(|p| p.states().any(|(_, state)| state.is_leader() && state.term() > 1 && state.machine.0.len() == 2))
}

/// Both orders of two commands.
pub fn both_orders<R: Replica>(system: System<R, Answers>) -> System<R, Answers> {
    let applied = |order: [u8; 2]| move |p: Processes<'_, R>| p.states().any(|(_, state)| state.machine.0 == order);
    system
        .sometimes("the first command before the second")
        .processes(applied([1, 2]))
        .sometimes("the second command before the first")
        .processes(applied([2, 1]))
}
