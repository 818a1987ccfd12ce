//! Equality, order and hash of states and steps agree with one another, and are all that tells states apart.

use crate::common::{Toy, record};
use crate::sample;
use stateright::Model;
use std::cmp::Ordering;
use std::hash::Hash;
use synod::check::check;
use synod::system::{Action, State, System};

type ToyState = State<Toy, Vec<u8>>;

/// All states of a system, told apart by equality alone, and all steps between them.
fn explore(system: &System<Toy, Vec<u8>>) -> (Vec<ToyState>, Vec<Action<Toy>>) {
    let mut states = system.init_states();
    let mut steps: Vec<Action<Toy>> = Vec::new();
    let mut next = 0;
    while next < states.len() {
        let mut actions = Vec::new();
        system.actions(&states[next], &mut actions);
        for action in actions {
            let state = system.next_state(&states[next], action.clone()).expect("every step leads somewhere");
            if !states.contains(&state) {
                states.push(state);
            }
            if !steps.contains(&action) {
                steps.push(action);
            }
        }
        next += 1;
    }
    (states, steps)
}

#[test]
fn states_are_told_apart_exactly() {
    for (name, system) in sample::of_every_kind() {
        let (states, _) = explore(&system);
        // The engine finds as many: neither hashing nor interning merges or splits any.
        check(&system).unique_states(states.len() as u64).verified();
        // Unequal states differ in what is hashed, and equal ones do not.
        let mut records: Vec<_> = states.iter().map(record).collect();
        assert!(states.iter().zip(&records).all(|(state, of_it)| record(&state.clone()) == *of_it));
        records.sort_unstable();
        records.dedup();
        assert_eq!(records.len(), states.len(), "{name}");
    }
}

/// The laws of equality, order and hash, on all pairs and, for transitivity, on the sorted whole.
fn lawful<T: Ord + Hash>(values: &[T]) {
    let records: Vec<_> = values.iter().map(record).collect();
    for (one, of_one) in values.iter().zip(&records) {
        for (other, of_other) in values.iter().zip(&records) {
            let order = one.cmp(other);
            assert_eq!(order == Ordering::Equal, one == other);
            assert_eq!(order, other.cmp(one).reverse());
            assert_eq!(one == other, of_one == of_other);
            assert_eq!(one.partial_cmp(other), Some(order));
        }
    }
    let mut sorted: Vec<&T> = values.iter().collect();
    sorted.sort();
    for (place, one) in sorted.iter().enumerate() {
        assert!(sorted[place..].iter().all(|other| one <= other));
    }
}

#[test]
fn the_parts_of_states_and_the_steps_obey_the_laws() {
    for (_, system) in sample::of_every_kind() {
        let (states, mut steps) = explore(&system);
        steps.extend(steps.first().cloned());
        lawful(&steps);
        let mut processes: Vec<_> = states.iter().flat_map(|state| parts(&system, state)).collect();
        processes.sort();
        processes.dedup();
        let again = processes[0].clone();
        processes.push(again);
        lawful(&processes);
    }
}

/// The processes of a state.
fn parts(system: &System<Toy, Vec<u8>>, state: &ToyState) -> Vec<synod::system::Process<Toy>> {
    system.view(state, |view| view.processes.iter().map(|(_, process)| process.clone()).collect())
}
