//! The parts of a state, and which members they name in which way.

use super::permutation::Members;
use super::{Item, Renames};
use crate::check::hash::{Map, pair};
use crate::rename::Renaming;
use stateright::actor::Id;
use std::sync::{Arc, OnceLock};

/// A value at its place: a process at its id, a message behind so many others in its channel (on a FIFO network).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Part {
    pub item: Item,
    pub place: u32,
}

/// What is known of a part. Parts that differ by a permutation of members agree in it, but for that permutation.
pub(super) struct Traits {
    /// The members that it names, in order; a process names itself by its place.
    pub names: Vec<usize>,
    /// Which members it names apart from its place, a bit for each.
    pub inside: u32,
    /// For each of `names`, a digest of the part in which that member has a colour of its own.
    pub marked: Vec<u64>,
    /// For each pair of `names`, row by row, a digest of the part in which both have colours of their own. Seldom needed.
    paired: OnceLock<Vec<u64>>,
}

/// The colours that tell apart members that are looked at.
const MARKED: [u64; 2] = [u64::MAX, u64::MAX - 1];
/// The colour of the members of the first group; the next group has the one before it.
const UNMARKED: u64 = u64::MAX - 2;

/// One thread's memory of the traits of parts.
pub(super) struct Parts<'a> {
    renames: &'a dyn Renames,
    members: Arc<Members>,
    known: Map<Part, Arc<Traits>>,
}

impl<'a> Parts<'a> {
    pub fn new(renames: &'a dyn Renames, members: Arc<Members>) -> Self {
        Parts { renames, members, known: Map::default() }
    }

    pub fn traits(&mut self, part: Part) -> Arc<Traits> {
        if let Some(known) = self.known.get(&part) {
            return known.clone();
        }
        let traits = Arc::new(self.examine(part));
        self.known.insert(part, traits.clone());
        traits
    }

    /// The digests of [`Traits::paired`].
    pub fn paired<'t>(&self, part: Part, traits: &'t Traits) -> &'t [u64] {
        traits.paired.get_or_init(|| {
            let pairs = traits.names.iter().flat_map(|one| traits.names.iter().map(move |other| [*one, *other]));
            pairs.map(|pair| self.digest(part, &pair).0).collect()
        })
    }

    fn examine(&self, part: Part) -> Traits {
        let inside = self.digest(Part { place: u32::MAX, ..part }, &[]).1;
        let (_, named) = self.digest(part, &[]);
        let names: Vec<usize> = (0..self.members.count()).filter(|member| named & 1 << member != 0).collect();
        let marked = names.iter().map(|member| self.digest(part, &[*member]).0).collect();
        Traits { names, inside, marked, paired: OnceLock::new() }
    }

    /// The shape of a part in which some members have colours of their own, and the members that it names.
    fn digest(&self, part: Part, marked: &[usize]) -> (u64, u32) {
        let members = &self.members;
        let mut colours = Renaming::identity(members.by_id.len());
        colours.colour(|colours| {
            for (id, group) in members.ids.iter().zip(&members.groups) {
                colours[*id] = UNMARKED - *group as u64;
            }
            // Of a pair of equals the second mark counts: it is the same for all members.
            for (member, mark) in marked.iter().zip(MARKED) {
                colours[members.ids[*member]] = mark;
            }
        });
        let (shape, met) = colours.shape_of(|colours| {
            if let Item::Process(_) = part.item
                && part.place != u32::MAX
            {
                colours.id(Id::from(part.place as usize));
            }
            self.renames.rename(part.item, colours);
        });
        let is_met = |id: usize| met[id / 64] & 1 << (id % 64) != 0;
        let named = (0..).zip(&members.ids).filter(|(_, id)| is_met(**id)).map(|(member, _)| 1 << member).sum();
        let kind = match part.item {
            Item::Process(_) => 0,
            Item::Message(_) => 1 + u64::from(part.place),
            Item::History(_) => u64::MAX,
        };
        (pair(shape, kind), named)
    }
}
