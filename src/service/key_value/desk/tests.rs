//! Lines of a few clients, answered by hand.

use super::*;
use register::Indication as Told;
use register::Request as Asked;

fn desk() -> Desk<&'static str> {
    Desk::new(Id::from(2), 7)
}

fn write(text: &str) -> Operation {
    Operation::Write(Some(Bytes::from(text)))
}

fn entry(number: u64, text: &str) -> Entry {
    Entry { version: Version { writer: Id::from(2), incarnation: 7, number }, value: Some(Bytes::from(text)) }
}

fn told(what: Told<Entry>) -> Indication {
    Keyed { key: "milk".into(), what }
}

fn outcomes(answers: Vec<Answer<&'static str>>) -> Vec<(&'static str, Outcome)> {
    answers.into_iter().map(|answer| (answer.caller, answer.outcome)).collect()
}

#[test]
fn who_comes_while_an_operation_is_under_way_waits_for_the_next_which_serves_all() {
    let mut desk = desk();
    let (_, first) = desk.submit("milk".into(), Operation::Read, "Ann");
    assert_eq!(first.map(|request| request.what), Some(Asked::Read { number: 1 }));
    for (operation, caller) in
        [(write("1"), "Bob"), (Operation::Read, "Cem"), (write("2"), "Dan"), (Operation::Read, "Eva")]
    {
        assert_eq!(desk.submit("milk".into(), operation, caller).1, None);
    }
    let (answers, second) = desk.take(told(Told::Value { number: 1, value: None }));
    assert_eq!(outcomes(answers), [("Ann", Outcome::Read(None))]);
    assert_eq!(second.map(|request| request.what), Some(Asked::Write { number: 2, value: entry(4, "2") }));
    let (answers, third) = desk.take(told(Told::Written { number: 2 }));
    let last = Outcome::Read(Some(entry(4, "2")));
    assert_eq!(
        outcomes(answers),
        [
            ("Bob", Outcome::Written(entry(2, "1").version)),
            ("Cem", last.clone()),
            ("Dan", Outcome::Written(entry(4, "2").version)),
            ("Eva", last),
        ]
    );
    assert_eq!((third, desk.pending()), (None, 0));
}

#[test]
fn keys_do_not_wait_for_one_another() {
    let mut desk = desk();
    assert!(desk.submit("milk".into(), write("1"), "Ann").1.is_some());
    assert!(desk.submit("eggs".into(), write("1"), "Bob").1.is_some());
    assert_eq!(desk.pending(), 2);
}

#[test]
fn who_leaves_knows_what_became_of_it() {
    let mut desk = desk();
    let (under_way, _) = desk.submit("milk".into(), write("1"), "Ann");
    let (waiting, _) = desk.submit("milk".into(), write("2"), "Bob");
    let (read, _) = desk.submit("milk".into(), Operation::Read, "Cem");
    assert_eq!(desk.pending(), 3);
    assert_eq!(desk.withdraw(&waiting), Withdrawn::WithoutEffect);
    assert_eq!(desk.withdraw(&under_way), Withdrawn::Unknown);
    assert_eq!(desk.pending(), 1);
    // The write goes on, for nobody; and what was withdrawn in line is not written after it.
    let (answers, next) = desk.take(told(Told::Written { number: 1 }));
    assert_eq!(answers, []);
    assert_eq!(next.map(|request| request.what), Some(Asked::Read { number: 2 }));
    assert_eq!(desk.withdraw(&read), Withdrawn::WithoutEffect);
    let (answers, next) = desk.take(told(Told::Value { number: 2, value: Some(entry(1, "1")) }));
    assert_eq!((answers, next, desk.pending()), (Vec::new(), None, 0));
}

#[test]
fn what_answers_nothing_that_is_under_way_is_disregarded() {
    let mut desk = desk();
    desk.submit("milk".into(), Operation::Read, "Ann");
    let (answers, next) = desk.take(told(Told::Value { number: 9, value: None }));
    assert_eq!((answers, next, desk.pending()), (Vec::new(), None, 1));
}

#[test]
fn a_process_that_refuses_leaves_nobody_in_line() {
    let mut desk = desk();
    let (under_way, _) = desk.submit("milk".into(), write("1"), "Ann");
    desk.submit("milk".into(), Operation::Read, "Bob");
    let (answers, next) = desk.take(told(Told::Refused { number: 1, reason: register::Refusal::Busy }));
    assert_eq!((answers, next, desk.pending()), (Vec::new(), None, 0));
    assert_eq!(desk.withdraw(&under_way), Withdrawn::Unknown);
}
