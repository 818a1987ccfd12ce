//! Registers, one for each key: keys have nothing to do with one another, what is at rest leaves no trace, and no query is
//! named like another.

use stateright::actor::Id;
use std::collections::BTreeSet;
use synod::check::check;
use synod::consistency::{Answer, Call, Judge, Linearizable, Operation, Register};
use synod::event::Module;
use synod::quorum::Majority;
use synod::register::abd::{Abd, Message, Query, Stubborn};
use synod::register::{Indication, Request};
use synod::stack::{Instance, Keyed, Many};
use synod::step::{Effects, Input, react, start};
use synod::system::{Faults, Limit, Network, Observation, Script, System};

type Value = u8;
type Registers = Many<char, Abd<Value, Majority>>;

fn registers(processes: usize) -> Registers {
    Many::new(Abd::many_writers(Majority::new(processes)))
}

fn write(key: char, number: u64, value: Value) -> Keyed<char, Request<Value>> {
    Keyed::new(key, Request::Write { number, value })
}

fn read(key: char, number: u64) -> Keyed<char, Request<Value>> {
    Keyed::new(key, Request::Read { number })
}

fn answers(request: &Keyed<char, Request<Value>>, told: &Keyed<char, Indication<Value>>) -> bool {
    request.key == told.key && request.what.is_answered_by(&told.what)
}

/// How many states two processes have when these are asked for; all instances are at rest in the end.
fn states(first: Option<Keyed<char, Request<Value>>>, second: Option<Keyed<char, Request<Value>>>) -> u64 {
    let system = System::new([registers(2), registers(2)])
        .script(0, Script::at_any_time(first))
        .script(1, Script::at_any_time(second))
        .finally("all are at rest")
        .processes(|p| p.states().all(|(_, state)| state.awake.is_empty()))
        .sometimes("one is awake")
        .processes(|p| p.states().any(|(_, state)| !state.awake.is_empty()));
    check(&system).verified().unique
}

#[test]
fn keys_have_nothing_to_do_with_one_another() {
    // One process writes one key, the other reads another: each state of the one goes with each of the other.
    let (written, read_) = (states(Some(write('a', 1, 7)), None), states(None, Some(read('b', 1))));
    assert_eq!(states(Some(write('a', 1, 7)), Some(read('b', 1))), written * read_);
    // On one key it is not so: the read may find what is being written.
    assert_ne!(states(Some(write('a', 1, 7)), Some(read('a', 1))), written * states(None, Some(read('a', 1))));
    // A write: not asked for, its query under way, its answer, the version, its acknowledgement, all told.
    assert_eq!(written, 6);
    // A read of nothing: not asked for, its query under way, its answer, told.
    assert_eq!(read_, 4);
}

/// What each key's judge has heard.
type Judges = [Linearizable<Register<Value>>; 2];

fn hear<A: Module<Request = Keyed<char, Request<Value>>, Indication = Keyed<char, Indication<Value>>>>(
    judges: &mut Judges,
    seen: &Observation<A::Request, A::Indication>,
) {
    let place = |key: char| usize::from(key == 'b');
    match seen {
        Observation::Request { process, request: Keyed { key, what } } => {
            let call = Call { process: *process, number: what.number() };
            let operation = match what {
                Request::Read { .. } => Operation::Read,
                Request::Write { value, .. } => Operation::Write(*value),
            };
            judges[place(*key)].call(call, operation);
        }
        Observation::Indication { process, indication: Keyed { key, what } } => {
            let call = Call { process: *process, number: what.number() };
            match what {
                Indication::Value { value, .. } => judges[place(*key)].answer(call, Answer::Value(*value)),
                Indication::Written { .. } => judges[place(*key)].answer(call, Answer::Written),
                Indication::Refused { .. } => judges[place(*key)].refuse(call),
            }
        }
        Observation::Crash { process } => judges.iter_mut().for_each(|judge| judge.crash(*process)),
        Observation::Recovery { .. } | Observation::Corruption { .. } => {}
    }
}

/// One process writes a key and reads another, a second reads and writes them the other way round; whatever `A` is made of.
fn two_keys<A>(actors: [Many<char, A>; 2]) -> System<Many<char, A>, Judges>
where
    A: Instance<Request = Request<Value>, Indication = Indication<Value>>,
{
    let judge = || Linearizable::new(Register::<Value>(None));
    System::new(actors)
        .script(0, Script::in_turn([write('a', 1, 1), read('b', 2)], answers))
        .script(1, Script::in_turn([write('b', 1, 2), read('a', 2)], answers))
        .observing([judge(), judge()], |judges: &mut Judges, seen| hear::<Many<char, A>>(judges, seen))
        .always("atomicity, of each key")
        .history(|judges: &Judges| judges.iter().all(Judge::is_satisfied))
}

#[test]
fn a_process_that_crashes_finds_what_its_instances_have_stored() {
    let system = two_keys([registers(2), registers(2)])
        .network(Network::unordered().loss(Limit::Unlimited))
        .crash_recovery(Faults::at_most(1).among([0]))
        .sometimes("a register that was written is asked in a later incarnation")
        .processes(|p| {
            p.states().any(|(_, state)| {
                state.stored.incarnation == 2 && !state.awake.is_empty() && !state.stored.instances.is_empty()
            })
        });
    check(&system).verified();
}

#[test]
fn who_is_not_answered_asks_again() {
    let stubborn = || Many::new(Stubborn::new(Abd::many_writers(Majority::new(2))));
    let system = two_keys([stubborn(), stubborn()])
        .network(Network::unordered().fair_loss().copies(1))
        .sometimes("all are answered")
        .history(|judges: &Judges| judges.iter().all(Judge::is_idle))
        .eventually_always("nobody waits, and no timer is armed")
        .processes(|p| {
            p.iter().all(|(_, process)| process.timers.is_empty())
                && p.states().all(|(_, state)| state.awake.is_empty())
        });
    check(&system).verified();
}

/// The queries that a step sends.
fn queries(effects: &Effects<Registers>) -> BTreeSet<Query> {
    let asked = effects.sent.iter().filter_map(|(_, Keyed { what, .. })| match what {
        Message::Ask { query } => Some(*query),
        _ => None,
    });
    asked.collect()
}

#[test]
fn no_query_is_named_like_another() {
    let (registers, me, peer) = (registers(2), Id::from(0), Id::from(1));
    let mut named = BTreeSet::new();
    let mut storage = None;
    for _life in 0..3 {
        let (mut state, effects) = start(&registers, me, 2, &storage).expect("nothing to refuse");
        storage = effects.saved.or(storage);
        for number in 1..=3 {
            let step = react(&registers, me, 2, &state, Input::Request(read('a', number))).expect("nothing to refuse");
            let asked = queries(&step.1);
            assert_eq!(asked.len(), 1);
            assert!(asked.is_disjoint(&named), "{asked:?} was used before");
            let query = *asked.first().expect("one");
            named.extend(asked);
            state = step.0.expect("it is awake");
            let message = Keyed::new('a', Message::Answer { query, version: None });
            let step =
                react(&registers, me, 2, &state, Input::Wire { from: peer, message }).expect("nothing to refuse");
            state = step.0.expect("it is at rest");
            assert!(state.awake.is_empty());
        }
    }
    assert_eq!(named.len(), 9);
}

#[test]
fn a_key_that_somebody_asks_for_leaves_no_trace() {
    let registers = registers(2);
    let (state, _) = start(&registers, Id::from(0), 2, &None).expect("nothing to refuse");
    let message = Keyed::new('a', Message::Ask { query: Query { incarnation: 1, number: 1 } });
    let input = Input::Wire { from: Id::from(1), message };
    let (changed, effects) = react(&registers, Id::from(0), 2, &state, input).expect("nothing to refuse");
    assert!(changed.is_none() && effects.saved.is_none());
    assert_eq!(effects.sent.len(), 1);
}
