//! Linearizability by its definition: some order of the operations is one of the store, and keeps the order of those that are
//! not concurrent. Every order is tried.

use super::super::{Access, Expected, Outcome, Record};
use std::collections::BTreeSet;

type Records = [Record<u64, u64>];

/// What a key holds, with its version if anybody ever speaks of it.
type Cell = Option<(u64, Option<u64>)>;

/// Whether records are linearizable, by trying everything.
pub fn is_linearizable(records: &Records) -> bool {
    let keys: BTreeSet<u64> = records.iter().map(|record| record.key).collect();
    keys.into_iter().all(|key| {
        let records: Vec<_> = records.iter().filter(|record| record.key == key).collect();
        let versions = records.iter().flat_map(|record| spoken_of(record)).collect();
        goes_on(None, &versions, &records)
    })
}

/// Whether what is left can go on from here; `versions` are still to be given.
fn goes_on(cell: Cell, versions: &BTreeSet<u64>, left: &[&Record<u64, u64>]) -> bool {
    left.iter().all(|record| record.answered.is_none())
        || (0..left.len()).any(|place| {
            let mut rest = left.to_vec();
            let next = rest.remove(place);
            let precedes =
                |other: &&Record<u64, u64>| other.answered.as_ref().is_some_and(|(end, _)| *end < next.called);
            !rest.iter().any(precedes)
                && after(cell, versions, next).into_iter().any(|(cell, version)| {
                    let mut versions = versions.clone();
                    version.is_none_or(|version| versions.remove(&version)) && goes_on(cell, &versions, &rest)
                })
        })
}

/// What a key may hold after an operation, and which version that was given.
fn after(cell: Cell, versions: &BTreeSet<u64>, record: &Record<u64, u64>) -> Vec<(Cell, Option<u64>)> {
    let outcome = record.answered.as_ref().map(|(_, outcome)| outcome);
    let given = || match outcome {
        Some(Outcome::Done { version: Some(version) }) => vec![Some(*version)],
        _ => versions.iter().copied().map(Some).chain([None]).collect(),
    };
    let write = |value: u64| given().into_iter().map(|version| (Some((value, version)), version)).collect();
    match (&record.access, outcome) {
        (Access::Read, Some(Outcome::Found { value, version })) => {
            let is_it = cell.is_some_and(|(held, name)| held == *value && (version.is_none() || *version == name));
            if is_it { vec![(cell, None)] } else { vec![] }
        }
        (Access::Read, Some(_)) if cell.is_some() => vec![],
        (Access::Read, _) => vec![(cell, None)],
        (Access::Write(value), _) => write(*value),
        (Access::Delete, _) => vec![(None, None)],
        (Access::CompareAndSet { expected, new }, outcome) => {
            let holds = match expected {
                Expected::Nothing => cell.is_none(),
                Expected::Value(value) => cell.is_some_and(|(held, _)| held == *value),
                Expected::Version(version) => cell.is_some_and(|(_, held)| held == Some(*version)),
            };
            match (holds, outcome == Some(&Outcome::Mismatch)) {
                (true, false) => write(*new),
                (false, true) => vec![(cell, None)],
                (false, false) if outcome.is_none() => vec![(cell, None)],
                _ => vec![],
            }
        }
    }
}

fn spoken_of(record: &Record<u64, u64>) -> Vec<u64> {
    let expected = match record.access {
        Access::CompareAndSet { expected: Expected::Version(version), .. } => Some(version),
        _ => None,
    };
    let answered = match record.answered {
        Some((_, Outcome::Done { version } | Outcome::Found { version, .. })) => version,
        _ => None,
    };
    expected.into_iter().chain(answered).collect()
}
