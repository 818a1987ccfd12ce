//! Models whose handlers do arbitrary things, held against an exact recount: stateright's own steps, and states that are
//! equal when they are equal.

use crate::puppet::{NETWORKS, Puppet, Puppets, Turn};
use stateright::Model;
use stateright::actor::{ActorModel, LossyNetwork};
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use synod::check::check;

/// More than that would take too long; such models are left out.
const STATES_MAX: usize = 1000;

/// The states and the steps of a model, counted as stateright takes them, without its hash.
fn exact(model: &Puppets<u8>) -> Option<(u64, u64)> {
    let mut found: HashMap<u64, Vec<_>> = HashMap::new();
    let mut waiting = VecDeque::from(model.init_states());
    waiting.retain(|state| model.within_boundary(state));
    let (mut unique, mut generated) = (0, waiting.len() as u64);
    while let Some(state) = waiting.pop_front() {
        // The hash finds, equality decides.
        let alike = found.entry(BuildHasherDefault::<DefaultHasher>::default().hash_one(&state)).or_default();
        if alike.contains(&state) {
            continue;
        }
        alike.push(state.clone());
        unique += 1;
        if unique > STATES_MAX {
            return None;
        }
        let mut actions = Vec::new();
        model.actions(&state, &mut actions);
        let next = actions.into_iter().filter_map(|action| model.next_state(&state, action));
        for next in next.filter(|next| model.within_boundary(next)) {
            generated += 1;
            waiting.push_back(next);
        }
    }
    Some((unique as u64, generated))
}

/// A number that depends on all of these in no way that anybody sees.
fn scrambled(parts: impl IntoIterator<Item = u64>) -> u64 {
    parts.into_iter().fold(0x243F_6A88_85A3_08D3, |number, part| {
        let mixed = (number ^ part).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed ^ mixed >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9) ^ mixed >> 32
    })
}

/// Draws small numbers.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = scrambled([self.0, most]);
        self.0 % most
    }

    fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }
}

/// Does what the dice say: nothing, one thing or several.
fn act(it: &mut Turn<'_>, mut dice: Dice) {
    if !dice.one_in(3) {
        // Perhaps to what it was.
        *it.state.to_mut() = vec![dice.below(3) as u8];
    }
    if dice.one_in(2) {
        it.send(dice.below(3) as usize, dice.below(2) as u8);
    }
    if dice.one_in(6) {
        it.send(dice.below(2) as usize, dice.below(2) as u8);
    }
    if dice.one_in(4) {
        it.arm(dice.below(2) as u8);
    }
    if dice.one_in(6) {
        it.out.cancel_timer(dice.below(2) as u8);
    }
    if dice.one_in(6) {
        let values = (0..dice.below(4)).map(|_| dice.below(2) as u8).collect();
        it.out.choose_random(["a", "b"][dice.below(2) as usize], values);
    }
    if dice.one_in(4) {
        it.out.save(vec![dice.below(2) as u8]);
    }
}

/// An actor that always does the same in the same state for the same reason, and nobody knows what.
fn arbitrary_actor(seed: u64, me: u64) -> Puppet {
    let act_on = move |it: &mut Turn<'_>, why: u64, what: u64| {
        let state = it.state.first().map_or(9, |state| u64::from(*state));
        act(it, Dice(scrambled([seed, me, state, why, what])));
    };
    Puppet::new()
        .on_start(move |it, stored| act_on(it, 0, stored.first().map_or(9, |stored| u64::from(*stored))))
        .on_message(move |it, from, message| act_on(it, 1, from as u64 * 2 + u64::from(message)))
        .on_timeout(move |it, timer| act_on(it, 2, timer.into()))
        .on_choice(move |it, value| act_on(it, 3, value.into()))
}

/// A model of two such actors; the third of whom they may speak does not exist.
fn arbitrary_model(seed: u64) -> Puppets<u8> {
    let mut dice = Dice(scrambled([seed, 77]));
    let network = NETWORKS[dice.below(3) as usize];
    let mut model = ActorModel::new((), 0)
        .actors([arbitrary_actor(seed, 0), arbitrary_actor(seed, 1)])
        .init_network(network(vec![]))
        .lossy_network(if dice.one_in(3) { LossyNetwork::Yes } else { LossyNetwork::No })
        .max_crashes(dice.below(3) as usize)
        .within_boundary(|(), state| state.network.len() <= 2);
    if dice.one_in(2) {
        model = model.record_msg_in(|(), kept, envelope| (*envelope.msg == 1).then_some((kept + 1) % 3));
    }
    if dice.one_in(2) {
        model = model.record_msg_out(|(), kept, envelope| (*envelope.msg == 0).then_some((kept * 2 + 1) % 5));
    }
    model
}

#[test]
fn the_engine_counts_what_an_exact_recount_counts() {
    let (mut compared, mut large) = (0, 0);
    for seed in 0..300 {
        let model = arbitrary_model(seed);
        let Some((unique, generated)) = exact(&model) else { continue };
        if unique == 0 {
            // The first state is beyond the boundary.
            continue;
        }
        let report = check(&model).threads(1 + seed as usize % 2).run();
        assert_eq!((report.unique, report.generated), (unique, generated), "seed {seed}: {report}");
        compared += 1;
        large += u64::from(unique > 100);
    }
    println!("{compared} models, {large} of them with more than 100 states");
    assert!(compared > 150 && large > 30, "{compared} models, {large} of them with more than 100 states");
}
