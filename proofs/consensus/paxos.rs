//! Paxos: that phase 1 chooses a value that keeps the ballots below harmless, and that ballots are totally ordered.
//!
//! Each law is a function of what it judges, which `paxos/mutants.rs` applies to known-wrong functions.

use crate::choices::{any_such, any_within};
use synod::consensus::paxos::{Ballot, Vote, choose};
use synod::stateright::actor::Id;

#[cfg(all(test, not(kani)))]
mod mutants;

const ACCEPTORS: usize = 3;
const BALLOTS: usize = 3;
/// Values that smaller ballots may have; the proposer's own is one of them or another.
const VALUES: u8 = 3;

/// What smaller ballots have come to when a new one ends its first phase.
struct Past {
    /// The value of each ballot that has one.
    values: [u8; BALLOTS],
    /// Who voted for which ballot.
    voted: [[bool; BALLOTS]; ACCEPTORS],
    /// Who is in the read quorum that answered the new ballot: nobody in it votes for a smaller ballot any more.
    answered: [bool; ACCEPTORS],
}

fn ballot(number: usize) -> Ballot {
    Ballot { round: number as u64 + 1, owner: Id::from(number % ACCEPTORS) }
}

fn any_value(name: &'static str) -> u8 {
    any_within(name, 0..=VALUES as usize - 1) as u8
}

fn any_past() -> Past {
    let values = [any_value("value of the first"), any_value("value of the second"), any_value("value of the third")];
    let answered = any_such(kani::any::<[bool; ACCEPTORS]>, |answered| {
        answered.iter().filter(|one| **one).count() > ACCEPTORS / 2
    });
    Past { values, voted: kani::any(), answered }
}

impl Past {
    /// What an acceptor answers: its last vote.
    fn answer(&self, acceptor: usize) -> Option<Vote<u8>> {
        let mut last = None;
        for number in 0..BALLOTS {
            if self.voted[acceptor][number] {
                last = Some(Vote { ballot: ballot(number), value: self.values[number] });
            }
        }
        last
    }

    /// All of the read quorum have abstained from a ballot.
    fn is_dead(&self, number: usize) -> bool {
        (0..ACCEPTORS).all(|acceptor| !self.answered[acceptor] || !self.voted[acceptor][number])
    }
}

/// The source's condition (\*\*\*): every smaller ballot is dead, or there is one with this value above which all are
/// dead.
fn the_ballots_below_are_harmless(choose: fn(&u8, &[Option<Vote<u8>>]) -> u8) {
    let past = any_past();
    let own = any_value("the proposer's own");
    let mut answers = [const { None }; ACCEPTORS];
    for (acceptor, answer) in answers.iter_mut().enumerate() {
        if past.answered[acceptor] {
            *answer = past.answer(acceptor);
        }
    }
    let value = choose(&own, &answers);
    let mut all_dead_above = true;
    let mut harmless = false;
    for number in (0..BALLOTS).rev() {
        harmless |= all_dead_above && past.values[number] == value;
        all_dead_above &= past.is_dead(number);
    }
    assert!(harmless || all_dead_above, "a smaller ballot may still succeed with another value");
}

/// Where nobody has voted, the proposer is free, and takes its own value: otherwise nothing new would ever be decided.
fn a_free_proposer_has_its_way(choose: fn(&u8, &[Option<Vote<u8>>]) -> u8) {
    let own = any_value("the proposer's own");
    assert_eq!(choose(&own, &[None, None, None]), own, "a proposer that is free did not take its own value");
}

/// A value that is chosen is the proposer's own or was voted for.
fn nothing_is_invented(choose: fn(&u8, &[Option<Vote<u8>>]) -> u8) {
    let past = any_past();
    let own = any_value("the proposer's own");
    let answers = [past.answer(0), past.answer(1), past.answer(2)];
    let value = choose(&own, &answers);
    let voted = answers.iter().flatten().any(|vote| vote.value == value);
    assert!(value == own || voted, "a value came from nowhere");
}

fn any_ballot(name: &'static str) -> Ballot {
    Ballot { round: any_within(name, 0..=3) as u64, owner: Id::from(any_within("owner", 0..=2)) }
}

/// Exactly one of "less", "equal", "greater" holds of two ballots, and "less" is transitive.
fn ballots_are_totally_ordered(less: fn(&Ballot, &Ballot) -> bool) {
    let (a, b, c) = (any_ballot("first round"), any_ballot("second round"), any_ballot("third round"));
    let equal = a.round == b.round && a.owner == b.owner;
    let holding = [less(&a, &b), equal, less(&b, &a)].iter().filter(|holds| **holds).count();
    assert_eq!(holding, 1, "two ballots are not ordered, or both ways");
    assert!(!(less(&a, &b) && less(&b, &c)) || less(&a, &c), "the order of ballots is not transitive");
}

/// A ballot that a process starts is its own, and above all that it has promised.
fn a_new_ballot_is_new(after: fn(Option<Ballot>, Id) -> Ballot) {
    let promised = if kani::any() { Some(any_ballot("promised round")) } else { None };
    let (one, other) = (Id::from(any_within("one", 0..=2)), Id::from(any_within("other", 0..=2)));
    let ballot = after(promised, one);
    assert!(Some(ballot) > promised, "a new ballot is not above what was promised");
    assert_eq!(ballot.owner, one, "a process started another's ballot");
    assert!(one == other || after(promised, other) != ballot, "two processes started the same ballot");
}

fn real_choice(own: &u8, answers: &[Option<Vote<u8>>]) -> u8 {
    choose(own, answers)
}

#[kani::proof]
#[kani::unwind(4)]
fn phase_one_keeps_the_ballots_below_harmless() {
    the_ballots_below_are_harmless(real_choice);
}

#[kani::proof]
#[kani::unwind(4)]
fn a_proposer_that_hears_of_no_vote_takes_its_own_value() {
    a_free_proposer_has_its_way(real_choice);
}

#[kani::proof]
#[kani::unwind(4)]
fn a_value_is_the_proposer_s_own_or_was_voted_for() {
    nothing_is_invented(real_choice);
}

#[kani::proof]
#[kani::unwind(4)]
fn the_order_of_ballots_is_total() {
    ballots_are_totally_ordered(|a, b| a < b);
}

#[kani::proof]
#[kani::unwind(4)]
fn a_process_never_starts_a_ballot_twice() {
    a_new_ballot_is_new(Ballot::after);
}
