//! The run as a run of its [`System`]: what is judged, recorded and shown.
//!
//! A batch happens there at the moment of its commit, its steps one after the other; see [`batch`](crate::runtime::batch) for
//! why that is the same run. What one process does in a step is the system's own code; the state that the step led to is taken
//! from the simulated process, so nothing is computed twice.

use super::judge::Judge;
use crate::event::{Data, Module};
use crate::step::Effects;
use crate::system::{Action, Cause, CrashKind, Death, Envelope, Life, Local, Observation, Plain, State, Step, System};
use stateright::actor::Id;
use std::sync::Arc;

/// How much of the system's state is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Depth {
    /// The history.
    History,
    /// The processes too.
    Processes,
    /// The messages in flight too: everything.
    Everything,
}

/// A step of a simulated process that is not committed yet.
pub(super) struct Footprint<A: Module> {
    pub step: Action<A>,
    /// What it led to, where that is kept.
    pub state: Option<A::State>,
    pub effects: Effects<A>,
}

/// A crash after the commit of a batch.
#[derive(Clone, Copy, Debug)]
pub(super) struct LastWords {
    pub kind: CrashKind,
    /// How many indications of the last step the application heard.
    pub told: usize,
}

pub(super) struct Mirror<'a, A: Module, H: Data> {
    system: &'a System<A, H>,
    pub state: State<A, H>,
    pub depth: Depth,
    pub judge: Judge<'a, A, H>,
    /// The steps, when they are recorded.
    pub steps: Option<Vec<Action<A>>>,
    /// Whether applications ask for what is in no script of the system.
    unscripted: bool,
    seen: Vec<Observation<A::Request, A::Indication>>,
}

impl<'a, A: Module, H: Data> Mirror<'a, A, H> {
    pub fn new(system: &'a System<A, H>, judge: Judge<'a, A, H>, recording: bool, unscripted: bool) -> Self {
        let depth = if recording { Depth::Everything } else { judge.depth() };
        let state = system.rules.initial(&mut Plain(system));
        let steps = recording.then(Vec::new);
        let mut mirror = Mirror { system, state, depth, judge, steps, unscripted, seen: Vec::new() };
        mirror.judge.judge(&mirror.state, true);
        mirror
    }

    /// A copy of what a step did, as far as it is kept.
    pub fn footprint(&self, step: Action<A>, state: &A::State, effects: &Effects<A>) -> Footprint<A> {
        let mut kept = Effects::none();
        kept.indications = effects.indications.clone();
        if self.depth >= Depth::Processes {
            kept.saved = effects.saved.clone();
            kept.changes = effects.changes.clone();
        }
        if self.depth >= Depth::Everything {
            kept.sent = effects.sent.clone();
        }
        Footprint { step, state: (self.depth >= Depth::Processes).then(|| state.clone()), effects: kept }
    }

    /// The steps of a batch happen.
    pub fn commit(&mut self, id: usize, batch: &mut Vec<Footprint<A>>, crash: Option<LastWords>) {
        let last = batch.len();
        for (number, footprint) in (1..).zip(batch.drain(..)) {
            let in_it = |words: &LastWords| number == last && words.told < footprint.effects.indications.len();
            match crash.filter(in_it) {
                Some(words) => return self.step(id, footprint, Some(words)),
                None => self.step(id, footprint, None),
            }
        }
        if let Some(LastWords { kind, .. }) = crash {
            self.crash(id, kind);
        }
    }

    fn step(&mut self, id: usize, footprint: Footprint<A>, crash: Option<LastWords>) {
        if self.judge.has_found() {
            return;
        }
        let Footprint { step, state, effects } = footprint;
        if let Step::Lose(envelope) = &step {
            return self.lose(envelope.from.into(), id, &envelope.message);
        }
        let me = Id::from(id);
        let before = (self.depth == Depth::Everything).then(|| self.state.processes[id].clone());
        let process = Arc::make_mut(&mut self.state.processes[id]);
        let cause = match &step {
            Step::Deliver { envelope, .. } => Cause::Message(&**envelope),
            Step::Act { local, .. } => Cause::Local(&**local),
            _ => unreachable!("a process takes no other step"),
        };
        if self.unscripted {
            process.asked = 0;
        }
        self.system.take_input(me, process, cause, &mut self.seen);
        if self.unscripted {
            process.asked = 0;
        }
        if let Some(state) = state {
            process.life = Life::Up(state);
        }
        let sent = self.system.apply(me, process, effects, &mut self.seen);
        if let Some(before) = before {
            if sent.is_empty() && self.seen.is_empty() && *before == *process && self.goes_unnoticed(&step) {
                return;
            }
            self.take(&step);
        }
        let death = crash.map(|words| self.die_in_step(id, words));
        self.record(step, death);
        self.observe();
        if self.depth == Depth::Everything {
            for envelope in sent {
                self.system.rules.send(&mut Plain(self.system), &mut self.state, Arc::new(envelope));
            }
        }
        if let Some(LastWords { kind, .. }) = crash {
            self.system.rules.bury(&mut Plain(self.system), &mut self.state, id, kind);
        }
        self.judge();
    }

    /// Whether a delivery that changes nothing is no step.
    fn goes_unnoticed(&self, step: &Action<A>) -> bool {
        let rules = &self.system.rules;
        match step {
            Step::Deliver { kept, .. } => !rules.network.is_fifo() && (!rules.live || *kept),
            _ => false,
        }
    }

    fn take(&mut self, step: &Action<A>) {
        let rules = &self.system.rules;
        match step {
            Step::Deliver { kept: true, .. } => {
                self.state.spent.duplications = rules.network.duplication.spend(self.state.spent.duplications);
            }
            Step::Deliver { envelope, .. } if !rules.network.is_set() => {
                rules.take(&mut Plain(self.system), &mut self.state, envelope);
            }
            _ => {}
        }
    }

    fn die_in_step(&mut self, id: usize, words: LastWords) -> Death {
        let is_indication = |seen: &Observation<_, _>| matches!(seen, Observation::Indication { .. });
        let others = self.seen.iter().filter(|seen| !is_indication(seen)).count();
        self.seen.truncate(others + words.told);
        self.erase(id, words.kind);
        Death::AfterSave(words.kind, u8::try_from(words.told).unwrap_or(u8::MAX))
    }

    fn erase(&mut self, id: usize, kind: CrashKind) {
        let process = (*self.state.processes[id]).clone();
        let mut outcome = self.system.crash(Id::from(id), process, kind);
        self.state.processes[id] = Arc::new(outcome.process);
        self.seen.append(&mut outcome.seen);
    }

    /// A process crashes between two steps.
    pub fn crash(&mut self, id: usize, kind: CrashKind) {
        if self.judge.has_found() {
            return;
        }
        self.erase(id, kind);
        self.system.rules.bury(&mut Plain(self.system), &mut self.state, id, kind);
        self.record(Step::Crash(Id::from(id), kind), None);
        self.observe();
        self.judge();
    }

    /// A process crashes before a request of the lost batch was durable: the request is gone.
    pub fn crash_in_request(&mut self, id: usize, request: Action<A>) {
        if self.judge.has_found() {
            return;
        }
        if !self.unscripted {
            Arc::make_mut(&mut self.state.processes[id]).asked += 1;
        }
        let kind = CrashKind::Recovery;
        self.erase(id, kind);
        self.system.rules.bury(&mut Plain(self.system), &mut self.state, id, kind);
        self.record(request, Some(Death::BeforeSave(kind)));
        self.observe();
        self.judge();
    }

    /// A message is lost, which is a step where the system has steps for it.
    pub fn lose(&mut self, from: usize, to: usize, message: &A::Wire) {
        if self.depth < Depth::Everything || !self.system.rules.loss_takes_steps() || self.judge.has_found() {
            return;
        }
        let envelope = Arc::new(Envelope { from: Id::from(from), to: Id::from(to), message: message.clone() });
        if self.system.rules.network.is_set() || !self.state.network.contains(&envelope) {
            return;
        }
        self.system.rules.take(&mut Plain(self.system), &mut self.state, &envelope);
        self.state.spent.losses = self.system.rules.network.loss.spend(self.state.spent.losses);
        self.record(Step::Lose(envelope), None);
        self.judge();
    }

    /// One of the system's partitions comes into force, or ends.
    pub fn cut(&mut self, partition: Option<u8>) {
        if self.judge.has_found() {
            return;
        }
        self.state.spent.cuts += u8::from(partition.is_some());
        self.state.spent.cut = partition;
        self.record(partition.map_or(Step::Heal, Step::Cut), None);
        self.judge();
    }

    /// A handler did not come back from this step.
    pub fn panicked(&mut self, step: Action<A>) {
        if !self.judge.has_found() {
            self.record(step, None);
        }
    }

    fn record(&mut self, step: Action<A>, death: Option<Death>) {
        let Some(steps) = &mut self.steps else { return };
        steps.push(match step {
            Step::Deliver { envelope, kept, .. } => Step::Deliver { envelope, kept, death },
            Step::Act { process, local, .. } => Step::Act { process, local, death },
            step => step,
        });
    }

    fn observe(&mut self) {
        if self.seen.is_empty() {
            return;
        }
        self.judge.history_changes();
        let history = Arc::make_mut(&mut self.state.history);
        for seen in self.seen.drain(..) {
            (self.system.observer)(history, &seen);
        }
    }

    fn judge(&mut self) {
        self.judge.judge(&self.state, false);
    }
}

/// The step of a process that acts by itself.
pub(super) fn act<A: Module>(id: usize, local: Local<A::Request, A::Timer, A::Random>) -> Action<A> {
    Step::Act { process: Id::from(id), local: Arc::new(local), death: None }
}
