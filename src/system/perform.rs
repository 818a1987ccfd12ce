//! What each step makes of a state.

use super::fault::{CrashKind, Death, Spent};
use super::global::{Cells, Global, Standing, StateIn, Step, StepIn};
use super::local::{Cause, Outcome, Sort};
use super::rules::Rules;
use super::timing::{Due, Tick};
use stateright::actor::Id;

impl Rules {
    /// The state in which every run begins.
    pub(crate) fn initial<M: Cells>(&self, cells: &mut M) -> StateIn<M> {
        let unborn = cells.unborn();
        let mut state = Global {
            processes: vec![unborn; self.processes],
            network: Vec::new(),
            history: cells.first_history(),
            spent: Spent::default(),
        };
        for id in 0..self.processes {
            let process = state.processes[id].clone();
            let born = cells.react(id, &process, Cause::Start);
            self.settle(cells, &mut state, id, &born[0]);
        }
        state
    }

    /// Performs a step that is enabled in `state`, which becomes the next state.
    pub(crate) fn perform<M: Cells>(&self, cells: &mut M, state: &mut StateIn<M>, step: &StepIn<M>) {
        match step {
            Step::Deliver { envelope, kept, death } => {
                if *kept {
                    state.spent.duplications = self.network.duplication.spend(state.spent.duplications);
                } else if !self.network.is_set() {
                    self.take(cells, state, envelope);
                }
                self.receive(cells, state, envelope, *death);
            }
            Step::Lie { envelope, death } => {
                self.forget_what_it_overtakes(cells, state, envelope);
                self.receive(cells, state, envelope, *death);
            }
            Step::Act { process, local, death } => self.act(cells, state, *process, local, *death),
            Step::Lose(envelope) => {
                self.take(cells, state, envelope);
                state.spent.losses = self.network.loss.spend(state.spent.losses);
            }
            Step::Omit(envelope) => {
                self.take(cells, state, envelope);
                state.spent.omissions = self.omissions.total.spend(state.spent.omissions);
            }
            Step::Crash(process, kind) => {
                let id = usize::from(*process);
                let before = state.processes[id].clone();
                let reaction = cells.react(id, &before, Cause::Crash(*kind));
                self.settle(cells, state, id, &reaction[0]);
                self.bury(cells, state, id, *kind);
            }
            Step::Corrupt(process) => {
                let id = usize::from(*process);
                let before = state.processes[id].clone();
                let reaction = cells.react(id, &before, Cause::Corrupt);
                self.settle(cells, state, id, &reaction[0]);
                state.spent.corruptions = self.byzantine.total.spend(state.spent.corruptions);
                self.forget_messages_to(cells, state, id);
            }
            Step::Cut(partition) => {
                state.spent.cuts += 1;
                state.spent.cut = Some(*partition);
            }
            Step::Heal => state.spent.cut = None,
            Step::Stabilise => {
                state.spent.stable = true;
                self.pass_time(cells, state, Tick::Loosen);
            }
        }
    }

    fn receive<M: Cells>(&self, cells: &mut M, state: &mut StateIn<M>, envelope: &M::Envelope, death: Option<Death>) {
        let (_, to) = cells.ends(envelope);
        self.react_in(cells, state, to, Cause::Message(envelope), death);
    }

    fn act<M: Cells>(
        &self,
        cells: &mut M,
        state: &mut StateIn<M>,
        process: Id,
        local: &M::Local,
        death: Option<Death>,
    ) {
        let id = usize::from(process);
        if self.timing.in_step(state.spent.stable)
            && let Some(due) = self.timer_of(cells, state, id, local)
        {
            let latest = self.next_deadline(cells, state);
            self.forget_messages_of_the_dead(cells, state);
            self.pass_time(cells, state, Tick::Elapse { least: due.earliest, most: latest });
        }
        self.react_in(cells, state, id, Cause::Local(local), death);
    }

    fn react_in<M: Cells>(
        &self,
        cells: &mut M,
        state: &mut StateIn<M>,
        id: usize,
        cause: Cause<&M::Envelope, &M::Local>,
        death: Option<Death>,
    ) {
        let before = state.processes[id].clone();
        let reaction = cells.react(id, &before, cause);
        let outcome =
            reaction.iter().find(|outcome| outcome.death == death).expect("a step that is performed was enabled");
        self.settle(cells, state, id, outcome);
        if let Some(death) = death {
            self.bury(cells, state, id, death.kind());
        }
    }

    /// Puts the outcome of a reaction of process `id` into the state.
    fn settle<M: Cells>(
        &self,
        cells: &mut M,
        state: &mut StateIn<M>,
        id: usize,
        outcome: &Outcome<M::Process, M::Envelope, M::Seen>,
    ) {
        state.processes[id] = outcome.process.clone();
        match cells.observe(&state.history, &outcome.seen) {
            Some(history) => state.history = history,
            None => state.spent.observer_panicked = true,
        }
        for envelope in &outcome.sent {
            self.send(cells, state, envelope);
        }
    }

    fn send<M: Cells>(&self, cells: &mut M, state: &mut StateIn<M>, envelope: &M::Envelope) {
        let network = &mut state.network;
        if self.network.is_set() {
            if let Err(place) = network.binary_search(envelope) {
                network.insert(place, envelope.clone());
            }
            return;
        }
        let channel = cells.ends(envelope);
        let receiver = cells.standing(&state.processes[channel.1]);
        if matches!(receiver, Standing::Stopped | Standing::Byzantine) {
            return;
        }
        if let Some(copies) = self.network.copies {
            let equal = network.iter().filter(|other| *other == envelope).count();
            if equal >= usize::from(copies) {
                return;
            }
        }
        let place = if self.network.fifo {
            network.partition_point(|other| cells.ends(other) <= channel)
        } else {
            network.partition_point(|other| other <= envelope)
        };
        network.insert(place, envelope.clone());
    }

    /// Takes one copy of a message out of flight.
    fn take<M: Cells>(&self, cells: &mut M, state: &mut StateIn<M>, envelope: &M::Envelope) {
        let network = &mut state.network;
        let place = if self.network.fifo {
            let channel = cells.ends(envelope);
            network.partition_point(|other| cells.ends(other) < channel)
        } else {
            network.partition_point(|other| other < envelope)
        };
        debug_assert!(network[place] == *envelope, "a message that is taken is in flight");
        network.remove(place);
    }

    fn bury<M: Cells>(&self, cells: &mut M, state: &mut StateIn<M>, id: usize, kind: CrashKind) {
        let limit = self.crashes(kind).total;
        match kind {
            CrashKind::Stop => {
                state.spent.stops = limit.spend(state.spent.stops);
                self.forget_messages_to(cells, state, id);
            }
            CrashKind::Recovery => state.spent.crashes = limit.spend(state.spent.crashes),
        }
    }

    /// Nobody will receive them. In a set they stay, without effect: it only grows.
    fn forget_messages_to<M: Cells>(&self, cells: &mut M, state: &mut StateIn<M>, id: usize) {
        if !self.network.is_set() {
            state.network.retain(|envelope| cells.ends(envelope).1 != id);
        }
    }

    /// On a FIFO network, what the liar had sent before does not arrive after its lie.
    fn forget_what_it_overtakes<M: Cells>(&self, cells: &mut M, state: &mut StateIn<M>, lie: &M::Envelope) {
        if self.network.fifo {
            let channel = cells.ends(lie);
            state.network.retain(|envelope| cells.ends(envelope) != channel);
        }
    }

    /// In a synchronous system what has not arrived when time passes does not arrive.
    fn forget_messages_of_the_dead<M: Cells>(&self, cells: &mut M, state: &mut StateIn<M>) {
        let processes = &state.processes;
        state.network.retain(|envelope| {
            let (from, to) = cells.ends(envelope);
            [from, to].iter().all(|id| cells.standing(&processes[*id]) == Standing::Up)
        });
    }

    fn pass_time<M: Cells>(&self, cells: &mut M, state: &mut StateIn<M>, tick: Tick) {
        for process in &mut state.processes {
            *process = cells.tick(process, tick);
        }
    }

    fn timer_of<M: Cells>(&self, cells: &mut M, state: &StateIn<M>, id: usize, local: &M::Local) -> Option<Due> {
        let offers = cells.offers(id, &state.processes[id]);
        offers.iter().find_map(|(offered, sort)| match sort {
            Sort::Timeout(due) if offered == local => Some(*due),
            _ => None,
        })
    }
}
