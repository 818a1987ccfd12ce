//! Known-wrong variants of ABD: the library's own source with a few lines changed (`mutants/abd/*.diff`), or the library's
//! actor over quorums that do not do.

use super::properties::abd;
use super::*;
use crate::Mutant;
use crate::half::Half;
use crate::mutated::abd as wrong;

abd!(crate::mutated::abd::reads_without_writing_back);
abd!(crate::mutated::abd::ends_before_it_is_held);
abd!(crate::mutated::abd::holders_of_older_versions);
abd!(crate::mutated::abd::version_not_saved);
abd!(crate::mutated::abd::timestamp_used_again);
abd!(crate::mutated::abd::timestamps_without_writers);
abd!(crate::mutated::abd::overwrites_without_comparing);
abd!(crate::mutated::abd::acknowledges_only_what_is_newer);
abd!(crate::mutated::abd::answers_to_any_query);
abd!(crate::mutated::abd::queries_are_not_counted);
abd!(crate::mutated::abd::acknowledgements_of_any_version);
abd!(crate::mutated::abd::last_answer_preferred);
abd!(crate::mutated::abd::answers_twice);
abd!(crate::mutated::abd::never_answers_nothing);
abd!(crate::mutated::abd::answers_of_any_incarnation);
abd!(crate::mutated::abd::incarnation_not_saved);
abd!(crate::mutated::abd::incarnations_are_not_counted);
abd!(crate::mutated::abd::read_quorum_of_holders);
abd!(crate::mutated::abd::read_quorum_knows_already);
abd!(crate::mutated::abd::write_quorum_of_answers);
abd!(crate::mutated::abd::everyone_writes_without_asking);
abd!(crate::mutated::abd::own_timestamp_preferred);
abd!(crate::mutated::abd::begins_while_busy);
abd!(crate::mutated::abd::nobody_is_refused);

/// The processes of a (1,N) atomic register that run the mutant.
macro_rules! owned {
    ($mutant:ident, $quorums:expr) => {
        vec![wrong::$mutant::Abd::<Value, _>::one_writer($quorums, Id::from(0)); $quorums.processes()]
    };
    ($mutant:ident) => {
        owned!($mutant, Majority::new(3))
    };
}

/// The processes of an (N,N) atomic register that run the mutant.
macro_rules! shared {
    ($mutant:ident) => {
        vec![wrong::$mutant::Abd::<Value, _>::many_writers(Majority::new(3)); 3]
    };
}

pub(super) fn mutants() -> Vec<Mutant> {
    vec![
        Mutant {
            name: "quorum_of_half",
            about: "half of the processes are taken for a quorum: two halves know nothing of one another",
            alters: "one_writer",
            property: "atomicity",
            steps: 6,
            last: ("deliver", Some(1)),
            system: Box::new(one_writer(crate::register::atomic(owned(Half(4))))),
        },
        Mutant {
            name: "reads_without_writing_back",
            about: "an atomic read returns what it finds, and tells nobody",
            alters: "two_readers",
            property: "atomicity",
            steps: 7,
            last: ("deliver", Some(2)),
            system: Box::new(two_readers(owned!(reads_without_writing_back))),
        },
        Mutant {
            name: "ends_before_it_is_held",
            about: "an atomic read tells others what it has found, and does not wait until they hold it",
            alters: "read_one",
            property: "atomicity",
            steps: 4,
            last: ("request", Some(2)),
            system: Box::new(read_one(owned!(ends_before_it_is_held, read_one_write_all()))),
        },
        Mutant {
            name: "holders_of_older_versions",
            about: "who answered with an older version counts as one who holds the latest",
            alters: "two_readers",
            property: "atomicity",
            steps: 7,
            last: ("deliver", Some(2)),
            system: Box::new(two_readers(owned!(holders_of_older_versions))),
        },
        Mutant {
            name: "version_not_saved",
            about: "a replica acknowledges a version and does not save it",
            alters: "restarted_replica",
            property: "what is believed is stored",
            steps: 1,
            last: ("request", Some(0)),
            system: Box::new(restarted_replica(owned!(version_not_saved))),
        },
        Mutant {
            name: "version_forgotten",
            about: "the same, as the applications see it: after a crash nobody has the value that was written",
            alters: "restarted_reader",
            property: "atomicity",
            steps: 8,
            last: ("deliver", Some(1)),
            system: Box::new(restarted_reader(owned!(version_not_saved))),
        },
        Mutant {
            name: "timestamp_used_again",
            about: "the writer's own replica does not save what it writes: after a crash another value gets the same timestamp",
            alters: "writes_again",
            property: "one value for each timestamp",
            steps: 4,
            last: ("request", Some(0)),
            system: Box::new(restarted_writer(owned!(timestamp_used_again), &[Read])),
        },
        Mutant {
            name: "timestamps_without_writers",
            about: "two writers use the same timestamp",
            alters: "two_writers",
            property: "one value for each timestamp",
            steps: 6,
            last: ("deliver", Some(1)),
            system: Box::new(two_writers(shared!(timestamps_without_writers))),
        },
        Mutant {
            name: "overwrites_without_comparing",
            about: "a replica keeps whatever comes last",
            alters: "one_writer",
            property: "atomicity",
            steps: 10,
            last: ("deliver", Some(1)),
            system: Box::new(one_writer(crate::register::atomic(owned!(overwrites_without_comparing)))),
        },
        Mutant {
            name: "overwrites_what_it_told",
            about: "the same, as the replicas see it: they no longer have what they have told",
            alters: "duplicating",
            property: "what was told is stored",
            steps: 6,
            last: ("deliver", Some(1)),
            system: Box::new(duplicating(owned!(overwrites_without_comparing))),
        },
        Mutant {
            name: "acknowledges_only_what_is_newer",
            about: "a replica acknowledges what a read writes back only if it is newer, as in the notes: the read waits for ever",
            alters: "one_writer",
            property: "operations end",
            steps: 7,
            last: ("deliver", Some(1)),
            system: Box::new(one_writer(crate::register::atomic(owned!(acknowledges_only_what_is_newer)))),
        },
        Mutant {
            name: "answers_to_any_query",
            about: "answers to an earlier read count",
            alters: "one_writer",
            property: "atomicity",
            steps: 9,
            last: ("deliver", Some(1)),
            system: Box::new(one_writer(crate::register::atomic(owned!(answers_to_any_query)))),
        },
        Mutant {
            name: "queries_are_not_counted",
            about: "all queries have the same name",
            alters: "one_writer",
            property: "atomicity",
            steps: 9,
            last: ("deliver", Some(1)),
            system: Box::new(one_writer(crate::register::atomic(owned!(queries_are_not_counted)))),
        },
        Mutant {
            name: "acknowledgements_of_any_version",
            about: "acknowledgements of an earlier write count",
            alters: "one_writer",
            property: "atomicity",
            steps: 9,
            last: ("deliver", Some(1)),
            system: Box::new(one_writer(crate::register::atomic(owned!(acknowledgements_of_any_version)))),
        },
        Mutant {
            name: "last_answer_preferred",
            about: "the answer that comes last is taken for the latest version",
            alters: "one_writer",
            property: "atomicity",
            steps: 6,
            last: ("deliver", Some(1)),
            system: Box::new(one_writer(crate::register::atomic(owned!(last_answer_preferred)))),
        },
        Mutant {
            name: "answers_twice",
            about: "an operation goes on after its answer",
            alters: "one_writer",
            property: "atomicity",
            steps: 5,
            last: ("deliver", Some(0)),
            system: Box::new(one_writer(crate::register::atomic(owned!(answers_twice)))),
        },
        Mutant {
            name: "never_answers_nothing",
            about: "replicas that hold nothing yet do not count: a read before the first write waits for ever",
            alters: "one_writer",
            property: "operations end",
            steps: 4,
            last: ("stop", Some(0)),
            system: Box::new(one_writer(crate::register::atomic(owned!(never_answers_nothing)))),
        },
        Mutant {
            name: "answers_of_any_incarnation",
            about: "answers to a read from before a crash count",
            alters: "restarted_reader",
            property: "atomicity",
            steps: 9,
            last: ("deliver", Some(1)),
            system: Box::new(restarted_reader(owned!(answers_of_any_incarnation))),
        },
        Mutant {
            name: "incarnation_not_saved",
            about: "a process does not remember how often it has started: answers to a read from before a crash count",
            alters: "restarted_reader",
            property: "atomicity",
            steps: 9,
            last: ("deliver", Some(1)),
            system: Box::new(restarted_reader(owned!(incarnation_not_saved))),
        },
        Mutant {
            name: "incarnations_are_not_counted",
            about: "all incarnations of a process have the same number",
            alters: "restarted_reader",
            property: "atomicity",
            steps: 9,
            last: ("deliver", Some(1)),
            system: Box::new(restarted_reader(owned!(incarnations_are_not_counted))),
        },
        Mutant {
            name: "read_quorum_of_holders",
            about: "an operation ends when a read quorum holds its version",
            alters: "read_one",
            property: "atomicity",
            steps: 2,
            last: ("request", Some(1)),
            system: Box::new(read_one(owned!(read_quorum_of_holders, read_one_write_all()))),
        },
        Mutant {
            name: "read_quorum_knows_already",
            about: "a read tells nobody when a read quorum answered with the latest version",
            alters: "read_one",
            property: "atomicity",
            steps: 4,
            last: ("request", Some(2)),
            system: Box::new(read_one(owned!(read_quorum_knows_already, read_one_write_all()))),
        },
        Mutant {
            name: "write_quorum_of_answers",
            about: "the answers of a write quorum are taken for enough",
            alters: "write_one",
            property: "atomicity",
            steps: 2,
            last: ("request", Some(1)),
            system: Box::new(write_one(owned!(write_quorum_of_answers, read_all_write_one()))),
        },
        Mutant {
            name: "everyone_writes_without_asking",
            about: "one of many writers takes the latest timestamp that it knows of for the latest of all",
            alters: "written_and_read",
            property: "atomicity",
            steps: 9,
            last: ("deliver", Some(1)),
            system: Box::new(written_and_read(shared!(everyone_writes_without_asking))),
        },
        Mutant {
            name: "own_timestamp_preferred",
            about: "one of many writers asks for the latest timestamp, and does not look at the answers",
            alters: "written_and_read",
            property: "atomicity",
            steps: 13,
            last: ("deliver", Some(1)),
            system: Box::new(written_and_read(shared!(own_timestamp_preferred))),
        },
        Mutant {
            name: "begins_while_busy",
            about: "a new request takes the place of one that is not answered yet",
            alters: "impatient",
            property: "operations end",
            steps: 12,
            last: ("deliver", Some(2)),
            system: Box::new(impatience(owned!(begins_while_busy))),
        },
        Mutant {
            name: "nobody_is_refused",
            about: "whoever likes writes as if it were the only writer",
            alters: "impatient",
            property: "atomicity",
            steps: 9,
            last: ("deliver", Some(0)),
            system: Box::new(impatience(owned!(nobody_is_refused))),
        },
    ]
}
