//! The records of one key in small numbers: keys by record, values and versions by number, moments by their place in the
//! order of the key's events. What is judged many times over is translated once.

use super::{Access, Expected, Outcome, Record};
use std::collections::HashMap;
use std::hash::Hash;

/// A record whose key is its place among all records, whose values and versions are numbers, and whose moments are places.
pub(super) type Numbered = Record<usize, u32, u32>;

/// Translates the records of one key, which come with their places among all records; in the order of their calls.
pub(super) fn numbered<K, V: Eq + Hash, T: Eq + Hash>(records: &[(usize, &Record<K, V, T>)]) -> Vec<Numbered> {
    // Of equal moments calls come first: then what happens at the same moment is concurrent.
    let mut events = Vec::with_capacity(2 * records.len());
    for (place, (_, record)) in records.iter().enumerate() {
        events.push((record.called, false, place));
        events.extend(record.answered.as_ref().map(|(answered, _)| (*answered, true, place)));
    }
    events.sort_unstable();
    let (mut values, mut versions) = (Numbers::default(), Numbers::default());
    let mut numbered: Vec<Numbered> = Vec::with_capacity(records.len());
    let mut places = vec![0; records.len()];
    for (now, (_, is_answer, place)) in (0..).zip(events) {
        let (key, record) = records[place];
        if is_answer {
            let (_, outcome) = record.answered.as_ref().expect("an answer");
            numbered[places[place]].answered = Some((now, translate_outcome(outcome, &mut values, &mut versions)));
        } else {
            places[place] = numbered.len();
            let access = translate_access(&record.access, &mut values, &mut versions);
            numbered.push(Record { client: record.client, key, access, called: now, answered: None });
        }
    }
    numbered
}

/// Numbers for things, in the order in which they appear.
struct Numbers<'a, X>(HashMap<&'a X, u32>);

impl<X> Default for Numbers<'_, X> {
    fn default() -> Self {
        Numbers(HashMap::new())
    }
}

impl<'a, X: Eq + Hash> Numbers<'a, X> {
    fn of(&mut self, thing: &'a X) -> u32 {
        let next = self.0.len() as u32;
        *self.0.entry(thing).or_insert(next)
    }
}

fn translate_access<'a, V: Eq + Hash, T: Eq + Hash>(
    access: &'a Access<V, T>,
    values: &mut Numbers<'a, V>,
    versions: &mut Numbers<'a, T>,
) -> Access<u32, u32> {
    match access {
        Access::Read => Access::Read,
        Access::Write(value) => Access::Write(values.of(value)),
        Access::Delete => Access::Delete,
        Access::CompareAndSet { expected, new } => {
            let expected = match expected {
                Expected::Nothing => Expected::Nothing,
                Expected::Value(value) => Expected::Value(values.of(value)),
                Expected::Version(version) => Expected::Version(versions.of(version)),
            };
            Access::CompareAndSet { expected, new: values.of(new) }
        }
    }
}

fn translate_outcome<'a, V: Eq + Hash, T: Eq + Hash>(
    outcome: &'a Outcome<V, T>,
    values: &mut Numbers<'a, V>,
    versions: &mut Numbers<'a, T>,
) -> Outcome<u32, u32> {
    let mut number = |version: &'a Option<T>| version.as_ref().map(|version| versions.of(version));
    match outcome {
        Outcome::Found { value, version } => Outcome::Found { value: values.of(value), version: number(version) },
        Outcome::Nothing => Outcome::Nothing,
        Outcome::Done { version } => Outcome::Done { version: number(version) },
        Outcome::Mismatch => Outcome::Mismatch,
    }
}
