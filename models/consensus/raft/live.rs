//! What is promised of whole runs: once time passes in step, some day there is a leader, and what is proposed is applied
//! everywhere.

use super::*;
use crate::live::over_unfair_links;
use std::time::Duration;
use synod::system::{Fair, Fairness, Processes, Timing, processes};

/// What a message takes at most.
const DELAY: Duration = Duration::from_millis(1);

pub(super) fn systems() -> Vec<Case> {
    vec![
        Case::verified("one_server_some_day", 5, one_server(super::servers(1))),
        Case::verified("some_day", 553_668, some_day(servers())),
        Case::violated("pre_votes_lost", 10_893, "some day there is a leader", 8, pre_votes_lost()),
        Case::violated("heartbeats_stop", 104_226, "what a leader has is applied everywhere", 13, heartbeats_stop()),
    ]
}

/// Three servers, whose time-outs are long against what messages take.
pub(super) fn servers() -> Vec<Server> {
    let patient = |server: Server| server.election_timeout(8 * DELAY..16 * DELAY).heartbeat_interval(3 * DELAY);
    super::servers(3).into_iter().map(patient).collect()
}

/// A cluster of one elects itself, and applies what it is asked for then.
pub(super) fn one_server<R: Replica>(servers: Vec<R>) -> System<R, Answers> {
    let system = proposing(answered(servers), 0, [1]).explore_while("one term").processes(first_terms(1));
    what_is_proposed_is_applied(some_day_a_leader(system))
}

/// Of three servers one may stop.
pub(super) fn some_day<R: Replica>(servers: Vec<R>) -> System<R, Answers> {
    stable(servers).crash_stop(1)
}

/// Time passes in step. Two of three servers are asked for a command each.
fn stable<R: Replica>(servers: Vec<R>) -> System<R, Answers> {
    let system = proposing(proposing(answered(servers), 0, [1]), 1, [2]);
    applied_everywhere(some_day_a_leader(system.timing(Timing::Synchronous { unit: DELAY })))
}

/// As long as pre-votes are lost, nobody stands.
fn pre_votes_lost() -> System<Server, Answers> {
    let system = over_unfair_links(answered(super::servers(2))).explore_while("two terms").processes(first_terms(1));
    some_day_a_leader(system)
}

/// Nobody is told of what is committed unless the leader gives signs of life.
fn heartbeats_stop() -> System<Server, Answers> {
    stable(servers()).fairness(Fair::Timers, Fairness::None)
}

fn first_terms<R: Replica>(terms: u64) -> impl Fn(Processes<'_, R>) -> bool {
    move |p| p.states().all(|(_, state)| state.term() <= terms)
}

fn some_day_a_leader<R: Replica>(system: System<R, Answers>) -> System<R, Answers> {
    system.eventually("some day there is a leader").processes(|p| p.states().any(|(_, state)| state.is_leader()))
}

fn what_is_proposed_is_applied<R: Replica>(system: System<R, Answers>) -> System<R, Answers> {
    system.leads_to(
        "what is proposed is applied",
        processes(|p: Processes<'_, R>| p.states().any(|(_, state)| !state.proposals.is_empty())),
        processes(|p: Processes<'_, R>| p.states().all(|(_, state)| state.proposals.is_empty())),
    )
}

/// What a leader has in its log everyone who is up applies, unless the leader stops before it has told anybody.
fn applied_everywhere<R: Replica>(system: System<R, Answers>) -> System<R, Answers> {
    let system = what_is_proposed_is_applied(system)
        .eventually_always("one leads for good, and all others follow")
        .processes(|p| {
            let leaders = p.states().filter(|(_, state)| state.is_leader()).map(|(id, _)| id);
            let leaders: Vec<_> = leaders.collect();
            leaders.len() == 1 && p.states().all(|(_, state)| state.leader == Some(leaders[0]))
        });
    system
        .leads_to(
            "what a leader has is applied everywhere",
            processes(|p: Processes<'_, R>| {
                p.states().any(|(_, state)| state.is_leader() && !state.durable.log.is_empty())
            }),
            processes(|p: Processes<'_, R>| {
                let mut machines =
                    p.states().map(|(_, state)| (&state.machine, state.durable.log.last().index == state.commit));
                let first = machines.next();
                first.is_none_or(|(one, all)| all && machines.all(|(other, all)| all && one == other))
            }),
        )
        .sometimes("everyone has applied both commands")
        .processes(|p| p.states().all(|(_, state)| state.machine.0.len() == 2))
}
