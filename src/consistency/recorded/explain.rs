//! Why the records of one key have no explanation: where it shows first, and the few operations that show it.

use super::numbered::Numbered;
use super::problem::Problem;
use super::search::{Result, search};
use super::{Access, Expected, Outcome};
use std::collections::{BTreeMap, BTreeSet};

/// Why records have no explanation.
pub(super) struct Explanation {
    /// Which record's answer ends the prefix that has none.
    pub(super) until: usize,
    /// Whether every shorter prefix is known to have one.
    pub(super) is_shortest: bool,
    /// Records that alone have none, in the order of their calls; those without an answer in the prefix are pending.
    pub(super) concerned: Vec<usize>,
}

/// Explains why there is no explanation; a search has found none, and that none was lost before the answer at `place`.
pub(super) fn explain(records: &[Numbered], place: u64, allowance: &mut u64) -> Explanation {
    let mut ends: Vec<(u64, usize)> =
        records.iter().filter_map(|record| Some((record.answered.as_ref()?.0, record.key))).collect();
    ends.sort_unstable();
    let (mut low, mut high) = (ends.partition_point(|(end, _)| *end < place), ends.len() - 1);
    let (mut is_shortest, mut step) = (true, 0);
    // Most often it shows right there or soon after.
    while low < high {
        let middle = low + ((high - low) / 2).min(step);
        match search(&Problem::new(&prefix(records, ends[middle].0)), allowance) {
            Result::Unexplained(_) => high = middle,
            Result::Explained => low = middle + 1,
            Result::Exceeded => (low, is_shortest) = (middle + 1, false),
        }
        step = 2 * step + 1;
    }
    let (end, until) = ends[high];
    let concerned = shrink(prefix(records, end), allowance);
    Explanation { until, is_shortest, concerned: concerned.into_iter().map(|record| record.key).collect() }
}

/// What was known right after the answer at `end`.
fn prefix(records: &[Numbered], end: u64) -> Vec<Numbered> {
    let called = records.iter().filter(|record| record.called < end).cloned();
    called
        .map(|mut record| {
            record.answered.take_if(|(answered, _)| *answered > end);
            record
        })
        .collect()
}

/// Leaves out records as long as the others have no explanation. None can be had by that: what is left out at a time is what
/// observes and changes nothing, or all that has to do with some values, and an explanation of all is one of the others.
fn shrink(records: Vec<Numbered>, allowance: &mut u64) -> Vec<Numbered> {
    let (silent, others): (Vec<_>, Vec<_>) = records.into_iter().partition(changes_nothing);
    let kept = shrink_parts(silent.into_iter().map(|record| vec![record]).collect(), &others, allowance);
    let mut records: Vec<Numbered> = kept.into_iter().chain(others).collect();
    records.sort_unstable_by_key(|record| record.called);
    let is_mismatch = |record: &Numbered| matches!(record.answered, Some((_, Outcome::Mismatch)));
    if records.iter().any(is_mismatch) {
        return records;
    }
    // Often nothing is lost when a compare-and-set is taken for a write, which can be explained wherever the other can.
    let relaxed: Vec<Numbered> = records.iter().cloned().map(relax).collect();
    let is_enough = matches!(search(&Problem::new(&relaxed), allowance), Result::Unexplained(_));
    let records = if is_enough { relaxed } else { records };
    match parts(&records) {
        Some(parts) => shrink_parts(parts, &[], allowance),
        None => records,
    }
}

/// Forgets what a compare-and-set has expected.
fn relax(mut record: Numbered) -> Numbered {
    if let Access::CompareAndSet { new, .. } = record.access {
        record.access = Access::Write(new);
    }
    record
}

/// Leaves out parts as long as the rest, with `others`, has no explanation; many at once first, and old ones first.
fn shrink_parts(mut parts: Vec<Vec<Numbered>>, others: &[Numbered], allowance: &mut u64) -> Vec<Numbered> {
    let mut size = parts.len();
    while size > 0 {
        let mut start = 0;
        while start < parts.len() {
            let end = (start + size).min(parts.len());
            let rest = parts[..start].iter().chain(&parts[end..]).flatten();
            let mut rest: Vec<Numbered> = rest.chain(others).cloned().collect();
            rest.sort_unstable_by_key(|record| record.called);
            match search(&Problem::new(&rest), allowance) {
                Result::Unexplained(_) => drop(parts.drain(start..end)),
                _ => start = end,
            }
        }
        size /= 2;
    }
    let mut records: Vec<Numbered> = parts.into_iter().flatten().collect();
    records.sort_unstable_by_key(|record| record.called);
    records
}

fn changes_nothing(record: &Numbered) -> bool {
    record.access == Access::Read || matches!(record.answered, Some((_, Outcome::Mismatch)))
}

/// What an operation may have to do with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Topic {
    Nothing,
    Value(u32),
    Version(u32),
}

/// Takes records apart into parts that have nothing to do with one another. Not possible when nobody says which value an
/// expected version belongs to.
fn parts(records: &[Numbered]) -> Option<Vec<Vec<Numbered>>> {
    let is_named = |topics: &Vec<Topic>| topics.iter().any(|topic| matches!(topic, Topic::Version(_)));
    let expected: BTreeSet<Topic> = records.iter().filter_map(expected_version).collect();
    let named: BTreeSet<Topic> = records.iter().map(gives).filter(is_named).flatten().collect();
    if !expected.is_subset(&named) {
        return None;
    }
    let mut leaders = BTreeMap::new();
    for record in records {
        let topics = topics(record);
        let first = leader(&leaders, topics[0]);
        topics.into_iter().for_each(|topic| {
            let other = leader(&leaders, topic);
            if other != first {
                leaders.insert(other, first);
            }
        });
    }
    let mut parts: BTreeMap<Topic, Vec<Numbered>> = BTreeMap::new();
    for record in records {
        parts.entry(leader(&leaders, topics(record)[0])).or_default().push(record.clone());
    }
    let mut parts: Vec<_> = parts.into_values().collect();
    parts.sort_unstable_by_key(|part| part[0].called);
    Some(parts)
}

fn leader(leaders: &BTreeMap<Topic, Topic>, mut topic: Topic) -> Topic {
    while let Some(next) = leaders.get(&topic) {
        topic = *next;
    }
    topic
}

fn topics(record: &Numbered) -> Vec<Topic> {
    let mut topics = gives(record);
    if let Access::CompareAndSet { expected, .. } = &record.access {
        topics.push(match expected {
            Expected::Nothing => Topic::Nothing,
            Expected::Value(value) => Topic::Value(*value),
            Expected::Version(version) => Topic::Version(*version),
        });
    }
    topics
}

/// What an operation says that belongs together.
fn gives(record: &Numbered) -> Vec<Topic> {
    let outcome = record.answered.as_ref().map(|(_, outcome)| outcome);
    let version = match outcome {
        Some(Outcome::Found { version, .. } | Outcome::Done { version }) => version.map(Topic::Version),
        _ => None,
    };
    let value = match (&record.access, outcome) {
        (Access::Write(value) | Access::CompareAndSet { new: value, .. }, _) => Topic::Value(*value),
        (Access::Read, Some(Outcome::Found { value, .. })) => Topic::Value(*value),
        _ => Topic::Nothing,
    };
    [value].into_iter().chain(version).collect()
}

fn expected_version(record: &Numbered) -> Option<Topic> {
    match &record.access {
        Access::CompareAndSet { expected: Expected::Version(version), .. } => Some(Topic::Version(*version)),
        _ => None,
    }
}
