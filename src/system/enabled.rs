//! Which steps are enabled in a state, and which of them have to happen.

use super::fault::{CrashKind, Death};
use super::global::{Cells, Duty, Enabled, Standing, StateIn, Step, StepIn};
use super::limit::Limit;
use super::local::{Cause, Sort};
use super::rules::Rules;
use super::timing::{Due, Timing};
use stateright::actor::Id;

/// Goes through a state and collects its steps.
struct Survey<'a, M: Cells> {
    rules: &'a Rules,
    cells: &'a mut M,
    state: &'a StateIn<M>,
    steps: &'a mut Vec<Enabled<M>>,
    /// How many processes are stopped, and how many are down.
    dead: [usize; 2],
    /// How many are Byzantine.
    liars: usize,
    /// Whether a message is on its way that a synchronous system must deliver before time passes.
    arriving: bool,
}

impl Rules {
    /// Collects the steps that are enabled in a state.
    pub(crate) fn enabled<M: Cells>(&self, cells: &mut M, state: &StateIn<M>, steps: &mut Vec<Enabled<M>>) {
        let mut survey = Survey { rules: self, cells, state, steps, dead: [0, 0], liars: 0, arriving: false };
        if self.anyone_may_fail() {
            survey.count_dead();
        }
        survey.deliveries();
        survey.processes();
        survey.network_faults();
    }

    /// When the first armed timer of any process has to fire at the latest.
    pub(super) fn next_deadline<M: Cells>(&self, cells: &mut M, state: &StateIn<M>) -> u16 {
        let mut deadline = u16::MAX;
        for (id, process) in state.processes.iter().enumerate() {
            let offers = cells.offers(id, process);
            let mut place = 0;
            while let Some((_, sort)) = cells.offer(&offers, place) {
                if let Sort::Timeout(due) = sort {
                    deadline = deadline.min(due.latest);
                }
                place += 1;
            }
        }
        deadline
    }
}

impl<M: Cells> Survey<'_, M> {
    /// A step in which no process reacts, or (a crash) in only one way.
    fn push(&mut self, step: StepIn<M>, duty: Duty) {
        self.steps.push(Enabled { step, duty, reaction: None });
    }

    /// The step that each outcome of a reaction of process `id` is; whoever dies in a step owes nobody anything.
    fn push_outcomes(
        &mut self,
        id: usize,
        reaction: &M::Reaction,
        duty: Duty,
        step: impl Fn(Option<Death>) -> StepIn<M>,
    ) {
        let mut which = 0;
        while let Some(outcome) = self.cells.outcome(reaction, which) {
            if self.may_die(outcome.death, id) {
                let duty = if outcome.death.is_some() { Duty::Free } else { duty };
                let reaction = Some((reaction.clone(), which));
                self.steps.push(Enabled { step: step(outcome.death), duty, reaction });
            }
            which += 1;
        }
    }

    /// Whoever does not exist is as good as stopped.
    fn standing(&mut self, id: usize) -> Standing {
        self.state.processes.get(id).map_or(Standing::Stopped, |process| self.cells.standing(process))
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
                Standing::Byzantine => self.liars += 1,
                Standing::Up | Standing::Panicked => {}
            }
        }
    }

    /// Deliveries, and what may happen to messages in flight.
    fn deliveries(&mut self) {
        let network = &self.state.network;
        let (may_be_lost, may_be_omitted) = (self.may_be_lost(), self.may_be_omitted());
        // Elsewhere to ignore a message is a step.
        let ignoring_is_nothing = !self.rules.live && !self.rules.network.fifo && !self.in_step();
        let mut last_channel = None;
        for (place, envelope) in network.iter().enumerate() {
            let channel = self.cells.ends(envelope);
            let behind_its_head = self.rules.network.fifo && last_channel == Some(channel);
            let repeated = place > 0 && network[place - 1] == *envelope;
            last_channel = Some(channel);
            if behind_its_head || (repeated && !self.rules.network.fifo) {
                continue;
            }
            let receiver = self.state.processes.get(channel.1);
            let ignores = |receiver| ignoring_is_nothing && self.cells.surely_ignores(receiver, envelope);
            if !receiver.is_some_and(ignores) {
                self.delivery(envelope, channel);
            }
            if may_be_lost {
                self.push(Step::Lose(envelope.clone()), Duty::Free);
            }
            let faulty = |process| self.rules.omissions.may_strike(process);
            if may_be_omitted && (faulty(channel.0) || faulty(channel.1)) {
                self.push(Step::Omit(envelope.clone()), Duty::Free);
            }
        }
    }

    /// Whether messages may be lost in this state, by steps of their own.
    fn may_be_lost(&self) -> bool {
        self.rules.loss_takes_steps() && self.rules.network.loss.allows(self.state.spent.losses)
    }

    /// Whether messages of or to a faulty process may be omitted in this state, by steps of their own.
    fn may_be_omitted(&self) -> bool {
        let omissions = &self.rules.omissions;
        let needs_step = omissions.total != Limit::Unlimited || !self.rules.staying_is_losing();
        needs_step && omissions.total.allows(self.state.spent.omissions)
    }

    fn delivery(&mut self, envelope: &M::Envelope, (from, to): (usize, usize)) {
        if self.severed(from, to) || self.standing(to) != Standing::Up {
            return;
        }
        let receiver = &self.state.processes[to];
        let noticed = self.cells.notice(to, receiver, envelope);
        let ignored = noticed.is_none();
        let unnoticed = ignored && !self.rules.network.fifo && !self.in_step();
        if unnoticed && !self.rules.live {
            return;
        }
        let reaction = noticed.unwrap_or_else(|| self.cells.react(to, receiver, Cause::Message(envelope)));
        let duty = if unnoticed { Duty::Free } else { self.duty_to_deliver(from, to) };
        self.arriving |= self.standing(from) == Standing::Up;
        let step = |kept| move |death| Step::Deliver { envelope: envelope.clone(), kept, death };
        self.push_outcomes(to, &reaction, duty, step(false));
        let duplication = self.rules.network.duplication;
        if matches!(duplication, Limit::Budget(_)) && duplication.allows(self.state.spent.duplications) && !ignored {
            self.push_outcomes(to, &reaction, Duty::Free, step(true));
        }
    }

    /// What a correct process sends to a correct one arrives, unless the network may lose any number of messages.
    fn duty_to_deliver(&mut self, from: usize, to: usize) -> Duty {
        let rules = self.rules;
        let doubtful = rules.network.may_lose_all() || rules.may_omit_for_ever(from, to);
        if doubtful || self.standing(from) != Standing::Up { Duty::Free } else { Duty::Due }
    }

    fn processes(&mut self) {
        for id in 0..self.state.processes.len() {
            match self.standing(id) {
                Standing::Up => {
                    self.acts(id);
                    if self.rules.anyone_may_fail() {
                        self.crashes(id);
                    }
                }
                Standing::Down => self.acts(id),
                Standing::Byzantine => self.lies(id),
                Standing::Stopped | Standing::Panicked => {}
            }
        }
    }

    /// What a process does by itself.
    fn acts(&mut self, id: usize) {
        let process = &self.state.processes[id];
        let offers = self.cells.offers(id, process);
        let mut place = 0;
        while let Some((local, sort)) = self.cells.offer(&offers, place) {
            place += 1;
            let duty = match sort {
                Sort::Timeout(due) if !self.may_fire(due) => continue,
                Sort::Recover if !self.rules.fair_recovery => Duty::Free,
                _ => Duty::Due,
            };
            let reaction = self.cells.react(id, process, Cause::Local(&local));
            let step = |death| Step::Act { process: Id::from(id), local: local.clone(), death };
            self.push_outcomes(id, &reaction, duty, step);
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
        if byzantine.may_strike(id)
            && byzantine.total.allows(self.state.spent.corruptions)
            && byzantine.at_once.is_none_or(|limit| self.liars < usize::from(limit))
        {
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
            if let Some(reaction) = self.cells.notice(to, process, envelope) {
                let step = |death| Step::Lie { envelope: envelope.clone(), death };
                self.push_outcomes(to, &reaction, Duty::Free, step);
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
