//! What the system as a whole does: which steps are enabled in a state, and what each makes of it.
//!
//! Written once, generic over how cells are kept: as shared plain values for stateright and its Explorer
//! ([`plain`](super::plain)), as small interned numbers with a memory of every reaction for the engine
//! ([`check`](crate::check)).

use super::fault::{CrashKind, Death, Spent};
use super::limit::Limit;
use super::local::{Cause, Outcome, Sort};
use super::rules::Rules;
use super::timing::Timing;
use super::timing::{Due, Tick};
use stateright::actor::Id;
use std::rc::Rc;

/// A state of the system, in terms of how cells are kept.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Global<P, E, H> {
    /// The processes, by id.
    pub(crate) processes: Vec<P>,
    /// The messages in flight: sorted; on a FIFO network sorted by channel, each channel in its own order.
    pub(crate) network: Vec<E>,
    /// What the observer keeps.
    pub(crate) history: H,
    /// What was spent of the budgets.
    pub(crate) spent: Spent,
}

/// A step of the system, in terms of how messages and local events are kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step<E, L> {
    /// A message arrives.
    Deliver {
        /// Which one.
        envelope: E,
        /// Whether it stays in flight all the same: it was duplicated.
        kept: bool,
        /// Whether the receiver dies while it handles the message.
        death: Option<Death>,
    },
    /// A process acts by itself: request, timeout, random choice, recovery.
    Act {
        /// Which process.
        process: Id,
        /// What it does.
        local: L,
        /// Whether it dies in the step.
        death: Option<Death>,
    },
    /// A message is lost.
    Lose(E),
    /// A faulty process fails to send or to receive a message.
    Omit(E),
    /// A process crashes between two steps.
    Crash(Id, CrashKind),
    /// A process turns Byzantine.
    Corrupt(Id),
    /// A Byzantine process says something. How long it takes to arrive is its choice too, so it arrives at once.
    Lie {
        /// What it says, and to whom.
        envelope: E,
        /// Whether the receiver dies while it handles the message.
        death: Option<Death>,
    },
    /// The network is cut: this partition comes into force.
    Cut(u8),
    /// The network heals.
    Heal,
    /// The system becomes synchronous.
    Stabilise,
}

/// Whether a process lives, without its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Up,
    Down,
    Stopped,
    Byzantine,
    Panicked,
}

/// The [`Outcome`]s of a reaction, as `M` keeps them.
pub(crate) type Reaction<M> = Rc<[Outcome<<M as Cells>::Process, <M as Cells>::Envelope, <M as Cells>::Seen>]>;

/// How the parts of a state are kept.
pub(crate) trait Cells {
    type Process: Clone + Eq;
    type Envelope: Clone + Ord;
    type History: Clone + Eq;
    type Local: Clone + PartialEq;
    type Seen: Clone;

    /// A process that does not exist yet.
    fn unborn(&mut self) -> Self::Process;
    fn first_history(&mut self) -> Self::History;
    fn standing(&mut self, process: &Self::Process) -> Standing;
    /// Sender and receiver.
    fn ends(&mut self, envelope: &Self::Envelope) -> (usize, usize);
    fn offers(&mut self, id: usize, process: &Self::Process) -> Rc<[(Self::Local, Sort)]>;
    fn react(
        &mut self,
        id: usize,
        process: &Self::Process,
        cause: Cause<&Self::Envelope, &Self::Local>,
    ) -> Reaction<Self>;
    fn tick(&mut self, process: &Self::Process, tick: Tick) -> Self::Process;
    /// What the observer makes of what it sees; nothing when it panics.
    fn observe(&mut self, history: &Self::History, seen: &Self::Seen) -> Option<Self::History>;
    fn lies(&mut self, id: usize) -> Rc<[Self::Envelope]>;
}

/// A state as `M` keeps it.
pub(crate) type StateIn<M> = Global<<M as Cells>::Process, <M as Cells>::Envelope, <M as Cells>::History>;
/// A step as `M` keeps it.
pub(crate) type StepIn<M> = Step<<M as Cells>::Envelope, <M as Cells>::Local>;

/// Whether a step has to happen some day, if nothing else makes it impossible: what `finally` counts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Duty {
    /// It does.
    Due,
    /// It may be left out for ever: faults, and deliveries that nobody may count on.
    Free,
}

/// Goes through a state and collects its steps.
struct Survey<'a, M: Cells> {
    rules: &'a Rules,
    cells: &'a mut M,
    state: &'a StateIn<M>,
    steps: &'a mut Vec<(StepIn<M>, Duty)>,
    /// How many processes are stopped, and how many are down.
    dead: [usize; 2],
    /// Whether a message is on its way that a synchronous system must deliver before time passes.
    arriving: bool,
}

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

    /// Collects the steps that are enabled in a state.
    pub(crate) fn enabled<M: Cells>(&self, cells: &mut M, state: &StateIn<M>, steps: &mut Vec<(StepIn<M>, Duty)>) {
        let mut survey = Survey { rules: self, cells, state, steps, dead: [0, 0], arriving: false };
        survey.count_dead();
        survey.deliveries();
        survey.processes();
        survey.network_faults();
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

    /// Whether no step that has to happen changes anything.
    pub(crate) fn quiescent<M: Cells>(&self, cells: &mut M, state: &StateIn<M>) -> bool {
        let mut steps = Vec::new();
        self.enabled(cells, state, &mut steps);
        steps.into_iter().filter(|(_, duty)| *duty == Duty::Due).all(|(step, _)| {
            let mut next = state.clone();
            self.perform(cells, &mut next, &step);
            next == *state
        })
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

    /// When the first armed timer of any process has to fire at the latest.
    fn next_deadline<M: Cells>(&self, cells: &mut M, state: &StateIn<M>) -> u16 {
        let mut deadline = u16::MAX;
        for (id, process) in state.processes.iter().enumerate() {
            for (_, sort) in cells.offers(id, process).iter() {
                if let Sort::Timeout(due) = sort {
                    deadline = deadline.min(due.latest);
                }
            }
        }
        deadline
    }
}

impl<M: Cells> Survey<'_, M> {
    fn push(&mut self, step: StepIn<M>, duty: Duty) {
        self.steps.push((step, duty));
    }

    fn standing(&mut self, id: usize) -> Standing {
        self.cells.standing(&self.state.processes[id])
    }

    fn severed(&self, from: usize, to: usize) -> bool {
        self.rules.network.severed(self.state.spent.cut, Id::from(from), Id::from(to))
    }

    fn in_step(&self) -> bool {
        self.rules.timing.in_step(self.state.spent.stable)
    }

    fn count_dead(&mut self) {
        for id in 0..self.state.processes.len() {
            match self.standing(id) {
                Standing::Stopped => self.dead[0] += 1,
                Standing::Down => self.dead[1] += 1,
                Standing::Up | Standing::Byzantine | Standing::Panicked => {}
            }
        }
    }

    /// Deliveries, and what may happen to messages in flight.
    fn deliveries(&mut self) {
        let network = &self.state.network;
        let mut last_channel = None;
        for (place, envelope) in network.iter().enumerate() {
            let channel = self.cells.ends(envelope);
            let behind_its_head = self.rules.network.fifo && last_channel == Some(channel);
            let repeated = place > 0 && network[place - 1] == *envelope;
            last_channel = Some(channel);
            if behind_its_head || (repeated && !self.rules.network.fifo) {
                continue;
            }
            self.delivery(envelope, channel);
            self.misfortunes(envelope, channel);
        }
    }

    fn delivery(&mut self, envelope: &M::Envelope, (from, to): (usize, usize)) {
        if self.severed(from, to) || self.standing(to) != Standing::Up {
            return;
        }
        let reaction = self.cells.react(to, &self.state.processes[to], Cause::Message(envelope));
        let ignored = reaction[0].ignored && !self.rules.network.fifo && !self.in_step();
        if ignored {
            return;
        }
        let duty = self.duty_to_deliver(from, to);
        self.arriving |= self.standing(from) == Standing::Up;
        let keep = matches!(self.rules.network.duplication, Limit::Budget(_))
            && self.rules.network.duplication.allows(self.state.spent.duplications)
            && !reaction[0].ignored;
        for kept in [false, true] {
            if kept && !keep {
                continue;
            }
            for outcome in reaction.iter() {
                let death = outcome.death;
                if self.may_die(death, to) {
                    let duty = if kept || death.is_some() { Duty::Free } else { duty };
                    self.push(Step::Deliver { envelope: envelope.clone(), kept, death }, duty);
                }
            }
        }
    }

    /// What a correct process sends to a correct one arrives, unless the network may lose any number of messages.
    fn duty_to_deliver(&mut self, from: usize, to: usize) -> Duty {
        let omitting = |id| self.rules.omissions.total == Limit::Unlimited && self.rules.omissions.may_strike(id);
        let doubtful = self.rules.network.loss == Limit::Unlimited || omitting(from) || omitting(to);
        if doubtful || self.standing(from) != Standing::Up { Duty::Free } else { Duty::Due }
    }

    fn misfortunes(&mut self, envelope: &M::Envelope, (from, to): (usize, usize)) {
        let (rules, spent) = (self.rules, self.state.spent);
        if rules.loss_takes_steps() && rules.network.loss.allows(spent.losses) {
            self.push(Step::Lose(envelope.clone()), Duty::Free);
        }
        let omissions = &rules.omissions;
        let needs_step = omissions.total != Limit::Unlimited || !rules.staying_is_losing();
        if needs_step
            && omissions.total.allows(spent.omissions)
            && (omissions.may_strike(from) || omissions.may_strike(to))
        {
            self.push(Step::Omit(envelope.clone()), Duty::Free);
        }
    }

    fn processes(&mut self) {
        for id in 0..self.state.processes.len() {
            match self.standing(id) {
                Standing::Up => {
                    self.acts(id);
                    self.crashes(id);
                }
                Standing::Down => self.acts(id),
                Standing::Byzantine => self.lies(id),
                Standing::Stopped | Standing::Panicked => {}
            }
        }
    }

    /// What a process does by itself.
    fn acts(&mut self, id: usize) {
        let offers = self.cells.offers(id, &self.state.processes[id]);
        for (local, sort) in offers.iter() {
            let duty = match sort {
                Sort::Timeout(due) if !self.may_fire(*due) => continue,
                Sort::Recover if !self.rules.fair_recovery => Duty::Free,
                _ => Duty::Due,
            };
            let process = &self.state.processes[id];
            let reaction = self.cells.react(id, process, Cause::Local(local));
            for outcome in reaction.iter() {
                let death = outcome.death;
                if self.may_die(death, id) {
                    let duty = if death.is_some() { Duty::Free } else { duty };
                    let process = Id::from(id);
                    self.push(Step::Act { process, local: local.clone(), death }, duty);
                }
            }
        }
    }

    fn may_fire(&mut self, due: Due) -> bool {
        if !self.in_step() {
            return true;
        }
        !self.arriving && due.earliest <= self.rules.next_deadline(self.cells, self.state)
    }

    fn may_die(&mut self, death: Option<Death>, id: usize) -> bool {
        death.is_none_or(|death| self.may_crash(death.kind(), id))
    }

    fn may_crash(&mut self, kind: CrashKind, id: usize) -> bool {
        let spent = &self.state.spent;
        let (used, dead) = match kind {
            CrashKind::Stop => (spent.stops, self.dead[0]),
            // Who dies while it recovers was down before.
            CrashKind::Recovery => (spent.crashes, self.dead[1] - usize::from(self.standing(id) == Standing::Down)),
        };
        let faults = self.rules.crashes(kind);
        faults.total.allows(used) && faults.at_once.is_none_or(|limit| dead < usize::from(limit))
    }

    fn crashes(&mut self, id: usize) {
        for kind in [CrashKind::Stop, CrashKind::Recovery] {
            if self.rules.crashes(kind).may_strike(id) && self.may_crash(kind, id) {
                self.push(Step::Crash(Id::from(id), kind), Duty::Free);
            }
        }
        let byzantine = &self.rules.byzantine;
        if byzantine.may_strike(id) && byzantine.total.allows(self.state.spent.corruptions) {
            self.push(Step::Corrupt(Id::from(id)), Duty::Free);
        }
    }

    fn lies(&mut self, id: usize) {
        let lies = self.cells.lies(id);
        for envelope in lies.iter() {
            let (from, to) = self.cells.ends(envelope);
            if self.severed(from, to) || self.standing(to) != Standing::Up {
                continue;
            }
            let process = &self.state.processes[to];
            let reaction = self.cells.react(to, process, Cause::Message(envelope));
            if reaction[0].ignored {
                continue;
            }
            for outcome in reaction.iter() {
                let death = outcome.death;
                if self.may_die(death, to) {
                    self.push(Step::Lie { envelope: envelope.clone(), death }, Duty::Free);
                }
            }
        }
    }

    fn network_faults(&mut self) {
        let (rules, spent) = (self.rules, self.state.spent);
        match spent.cut {
            None if spent.cuts < rules.network.cuts => {
                for partition in 0..rules.network.partitions.len() {
                    self.push(Step::Cut(partition as u8), Duty::Free);
                }
            }
            None => {}
            Some(_) => {
                let duty = if rules.network.lasting { Duty::Free } else { Duty::Due };
                self.push(Step::Heal, duty);
            }
        }
        if matches!(rules.timing, Timing::PartiallySynchronous { .. }) && !spent.stable {
            self.push(Step::Stabilise, Duty::Due);
        }
    }
}
