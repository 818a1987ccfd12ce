//! The judge of recorded histories, held against the definition, against stateright's tester, and against what is known of
//! how a history came about.

mod definition;
mod simulator;

use super::configuration::{Configuration, Frontier};
use super::search::search_in;
use super::*;
use crate::random::Random;
use definition::is_linearizable;
use simulator::{Clients, simulate};
use stateright::semantics::register::{Register as Cell, RegisterOp, RegisterRet};
use stateright::semantics::{ConsistencyTester, LinearizabilityTester};

type Records = Vec<Record<u64, u64>>;

/// Clients of a register, few enough for the definition.
const FEW: Clients = Clients {
    clients: 3,
    keys: 1,
    operations: 7,
    values: Some(3),
    lost: 200,
    deletes: false,
    compares: false,
    versions: false,
};

/// Clients as there are in tests of services.
const MANY: Clients = Clients {
    clients: 32,
    keys: 16,
    operations: 20_000,
    values: None,
    lost: 10,
    deletes: false,
    compares: false,
    versions: false,
};

fn judge(records: &Records) -> Judgement<u64> {
    linearizable(records).expect("good records")
}

fn violation(records: &Records) -> Violation<u64> {
    match judge(records) {
        Judgement::Violated(violation) => violation,
        other => panic!("{other:?}: {records:#?}"),
    }
}

/// Puts an answer in the place of another that some operation of its kind has got.
fn swap_answers(records: &mut Records, random: &mut Random) {
    let is_read = |record: &Record<u64, u64>| record.access == Access::Read;
    let is_compare = |record: &Record<u64, u64>| matches!(record.access, Access::CompareAndSet { .. });
    for is_such in [&is_read as &dyn Fn(&_) -> bool, &is_compare] {
        let such = |record: &Record<u64, u64>| record.answered.is_some() && is_such(record);
        let places: Vec<usize> = (0..records.len()).filter(|place| such(&records[*place])).collect();
        if places.len() > 1 && random.below(4) > 0 {
            let [one, other] = [0, 0].map(|_| places[random.below(places.len())]);
            let outcome = records[other].answered.as_ref().expect("an answer").1.clone();
            records[one].answered.as_mut().expect("an answer").1 = outcome;
        }
    }
}

/// What was known right after the answer of a record.
fn until(records: &Records, record: usize) -> Records {
    let end = records[record].answered.as_ref().expect("an answer").0;
    let mut known = records.clone();
    for record in &mut known {
        record.answered.take_if(|(answered, _)| *answered > end);
    }
    known.retain(|record| record.called < end);
    known
}

/// Whether the judge says what the definition says; and if it is no, explains it.
fn compare(records: &Records) -> bool {
    let expected = is_linearizable(records);
    if expected {
        assert_eq!(judge(records), Judgement::Linearizable, "{records:#?}");
        return true;
    }
    let violation = violation(records);
    assert!(violation.is_shortest);
    let end = |record: &Record<u64, u64>| record.answered.as_ref().map(|(answered, _)| *answered);
    let last = end(&records[violation.until]).expect("an answer");
    let of_key = |record: &Record<u64, u64>| record.key == violation.key;
    let on_key: Records = records.iter().filter(|record| of_key(record)).cloned().collect();
    for (place, record) in on_key.iter().enumerate() {
        if end(record).is_some_and(|end| end <= last) {
            let is_last = end(record) == Some(last);
            assert_eq!(is_linearizable(&until(&on_key, place)), !is_last, "at {record}: {violation:?}: {records:#?}");
        }
    }
    let known = until(records, violation.until);
    let concerned: Vec<u64> = violation.concerned.iter().map(|record| records[*record].called).collect();
    let alone: Records = known.into_iter().filter(|record| concerned.contains(&record.called)).collect();
    assert_eq!(alone.len(), concerned.len());
    assert!(!is_linearizable(&alone), "{violation:?}: {records:#?}");
    false
}

/// Compares what clients write down, as it is and with answers swapped; gives how many of the swapped were linearizable.
fn compare_many(clients: Clients, seeds: u64) -> [u64; 2] {
    let mut counts = [0, 0];
    for seed in 0..seeds {
        let mut records = simulate(clients, seed);
        assert!(compare(&records), "a history of an atomic store: {records:#?}");
        swap_answers(&mut records, &mut Random::new(seed));
        counts[usize::from(compare(&records))] += 1;
    }
    counts
}

#[test]
fn the_judge_says_what_the_definition_says() {
    for values in [Some(2), Some(3), None] {
        for lost in [0, 300] {
            for (deletes, compares, versions) in [
                (false, false, false),
                (true, false, false),
                (true, true, false),
                (false, true, true),
                (true, true, true),
            ] {
                let clients = Clients { values, lost, deletes, compares, versions, ..FEW };
                let [wrong, right] = compare_many(clients, 300);
                assert!(wrong > 10 && right > 100, "{clients:?}: {wrong} and {right}");
            }
        }
    }
}

/// Records with nothing behind them: any moments, also equal ones, any answers, versions here and there.
fn make_up(random: &mut Random) -> Records {
    let operations = 2 + random.below(5);
    let versions = random.below(3);
    let mut record = |client: usize| {
        let value = |random: &mut Random| random.below(2) as u64;
        let version = |random: &mut Random| (random.below(2) < versions).then(|| random.below(4) as u64);
        let expected = match random.below(3) {
            0 => Expected::Nothing,
            1 => Expected::Value(value(random)),
            _ => Expected::Version(random.below(4) as u64),
        };
        let (access, outcome) = match random.below(8) {
            0..3 => {
                let found = Outcome::Found { value: value(random), version: version(random) };
                (Access::Read, if random.below(4) == 0 { Outcome::Nothing } else { found })
            }
            3..6 => (Access::Write(value(random)), Outcome::Done { version: version(random) }),
            6 => (Access::Delete, Outcome::Done { version: None }),
            _ => {
                let done = Outcome::Done { version: version(random) };
                let outcome = if random.below(2) == 0 { Outcome::Mismatch } else { done };
                (Access::CompareAndSet { expected, new: value(random) }, outcome)
            }
        };
        let called = random.below(12) as u64;
        let answered = (random.below(5) > 0).then(|| (called + random.below(6) as u64, outcome));
        Record { client: client as u64, key: 0, access, called, answered }
    };
    (0..operations).map(&mut record).collect()
}

#[test]
fn the_judge_says_what_the_definition_says_of_what_was_made_up() {
    let mut random = Random::new(5);
    let mut counts = [0, 0];
    for _ in 0..20_000 {
        let records = make_up(&mut random);
        let is_explained = judge(&records) == Judgement::Linearizable;
        assert_eq!(is_explained, is_linearizable(&records), "{records:#?}");
        counts[usize::from(is_explained)] += 1;
    }
    assert!(counts.iter().all(|count| *count > 2_000), "{counts:?}");
}

/// What was left out at first is found later.
#[test]
fn how_many_configurations_are_kept_at_first_makes_no_difference() {
    let widths = |records: &Records, widths: &[usize]| {
        let records = numbered(&records.iter().enumerate().collect::<Vec<_>>());
        let found = search_in(widths, &Problem::new(&records), &mut { u64::MAX });
        assert_ne!(found, Found::Exceeded);
        found == Found::Explained
    };
    let mut too_narrow = 0;
    for seed in 0..5_000 {
        let mut records = simulate(Clients { clients: 6, operations: 14, deletes: true, compares: true, ..FEW }, seed);
        swap_answers(&mut records, &mut Random::new(seed));
        let is_explained = widths(&records, &[usize::MAX]);
        assert_eq!(widths(&records, &[1, 2, usize::MAX]), is_explained, "{records:#?}");
        too_narrow += u64::from(is_explained && !widths(&records, &[1]));
    }
    assert!(too_narrow > 0);
}

#[test]
fn a_configuration_that_has_used_less_stands_for_one_that_has_used_more() {
    let using = |count| Configuration { state: 1, done: vec![1], used: vec![(7, count)] };
    let mut frontier = Frontier::default();
    assert!(frontier.insert(&using(2)) && !frontier.insert(&using(3)) && frontier.insert(&using(1)));
    assert_eq!(frontier.into_members(), [using(1)]);
}

/// Without the pending write nobody could say why the comparison fails, which is not what is wrong here.
#[test]
fn what_may_explain_a_mismatch_is_not_left_out() {
    let mut recorder: Recorder<u64, u64> = Recorder::default();
    let done = Outcome::Done { version: None };
    let first = recorder.call(1, 0, Access::Write(1));
    recorder.answer(first, done.clone());
    let second = recorder.call(1, 0, Access::Write(2));
    let compare = recorder.call(2, 0, Access::CompareAndSet { expected: Expected::Value(1), new: 3 });
    recorder.answer(compare, Outcome::Mismatch);
    let read = recorder.call(2, 0, Access::Read);
    recorder.answer(read, Outcome::Found { value: 1, version: None });
    recorder.answer(second, done);
    let violation = violation(&recorder.records());
    assert_eq!((violation.until, violation.concerned), (3, vec![0, 1, 2, 3]));
}

/// Whether stateright's tester calls records of a register linearizable. Its threads have one operation at a time, so a client
/// whose operation is lost is another thread afterwards.
fn is_linearizable_for_stateright(records: &Records) -> bool {
    let mut events: Vec<(u64, usize, bool)> = Vec::new();
    for (place, record) in records.iter().enumerate() {
        events.push((record.called, place, false));
        events.extend(record.answered.as_ref().map(|(answered, _)| (*answered, place, true)));
    }
    events.sort_unstable();
    let mut tester = LinearizabilityTester::new(Cell(None));
    for (_, place, is_answer) in events {
        let lost = |earlier: &&Record<u64, u64>| earlier.client == records[place].client && earlier.answered.is_none();
        let thread = (records[place].client, records[..place].iter().filter(lost).count());
        match (&records[place], is_answer) {
            (Record { access: Access::Write(value), .. }, false) => {
                tester.on_invoke(thread, RegisterOp::Write(Some(*value)))
            }
            (_, false) => tester.on_invoke(thread, RegisterOp::Read),
            (Record { answered: Some((_, Outcome::Found { value, .. })), .. }, true) => {
                tester.on_return(thread, RegisterRet::ReadOk(Some(*value)))
            }
            (Record { access: Access::Read, .. }, true) => tester.on_return(thread, RegisterRet::ReadOk(None)),
            (_, true) => tester.on_return(thread, RegisterRet::WriteOk),
        }
        .expect("one operation at a time");
    }
    tester.is_consistent()
}

#[test]
fn the_judge_says_what_stateright_says() {
    let mut counts = [0, 0];
    for seed in 0..3_000 {
        let mut random = Random::new(seed);
        let (operations, values) = (8 + random.below(5), [None, Some(2)][random.below(2)]);
        let mut records = simulate(Clients { clients: 4, operations, values, ..FEW }, seed);
        swap_answers(&mut records, &mut random);
        let is_explained = judge(&records) == Judgement::Linearizable;
        assert_eq!(is_explained, is_linearizable_for_stateright(&records), "{records:#?}");
        counts[usize::from(is_explained)] += 1;
    }
    assert!(counts.iter().all(|count| *count > 300), "{counts:?}");
}

/// Every kind of history that a test of a service may bring.
fn kinds() -> impl Iterator<Item = Clients> {
    let flags = [(false, false, false), (true, false, false), (true, true, false), (true, true, true)];
    [None, Some(5)].into_iter().flat_map(move |values| {
        flags.map(|(deletes, compares, versions)| Clients { values, deletes, compares, versions, ..MANY })
    })
}

#[test]
fn long_histories_of_an_atomic_store_are_linearizable() {
    for clients in kinds() {
        assert_eq!(judge(&simulate(clients, 1)), Judgement::Linearizable, "{clients:?}");
    }
}

/// Late in a history a read returns what was overwritten long before.
#[test]
fn one_stale_read_in_a_long_history_is_found_and_explained_by_a_few_operations() {
    for (seed, clients) in (0..).zip(kinds().filter(|clients| clients.values.is_none())) {
        let mut records = simulate(clients, seed);
        let found = |record: &Record<u64, u64>| matches!(record.answered, Some((_, Outcome::Found { .. })));
        let stale = (15_000..).find(|place| found(&records[*place])).expect("a read");
        let key = records[stale].key;
        let old = (1_000..).find(|place| records[*place].key == key && found(&records[*place])).expect("a read");
        let (_, outcome) = records[old].answered.clone().expect("an answer");
        records[stale].answered.as_mut().expect("an answer").1 = outcome;
        let violation = violation(&records);
        assert_eq!((violation.key, violation.until, violation.is_shortest), (key, stale, true), "{clients:?}");
        assert!(violation.concerned.contains(&stale));
        assert!(violation.concerned.len() <= 4, "{clients:?}: {}", violation.explain(&records));
    }
}

#[test]
fn what_exceeds_the_limit_is_undecided() {
    let records = simulate(Clients { operations: 1_000, ..MANY }, 1);
    let judgement = linearizable_within(&records, 10);
    assert_eq!(judgement, Ok(Judgement::Undecided { key: 0, configurations: 10 }));
}

#[test]
fn a_violation_that_is_certain_outweighs_what_is_undecided() {
    let mut records = simulate(Clients { operations: 1_000, ..MANY }, 1);
    let never_written = Outcome::Found { value: 1, version: None };
    let answered = Some((2, never_written));
    records.push(Record { client: 0, key: 99, access: Access::Read, called: 1, answered });
    let judgement = linearizable_within(&records, 10);
    assert!(matches!(judgement, Ok(Judgement::Violated(Violation { key: 99, .. }))), "{judgement:?}");
}

#[test]
fn a_record_that_cannot_be_one_is_refused() {
    let record = |access, answered, outcome| Record {
        client: 1,
        key: 1,
        access,
        called: 5,
        answered: Some((answered, outcome)),
    };
    let judge = |record: Record<u64, u64>| linearizable(&[record]).expect_err("a bad record");
    let early = record(Access::Read, 4, Outcome::Nothing);
    assert_eq!(judge(early), BadRecord::AnsweredBeforeCalled { record: 0 });
    let foreign = [
        record(Access::Read, 6, Outcome::Done { version: None }),
        record(Access::Write(1), 6, Outcome::Mismatch),
        record(Access::Delete, 6, Outcome::Done { version: Some(1) }),
        record(Access::CompareAndSet { expected: Expected::Nothing, new: 1 }, 6, Outcome::Nothing),
    ];
    for record in foreign {
        assert_eq!(judge(record), BadRecord::NotItsAnswer { record: 0 });
    }
}

#[test]
fn a_refused_operation_is_no_record() {
    let mut recorder: Recorder<u64, u64> = Recorder::default();
    let refused = recorder.call(1, 1, Access::Write(1));
    recorder.refuse(refused);
    let read = recorder.call(1, 1, Access::Read);
    recorder.answer(read, Outcome::Found { value: 1, version: None });
    let records = recorder.records();
    assert_eq!(records.len(), 1);
    assert_eq!(violation(&records).concerned, [0]);
}
