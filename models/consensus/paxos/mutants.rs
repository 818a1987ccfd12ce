//! Known-wrong variants of Paxos: the library's own source with a line changed (`mutants/paxos/*.diff`), or the library's
//! actor over quorums that do not do.

use super::properties::synod;
use super::*;
use crate::Mutant;
use crate::half::Half;
use crate::mutated::paxos as wrong;

synod!(crate::mutated::paxos::promise_not_saved);
synod!(crate::mutated::paxos::vote_not_saved);
synod!(crate::mutated::paxos::vote_not_told);
synod!(crate::mutated::paxos::votes_below_promise);
synod!(crate::mutated::paxos::vote_does_not_promise);
synod!(crate::mutated::paxos::promises_below_promise);
synod!(crate::mutated::paxos::own_value_preferred);
synod!(crate::mutated::paxos::first_vote_preferred);
synod!(crate::mutated::paxos::answers_of_any_ballot);
synod!(crate::mutated::paxos::votes_of_any_ballot);
synod!(crate::mutated::paxos::ballot_used_again);
synod!(crate::mutated::paxos::decides_again);
synod!(crate::mutated::paxos::read_quorum_for_votes);
synod!(crate::mutated::paxos::write_quorum_for_answers);
synod!(crate::mutated::paxos::decision_not_told);

pub(super) fn mutants() -> Vec<Mutant> {
    vec![
        Mutant {
            name: "quorum_of_half",
            about: "half of the processes are taken for a quorum",
            alters: "two_ballots",
            property: "agreement",
            steps: 2,
            last: ("request", Some(1)),
            system: Box::new(two_ballots(vec![Paxos::<Value, _>::new(Half(3)); 3])),
        },
        Mutant {
            name: "promise_not_saved",
            about: "a promise is told but not saved: after a crash the process votes below it, or starts its own ballot again",
            alters: "two_ballots",
            property: "key invariant",
            steps: 5,
            last: ("crash", Some(0)),
            system: Box::new(two_ballots(vec![wrong::promise_not_saved::Paxos::<Value, _>::new(Majority::new(3)); 3])),
        },
        Mutant {
            name: "vote_not_saved",
            about: "a vote is told but not saved: after a crash nobody hears of it",
            alters: "two_ballots",
            property: "key invariant",
            steps: 9,
            last: ("deliver", Some(1)),
            system: Box::new(two_ballots(vec![wrong::vote_not_saved::Paxos::<Value, _>::new(Majority::new(3)); 3])),
        },
        Mutant {
            name: "vote_not_told",
            about: "an acceptor answers without its last vote",
            alters: "two_ballots",
            property: "key invariant",
            steps: 6,
            last: ("deliver", Some(1)),
            system: Box::new(two_ballots(vec![wrong::vote_not_told::Paxos::<Value, _>::new(Majority::new(3)); 3])),
        },
        Mutant {
            name: "votes_below_promise",
            about: "an acceptor votes for a ballot from which it has abstained",
            alters: "two_ballots",
            property: "key invariant",
            steps: 6,
            last: ("deliver", Some(0)),
            system: Box::new(two_ballots(vec![
                wrong::votes_below_promise::Paxos::<Value, _>::new(Majority::new(3));
                3
            ])),
        },
        Mutant {
            name: "vote_does_not_promise",
            about: "a vote is no promise: the acceptor goes back to a smaller ballot",
            alters: "three_ballots",
            property: "key invariant",
            steps: 10,
            last: ("deliver", Some(0)),
            system: Box::new(three_ballots(vec![
                wrong::vote_does_not_promise::Paxos::<Value, _>::new(Majority::new(3));
                3
            ])),
        },
        Mutant {
            name: "promises_below_promise",
            about: "an acceptor promises a smaller ballot than before, and forgets the larger",
            alters: "two_ballots",
            property: "key invariant",
            steps: 5,
            last: ("deliver", Some(1)),
            system: Box::new(two_ballots(vec![
                wrong::promises_below_promise::Paxos::<Value, _>::new(Majority::new(3));
                3
            ])),
        },
        Mutant {
            name: "own_value_preferred",
            about: "a proposer prefers its own value to that of a vote",
            alters: "two_ballots",
            property: "key invariant",
            steps: 6,
            last: ("deliver", Some(1)),
            system: Box::new(two_ballots(vec![
                wrong::own_value_preferred::Paxos::<Value, _>::new(Majority::new(3));
                3
            ])),
        },
        Mutant {
            name: "first_vote_preferred",
            about: "a proposer takes the value of the smallest vote instead of the largest",
            alters: "three_ballots",
            property: "key invariant",
            steps: 9,
            last: ("deliver", Some(0)),
            system: Box::new(three_ballots(vec![
                wrong::first_vote_preferred::Paxos::<Value, _>::new(Majority::new(3));
                3
            ])),
        },
        Mutant {
            name: "answers_of_any_ballot",
            about: "a proposer counts answers to its earlier ballot",
            alters: "three_ballots",
            property: "key invariant",
            steps: 5,
            last: ("request", Some(1)),
            system: Box::new(three_ballots(vec![
                wrong::answers_of_any_ballot::Paxos::<Value, _>::new(Majority::new(3));
                3
            ])),
        },
        Mutant {
            name: "votes_of_any_ballot",
            about: "a proposer counts votes for its earlier ballot",
            alters: "four_ballots",
            property: "agreement",
            steps: 15,
            last: ("deliver", Some(1)),
            system: Box::new(four_ballots(vec![
                wrong::votes_of_any_ballot::Paxos::<Value, _>::new(Majority::new(3));
                3
            ])),
        },
        Mutant {
            name: "ballot_used_again",
            about: "a proposer numbers its ballots without regard to those it has promised",
            alters: "three_ballots",
            property: "key invariant",
            steps: 7,
            last: ("deliver", Some(0)),
            system: Box::new(three_ballots(vec![
                wrong::ballot_used_again::Paxos::<Value, _>::new(Majority::new(3));
                3
            ])),
        },
        Mutant {
            name: "decides_again",
            about: "a process decides each time it is told",
            alters: "two_ballots",
            property: "integrity",
            steps: 7,
            last: ("deliver", Some(1)),
            system: Box::new(two_ballots(vec![wrong::decides_again::Paxos::<Value, _>::new(Majority::new(3)); 3])),
        },
        Mutant {
            name: "read_quorum_for_votes",
            about: "a read quorum of votes is taken for enough",
            alters: "grid",
            property: "agreement",
            steps: 10,
            last: ("deliver", Some(3)),
            system: Box::new(grid(vec![wrong::read_quorum_for_votes::Paxos::<Value, _>::new(two_by_two()); 4])),
        },
        Mutant {
            name: "write_quorum_for_answers",
            about: "a write quorum of answers is taken for enough",
            alters: "thresholds",
            property: "agreement",
            steps: 2,
            last: ("request", Some(1)),
            system: Box::new(thresholds(vec![
                wrong::write_quorum_for_answers::Paxos::<Value, _>::new(
                    read_all_write_one()
                );
                3
            ])),
        },
        Mutant {
            name: "decision_not_told",
            about: "a proposer keeps its decision for itself",
            alters: "leader",
            property: "everyone decides",
            steps: 6,
            last: ("deliver", Some(0)),
            system: Box::new(leader(vec![wrong::decision_not_told::Paxos::<Value, _>::new(Majority::new(3)); 3])),
        },
        Mutant {
            name: "decision_not_told_for_ever",
            about: "a proposer keeps its decision for itself, however long one waits",
            alters: "leader_some_day",
            property: "everyone decides some day",
            steps: 6,
            last: ("stop", Some(2)),
            system: Box::new(properties::everyone_decides_some_day(led(
                vec![wrong::decision_not_told::Paxos::<Value, _>::new(Majority::new(3)); 3],
            ))),
        },
        Mutant {
            name: "everyone_has_to_promise",
            about: "a proposer waits for the promises of all, also of one that has stopped",
            alters: "leader_some_day",
            property: "a decision some day",
            steps: 4,
            last: ("stop", Some(2)),
            system: Box::new(properties::a_decision_some_day(led(vec![Paxos::new(read_all_write_one()); 3]))),
        },
    ]
}
