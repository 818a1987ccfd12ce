//! Known-wrong variants of two-phase commit: the library's own source with a few lines changed
//! (`mutants/two_phase/*.diff`).

use super::properties::protocol;
use super::*;
use crate::Mutant;

/// A group of `$n` processes that run the mutant.
macro_rules! wrong {
    ($mutant:ident, $n:literal) => {
        vec![crate::mutated::two_phase::$mutant::TwoPhase::new(PATIENCE, INTERVAL); $n]
    };
}

protocol!(crate::mutated::two_phase::vote_not_saved);
protocol!(crate::mutated::two_phase::no_not_saved);
protocol!(crate::mutated::two_phase::decision_not_remembered);
protocol!(crate::mutated::two_phase::decision_not_saved);
protocol!(crate::mutated::two_phase::beginning_not_saved);
protocol!(crate::mutated::two_phase::aborts_in_doubt);
protocol!(crate::mutated::two_phase::missing_vote_ignored);
protocol!(crate::mutated::two_phase::ready_does_not_answer);
protocol!(crate::mutated::two_phase::votes_without_voters);
protocol!(crate::mutated::two_phase::votes_on_any_transaction);
protocol!(crate::mutated::two_phase::time_out_overturns);
protocol!(crate::mutated::two_phase::undecided_means_abort);
protocol!(crate::mutated::two_phase::restart_commits);
protocol!(crate::mutated::two_phase::restart_says_nothing);
protocol!(crate::mutated::two_phase::restart_does_not_tell);
protocol!(crate::mutated::two_phase::late_question_starts_anew);
protocol!(crate::mutated::two_phase::restart_forgets_what_is_over);
protocol!(crate::mutated::two_phase::remembers_what_is_applied);
protocol!(crate::mutated::two_phase::votes_after_aborting);
protocol!(crate::mutated::two_phase::takes_back_its_yes);
protocol!(crate::mutated::two_phase::begins_again);
protocol!(crate::mutated::two_phase::votes_where_it_has_no_vote);
protocol!(crate::mutated::two_phase::one_acknowledgement_is_enough);
protocol!(crate::mutated::two_phase::forgets_in_doubt);
protocol!(crate::mutated::two_phase::questions_unanswered);
protocol!(crate::mutated::two_phase::tells_once);
protocol!(crate::mutated::two_phase::newest_for_oldest);
protocol!(crate::mutated::two_phase::yes_unasked);
protocol!(crate::mutated::two_phase::no_not_repeated);

pub(super) fn mutants() -> Vec<Mutant> {
    vec![
        Mutant {
            name: "vote_not_saved",
            about: "a yes is told but not saved: after a crash the participant does not know that it is in doubt",
            alters: "commit",
            property: "atomicity",
            steps: 11,
            last: ("timeout", Some(1)),
            system: Box::new(commit(wrong!(vote_not_saved, 3))),
        },
        Mutant {
            name: "no_not_saved",
            about: "a participant aborts without saving it, and may vote yes after a crash",
            alters: "commit",
            property: "atomicity",
            steps: 11,
            last: ("deliver", Some(0)),
            system: Box::new(commit(wrong!(no_not_saved, 3))),
        },
        Mutant {
            name: "decision_not_remembered",
            about: "a restarted coordinator does not find its decision, and aborts",
            alters: "commit",
            property: "logs agree",
            steps: 8,
            last: ("recover", Some(0)),
            system: Box::new(commit(wrong!(decision_not_remembered, 3))),
        },
        Mutant {
            name: "decision_not_saved",
            about: "a decision is not saved where the coordinator has decided as a participant before",
            alters: "itself",
            property: "what is believed is saved",
            steps: 2,
            last: ("request", Some(0)),
            system: Box::new(itself(wrong!(decision_not_saved, 3))),
        },
        Mutant {
            name: "beginning_not_saved",
            about: "a transaction is begun but not saved: after a crash nobody can answer those in doubt",
            alters: "recovers",
            property: "everyone decides",
            steps: 5,
            last: ("recover", Some(0)),
            system: Box::new(recovers(wrong!(beginning_not_saved, 3))),
        },
        Mutant {
            name: "aborts_in_doubt",
            about: "a participant in doubt that has waited too long aborts",
            alters: "commit",
            property: "atomicity",
            steps: 8,
            last: ("deliver", Some(0)),
            system: Box::new(commit(wrong!(aborts_in_doubt, 3))),
        },
        Mutant {
            name: "missing_vote_ignored",
            about: "a vote that has not come is taken for a yes",
            alters: "commit",
            property: "validity",
            steps: 4,
            last: ("deliver", Some(0)),
            system: Box::new(commit(wrong!(missing_vote_ignored, 3))),
        },
        Mutant {
            name: "ready_does_not_answer",
            about: "a participant that is ready does not answer the question for which it waited",
            alters: "unanimous",
            property: "commit is decided",
            steps: 3,
            last: ("request", Some(2)),
            system: Box::new(unanimous(wrong!(ready_does_not_answer, 3), &[1, 2])),
        },
        Mutant {
            name: "votes_without_voters",
            about: "votes are counted without regard to who has voted: a duplicate counts twice",
            alters: "commit",
            property: "validity",
            steps: 5,
            last: ("deliver", Some(0)),
            system: Box::new(commit(wrong!(votes_without_voters, 3))),
        },
        Mutant {
            name: "votes_on_any_transaction",
            about: "votes are counted for whichever transaction waits for votes",
            alters: "two_at_once",
            property: "atomicity",
            steps: 6,
            last: ("deliver", Some(0)),
            system: Box::new(two_at_once(wrong!(votes_on_any_transaction, 2))),
        },
        Mutant {
            name: "time_out_overturns",
            about: "the coordinator still waits for votes when it has decided, and aborts after all",
            alters: "commit",
            property: "whoever waits has a timer",
            steps: 3,
            last: ("deliver", Some(0)),
            system: Box::new(commit(wrong!(time_out_overturns, 3))),
        },
        Mutant {
            name: "undecided_means_abort",
            about: "the coordinator answers with abort before it has decided",
            alters: "commit",
            property: "atomicity",
            steps: 10,
            last: ("deliver", Some(0)),
            system: Box::new(commit(wrong!(undecided_means_abort, 3))),
        },
        Mutant {
            name: "restart_commits",
            about: "a restarted coordinator commits what it finds undecided",
            alters: "commit",
            property: "validity",
            steps: 3,
            last: ("recover", Some(0)),
            system: Box::new(commit(wrong!(restart_commits, 3))),
        },
        Mutant {
            name: "restart_says_nothing",
            about: "a restarted coordinator leaves alone what it had begun",
            alters: "recovers",
            property: "everyone decides",
            steps: 5,
            last: ("recover", Some(0)),
            system: Box::new(recovers(wrong!(restart_says_nothing, 3))),
        },
        Mutant {
            name: "restart_does_not_tell",
            about: "a restarted process does not repeat the decisions that its application may not have heard",
            alters: "recovers",
            property: "everyone decides",
            steps: 9,
            last: ("request", Some(2)),
            system: Box::new(recovers(wrong!(restart_does_not_tell, 3))),
        },
        Mutant {
            name: "late_question_starts_anew",
            about: "a late question about a transaction that is over is answered as if it were new",
            alters: "two_in_sequence",
            property: "told once",
            steps: 5,
            last: ("timeout", Some(1)),
            system: Box::new(two_in_sequence(wrong!(late_question_starts_anew, 2))),
        },
        Mutant {
            name: "restart_forgets_what_is_over",
            about: "after a crash a process does not know what is over",
            alters: "two_in_sequence",
            property: "atomicity",
            steps: 8,
            last: ("deliver", Some(0)),
            system: Box::new(two_in_sequence(wrong!(restart_forgets_what_is_over, 2))),
        },
        Mutant {
            name: "remembers_what_is_applied",
            about: "a participant never forgets a decision",
            alters: "applied",
            property: "everything is forgotten",
            steps: 7,
            last: ("request", Some(1)),
            system: Box::new(applied(wrong!(remembers_what_is_applied, 2))),
        },
        Mutant {
            name: "votes_after_aborting",
            about: "a participant that has aborted lets its application vote",
            alters: "commit",
            property: "told once",
            steps: 4,
            last: ("request", Some(1)),
            system: Box::new(commit(wrong!(votes_after_aborting, 3))),
        },
        Mutant {
            name: "takes_back_its_yes",
            about: "a participant in doubt lets its application change its mind",
            alters: "asked_again",
            property: "atomicity",
            steps: 8,
            last: ("deliver", Some(0)),
            system: Box::new(asked_again(wrong!(takes_back_its_yes, 3))),
        },
        Mutant {
            name: "begins_again",
            about: "the coordinator begins a transaction again when it is asked again",
            alters: "asked_again",
            property: "whoever waits has a timer",
            steps: 3,
            last: ("request", Some(0)),
            system: Box::new(asked_again(wrong!(begins_again, 3))),
        },
        Mutant {
            name: "votes_where_it_has_no_vote",
            about: "the coordinator lets its application vote on a transaction without being asked",
            alters: "no_vote",
            property: "logs agree",
            steps: 5,
            last: ("deliver", Some(0)),
            system: Box::new(no_vote(wrong!(votes_where_it_has_no_vote, 2))),
        },
        Mutant {
            name: "one_acknowledgement_is_enough",
            about: "the coordinator forgets a decision when one participant has acknowledged it",
            alters: "lossy",
            property: "everyone decides",
            steps: 10,
            last: ("lose", None),
            system: Box::new(lossy(wrong!(one_acknowledgement_is_enough, 3))),
        },
        Mutant {
            name: "forgets_in_doubt",
            about: "a participant forgets a transaction of which it does not know the decision",
            alters: "applied_too_soon",
            property: "whoever waits has a timer",
            steps: 4,
            last: ("request", Some(1)),
            system: Box::new(applied_too_soon(wrong!(forgets_in_doubt, 2))),
        },
        Mutant {
            name: "questions_unanswered",
            about: "the coordinator does not answer participants in doubt",
            alters: "questions",
            property: "everyone decides",
            steps: 9,
            last: ("deliver", Some(0)),
            system: Box::new(questions(wrong!(questions_unanswered, 2))),
        },
        Mutant {
            name: "tells_once",
            about: "the coordinator does not repeat a decision",
            alters: "lossy",
            property: "nothing is left to tell",
            steps: 9,
            last: ("lose", None),
            system: Box::new(lossy(wrong!(tells_once, 3))),
        },
        Mutant {
            name: "newest_for_oldest",
            about: "the coordinator says that transactions are over which are not",
            alters: "two_at_once",
            property: "everyone decides",
            steps: 8,
            last: ("deliver", Some(0)),
            system: Box::new(two_at_once(wrong!(newest_for_oldest, 2))),
        },
        Mutant {
            name: "yes_unasked",
            about: "a participant promises to commit before it was asked, when nobody counts its vote",
            alters: "in_order",
            property: "everyone decides",
            steps: 4,
            last: ("deliver", Some(1)),
            system: Box::new(in_order(wrong!(yes_unasked, 2))),
        },
        Mutant {
            name: "no_not_repeated",
            about: "a participant that has aborted before it was asked does not say so when it is asked",
            alters: "in_order",
            property: "everyone decides",
            steps: 4,
            last: ("deliver", Some(1)),
            system: Box::new(in_order(wrong!(no_not_repeated, 2))),
        },
        Mutant {
            name: "restart_says_nothing_for_ever",
            about: "a restarted coordinator leaves alone what it had begun, however long participants in doubt ask",
            alters: "recovers_some_day",
            property: "everyone decides some day",
            steps: 9,
            last: ("recover", Some(0)),
            system: Box::new(properties::everyone_decides_some_day(on_fair_links(wrong!(restart_says_nothing, 3)))),
        },
    ]
}
