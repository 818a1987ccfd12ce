//! A state of stateright's, rebuilt from numbers: what a model's properties are functions of.
//!
//! To build a state from nothing costs more than stateright's whole step, but the states that a thread looks at one after
//! the other have most of their parts in common. So it keeps the last one and changes what differs.

use super::Shareable;
use super::cell::{CellOf, Life};
use super::models::{Kept, Models};
use super::network::patch;
use crate::check::state::Numbers;
use stateright::actor::{ActorModelState, Envelope, Network};
use std::sync::Arc;

/// The state that was asked for last.
pub(super) struct Rebuilt<A: Shareable, H> {
    pub state: ActorModelState<A, H>,
    /// The numbers of which `state` shows the values.
    processes: Vec<u32>,
    messages: Vec<u32>,
    history: u32,
    /// The values behind the numbers, as far as they were needed. States are copied, so that threads do not take turns with
    /// the counts of their references.
    cells: Vec<CellOf<A>>,
    envelopes: Vec<Arc<Envelope<A::Msg>>>,
    shelf: Shelf<H>,
}

/// Histories that were shown lately: to take one back is cheaper than to clone it.
struct Shelf<H>([Option<(u32, H)>; 64]);

impl<H> Shelf<H> {
    fn place(&mut self, number: u32) -> &mut Option<(u32, H)> {
        let size = self.0.len();
        &mut self.0[number as usize % size]
    }

    /// Takes the history of that number, if it is there.
    fn take(&mut self, number: u32) -> Option<H> {
        let found = self.place(number).take_if(|(known, _)| *known == number);
        found.map(|(_, history)| history)
    }

    fn put(&mut self, number: u32, history: H) {
        *self.place(number) = Some((number, history));
    }
}

impl<A: Shareable, H: super::History> Rebuilt<A, H> {
    /// A state without actors and messages, and with the history of that number.
    pub fn new<C: Clone + Sync>(models: &Models<'_, A, C, H>, history: u32) -> Self {
        let network = match &models.model.init_network {
            Network::UnorderedDuplicating(..) => Network::new_unordered_duplicating([]),
            Network::UnorderedNonDuplicating(_) => Network::new_unordered_nonduplicating([]),
            Network::Ordered(_) => Network::new_ordered([]),
        };
        let kept = models.histories.get(history);
        let mut rebuilt = Rebuilt {
            state: ActorModelState {
                actor_states: Vec::new(),
                network,
                timers_set: Vec::new(),
                random_choices: Vec::new(),
                crashed: Vec::new(),
                history: kept.history.clone(),
                actor_storages: Vec::new(),
            },
            processes: Vec::new(),
            messages: Vec::new(),
            history,
            cells: Vec::new(),
            envelopes: Vec::new(),
            shelf: Shelf([const { None }; 64]),
        };
        rebuilt.show_last(models, &kept);
        rebuilt
    }

    /// Makes `state` the one that `numbers` are.
    ///
    /// # Errors
    ///
    /// The message of a handler's panic: stateright has no state for that.
    pub fn show<C: Clone + Sync>(&mut self, models: &Models<'_, A, C, H>, numbers: &Numbers) -> Result<(), String> {
        self.learn(models, numbers);
        for number in &numbers.processes {
            if let Life::Panicked(message) = &self.cells[*number as usize].life {
                return Err(message.clone());
            }
        }
        for (id, number) in numbers.processes.iter().enumerate() {
            if self.processes.get(id) != Some(number) {
                self.show_cell(id, *number);
            }
        }
        patch(&mut self.state.network, &self.messages, &numbers.network, &self.envelopes);
        if self.messages != numbers.network {
            self.messages.clone_from(&numbers.network);
        }
        if self.history != numbers.history {
            self.show_history(models, numbers.history);
        }
        Ok(())
    }

    /// Fetches the values that are still unknown here.
    fn learn<C: Clone + Sync>(&mut self, models: &Models<'_, A, C, H>, numbers: &Numbers) {
        let unknown = |number: &u32, known: usize| *number as usize >= known;
        if numbers.processes.iter().any(|number| unknown(number, self.cells.len())) {
            models.cells.tell(&mut self.cells, |cell| cell.with_own_state());
        }
        if numbers.network.iter().any(|number| unknown(number, self.envelopes.len())) {
            models.envelopes.tell(&mut self.envelopes, Arc::clone);
        }
    }

    fn show_cell(&mut self, id: usize, number: u32) {
        let cell = &self.cells[number as usize];
        let actor_state = cell.life.state().expect("an actor of a state that is judged has started").clone();
        let crashed = matches!(cell.life, Life::Crashed(_));
        let state = &mut self.state;
        if id == self.processes.len() {
            self.processes.push(number);
            state.actor_states.push(actor_state);
            state.crashed.push(crashed);
            state.timers_set.push(cell.timers.clone());
            state.random_choices.push(cell.choices.clone());
            state.actor_storages.push(cell.storage.clone());
            return;
        }
        let before = &self.cells[self.processes[id] as usize];
        self.processes[id] = number;
        state.actor_states[id] = actor_state;
        state.crashed[id] = crashed;
        // These seldom change, and most actors have none.
        if before.timers != cell.timers {
            state.timers_set[id] = cell.timers.clone();
        }
        if before.choices != cell.choices {
            state.random_choices[id] = cell.choices.clone();
        }
        if before.storage != cell.storage {
            state.actor_storages[id] = cell.storage.clone();
        }
    }

    fn show_history<C: Clone + Sync>(&mut self, models: &Models<'_, A, C, H>, number: u32) {
        let kept = models.histories.get(number);
        let history = self.shelf.take(number).unwrap_or_else(|| kept.history.clone());
        let before = std::mem::replace(&mut self.state.history, history);
        self.shelf.put(self.history, before);
        self.history = number;
        self.show_last(models, &kept);
    }

    fn show_last<C: Clone + Sync>(&mut self, models: &Models<'_, A, C, H>, kept: &Kept<H>) {
        if let Network::UnorderedDuplicating(_, last) = &mut self.state.network {
            *last = kept.last.map(|number| (*models.envelopes.get(number)).clone());
        }
    }
}
