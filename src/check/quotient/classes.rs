//! Orbits: classes of states that differ by the names of interchangeable processes.
//!
//! # How a representative is found
//!
//! Each member (interchangeable process) gets a colour: a digest of the ways in which the parts of the state name it,
//! its own cell among them. Members that a permutation takes to one another have equal colours, so a state and its images
//! agree on which colours there are, and giving out the names in the order of colours brings all of them to one state, if no
//! two members have the same colour.
//!
//! Members that have do so, as a rule, because nothing tells them apart: swapping them leaves the state as it is, so any
//! order of them does. This is tested, not believed. If it is not so, colours are refined by the colours of those that are
//! named together with them, and when that does not help, each member of the first class of equal colours gets a colour of
//! its own in turn, and the least of all states found in this way is taken. All of this depends on names nowhere, so
//! states of one orbit give the same; and what is given is always an image of the state, so states of different orbits do
//! not. Digests that collide cost time, nothing else.
//!
//! The permutations that give the least state are as many as those that leave the state as it is (a coset of them), and are
//! counted on the way: so the size of the orbit is known exactly.

use super::parts::{Part, Parts, Traits};
use super::permutation::{Members, Permutation, factorial};
use super::{Item, Renames};
use crate::check::hash::{Map, Set, pair};
use crate::check::interned::Interned;
use crate::check::state::Numbers;
use crate::rename::Renaming;
use crate::system::{Cells, Rules, Standing};
use stateright::actor::Id;
use std::sync::Arc;

/// One thread's way of finding representatives.
pub(super) struct Classes<'a> {
    pub renames: &'a dyn Renames,
    pub members: Arc<Members>,
    fifo: bool,
    parts: Parts<'a>,
    /// What an item becomes when two members swap names.
    swapped: Map<(Item, u8, u8), u32>,
}

/// A state, with what is known of its parts.
struct Examined {
    state: Numbers,
    /// The processes, the messages, the history.
    parts: Vec<(Part, Arc<Traits>)>,
}

/// The least state found, and how many permutations give it.
type Least = Option<(Numbers, u128)>;

/// Marks the member that gets a colour of its own.
const SINGLED_OUT: u64 = 1;

impl Item {
    fn number(self) -> u32 {
        match self {
            Item::Process(number) | Item::Message(number) | Item::History(number) => number,
        }
    }

    fn with_number(self, number: u32) -> Item {
        match self {
            Item::Process(_) => Item::Process(number),
            Item::Message(_) => Item::Message(number),
            Item::History(_) => Item::History(number),
        }
    }
}

impl<'a> Classes<'a> {
    pub fn new(rules: &Rules, renames: &'a dyn Renames) -> Self {
        let members = Arc::new(Members::new(rules.processes, renames.groups()));
        Classes {
            renames,
            fifo: rules.network.is_fifo(),
            parts: Parts::new(renames, members.clone()),
            members,
            swapped: Map::default(),
        }
    }

    /// Replaces a state by the representative of its orbit; gives the size of the orbit.
    pub fn represent(&mut self, cells: &mut Interned<'_>, state: &mut Numbers) -> u128 {
        self.forget_messages_of_panics(cells, state);
        let examined = self.examine(cells, state);
        let colours = self.first_colours(&examined);
        let mut least = None;
        self.descend(cells, &examined, colours, false, 1, &mut least);
        let (representative, count) = least.expect("some order of the members was tried");
        *state = representative;
        self.members.permutations() / count
    }

    /// The state with other names.
    pub fn image(&mut self, cells: &mut Interned<'_>, state: &Numbers, to: &Permutation) -> Numbers {
        let examined = self.examine(cells, state);
        self.renamed(cells, &examined, to)
    }

    /// Renaming forgets what a panic has said, so that is forgotten in states that are not renamed as well.
    fn forget_messages_of_panics(&self, cells: &mut Interned<'_>, state: &mut Numbers) {
        for process in &mut state.processes {
            if cells.standing(process) == Standing::Panicked {
                *process = self.renames.rename(Item::Process(*process), &Renaming::identity(self.members.by_id.len()));
            }
        }
    }

    fn examine(&mut self, cells: &mut Interned<'_>, state: &Numbers) -> Examined {
        let mut parts = Vec::with_capacity(state.processes.len() + state.network.len() + 1);
        let mut add = |item, place| {
            let part = Part { item, place };
            parts.push((part, self.parts.traits(part)));
        };
        for (place, process) in (0..).zip(&state.processes) {
            add(Item::Process(*process), place);
        }
        let (mut channel, mut place) = (None, 0);
        for message in &state.network {
            if self.fifo {
                let ends = Some(cells.ends(message));
                place = if ends == channel { place + 1 } else { 0 };
                channel = ends;
            }
            add(Item::Message(*message), place);
        }
        add(Item::History(state.history), 0);
        Examined { state: state.clone(), parts }
    }

    fn first_colours(&self, examined: &Examined) -> Vec<u64> {
        let mut colours = vec![0_u64; self.members.count()];
        for (_, traits) in &examined.parts {
            for (member, digest) in traits.names.iter().zip(&traits.marked) {
                colours[*member] = colours[*member].wrapping_add(*digest);
            }
        }
        colours
    }

    /// Tells members apart by the colours of those that are named together with them, as long as that helps.
    fn refine(&self, examined: &Examined, colours: &mut [u64]) {
        let mut count = different(colours);
        while count < colours.len() {
            let mut sums = vec![0_u64; colours.len()];
            for (part, traits) in examined.parts.iter().filter(|(_, traits)| traits.names.len() > 1) {
                let rows = self.parts.paired(*part, traits).chunks(traits.names.len());
                for (member, row) in traits.names.iter().zip(rows) {
                    for (other, digest) in traits.names.iter().zip(row) {
                        sums[*member] = sums[*member].wrapping_add(pair(*digest, colours[*other]));
                    }
                }
            }
            for (colour, sum) in colours.iter_mut().zip(sums) {
                *colour = pair(*colour, sum);
            }
            let before = std::mem::replace(&mut count, different(colours));
            if count <= before {
                return;
            }
        }
    }

    /// Tries the orders of the members that agree with the colours, as far as they differ in what they give.
    ///
    /// `times` says for how many branches like it this one stands.
    fn descend(
        &mut self,
        cells: &mut Interned<'_>,
        examined: &Examined,
        mut colours: Vec<u64>,
        refined: bool,
        times: u128,
        least: &mut Least,
    ) {
        let order = self.order(&colours);
        let key = |member: &usize| (self.members.groups[*member], colours[*member]);
        let classes: Vec<&[usize]> = order.chunk_by(|one, other| key(one) == key(other)).collect();
        let tells_apart =
            |class: &&&[usize]| !class.windows(2).all(|two| self.are_alike(cells, examined, two[0], two[1]));
        match classes.iter().find(tells_apart) {
            None => {
                let orders: u128 = classes.iter().map(|class| factorial(class.len())).product();
                self.settle(cells, examined, &order, times * orders, least);
            }
            Some(_) if !refined => {
                self.refine(examined, &mut colours);
                self.descend(cells, examined, colours, true, times, least);
            }
            Some(class) => {
                for (member, equals) in self.one_of_each_kind(cells, examined, class) {
                    let mut colours = colours.clone();
                    colours[member] = pair(colours[member], SINGLED_OUT);
                    self.refine(examined, &mut colours);
                    self.descend(cells, examined, colours, true, times * equals, least);
                }
            }
        }
    }

    /// The members of each group in the order of their colours.
    fn order(&self, colours: &[u64]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..colours.len()).collect();
        order.sort_by_key(|member| (self.members.groups[*member], colours[*member]));
        order
    }

    /// Of members that the state does not tell apart, one, and how many there are.
    fn one_of_each_kind(
        &mut self,
        cells: &mut Interned<'_>,
        examined: &Examined,
        class: &[usize],
    ) -> Vec<(usize, u128)> {
        let mut kinds: Vec<(usize, u128)> = Vec::new();
        for member in class {
            match kinds.iter_mut().find(|(first, _)| self.are_alike(cells, examined, *first, *member)) {
                Some((_, count)) => *count += 1,
                None => kinds.push((*member, 1)),
            }
        }
        kinds
    }

    /// Gives out the names in this order, and keeps what comes of it if it is the least.
    fn settle(
        &mut self,
        cells: &mut Interned<'_>,
        examined: &Examined,
        order: &[usize],
        times: u128,
        least: &mut Least,
    ) {
        let mut to = Permutation::identity(order.len());
        for (name, member) in order.iter().enumerate() {
            to.to[*member] = name;
        }
        let image = self.renamed(cells, examined, &to);
        match least {
            Some((found, count)) if *found == image => *count += times,
            Some((found, _)) if row(found) < row(&image) => {}
            _ => *least = Some((image, times)),
        }
    }

    /// Whether the state stays as it is when two members swap names.
    fn are_alike(&mut self, cells: &mut Interned<'_>, examined: &Examined, one: usize, other: usize) -> bool {
        let swap = Permutation::swapping(self.members.count(), one, other);
        let processes = &examined.state.processes;
        let [one, other] = [one, other].map(|member| self.members.ids[member]);
        self.item(Item::Process(processes[one]), &swap.swaps()) == processes[other]
            && self.renamed(cells, examined, &swap) == examined.state
    }

    fn renamed(&mut self, cells: &mut Interned<'_>, examined: &Examined, to: &Permutation) -> Numbers {
        let mut image = examined.state.clone();
        image.network.clear();
        let (moved, swaps) = (to.moved(), to.swaps());
        for (part, traits) in &examined.parts {
            let renamed = if traits.inside & moved == 0 { part.item.number() } else { self.item(part.item, &swaps) };
            match part.item {
                Item::Process(_) => {
                    let member = self.members.by_id[part.place as usize];
                    let place = member.map_or(part.place as usize, |member| self.members.ids[to.to[member]]);
                    image.processes[place] = renamed;
                }
                Item::Message(_) => image.network.push(renamed),
                Item::History(_) => image.history = renamed,
            }
        }
        sort_messages(&mut image.network, self.fifo, cells);
        image
    }

    /// An item after some members have swapped names, one pair after the other.
    fn item(&mut self, item: Item, swaps: &[(usize, usize)]) -> u32 {
        let mut now = item;
        for (one, other) in swaps {
            let swapped = || {
                let [one, other] = [one, other].map(|member| Id::from(self.members.ids[*member]));
                self.renames.rename(now, &Renaming::swapping(self.members.by_id.len(), one, other))
            };
            let number = *self.swapped.entry((now, *one as u8, *other as u8)).or_insert_with(swapped);
            now = now.with_number(number);
        }
        now.number()
    }
}

/// Brings messages into the order in which a state keeps them; those of one channel of a FIFO network keep theirs.
pub(super) fn sort_messages(network: &mut [u32], fifo: bool, cells: &mut Interned<'_>) {
    if fifo {
        network.sort_by_cached_key(|message| cells.ends(message));
    } else {
        network.sort_unstable();
    }
}

/// How many different colours there are.
fn different(colours: &[u64]) -> usize {
    colours.iter().collect::<Set<_>>().len()
}

/// What states of one orbit are ordered by. (What was spent has no names in it.)
fn row(state: &Numbers) -> (&[u32], u32, &[u32]) {
    (&state.processes, state.history, &state.network)
}
