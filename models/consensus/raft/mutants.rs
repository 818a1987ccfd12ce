//! Known-wrong servers: the library's, tampered with. In terms of what is wrong they are the errors that the sources warn
//! of, have themselves, or that others have made.

use super::tampered::{Effect, Tamper, Tampered, tampered};
use super::*;
use crate::Mutant;
use stateright::actor::Command;
use synod::consensus::raft::{Body, Payload, Position, Progress};
use synod::event::Event;

pub(super) fn mutants() -> Vec<Mutant> {
    vec![
        Mutant {
            name: "vote_not_saved",
            about: "votes are told but not saved",
            alters: "votes_with_a_crash",
            property: "one vote per term",
            steps: 9,
            last: ("deliver", Some(0)),
            system: Box::new(votes_with_a_crash(three(VOTE_NOT_SAVED))),
        },
        Mutant {
            name: "votes_for_any_log",
            about: "votes for a candidate whose log is less up to date than its own",
            alters: "leaders",
            property: "leader completeness",
            steps: 12,
            last: ("deliver", Some(1)),
            system: Box::new(leaders(three(VOTES_FOR_ANY_LOG), IN_TURN)),
        },
        Mutant {
            name: "votes_of_any_term",
            about: "counts votes of earlier terms",
            alters: "split_votes",
            property: "election safety",
            steps: 13,
            last: ("deliver", Some(1)),
            system: Box::new(split_votes(three(VOTES_OF_ANY_TERM), ANYONE_TWICE)),
        },
        Mutant {
            name: "previous_not_compared",
            about: "appends entries after one that is not the leader's",
            alters: "leaders_in_three_terms",
            property: "log matching",
            steps: 17,
            last: ("deliver", Some(1)),
            system: Box::new(without_earlier_terms(leaders(three(PREVIOUS_NOT_COMPARED), THREE_TURNS))),
        },
        Mutant {
            name: "truncates_always",
            about: "removes all that follows the previous entry before it appends",
            alters: "replication",
            property: "committed entries are on a majority",
            steps: 10,
            last: ("deliver", Some(0)),
            system: Box::new(replication(three(TRUNCATES_ALWAYS))),
        },
        Mutant {
            name: "entries_not_saved",
            about: "acknowledges entries that are not saved",
            alters: "replication",
            property: "committed entries are on a majority",
            steps: 7,
            last: ("deliver", Some(0)),
            system: Box::new(replication(three(ENTRIES_NOT_SAVED))),
        },
        Mutant {
            name: "commits_alone",
            about: "commits what it has itself, without a quorum",
            alters: "replication",
            property: "committed entries are on a majority",
            steps: 5,
            last: ("deliver", Some(0)),
            system: Box::new(replication(three(COMMITS_ALONE))),
        },
        Mutant {
            name: "takes_proposals_out_of_turn",
            about: "takes a process's proposals in the order in which they arrive: the literal reading of the slides",
            alters: "in_order",
            property: "in the order of the proposals",
            steps: 12,
            last: ("deliver", Some(0)),
            system: Box::new(in_order(three(OUT_OF_TURN))),
        },
        Mutant {
            name: "commits_by_counting",
            about: "commits entries of earlier terms because most have them: figure 8 of the paper",
            alters: "figure_8",
            property: "leader completeness",
            steps: 26,
            last: ("deliver", Some(1)),
            system: Box::new(figure_8(tampered(one_at_a_time(), COMMITS_BY_COUNTING))),
        },
        Mutant {
            name: "waits_for_an_answer",
            about: "commits nothing before an answer comes, also where nobody else can answer: the literal slides",
            alters: "one_server_some_day",
            property: "what is proposed is applied",
            steps: 3,
            last: ("timeout", Some(0)),
            system: Box::new(live::one_server(tampered(servers(1), WAITS_FOR_AN_ANSWER))),
        },
        Mutant {
            name: "begins_without_an_entry",
            about: "leaves what earlier leaders have not committed until somebody proposes something: the literal slides",
            alters: "some_day",
            property: "what a leader has is applied everywhere",
            steps: 19,
            last: ("deliver", Some(2)),
            system: Box::new(live::some_day(tampered(live::servers(), BEGINS_WITHOUT_AN_ENTRY))),
        },
    ]
}

fn three(tamper: Tamper) -> Vec<Tampered> {
    tampered(servers(3), tamper)
}

/// Whatever is saved in the step.
fn saved(effects: &mut [Effect]) -> impl Iterator<Item = &mut DurableOf<Journal>> {
    effects.iter_mut().filter_map(|effect| match effect {
        Command::Save(durable) => Some(durable),
        _ => None,
    })
}

pub(super) const VOTE_NOT_SAVED: Tamper =
    Tamper { ends: |_, _, _, effects| saved(effects).for_each(|durable| durable.ballot.vote = None), ..Tamper::NONE };

const VOTES_FOR_ANY_LOG: Tamper = Tamper {
    arrives: |_, _, message| {
        if let Body::PreVote { last } | Body::RequestVote { last } = &mut message.body {
            *last = Position { term: u64::MAX, index: u64::MAX };
        }
    },
    ..Tamper::NONE
};

const VOTES_OF_ANY_TERM: Tamper = Tamper {
    arrives: |state, _, message| {
        if let Body::VoteGranted = message.body {
            message.term = message.term.max(state.term());
        }
    },
    ..Tamper::NONE
};

const PREVIOUS_NOT_COMPARED: Tamper = Tamper {
    arrives: |state, _, message| {
        if let Body::AppendEntries { previous, .. } = &mut message.body {
            *previous = state.durable.log.position_at(previous.index).unwrap_or(*previous);
        }
    },
    ..Tamper::NONE
};

const TRUNCATES_ALWAYS: Tamper = Tamper {
    arrives: |state, _, message| {
        if let Body::AppendEntries { previous, .. } = &message.body
            && message.term >= state.term()
            && state.durable.log.conflict(*previous).is_none()
        {
            state.durable.log.truncate(previous.index);
        }
    },
    ends: |_, before, after, effects| {
        if before.durable != after.durable && saved(effects).next().is_none() {
            effects.push(Command::Save(after.durable.clone()));
        }
    },
};

const ENTRIES_NOT_SAVED: Tamper = Tamper {
    ends: |_, before, after, effects| {
        if !after.is_leader() {
            saved(effects).for_each(|durable| durable.log = before.durable.log.clone());
        }
    },
    ..Tamper::NONE
};

/// A leader commits up to this index, whatever speaks against it.
fn commit(state: &mut Known, index: u64) {
    let new = state.durable.log.entries(state.commit + 1..=index).filter_map(|entry| match &entry.payload {
        Payload::Command(proposal) => proposal.operation.command().copied(),
        _ => None,
    });
    state.machine.0.extend(new);
    state.commit = state.commit.max(index);
}

pub(super) const COMMITS_ALONE: Tamper = Tamper {
    ends: |_, _, after, _| {
        if after.is_leader() {
            commit(after, after.durable.log.last().index);
        }
    },
    ..Tamper::NONE
};

const COMMITS_BY_COUNTING: Tamper = Tamper {
    ends: |_, _, after, _| {
        if let Role::Leader { followers, .. } = &after.role {
            let most = followers.values().map(|progress| progress.matched).max();
            commit(after, most.unwrap_or(0));
        }
    },
    ..Tamper::NONE
};

const OUT_OF_TURN: Tamper = Tamper {
    arrives: |state, from, message| {
        if let Body::Propose { first, .. } = message.body
            && let Role::Leader { sessions, .. } = &mut state.role
        {
            for serial in 1..first.serial {
                sessions.admit(from, synod::consensus::raft::Turn { serial, ..first });
            }
        }
    },
    ..Tamper::NONE
};

const WAITS_FOR_AN_ANSWER: Tamper = Tamper {
    ends: |_, before, after, effects| {
        after.commit = before.commit;
        after.machine = before.machine.clone();
        effects.retain(|effect| {
            let Command::Send(_, Event::Indication(Indication::Applied { number, index, .. })) = effect else {
                return true;
            };
            if let Some(Payload::Command(proposal)) = after.durable.log.get(*index).map(|entry| &entry.payload) {
                after.proposals = before.proposals.clone();
                after.proposals.add(*number, proposal.operation.clone());
            }
            false
        });
    },
    ..Tamper::NONE
};

const BEGINS_WITHOUT_AN_ENTRY: Tamper = Tamper {
    ends: |_, before, after, effects| {
        let last = after.durable.log.last().index;
        let is_empty = |entry: &synod::consensus::raft::Entry<Payload<u8>>| entry.payload == Payload::Nothing;
        if before.is_leader() || !after.is_leader() || !after.durable.log.get(last).is_some_and(is_empty) {
            return;
        }
        after.durable.log.truncate(last - 1);
        if let Role::Leader { followers, .. } = &mut after.role {
            followers.values_mut().for_each(|progress| *progress = Progress::new(last));
        }
        saved(effects).for_each(|durable| durable.log = after.durable.log.clone());
        effects.retain(|effect| !matches!(effect, Command::Send(..)));
    },
    ..Tamper::NONE
};
