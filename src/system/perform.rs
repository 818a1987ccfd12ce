//! What each step makes of a state.

use super::fault::{CrashKind, Death, Spent};
use super::global::{Cells, Enabled, Global, Standing, StateIn, Step, StepIn};
use super::local::{Cause, Sort};
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
        for envelope in cells.first_messages() {
            self.send(cells, &mut state, envelope);
        }
        for id in 0..self.processes {
            let process = state.processes[id].clone();
            let born = cells.react(id, &process, Cause::Start);
            self.settle(cells, &mut state, id, &born, 0);
        }
        state
    }

    /// Performs a step that is enabled in `state`, which becomes the next state.
    pub(crate) fn perform<M: Cells>(&self, cells: &mut M, state: &mut StateIn<M>, step: &StepIn<M>) {
        let reaction = self.reaction(cells, state, step);
        let reaction = reaction.as_ref().map(|(reaction, which)| (reaction, *which));
        self.perform_with(cells, state, step, reaction);
    }

    /// Performs a step that was found enabled in `state`, which becomes the next state.
    pub(crate) fn perform_enabled<M: Cells>(&self, cells: &mut M, state: &mut StateIn<M>, enabled: &Enabled<M>) {
        match &enabled.reaction {
            Some((reaction, which)) => self.perform_with(cells, state, &enabled.step, Some((reaction, *which))),
            None => self.perform(cells, state, &enabled.step),
        }
    }

    /// How the process that takes a step reacts, and which of its outcomes the step is.
    pub(super) fn reaction<M: Cells>(
        &self,
        cells: &mut M,
        state: &StateIn<M>,
        step: &StepIn<M>,
    ) -> Option<(M::Reaction, usize)> {
        let (id, cause, death) = match step {
            Step::Deliver { envelope, death, .. } | Step::Lie { envelope, death } => {
                (cells.ends(envelope).1, Cause::Message(envelope), *death)
            }
            Step::Act { process, local, death } => (usize::from(*process), Cause::Local(local), *death),
            Step::Crash(process, kind) => (usize::from(*process), Cause::Crash(*kind), None),
            Step::Corrupt(process) => (usize::from(*process), Cause::Corrupt, None),
            Step::Lose(_) | Step::Omit(_) | Step::Cut(_) | Step::Heal | Step::Stabilise => return None,
        };
        let reaction = cells.react(id, &state.processes[id], cause);
        // The last way to die in a crash between two steps is the only one.
        let is_it = |which: &usize| cells.outcome(&reaction, *which).is_none_or(|outcome| outcome.death == death);
        let which = (0..).find(is_it).expect("the numbers do not end");
        Some((reaction, which))
    }

    fn perform_with<M: Cells>(
        &self,
        cells: &mut M,
        state: &mut StateIn<M>,
        step: &StepIn<M>,
        reaction: Option<(&M::Reaction, usize)>,
    ) {
        match step {
            Step::Deliver { envelope, kept, death } => {
                let to = cells.ends(envelope).1;
                if *kept {
                    state.spent.duplications = self.network.duplication.spend(state.spent.duplications);
                } else if !self.network.is_set() {
                    self.take(cells, state, envelope);
                }
                self.settle_step(cells, state, to, reaction, *death);
            }
            Step::Lie { envelope, death } => {
                let to = cells.ends(envelope).1;
                self.forget_what_it_overtakes(cells, state, envelope);
                self.settle_step(cells, state, to, reaction, *death);
            }
            Step::Act { process, local, death } => self.act(cells, state, *process, local, reaction, *death),
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
                self.settle_step(cells, state, id, reaction, None);
                self.bury(cells, state, id, *kind);
            }
            Step::Corrupt(process) => {
                let id = usize::from(*process);
                self.settle_step(cells, state, id, reaction, None);
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

    fn act<M: Cells>(
        &self,
        cells: &mut M,
        state: &mut StateIn<M>,
        process: Id,
        local: &M::Local,
        reaction: Option<(&M::Reaction, usize)>,
        death: Option<Death>,
    ) {
        let id = usize::from(process);
        let due = if self.timing.in_step(state.spent.stable) { self.timer_of(cells, state, id, local) } else { None };
        let Some(due) = due else {
            return self.settle_step(cells, state, id, reaction, death);
        };
        let latest = self.next_deadline(cells, state);
        self.forget_messages_of_the_dead(cells, state);
        self.pass_time(cells, state, Tick::Elapse { least: due.earliest, most: latest });
        // The process reacts as it is now, when its other timers have come nearer.
        let step = Step::Act { process, local: local.clone(), death };
        let reaction = self.reaction(cells, state, &step);
        self.settle_step(cells, state, id, reaction.as_ref().map(|(reaction, which)| (reaction, *which)), death);
    }

    /// Puts the outcome of a step of process `id` into the state, and its death if it dies.
    fn settle_step<M: Cells>(
        &self,
        cells: &mut M,
        state: &mut StateIn<M>,
        id: usize,
        reaction: Option<(&M::Reaction, usize)>,
        death: Option<Death>,
    ) {
        let (reaction, which) = reaction.expect("a process reacts in each of its steps");
        self.settle(cells, state, id, reaction, which);
        if let Some(death) = death {
            self.bury(cells, state, id, death.kind());
        }
    }

    /// Puts an outcome of a reaction of process `id` into the state.
    fn settle<M: Cells>(&self, cells: &mut M, state: &mut StateIn<M>, id: usize, reaction: &M::Reaction, which: usize) {
        let outcome = cells.outcome(reaction, which).expect("a step that is performed was enabled");
        state.processes[id] = outcome.process;
        match cells.observe(&state.history, reaction, which) {
            Some(history) => state.history = history,
            None => state.spent.observer_panicked = true,
        }
        let mut place = 0;
        while let Some(envelope) = cells.sent(reaction, which, place) {
            self.send(cells, state, envelope);
            place += 1;
        }
    }

    pub(crate) fn send<M: Cells>(&self, cells: &mut M, state: &mut StateIn<M>, envelope: M::Envelope) {
        let network = &mut state.network;
        if self.network.is_set() {
            if let Err(place) = network.binary_search(&envelope) {
                network.insert(place, envelope);
            }
            return;
        }
        let channel = cells.ends(&envelope);
        // What is sent to nobody stays in flight.
        let receiver = state.processes.get(channel.1).map(|process| cells.standing(process));
        if matches!(receiver, Some(Standing::Stopped | Standing::Byzantine)) {
            return;
        }
        if let Some(copies) = self.network.copies {
            let equal = network.iter().filter(|other| **other == envelope).count();
            if equal >= usize::from(copies) {
                return;
            }
        }
        let place = if self.network.fifo {
            network.partition_point(|other| cells.ends(other) <= channel)
        } else {
            place_behind(network, |other| *other <= envelope)
        };
        network.insert(place, envelope);
    }

    /// Takes one copy of a message out of flight.
    pub(crate) fn take<M: Cells>(&self, cells: &mut M, state: &mut StateIn<M>, envelope: &M::Envelope) {
        let network = &mut state.network;
        let place = if self.network.fifo {
            let channel = cells.ends(envelope);
            network.partition_point(|other| cells.ends(other) < channel)
        } else {
            place_behind(network, |other| other < envelope)
        };
        debug_assert!(network[place] == *envelope, "a message that is taken is in flight");
        network.remove(place);
    }

    pub(crate) fn bury<M: Cells>(&self, cells: &mut M, state: &mut StateIn<M>, id: usize, kind: CrashKind) {
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
        let mut all = (0..).map_while(|place| cells.offer(&offers, place));
        all.find_map(|(offered, sort)| match sort {
            Sort::Timeout(due) if offered == *local => Some(due),
            _ => None,
        })
    }
}

/// The place in a sorted list behind all that are smaller. A few numbers are sooner compared, all of them, than searched:
/// a search does not know where it branches.
fn place_behind<E>(network: &[E], is_smaller: impl Fn(&E) -> bool) -> usize {
    const FEW: usize = 64;
    if size_of::<E>() == size_of::<u32>() && network.len() <= FEW {
        network.iter().filter(|other| is_smaller(other)).count()
    } else {
        network.partition_point(is_smaller)
    }
}
