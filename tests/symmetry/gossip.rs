//! Random protocols whose processes differ by their names alone, on every kind of network and with every kind of fault:
//! ids are kept in states, sets, vectors by process, messages, timers, choices, storage and history.

use crate::{agrees, brute_force};
use stateright::actor::{Actor, Id, Out};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;
use synod::event::{Emit, Event, others};
use synod::rename;
use synod::system::{Limit, Network, Observation, ObservationOf, Script, System, Timing};

/// A process that, whatever happens, does what its rules say: one for each kind of event.
#[derive(Clone)]
pub struct Gossip {
    processes: usize,
    rules: Vec<Rule>,
}

#[derive(Clone, Copy)]
pub enum Rule {
    TellAll,
    Answer,
    PassOn,
    PointAtSender,
    PointAtNamed,
    Hear,
    Count,
    Ask,
    Choose,
    SaveNamed,
    TellApplication,
    Nothing,
    /// (Not among those that are drawn.)
    Stumble,
}

const RULES: [Rule; 12] = [
    Rule::TellAll,
    Rule::Answer,
    Rule::PassOn,
    Rule::PointAtSender,
    Rule::PointAtNamed,
    Rule::Hear,
    Rule::Count,
    Rule::Ask,
    Rule::Choose,
    Rule::SaveNamed,
    Rule::TellApplication,
    Rule::Nothing,
];

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State {
    pub points_at: Option<Id>,
    heard: BTreeSet<Id>,
    counts: Vec<u8>,
    moves_left: u8,
}
rename! { struct State { points_at, heard, counts: indexed, moves_left } }

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Message {
    Name(Id),
    Heard { of: BTreeSet<Id> },
}
rename! { enum Message { Name(id), Heard { of } } }

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    Go,
    Ask(Id),
}
rename! { enum Timer { Go, Ask(whom) } }

impl Gossip {
    /// Follows the rule for an event in which `from` names `named`.
    fn follow(&self, rule: usize, me: Id, state: &mut State, from: Id, named: Id, out: &mut Out<Self>) {
        if state.moves_left == 0 {
            return;
        }
        state.moves_left -= 1;
        let n = self.processes;
        match self.rules.get(rule).copied().unwrap_or(Rule::Nothing) {
            Rule::TellAll => out.wire_all(others(n, me), &Message::Name(state.points_at.unwrap_or(me))),
            Rule::Answer if from != me => out.wire(from, Message::Heard { of: state.heard.clone() }),
            Rule::PassOn if named != me => out.wire(named, Message::Name(from)),
            Rule::PointAtSender => state.points_at = Some(from),
            Rule::PointAtNamed => state.points_at = Some(named),
            Rule::Hear => state.heard.extend([from, named]),
            Rule::Count => state.counts[usize::from(named)] += 1,
            Rule::Ask => out.set_timer(Timer::Ask(named), Duration::from_secs(1)..Duration::from_secs(2)),
            Rule::Choose => out.choose_random("whom", others(n, me).collect()),
            Rule::SaveNamed => out.save(named),
            Rule::TellApplication => out.indicate(me, named),
            Rule::Stumble => panic!("{me:?} stumbles over {named:?}"),
            _ => {}
        }
    }
}

impl Actor for Gossip {
    type Msg = Event<Id, Id, Message>;
    type State = State;
    type Storage = Id;
    type Timer = Timer;
    type Random = Id;

    fn on_start(&self, id: Id, stored: &Option<Id>, out: &mut Out<Self>) -> State {
        let counts = vec![0; self.processes];
        let mut state = State { points_at: *stored, heard: BTreeSet::new(), counts, moves_left: 2 };
        out.set_timer(Timer::Go, Duration::from_secs(1)..Duration::from_secs(1));
        if stored.is_some() {
            self.follow(0, id, &mut state, id, id, out);
        }
        state
    }

    fn on_msg(&self, id: Id, state: &mut Cow<State>, from: Id, event: Self::Msg, out: &mut Out<Self>) {
        match event {
            Event::Request(whom) => self.follow(1, id, state.to_mut(), id, whom, out),
            Event::Wire(Message::Name(named)) => self.follow(2, id, state.to_mut(), from, named, out),
            Event::Wire(Message::Heard { of }) => {
                if state.moves_left > 0 {
                    state.to_mut().heard.extend(of);
                }
                self.follow(3, id, state.to_mut(), from, from, out);
            }
            Event::Indication(_) => unreachable!("an indication leaves the process"),
        }
    }

    fn on_timeout(&self, id: Id, state: &mut Cow<State>, timer: &Timer, out: &mut Out<Self>) {
        match timer {
            Timer::Go => self.follow(4, id, state.to_mut(), id, id, out),
            Timer::Ask(whom) => self.follow(5, id, state.to_mut(), id, *whom, out),
        }
    }

    fn on_random(&self, id: Id, state: &mut Cow<State>, whom: &Id, out: &mut Out<Self>) {
        self.follow(6, id, state.to_mut(), id, *whom, out);
    }
}

/// Processes with these rules: for a recovery, a request, a name, what somebody heard, the first timer, a question, a
/// choice. Without further ado nothing happens.
pub fn of(rules: &[Rule], processes: usize) -> System<Gossip> {
    System::new(vec![Gossip { processes, rules: rules.to_vec() }; processes])
}

/// What the applications were told, and by whom, in their order.
type Told = Vec<(Id, Id)>;

/// A protocol drawn by a number, among so many processes.
fn drawn(number: usize, processes: usize) -> System<Gossip, Told> {
    let draw = |place: u32| number.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(7 * place + 3) % 8_191;
    let rules: Vec<Rule> = (0..7).map(|place| RULES[draw(place) % RULES.len()]).collect();
    let system = of(&rules, processes);
    let system = match draw(7) % 6 {
        0 => system.network(Network::unordered().loss(1).duplication(1)),
        1 => system.network(Network::fifo()),
        2 => system.network(Network::unordered().duplication(Limit::Unlimited)),
        3 => system.network(Network::unordered().loss(Limit::Unlimited)).crash_recovery(1).firings(1),
        4 => system.timing(Timing::Synchronous { unit: Duration::from_secs(1) }).crash_stop(1),
        _ => system.network(Network::fifo().loss(1)).omission(1),
    };
    system.observing(Told::new(), |told, seen: &ObservationOf<Gossip>| {
        if let Observation::Indication { process, indication } = seen {
            told.push((*process, *indication));
        }
    })
}

/// Draws protocols, and compares those that have more than a few states, and not too many, with brute force.
#[track_caller]
fn compare(processes: usize, groups: &[&[usize]], draws: usize, least: usize) {
    let mut compared = 0;
    for number in 1..=draws {
        let system = drawn(number, processes)
            .sometimes("told")
            .history(|told| told.len() > 1)
            .sometimes("all are pointed at")
            .processes(|p| {
                let pointed_at = p.states().filter_map(|(_, state)| state.points_at);
                pointed_at.collect::<BTreeSet<Id>>().len() == p.count()
            });
        let is_apt = brute_force(&system, groups, 2_000).is_some_and(|(states, _)| states >= 10);
        if is_apt {
            compared += 1;
            agrees(&system, groups, &|system| groups.iter().fold(system, |s, group| s.interchangeable(group.to_vec())));
        }
    }
    assert!(compared >= least, "only {compared} of {draws} protocols were apt");
}

#[test]
fn random_protocols_of_three() {
    compare(3, &[&[0, 1, 2]], 150, 60);
}

#[test]
fn random_protocols_of_four() {
    compare(4, &[&[0, 1, 2, 3]], 40, 8);
}

#[test]
fn random_protocols_of_which_not_all_are_interchangeable() {
    compare(3, &[&[0, 2]], 30, 10);
    compare(4, &[&[0, 3], &[1, 2]], 30, 5);
}

#[test]
fn scripts_that_name_processes_are_renamed() {
    // Each of three is asked to pass its name on to one of the others.
    let mut system = of(&[Rule::Nothing, Rule::PassOn, Rule::Hear], 3);
    for id in 0..3 {
        let places = [others(3, Id::from(id)).collect::<Vec<_>>()];
        system = system.script(id, Script::choosing(places));
    }
    agrees(&system, &[&[0, 1, 2]], &|system| system.interchangeable(0..3));
}
