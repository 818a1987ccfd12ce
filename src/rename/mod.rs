//! What becomes of data when processes take one another's names.
//!
//! A system may declare processes [interchangeable](crate::system::System::interchangeable); then the engine explores one
//! state of each class of states that differ by their names alone. For that it has to rename every process id in states,
//! messages, timers, stored values and histories. [`Rename`] says how, and there is no implementation that fits every
//! type: whoever declares a type says it, best by [`rename!`](crate::rename!), which knows each field by its name.
//!
//! ```
//! # use stateright::actor::Id;
//! # use std::collections::BTreeSet;
//! # #[derive(Debug, PartialEq)]
//! struct Election { term: u64, voted_for: Option<Id>, supporters: BTreeSet<Id>, terms_of_others: Vec<u64> }
//! synod::rename! { struct Election { term, voted_for, supporters, terms_of_others: indexed } }
//!
//! # #[derive(Debug, PartialEq)]
//! enum Message { Ask { term: u64 }, Support(Id) }
//! synod::rename! { enum Message { Ask { term }, Support(whom) } }
//! # use synod::rename::{Rename, Renaming};
//! # let swap = Renaming::swapping(3, Id::from(0), Id::from(2));
//! # let (zero, two) = (Id::from(0), Id::from(2));
//! # let before = Election { term: 7, voted_for: Some(zero), supporters: [zero].into(), terms_of_others: vec![7, 8, 9] };
//! # let after = Election { term: 7, voted_for: Some(two), supporters: [two].into(), terms_of_others: vec![9, 8, 7] };
//! # assert_eq!(before.rename(&swap), after);
//! # assert_eq!(Message::Support(zero).rename(&swap), Message::Support(two));
//! # assert_eq!(Message::Ask { term: 7 }.rename(&swap), Message::Ask { term: 7 });
//! ```
//!
//! Numbers, text and the like are left as they are; so an id that is kept as a number is not renamed, and the check of a
//! system whose actors do that ends with an error.

mod implementations;
mod macros;
mod renaming;

pub use renaming::Renaming;

use stateright::actor::Id;
use std::collections::BTreeMap;
use std::hash::Hash;

/// Data in which processes can be renamed.
///
/// An implementation renames every part, and depends on no name: for a renaming `p` and a renaming `q`,
/// `x.rename(p).rename(q)` is `x` renamed by both one after the other. Parts that are kept in an order that depends on
/// names, as in a map by process, are renamed by [`Renaming::unordered`].
pub trait Rename {
    /// The same, with other names.
    fn rename(&self, to: &Renaming) -> Self;
}

/// Renames a part: what [`rename!`](crate::rename!) does to a field of which nothing else is said.
pub fn part<T: Rename>(part: &T, to: &Renaming) -> T {
    part.rename(to)
}

/// Renames a vector that has an entry for each process, at the place of its id: the entries change places.
///
/// # Panics
///
/// When it has an entry for only one of two processes that take one another's names.
pub fn indexed<T: Rename>(entries: &[T], to: &Renaming) -> Vec<T> {
    let renamed = |(place, entry): (usize, &T)| (to.id(Id::from(place)), entry.rename(to));
    let mut entries = to.unordered(entries.iter().enumerate(), renamed);
    entries.sort_by_key(|(id, _)| *id);
    let is_whole = (0..).zip(&entries).all(|(place, (id, _))| *id == Id::from(place));
    assert!(is_whole, "a vector of {} entries is not one entry for each process", entries.len());
    entries.into_iter().map(|(_, entry)| entry).collect()
}

/// Renames a vector whose members stand in their order, as those of a set do.
pub fn sorted<T: Rename + Ord>(members: &[T], to: &Renaming) -> Vec<T> {
    let mut renamed = to.unordered(members, |member| member.rename(to));
    renamed.sort_unstable();
    renamed
}

/// Renames a map to vectors whose members stand in their order.
pub fn each_sorted<K: Rename + Ord, T: Rename + Ord>(map: &BTreeMap<K, Vec<T>>, to: &Renaming) -> BTreeMap<K, Vec<T>> {
    to.unordered(map, |(key, members)| (key.rename(to), sorted(members, to))).into_iter().collect()
}

/// Leaves as it is what has no ids in it.
pub fn unchanged<T: Clone + Hash>(part: &T, to: &Renaming) -> T {
    to.note(part);
    part.clone()
}
