//! Known-wrong functions, each of which a law refuses.

use kani::stand_in::assert_refuted;
use synod::quorum::{ProcessSet, Quorums};

use super::*;

// ---- Majorities ----

fn half(processes: usize) -> usize {
    processes / 2
}

fn half_rounded_up(processes: usize) -> usize {
    processes.div_ceil(2)
}

fn everybody(processes: usize) -> usize {
    processes
}

#[test]
fn half_is_no_majority() {
    assert_refuted("two majorities do not meet", || two_majorities_meet(half));
    assert_refuted("a majority does not outnumber the rest", || a_majority_just_outnumbers_the_rest(half));
}

/// Right for odd numbers, which is why it is met in the wild.
#[test]
fn half_rounded_up_is_no_majority() {
    assert_refuted("two majorities do not meet", || two_majorities_meet(half_rounded_up));
    assert_refuted("a majority does not outnumber the rest", || a_majority_just_outnumbers_the_rest(half_rounded_up));
}

#[test]
fn a_majority_does_not_wait_for_everybody() {
    assert_refuted("a minority keeps the others from a majority", || a_minority_may_be_silent(everybody));
    assert_refuted("a smaller set is a majority already", || a_majority_just_outnumbers_the_rest(everybody));
}

// ---- Thresholds ----

#[test]
fn thresholds_that_add_up_to_all_may_miss_each_other() {
    assert_refuted("a read may miss a write", || {
        sets_that_reach_the_thresholds_meet(|processes, read, write| read + write >= processes);
    });
}

#[test]
fn one_common_process_is_enough() {
    assert_refuted("thresholds were refused that always meet", || {
        thresholds_are_refused_for_a_reason(|processes, read, write| read + write > processes + 1);
    });
}

#[test]
fn writes_that_meet_writes_need_not_meet_reads() {
    assert_refuted("a read may miss a write", || {
        sets_that_reach_the_thresholds_meet(|processes, _, write| write + write > processes);
    });
}

// ---- Configurations ----

#[test]
fn each_read_quorum_must_meet_every_write_quorum() {
    assert_refuted("a read may miss a write", || {
        a_disjoint_pair_is_found_where_there_is_one(|reads, writes| {
            let mut pairs = reads.iter().copied().zip(writes.iter().copied());
            pairs.find(|(read, write)| read.intersection(*write).is_empty())
        });
    });
}

#[test]
fn a_configuration_is_not_refused_at_random() {
    assert_refuted("a pair that meets was called disjoint", || {
        a_disjoint_pair_is_found_where_there_is_one(|reads, writes| Some((reads[0], writes[0])));
    });
    assert_refuted("a pair was made up", || {
        a_disjoint_pair_is_found_where_there_is_one(|_, _| Some((ProcessSet::all(1), ProcessSet::new())));
    });
}

#[test]
fn one_quorum_of_the_list_is_enough() {
    assert_refuted("a quorum is misjudged", || {
        a_quorum_is_held_unless_each_misses_a_process(|quorums, answered| {
            quorums.iter().all(|quorum| quorum.is_subset(answered))
        });
    });
}

#[test]
fn a_quorum_that_answered_in_part_does_not_count() {
    assert_refuted("a quorum is misjudged", || {
        a_quorum_is_held_unless_each_misses_a_process(|quorums, answered| {
            quorums.iter().any(|quorum| !quorum.intersection(answered).is_empty())
        });
    });
}

// ---- Byzantine quorums ----

fn half_of_all_and_the_faulty(processes: usize, faulty: usize) -> usize {
    (processes + faulty) / 2
}

fn half_and_the_faulty(processes: usize, faulty: usize) -> usize {
    processes / 2 + faulty
}

fn mere_majority(processes: usize, _faulty: usize) -> usize {
    majority(processes)
}

fn all_of_them(processes: usize, _faulty: usize) -> usize {
    processes
}

#[test]
fn half_of_all_and_the_faulty_is_one_too_few() {
    assert_refuted("two quorums meet in liars only", || {
        two_quorums_share_a_correct_process(half_of_all_and_the_faulty)
    });
    assert_refuted("two quorums need not share enough", || {
        quorums_overlap_by_just(one_correct, half_of_all_and_the_faulty);
    });
}

#[test]
fn half_and_the_faulty_is_one_too_few_to_mask() {
    assert_refuted("liars may outvote the correct", || two_quorums_outvote_the_liars(half_and_the_faulty));
    assert_refuted("two quorums need not share enough", || {
        quorums_overlap_by_just(more_correct_than_faulty, half_and_the_faulty);
    });
}

#[test]
fn majorities_may_meet_in_a_liar() {
    assert_refuted("two quorums meet in liars only", || two_quorums_share_a_correct_process(mere_majority));
}

#[test]
fn a_byzantine_quorum_is_not_masking() {
    assert_refuted("liars may outvote the correct", || two_quorums_outvote_the_liars(byzantine_quorum));
    assert_refuted("two quorums need not share enough", || {
        quorums_overlap_by_just(more_correct_than_faulty, byzantine_quorum);
    });
}

#[test]
fn a_masking_quorum_is_more_than_byzantine_quorums_need() {
    assert_refuted("smaller quorums would share enough", || quorums_overlap_by_just(one_correct, masking_quorum));
}

#[test]
fn liars_may_be_silent() {
    assert_refuted("by their silence", || the_correct_are_a_quorum(all_of_them, tolerates_lies));
    assert_refuted("by their silence", || the_correct_are_a_quorum(all_of_them, tolerates_unsigned_lies));
}

#[test]
fn a_third_of_liars_is_too_many() {
    let third: fn(usize, usize) -> bool = |processes, faulty| processes >= 3 * faulty;
    assert_refuted("so many liars are too many", || tolerance_is_exact(one_correct, third));
    assert_refuted("by their silence", || the_correct_are_a_quorum(byzantine_quorum, third));
}

#[test]
fn a_quarter_of_liars_is_too_many_if_they_can_forge() {
    let quarter: fn(usize, usize) -> bool = |processes, faulty| processes >= 4 * faulty;
    assert_refuted("so many liars are too many", || tolerance_is_exact(more_correct_than_faulty, quarter));
    assert_refuted("by their silence", || the_correct_are_a_quorum(masking_quorum, quarter));
}

#[test]
fn more_than_a_fifth_may_lie() {
    let fifth: fn(usize, usize) -> bool = |processes, faulty| processes > 5 * faulty;
    assert_refuted("so many liars would be no harm", || tolerance_is_exact(one_correct, fifth));
    assert_refuted("so many liars would be no harm", || tolerance_is_exact(more_correct_than_faulty, fifth));
}

// ---- Grids ----

/// A column whose members are counted as if the grid had as many columns as rows: right for square grids.
fn holds_transposed_column(rows: usize, columns: usize, answered: ProcessSet) -> bool {
    (0..columns).any(|column| (0..rows).all(|row| answered.contains((row * rows + column).into())))
}

/// A row without its last place.
fn holds_most_of_a_row(rows: usize, columns: usize, answered: ProcessSet) -> bool {
    (0..rows).any(|row| (0..columns - 1).all(|column| answered.contains((row * columns + column).into())))
}

#[test]
fn a_column_counts_in_steps_of_a_row() {
    assert_refuted("a row does not meet a column", || rows_meet_columns(holds_row, holds_transposed_column));
    assert_refuted("a line is misjudged", || a_column_is_held_when_it_is_full(holds_transposed_column));
}

#[test]
fn a_row_is_full_to_its_last_place() {
    assert_refuted("a row does not meet a column", || rows_meet_columns(holds_most_of_a_row, holds_column));
    assert_refuted("a line is misjudged", || a_row_is_held_when_it_is_full(holds_most_of_a_row));
}

#[test]
fn a_row_is_no_column() {
    assert_refuted("a row does not meet a column", || rows_meet_columns(holds_row, holds_row));
    assert_refuted("a row does not meet a column", || rows_meet_columns(holds_column, holds_column));
}

// ---- Whole systems ----

/// A quorum system that judges sets as it is told.
#[derive(Clone, Debug)]
struct Judged {
    read: fn(ProcessSet) -> bool,
    write: fn(ProcessSet) -> bool,
}

impl Quorums for Judged {
    fn processes(&self) -> usize {
        3
    }

    fn is_read_quorum(&self, answered: ProcessSet) -> bool {
        (self.read)(answered)
    }

    fn is_write_quorum(&self, answered: ProcessSet) -> bool {
        (self.write)(answered)
    }
}

#[test]
fn a_system_in_which_one_answer_is_enough_is_refused() {
    let one: fn(ProcessSet) -> bool = |answered| !answered.is_empty();
    assert_refuted("a read may miss a write", || reads_meet_writes(&Judged { read: one, write: one }));
}

#[test]
fn a_system_that_wants_exactly_two_answers_is_refused() {
    let (two, more): (fn(ProcessSet) -> bool, fn(ProcessSet) -> bool) = (|set| set.len() == 2, |set| set.len() > 1);
    assert_refuted("an answer spoilt a read quorum", || answers_only_help(&Judged { read: two, write: more }));
    assert_refuted("an answer spoilt a write quorum", || answers_only_help(&Judged { read: more, write: two }));
}

#[test]
fn a_system_that_counts_strangers_is_refused() {
    let two: fn(ProcessSet) -> bool = |answered| answered.len() >= 2;
    assert_refuted("a stranger voted", || strangers_do_not_count(&Judged { read: two, write: two }));
    assert_refuted("a read may miss a write", || reads_meet_writes(&Judged { read: two, write: two }));
}

#[test]
fn a_system_without_quorums_is_refused() {
    let (never, always): (fn(ProcessSet) -> bool, fn(ProcessSet) -> bool) = (|_| false, |_| true);
    assert_refuted("all together cannot read", || all_together_are_a_quorum(&Judged { read: never, write: always }));
    assert_refuted("all together cannot write", || all_together_are_a_quorum(&Judged { read: always, write: never }));
}
