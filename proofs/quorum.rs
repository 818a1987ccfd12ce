//! Quorum systems: that quorums meet, that what is promised to remain available does, and that the sizes are the least.
//!
//! Each law is a function of what it judges, which `quorum/mutants.rs` applies to known-wrong functions.

use synod::quorum::{
    Byzantine, Grid, Majority, ProcessSet, Quorums, ReadWrite, byzantine_quorum, disjoint_pair, holds_column,
    holds_one_of, holds_row, majority, masking_quorum, thresholds_meet, tolerates_lies, tolerates_unsigned_lies,
};

use crate::choices::{any_set, any_such, any_within};

#[cfg(all(test, not(kani)))]
mod mutants;

/// The most processes of which all sets are enumerated.
const PROCESSES: usize = 7;

/// The most processes of which all sets are enumerated where seven would be too few to show much: a square grid of
/// three, and two liars among masking quorums.
const MANY_PROCESSES: usize = 9;

fn any_size() -> usize {
    any_within("processes", 1..=PROCESSES)
}

/// Any set of at least `size` of the processes.
fn any_set_of(name: &'static str, processes: usize, size: usize) -> ProcessSet {
    any_such(|| any_set(name, processes), |set| set.len() >= size)
}

/// Any set of at most `most` of the processes.
fn any_few_of(name: &'static str, processes: usize, most: usize) -> ProcessSet {
    any_such(|| any_set(name, processes), |set| set.len() <= most)
}

// ---- The laws of every quorum system. Sets are drawn from one process more than the system has: a stranger. ----

/// Who answers a read and who answers a write have a process of the system in common.
fn reads_meet_writes(system: &impl Quorums) {
    let universe = system.processes() + 1;
    let read = any_such(|| any_set("read", universe), |answered| system.is_read_quorum(*answered));
    let written = any_such(|| any_set("written", universe), |answered| system.is_write_quorum(*answered));
    let members = ProcessSet::all(system.processes());
    assert!(!read.intersection(written).intersection(members).is_empty(), "a read may miss a write");
}

/// Another answer never spoils a quorum.
fn answers_only_help(system: &impl Quorums) {
    let universe = system.processes() + 1;
    let fewer = any_set("fewer", universe);
    let another = any_within("another", 0..=system.processes());
    let more = fewer.union(ProcessSet::from_bits(1 << another));
    assert!(!system.is_read_quorum(fewer) || system.is_read_quorum(more), "an answer spoilt a read quorum");
    assert!(!system.is_write_quorum(fewer) || system.is_write_quorum(more), "an answer spoilt a write quorum");
}

/// A process outside the system has no vote in it.
fn strangers_do_not_count(system: &impl Quorums) {
    let answered = any_set("answered", system.processes() + 1);
    let members = answered.intersection(ProcessSet::all(system.processes()));
    assert_eq!(system.is_read_quorum(answered), system.is_read_quorum(members), "a stranger voted");
    assert_eq!(system.is_write_quorum(answered), system.is_write_quorum(members), "a stranger voted");
}

/// When everybody answers, that is enough.
fn all_together_are_a_quorum(system: &impl Quorums) {
    let members = ProcessSet::all(system.processes());
    assert!(system.is_read_quorum(members), "all together cannot read");
    assert!(system.is_write_quorum(members), "all together cannot write");
}

/// Harnesses for the laws of every quorum system, for any system that an expression chooses.
macro_rules! quorum_system {
    ($name:ident: $any:expr) => {
        mod $name {
            use super::*;

            #[kani::proof]
            #[kani::unwind(10)]
            fn reads_meet_writes() {
                super::reads_meet_writes(&$any);
            }

            #[kani::proof]
            #[kani::unwind(10)]
            fn answers_only_help() {
                super::answers_only_help(&$any);
            }

            #[kani::proof]
            #[kani::unwind(10)]
            fn strangers_do_not_count() {
                super::strangers_do_not_count(&$any);
            }

            #[kani::proof]
            #[kani::unwind(10)]
            fn all_together_are_a_quorum() {
                super::all_together_are_a_quorum(&$any);
            }
        }
    };
}

quorum_system!(majorities: Majority::new(any_size()));
quorum_system!(thresholds: any_read_write());
quorum_system!(byzantine: any_byzantine());
quorum_system!(masking: any_masking());
quorum_system!(grids: any_grid());

fn any_read_write() -> ReadWrite {
    let processes = any_size();
    let read = any_within("read threshold", 0..=PROCESSES);
    let write = any_within("write threshold", 0..=PROCESSES);
    accepted(ReadWrite::new(processes, read, write))
}

fn any_byzantine() -> Byzantine {
    accepted(Byzantine::new(any_size(), any_within("faulty", 0..=PROCESSES)))
}

fn any_masking() -> Byzantine {
    accepted(Byzantine::masking(any_within("processes", 1..=MANY_PROCESSES), any_within("faulty", 0..=PROCESSES)))
}

fn any_grid() -> Grid {
    let (rows, columns) = any_shape();
    accepted(Grid::new(rows, columns))
}

/// Any shape of a small grid: rows and columns.
fn any_shape() -> (usize, usize) {
    let rows = any_within("rows", 1..=MANY_PROCESSES);
    (rows, any_within("columns (at most 9 places)", 1..=MANY_PROCESSES / rows))
}

/// What was built, where it was not refused.
fn accepted<T, E>(built: Result<T, E>) -> T {
    kani::assume(built.is_ok());
    match built {
        Ok(system) => system,
        Err(_) => unreachable!("assumed to be built"),
    }
}

// ---- Majorities ----

/// Two sets, each as large as a majority, have a process in common.
fn two_majorities_meet(majority: fn(usize) -> usize) {
    let processes = any_size();
    let one = any_set_of("one", processes, majority(processes));
    let other = any_set_of("other", processes, majority(processes));
    assert!(!one.intersection(other).is_empty(), "two majorities do not meet");
}

/// When fewer than half are silent, those who answer are a majority.
fn a_minority_may_be_silent(majority: fn(usize) -> usize) {
    let processes = any_size();
    let silent = any_such(|| any_set("silent", processes), |silent| silent.len() < processes - silent.len());
    let rest = ProcessSet::all(processes).difference(silent);
    assert!(rest.len() >= majority(processes), "a minority keeps the others from a majority");
}

/// Whoever is outside a majority is outnumbered by it, and with one member fewer it would outnumber nobody.
fn a_majority_just_outnumbers_the_rest(majority: fn(usize) -> usize) {
    let processes = any_within("processes", 1..=ProcessSet::LIMIT);
    let members = majority(processes);
    assert!(members <= processes, "there are not as many processes as a majority has");
    assert!(members > processes - members, "a majority does not outnumber the rest");
    assert!(members - 1 <= processes - (members - 1), "a smaller set is a majority already");
}

#[kani::proof]
#[kani::unwind(2)]
fn two_majorities_of_one_system_meet() {
    two_majorities_meet(majority);
}

#[kani::proof]
#[kani::unwind(2)]
fn a_majority_answers_while_a_minority_is_silent() {
    a_minority_may_be_silent(majority);
}

#[kani::proof]
#[kani::unwind(2)]
fn a_majority_is_least_for_every_number_of_processes() {
    a_majority_just_outnumbers_the_rest(majority);
}

// ---- Thresholds ----

/// Thresholds said to meet: no matter who answers, somebody answers both the read and the write.
fn sets_that_reach_the_thresholds_meet(meet: fn(usize, usize, usize) -> bool) {
    let (processes, read, write) = any_thresholds();
    kani::assume(meet(processes, read, write));
    let read = any_set_of("read", processes, read);
    let written = any_set_of("written", processes, write);
    assert!(!read.intersection(written).is_empty(), "a read may miss a write");
}

/// Thresholds said not to meet: the first processes may answer the read and the last ones the write.
fn thresholds_are_refused_for_a_reason(meet: fn(usize, usize, usize) -> bool) {
    let (processes, read, write) = any_thresholds();
    kani::assume(!meet(processes, read, write));
    let first = ProcessSet::all(read);
    let last = ProcessSet::all(processes).difference(ProcessSet::all(processes - write));
    assert!(first.intersection(last).is_empty(), "thresholds were refused that always meet");
}

/// Any system, with thresholds that it can reach.
fn any_thresholds() -> (usize, usize, usize) {
    let processes = any_size();
    (processes, any_within("read threshold", 0..=processes), any_within("write threshold", 0..=processes))
}

#[kani::proof]
#[kani::unwind(2)]
fn thresholds_that_meet_do() {
    sets_that_reach_the_thresholds_meet(thresholds_meet);
}

#[kani::proof]
#[kani::unwind(2)]
fn thresholds_that_do_not_meet_leave_room_for_two() {
    thresholds_are_refused_for_a_reason(thresholds_meet);
}

// ---- Configurations ----

/// The number of processes in the configurations that are enumerated, with two quorums of each kind.
const CONFIGURED: usize = 4;

fn any_two(first: &'static str, second: &'static str) -> [ProcessSet; 2] {
    [any_set(first, CONFIGURED), any_set(second, CONFIGURED)]
}

/// Where no pair of quorums is found disjoint, each two of different kinds meet. Where one is found, it is listed and
/// does not meet.
fn a_disjoint_pair_is_found_where_there_is_one(
    disjoint_pair: fn(&[ProcessSet], &[ProcessSet]) -> Option<(ProcessSet, ProcessSet)>,
) {
    let reads = any_two("first read quorum", "second read quorum");
    let writes = any_two("first write quorum", "second write quorum");
    match disjoint_pair(&reads, &writes) {
        Some((read, write)) => {
            assert!(reads.contains(&read) && writes.contains(&write), "a pair was made up");
            assert!(read.intersection(write).is_empty(), "a pair that meets was called disjoint");
        }
        None => {
            let read = reads[any_within("of the reads", 0..=1)];
            let write = writes[any_within("of the writes", 0..=1)];
            assert!(!read.intersection(write).is_empty(), "a read may miss a write");
        }
    }
}

/// A set holds one of the quorums unless it misses a process of each of them.
fn a_quorum_is_held_unless_each_misses_a_process(holds_one_of: fn(&[ProcessSet], ProcessSet) -> bool) {
    let quorums = any_two("first quorum", "second quorum");
    let answered = any_set("answered", CONFIGURED);
    let silent = ProcessSet::all(CONFIGURED).difference(answered);
    let [first, second] = quorums.map(|quorum| !quorum.intersection(silent).is_empty());
    assert_eq!(!holds_one_of(&quorums, answered), first && second, "a quorum is misjudged");
}

#[kani::proof]
#[kani::unwind(4)]
fn configurations_are_refused_only_for_a_disjoint_pair() {
    a_disjoint_pair_is_found_where_there_is_one(disjoint_pair);
}

#[kani::proof]
#[kani::unwind(4)]
fn a_configuration_holds_what_has_answered_entirely() {
    a_quorum_is_held_unless_each_misses_a_process(holds_one_of);
}

// ---- Byzantine quorums ----

/// A system in which some processes lie, small enough to look at all sets: how many processes there are, how many lie,
/// and which.
fn any_liars(most_processes: usize, tolerates: fn(usize, usize) -> bool) -> (usize, usize, ProcessSet) {
    let (processes, faulty) = any_faulty(most_processes);
    kani::assume(tolerates(processes, faulty));
    (processes, faulty, any_few_of("liars", processes, faulty))
}

/// Any number of processes and any number of them.
fn any_faulty(most_processes: usize) -> (usize, usize) {
    let processes = any_within("processes", 1..=most_processes);
    (processes, any_within("faulty", 0..=processes))
}

/// Whoever lies, two quorums have a process in common that does not.
fn two_quorums_share_a_correct_process(quorum: fn(usize, usize) -> usize) {
    let (processes, faulty, liars) = any_liars(PROCESSES, tolerates_lies);
    let one = any_set_of("one", processes, quorum(processes, faulty));
    let other = any_set_of("other", processes, quorum(processes, faulty));
    assert!(!one.intersection(other).is_subset(liars), "two quorums meet in liars only");
}

/// Whoever lies, more processes that two quorums have in common are correct than could ever lie.
fn two_quorums_outvote_the_liars(quorum: fn(usize, usize) -> usize) {
    let (processes, faulty, liars) = any_liars(MANY_PROCESSES, tolerates_unsigned_lies);
    let one = any_set_of("one", processes, quorum(processes, faulty));
    let other = any_set_of("other", processes, quorum(processes, faulty));
    assert!(one.intersection(other).difference(liars).len() > faulty, "liars may outvote the correct");
}

/// When all liars are silent, those who answer are still a quorum.
fn the_correct_are_a_quorum(quorum: fn(usize, usize) -> usize, tolerates: fn(usize, usize) -> bool) {
    let (processes, faulty, liars) = any_liars(MANY_PROCESSES, tolerates);
    let correct = ProcessSet::all(processes).difference(liars);
    assert!(correct.len() >= quorum(processes, faulty), "liars can withhold a quorum by their silence");
}

/// Two quorums counted together exceed the whole by what they share at least: so many processes as `least` says of the
/// faulty ones, but not so many if each quorum had a member fewer.
fn quorums_overlap_by_just(least: fn(usize) -> usize, quorum: fn(usize, usize) -> usize) {
    let processes = any_within("processes", 1..=ProcessSet::LIMIT);
    let faulty = any_within("faulty", 0..=ProcessSet::LIMIT);
    let members = quorum(processes, faulty);
    assert!(members + members >= processes + least(faulty), "two quorums need not share enough");
    let fewer = members - 1;
    assert!(fewer + fewer < processes + least(faulty), "smaller quorums would share enough");
}

/// Lies are tolerated exactly if two sets of answers are sure to share as many processes as `least` says, though nobody
/// waits for more answers than the correct give. Those of the first and of the last processes share least.
fn tolerance_is_exact(least: fn(usize) -> usize, tolerates: fn(usize, usize) -> bool) {
    let (processes, faulty) = any_faulty(ProcessSet::LIMIT);
    let first = ProcessSet::all(processes - faulty);
    let last = ProcessSet::all(processes).difference(ProcessSet::all(faulty));
    let enough = first.intersection(last).len() >= least(faulty);
    assert!(enough || !tolerates(processes, faulty), "so many liars are too many");
    assert!(!enough || tolerates(processes, faulty), "so many liars would be no harm");
}

/// How many processes two quorums share if one of them is to be correct.
fn one_correct(faulty: usize) -> usize {
    faulty + 1
}

/// How many processes two quorums share if the correct among them are to outnumber all liars.
fn more_correct_than_faulty(faulty: usize) -> usize {
    faulty + faulty + 1
}

#[kani::proof]
#[kani::unwind(2)]
fn two_byzantine_quorums_meet_in_a_correct_process() {
    two_quorums_share_a_correct_process(byzantine_quorum);
}

#[kani::proof]
#[kani::unwind(2)]
fn two_masking_quorums_share_more_correct_than_faulty() {
    two_quorums_outvote_the_liars(masking_quorum);
}

#[kani::proof]
#[kani::unwind(2)]
fn correct_processes_are_a_byzantine_quorum() {
    the_correct_are_a_quorum(byzantine_quorum, tolerates_lies);
}

#[kani::proof]
#[kani::unwind(2)]
fn correct_processes_are_a_masking_quorum() {
    the_correct_are_a_quorum(masking_quorum, tolerates_unsigned_lies);
}

#[kani::proof]
#[kani::unwind(2)]
fn a_byzantine_quorum_is_least_for_every_number_of_processes() {
    quorums_overlap_by_just(one_correct, byzantine_quorum);
}

#[kani::proof]
#[kani::unwind(2)]
fn a_masking_quorum_is_least_for_every_number_of_processes() {
    quorums_overlap_by_just(more_correct_than_faulty, masking_quorum);
}

#[kani::proof]
#[kani::unwind(2)]
fn fewer_than_a_third_may_lie() {
    tolerance_is_exact(one_correct, tolerates_lies);
}

#[kani::proof]
#[kani::unwind(2)]
fn fewer_than_a_quarter_may_lie_unsigned() {
    tolerance_is_exact(more_correct_than_faulty, tolerates_unsigned_lies);
}

// ---- Grids ----

/// Whether, in a grid of so many rows and columns, a set of processes holds a line.
type HoldsLine = fn(usize, usize, ProcessSet) -> bool;

/// A set with a full row and a set with a full column have a process in common.
fn rows_meet_columns(holds_row: HoldsLine, holds_column: HoldsLine) {
    let (rows, columns) = any_shape();
    let read = any_such(|| any_set("read", rows * columns), |answered| holds_row(rows, columns, *answered));
    let written = any_such(|| any_set("written", rows * columns), |answered| holds_column(rows, columns, *answered));
    assert!(!read.intersection(written).is_empty(), "a row does not meet a column");
}

/// A line is held when as many of its processes have answered as it is long. `line` is given an id and the number of
/// columns and says on which line that process stands; `length` is given the rows and the columns.
fn a_line_is_held_when_it_is_full(
    holds_line: HoldsLine,
    line: fn(usize, usize) -> usize,
    length: fn(usize, usize) -> usize,
) {
    let (rows, columns) = any_shape();
    let answered = any_set("answered", rows * columns);
    let mut on_line = [0; MANY_PROCESSES];
    let mut process = 0;
    while process < rows * columns {
        on_line[line(process, columns)] += usize::from(answered.bits() >> process & 1 == 1);
        process += 1;
    }
    let full = on_line.contains(&length(rows, columns));
    assert_eq!(holds_line(rows, columns, answered), full, "a line is misjudged");
}

fn a_row_is_held_when_it_is_full(holds_row: HoldsLine) {
    a_line_is_held_when_it_is_full(holds_row, |process, columns| process / columns, |_, columns| columns);
}

fn a_column_is_held_when_it_is_full(holds_column: HoldsLine) {
    a_line_is_held_when_it_is_full(holds_column, |process, columns| process % columns, |rows, _| rows);
}

#[kani::proof]
#[kani::unwind(10)]
fn rows_of_a_grid_meet_its_columns() {
    rows_meet_columns(holds_row, holds_column);
}

#[kani::proof]
#[kani::unwind(11)]
fn a_row_of_a_grid_is_held_when_it_is_full() {
    a_row_is_held_when_it_is_full(holds_row);
}

#[kani::proof]
#[kani::unwind(11)]
fn a_column_of_a_grid_is_held_when_it_is_full() {
    a_column_is_held_when_it_is_full(holds_column);
}
