//! A renaming of processes, and what it learns of the data that it renames.
//!
//! While it renames, a renaming digests what it meets: the *shape* of the data, in which an id counts only by its colour.
//! Data that differ by a permutation of ids have equal shapes, if the ids that correspond have equal colours. That is all
//! that is needed of shapes, and all that [`Rename`](super::Rename) has to see to: a shape that tells too little, or one
//! digest for two shapes, makes the search for a representative longer, and never wrong.

use stateright::actor::Id;
use std::cell::Cell;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A permutation of process ids, to be applied by [`Rename`](super::Rename).
#[derive(Clone, Debug)]
pub struct Renaming {
    to: Vec<Id>,
    colours: Vec<u64>,
    /// The digest of what was met since [`Renaming::shape_of`] began.
    shape: Cell<u64>,
    /// Which of the first 256 ids were met since then, a bit for each.
    met: Cell<[u64; 4]>,
}

impl Renaming {
    /// Every process keeps its name.
    pub fn identity(processes: usize) -> Self {
        let to = (0..processes).map(Id::from).collect();
        Renaming { to, colours: (0..processes as u64).collect(), shape: Cell::new(0), met: Cell::default() }
    }

    /// Each process takes the name that stands at the place of its id.
    ///
    /// # Panics
    ///
    /// When two take the same name, or one the name of nobody.
    pub fn new(names: impl IntoIterator<Item = Id>) -> Self {
        let to: Vec<Id> = names.into_iter().collect();
        let identity = Renaming::identity(to.len());
        let mut sorted = to.clone();
        sorted.sort_unstable();
        assert!(sorted == identity.to, "processes that are renamed take the names of one another");
        Renaming { to, ..identity }
    }

    /// Two of so many processes take one another's names.
    ///
    /// # Panics
    ///
    /// When one of them does not exist.
    pub fn swapping(processes: usize, one: Id, other: Id) -> Self {
        let mut renaming = Renaming::identity(processes);
        renaming.to.swap(one.into(), other.into());
        renaming
    }

    /// The new name of a process.
    pub fn id(&self, id: Id) -> Id {
        let place = usize::from(id);
        let mut met = self.met.get();
        if let Some(word) = met.get_mut(place / 64) {
            *word |= 1 << (place % 64);
            self.met.set(met);
        }
        self.note(&self.colours.get(place).copied().unwrap_or(place as u64));
        self.to.get(place).copied().unwrap_or(id)
    }

    /// Takes into account, as part of the shape, something that has no ids in it.
    pub fn note(&self, part: &impl Hash) {
        let mut digest = DefaultHasher::new();
        digest.write_u64(self.shape.get());
        part.hash(&mut digest);
        self.shape.set(digest.finish());
    }

    /// Renames parts whose order depends on names, or says nothing; gives them in the order in which they came.
    pub fn unordered<P, R>(&self, parts: impl IntoIterator<Item = P>, rename: impl Fn(P) -> R) -> Vec<R> {
        let outside = self.shape.take();
        let mut sum = 0_u64;
        let renamed = parts.into_iter().map(|part| {
            self.shape.set(0);
            let renamed = rename(part);
            sum = sum.wrapping_add(self.shape.get());
            renamed
        });
        let renamed: Vec<R> = renamed.collect();
        self.shape.set(outside);
        self.note(&(sum, renamed.len()));
        renamed
    }

    /// Gives processes colours, by id.
    pub(crate) fn colour(&mut self, colours: impl FnOnce(&mut [u64])) {
        colours(&mut self.colours);
    }

    /// The shape of what `rename` renames, and which ids it met.
    pub(crate) fn shape_of(&self, rename: impl FnOnce(&Renaming)) -> (u64, [u64; 4]) {
        self.shape.set(0);
        self.met.set([0; 4]);
        rename(self);
        (self.shape.get(), self.met.get())
    }
}
