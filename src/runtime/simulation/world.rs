//! The run itself: what comes next in virtual time, and what it makes of the processes.

use super::chance::{Chance, Span, halves, nanoseconds};
use super::mirror::{LastWords, Mirror, act};
use super::network::Links;
use super::process::{Arrival, Ending, Process};
use super::queue::Queue;
use super::run::{Counts, End};
use super::schedule::{Incident, Point};
use super::{Simulation, conditions::Partitions};
use crate::event::{Data, Module};
use crate::random::Random;
use crate::runtime::batch::Departure;
use crate::runtime::core::Core;
use crate::step::{Change, Effects, Input, Misuse};
use crate::system::{Action, CrashKind, Envelope, Limit, Local, NO_PANIC, Step, System};
use stateright::actor::Id;
use std::sync::Arc;

/// Something that is going to happen.
enum Item<A: Module> {
    Message {
        from: u32,
        to: u32,
        lost: bool,
        message: A::Wire,
    },
    Timer {
        process: u32,
        live: bool,
        timer: A::Timer,
    },
    Request {
        process: u32,
        life: u32,
    },
    Commit {
        process: u32,
        life: u32,
    },
    Restart {
        process: u32,
        life: u32,
    },
    /// The network is cut, at random.
    Cut,
    Heal,
    Incident(usize),
}

/// The [`Conditions`](super::Conditions), as they are drawn.
struct Chances {
    think: Span,
    pause: Span,
    crash: Chance,
    downtime: Span,
    latency: Span,
    stall: Chance,
    stalled: Span,
    full: Chance,
    filled: Span,
    torn: Chance,
    lies: Chance,
}

/// A run under way.
pub(super) struct World<'a, A: Module, H: Data> {
    simulation: &'a Simulation<A, H>,
    system: &'a System<A, H>,
    processes: Vec<Process<A>>,
    queue: Queue<Item<A>>,
    links: Links,
    /// Messages that wait for the heal.
    held: Vec<(u32, u32, bool, A::Wire)>,
    pub now: u64,
    random: Random,
    chances: Chances,
    /// How many things are pending that keep the run alive.
    lively: usize,
    losses: u8,
    duplications: u8,
    crashes: u8,
    stops: u8,
    cuts: u8,
    declared_cut: bool,
    pub mirror: Option<Mirror<'a, A, H>>,
    pub counts: Counts,
    pub events: u64,
    pub digest: u64,
    batches: u64,
    /// How many departures each batch had, when the run is recorded.
    pub departures: Option<Vec<usize>>,
    /// The step under way: what a panic is blamed on.
    current: Option<(usize, Action<A>)>,
    pub misuse: Option<Misuse>,
}

impl<'a, A: Module, H: Data> World<'a, A, H> {
    pub fn new(simulation: &'a Simulation<A, H>, seed: u64, mirror: Option<Mirror<'a, A, H>>, recording: bool) -> Self {
        let (system, conditions) = (&simulation.system, &simulation.conditions);
        let rules = &system.rules;
        let mut random = Random::new(seed);
        let clock = &conditions.clock;
        assert!(clock.start > 0.0 && clock.end.is_finite(), "a clock runs, and not infinitely fast: {clock:?}");
        let mut drawn_clock = || {
            let (bits, _) = halves(&mut random);
            let width = (clock.end - clock.start).max(0.0);
            ((clock.start + width * f64::from(bits) / 4_294_967_296.0) * 65_536.0) as u64
        };
        let n = system.process_count();
        let processes = (0..n).map(|_| Process::new(drawn_clock())).collect();
        let disk = &conditions.disk;
        World {
            simulation,
            system,
            processes,
            queue: Queue::new(),
            links: Links::new(
                n,
                conditions,
                rules.network.loss != Limit::None,
                rules.network.duplication != Limit::None,
            ),
            held: Vec::new(),
            now: 0,
            random,
            chances: Chances {
                think: Span::new(&conditions.think),
                pause: Span::new(&conditions.pause),
                crash: Chance::new(conditions.crash),
                downtime: Span::new(&conditions.downtime),
                latency: Span::new(&disk.latency),
                stall: Chance::new(disk.stall),
                stalled: Span::new(&disk.stalled),
                full: Chance::new(disk.full),
                filled: Span::new(&disk.filled),
                torn: Chance::new(disk.torn),
                lies: Chance::new(disk.lies),
            },
            lively: 0,
            losses: 0,
            duplications: 0,
            crashes: 0,
            stops: 0,
            cuts: 0,
            declared_cut: false,
            mirror,
            counts: Counts::default(),
            events: 0,
            digest: 0xcbf2_9ce4_8422_2325,
            batches: 0,
            departures: recording.then(Vec::new),
            current: None,
            misuse: None,
        }
    }

    /// Starts every process, and goes on until nothing is left to happen, so many events have happened, or a property fell.
    pub fn go(&mut self, events: u64) -> End {
        self.begin();
        loop {
            if let Some(property) = self.fallen() {
                return End::Violated { property };
            }
            if self.events >= events {
                return End::Events;
            }
            if self.lively == 0 {
                break;
            }
            let Some((time, _, item)) = self.queue.pop() else { break };
            self.now = time;
            self.happen(item);
        }
        if let Some(mirror) = &mut self.mirror {
            mirror.judge.judge_rest(&mirror.state);
        }
        self.fallen().map_or(End::Rest, |property| End::Violated { property })
    }

    fn fallen(&self) -> Option<&'static str> {
        if self.misuse.is_some() {
            return Some(NO_PANIC);
        }
        self.mirror.as_ref().and_then(|mirror| mirror.judge.found)
    }

    /// A handler has panicked: what happened before it stands.
    pub fn panicked(&mut self) {
        let Some((id, step)) = self.current.take() else { return };
        if let Some(mirror) = &mut self.mirror {
            mirror.commit(id, &mut self.processes[id].trail, None);
            mirror.panicked(step);
        }
    }

    fn begin(&mut self) {
        for id in 0..self.processes.len() {
            let Some(effects) = self.start(id) else { return };
            // The system's runs begin when everyone has started; so do these.
            self.processes[id].born = true;
            self.absorb(id, effects);
            self.processes[id].durable = self.processes[id].batch.saved().cloned();
            self.depart(id, usize::MAX);
        }
        for id in 0..self.processes.len() {
            self.choose(id, self.mirror.is_some());
            self.close(id);
        }
        for (place, (time, _)) in self.simulation.schedule.incidents.iter().enumerate() {
            self.put(nanoseconds(*time), Item::Incident(place));
        }
        self.plan_cut();
    }

    fn put(&mut self, time: u64, item: Item<A>) -> u32 {
        self.lively += usize::from(!matches!(item, Item::Cut));
        self.queue.push(time, item)
    }

    fn happen(&mut self, item: Item<A>) {
        match item {
            Item::Message { from, to, lost, message } => {
                self.lively -= 1;
                self.arrive(from, to, lost, message);
            }
            Item::Timer { process, live, timer } => {
                if live {
                    self.lively -= 1;
                    self.fire(process as usize, timer);
                }
            }
            Item::Request { process, life } => {
                self.lively -= 1;
                if self.processes[process as usize].life == life {
                    self.admit(process as usize, Arrival::Request);
                }
            }
            Item::Commit { process, life } => {
                self.lively -= 1;
                if self.processes[process as usize].life == life {
                    self.commit(process as usize);
                }
            }
            Item::Restart { process, life } => {
                self.lively -= 1;
                if self.processes[process as usize].life == life {
                    self.restart(process as usize);
                }
            }
            Item::Cut => self.cut_at_random(),
            Item::Heal => {
                self.lively -= 1;
                self.heal();
                self.plan_cut();
            }
            Item::Incident(place) => {
                self.lively -= 1;
                self.arranged(place);
            }
        }
    }

    /// Something has happened that counts: a delivery, a timer, a request or a fault, with its handler run.
    #[inline]
    fn count(&mut self, kind: u64, process: usize) {
        self.events += 1;
        let mark = self.now ^ (kind << 56) ^ ((process as u64) << 48);
        self.digest = (self.digest.rotate_left(23) ^ mark).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    // What arrives at a process.

    fn arrive(&mut self, from: u32, to: u32, lost: bool, message: A::Wire) {
        let (sender, receiver) = (from as usize, to as usize);
        let wire = *self.links.get(sender, receiver);
        if wire.severed {
            self.lively += 1;
            self.held.push((from, to, lost, message));
            return;
        }
        let process = &self.processes[receiver];
        if process.stopped {
            return;
        }
        if lost || process.core.is_none() {
            return self.lose(sender, receiver, &message);
        }
        let kept = wire.duplication.falls(&mut self.random) && self.may_duplicate();
        if kept {
            let delay = wire.delay.draw(&mut self.random);
            self.put(self.now + delay, Item::Message { from, to, lost: false, message: message.clone() });
            self.counts.duplicated += 1;
        }
        // On a network that is a set, every message stays.
        let kept = kept && !self.system.rules.network.is_set();
        self.admit(receiver, Arrival::Message { from, message, kept });
    }

    fn may_duplicate(&mut self) -> bool {
        let limit = self.system.rules.network.duplication;
        let allowed = limit.allows(self.duplications);
        if allowed {
            self.duplications = limit.spend(self.duplications);
        }
        allowed
    }

    fn fire(&mut self, id: usize, timer: A::Timer) {
        self.processes[id].timers.remove(&timer);
        self.admit(id, Arrival::Timer(timer));
    }

    /// Something arrives at a process that is up: it is handled at once, unless the disk is at work.
    fn admit(&mut self, id: usize, arrival: Arrival<A>) {
        let process = &mut self.processes[id];
        if process.committing {
            process.inbox.push_back(arrival);
            return;
        }
        self.handle(id, arrival);
        self.close(id);
    }

    fn handle(&mut self, id: usize, arrival: Arrival<A>) {
        let judged = self.mirror.is_some();
        let (input, step) = match arrival {
            Arrival::Message { from, message, kept } => {
                self.counts.deliveries += 1;
                self.count(1, id);
                let step = judged.then(|| {
                    let envelope =
                        Envelope { from: Id::from(from as usize), to: Id::from(id), message: message.clone() };
                    Step::Deliver { envelope: Arc::new(envelope), kept, death: None }
                });
                (Input::Wire { from: Id::from(from as usize), message }, step)
            }
            Arrival::Timer(timer) => {
                if !self.may_fire(id, &timer) {
                    return;
                }
                self.counts.timers += 1;
                self.count(2, id);
                let step = judged.then(|| act::<A>(id, Local::Timeout(timer.clone())));
                (Input::Timeout(timer), step)
            }
            Arrival::Request => {
                let Some(request) = self.ask(id) else { return };
                self.counts.requests += 1;
                self.count(3, id);
                let step = judged.then(|| act::<A>(id, Local::Request(request.clone())));
                (Input::Request(request), step)
            }
        };
        if self.react(id, input, step) {
            self.choose(id, judged);
        }
    }

    /// Whether the timer is armed still: it may have been disarmed while it waited for the disk.
    fn may_fire(&mut self, id: usize, timer: &A::Timer) -> bool {
        let process = &mut self.processes[id];
        let armed = process.core.as_ref().is_some_and(|core| core.is_armed(timer));
        // One that was armed anew meanwhile fires at its new time.
        if !armed || process.timers.contains_key(timer) {
            return false;
        }
        match self.system.rules.firings {
            Limit::Unlimited => true,
            limit => {
                let fired = process.fired.get(timer).copied().unwrap_or(0);
                if limit.allows(fired) {
                    process.fired.insert(timer.clone(), fired + 1);
                }
                limit.allows(fired)
            }
        }
    }

    /// Lets a process handle something; tells whether it could.
    fn react(
        &mut self,
        id: usize,
        input: Input<A::Request, A::Wire, A::Timer, A::Random>,
        step: Option<Action<A>>,
    ) -> bool {
        self.current = step.map(|step| (id, step));
        let core = self.processes[id].core.as_mut().expect("a process that handles something is up");
        match core.react(input) {
            Ok(effects) => {
                self.absorb(id, effects);
                true
            }
            Err(misuse) => {
                self.panicked();
                self.misuse = Some(misuse);
                false
            }
        }
    }

    /// Makes the choices that are due.
    fn choose(&mut self, id: usize, judged: bool) {
        loop {
            let Some(core) = self.processes[id].core.as_mut() else { return };
            let Some((key, values)) = core.choices().first_key_value() else { return };
            self.current = judged.then(|| {
                let value = values[self.random.clone().below(values.len())].clone();
                (id, act::<A>(id, Local::Random(key.clone(), value)))
            });
            match core.choose(&mut self.random) {
                Some(Ok(effects)) => self.absorb(id, effects),
                Some(Err(misuse)) => {
                    self.panicked();
                    self.misuse = Some(misuse);
                    return;
                }
                None => return,
            }
        }
    }

    /// Applies what a step does to timers, and puts the rest into the batch.
    fn absorb(&mut self, id: usize, effects: Effects<A>) {
        let process = &mut self.processes[id];
        if let Some((_, step)) = self.current.take()
            && let Some(mirror) = &self.mirror
        {
            let state = process.core.as_ref().expect("a process that has taken a step is up").state();
            process.trail.push(mirror.footprint(step, state, &effects));
        }
        process.last_indications = effects.indications.len();
        for change in &effects.changes {
            let (timer, range) = match change {
                Change::SetTimer(timer, range) => (timer, Some(range)),
                Change::CancelTimer(timer) => (timer, None),
                Change::Choose(..) => continue,
            };
            if let Some(place) = process.timers.remove(timer) {
                disarm(&mut self.queue, place, &mut self.lively);
            }
            if let Some(range) = range {
                let duration = u128::from(Span::new(range).draw(&mut self.random)) * u128::from(process.clock) >> 16;
                let time = self.now.saturating_add(duration as u64);
                let item = Item::Timer { process: id as u32, live: true, timer: timer.clone() };
                self.lively += 1;
                process.timers.insert(timer.clone(), self.queue.push(time, item));
            }
        }
        process.batch.add(effects);
    }

    // What the applications ask for.

    /// The next request of the application, which is made now.
    fn ask(&mut self, id: usize) -> Option<A::Request> {
        let (request, chosen) = self.next_request(id)?;
        let waits = self.waits(id);
        let process = &mut self.processes[id];
        process.asking = false;
        process.asked += 1;
        process.waiting = waits.then_some(chosen);
        self.plan_request(id);
        Some(request)
    }

    fn next_request(&mut self, id: usize) -> Option<(A::Request, usize)> {
        let asked = self.processes[id].asked;
        if let Some(requests) = &self.simulation.requests {
            return requests(Id::from(id), asked).map(|request| (request, 0));
        }
        let offered = self.system.requests(id, u16::try_from(asked).ok()?);
        let chosen = if offered.len() > 1 { self.random.below(offered.len()) } else { 0 };
        Some((offered.get(chosen)?.clone(), chosen))
    }

    fn waits(&self, id: usize) -> bool {
        self.simulation.requests.is_none() && self.system.scripts[id].answers.is_some()
    }

    /// The application will make its next request, unless it waits for an answer, or has none.
    fn plan_request(&mut self, id: usize) {
        let process = &self.processes[id];
        if process.asking || process.waiting.is_some() || process.core.is_none() {
            return;
        }
        let (asked, life) = (process.asked, process.life);
        let has_more = match &self.simulation.requests {
            Some(_) => true,
            None => u16::try_from(asked).is_ok_and(|asked| !self.system.requests(id, asked).is_empty()),
        };
        if has_more {
            self.processes[id].asking = true;
            let delay = self.chances.think.draw(&mut self.random);
            self.put(self.now + delay, Item::Request { process: id as u32, life });
        }
    }

    // From a batch to its commit, or its end.

    /// The batch has no further step: it is to be made durable.
    fn close(&mut self, id: usize) {
        let process = &self.processes[id];
        if process.batch.steps() == 0 || self.misuse.is_some() {
            return;
        }
        let writes = process.batch.saved().is_some();
        if let Some(departures) = &mut self.departures {
            departures.push(process.batch.departures());
        }
        let ending = self.draw_ending(id);
        self.processes[id].ending = ending;
        self.batches += 1;
        let mut latency = self.chances.pause.draw(&mut self.random);
        if writes {
            latency += self.chances.latency.draw(&mut self.random);
            let (stall, full) = halves(&mut self.random);
            if self.chances.stall.takes(stall) {
                latency += self.chances.stalled.draw(&mut self.random);
            }
            if self.chances.full.takes(full) {
                self.fill_disk(id);
            }
            let full_until = self.processes[id].full_until;
            if full_until > self.now {
                match self.kind_before_commit(id) {
                    Some(kind) => self.processes[id].ending = Some(Ending::Lost(kind)),
                    None => latency = latency.max(full_until - self.now),
                }
            }
        }
        if latency == 0 {
            return self.commit(id);
        }
        let process = &mut self.processes[id];
        process.committing = true;
        let life = process.life;
        self.put(self.now + latency, Item::Commit { process: id as u32, life });
    }

    fn fill_disk(&mut self, id: usize) {
        let lasts = self.chances.filled.draw(&mut self.random);
        self.processes[id].full_until = self.now + lasts;
        self.counts.full_disks += 1;
    }

    fn draw_ending(&mut self, id: usize) -> Option<Ending> {
        let arranged = &self.simulation.schedule.crashes;
        if !arranged.is_empty()
            && let Some((_, point)) = arranged.iter().find(|(batch, _)| *batch == self.batches)
        {
            return match point {
                Point::BeforeCommit => self.kind_before_commit(id).map(Ending::Lost),
                Point::AfterCommit { departures } => {
                    self.crash_kind(id).map(|kind| Ending::Cut(kind, Some(*departures)))
                }
            };
        }
        if !self.chances.crash.falls(&mut self.random) {
            return None;
        }
        let (after, torn) = halves(&mut self.random);
        match (after & 1 == 0, self.chances.torn.takes(torn)) {
            (true, _) => self.crash_kind(id).map(|kind| Ending::Cut(kind, None)),
            (false, true) => self.crash_kind(id).map(Ending::Unsent),
            (false, false) => self.kind_before_commit(id).map(Ending::Lost),
        }
    }

    /// As [`World::crash_kind`], before the batch is durable: of a restart that nobody knows of yet, nobody misses anything.
    fn kind_before_commit(&mut self, id: usize) -> Option<CrashKind> {
        if self.processes[id].born { self.crash_kind(id) } else { Some(CrashKind::Recovery) }
    }

    /// How the system lets a process crash now, if it does.
    fn crash_kind(&mut self, id: usize) -> Option<CrashKind> {
        let stop = self.may_crash(id, CrashKind::Stop);
        let recovery = self.may_crash(id, CrashKind::Recovery);
        match (stop, recovery) {
            (true, true) if self.random.below(2) == 0 => Some(CrashKind::Stop),
            (_, true) => Some(CrashKind::Recovery),
            (true, false) => Some(CrashKind::Stop),
            (false, false) => None,
        }
    }

    fn may_crash(&self, id: usize, kind: CrashKind) -> bool {
        let faults = self.system.rules.crashes(kind);
        if !faults.may_strike(id) {
            return false;
        }
        let others = self.processes.iter().enumerate().filter(|(other, _)| *other != id);
        let (used, dead) = match kind {
            CrashKind::Stop => (self.stops, others.filter(|(_, process)| process.stopped).count()),
            CrashKind::Recovery => {
                (self.crashes, others.filter(|(_, process)| !process.stopped && !process.born).count())
            }
        };
        faults.total.allows(used) && faults.at_once.is_none_or(|limit| dead < usize::from(limit))
    }

    /// The disk has done its work, or will never do it.
    fn commit(&mut self, id: usize) {
        self.processes[id].committing = false;
        // Whether it may crash was asked when the batch was closed; others may have crashed meanwhile.
        let ending = self.processes[id].ending.take().filter(|ending| self.may_end(id, *ending));
        if let Some(Ending::Lost(kind)) = ending {
            return self.lose_batch(id, kind);
        }
        self.save(id);
        let crash = ending.map(Ending::kind);
        let all = self.processes[id].batch.departures();
        let leaving = match ending {
            None => all,
            Some(Ending::Cut(_, Some(departures))) => departures.min(all),
            Some(Ending::Cut(_, None)) => self.random.below(all + 1),
            Some(Ending::Unsent(_) | Ending::Lost(_)) => 0,
        };
        let process = &mut self.processes[id];
        if let Some(mirror) = &mut self.mirror {
            let told = (leaving + process.last_indications).saturating_sub(all);
            let crash = crash.map(|kind| LastWords { kind, told });
            mirror.commit(id, &mut process.trail, crash);
        }
        process.born = true;
        process.committed = process.asked;
        self.depart(id, leaving);
        match crash {
            Some(kind) => self.die(id, kind),
            None => self.go_on(id),
        }
    }

    fn may_end(&self, id: usize, ending: Ending) -> bool {
        let unknown = !self.processes[id].born && matches!(ending, Ending::Lost(_));
        unknown || self.may_crash(id, ending.kind())
    }

    fn save(&mut self, id: usize) {
        if self.processes[id].batch.saved().is_some() && !self.chances.lies.falls(&mut self.random) {
            let process = &mut self.processes[id];
            process.durable = process.batch.saved().cloned();
        }
    }

    /// What gathered while the disk was at work is the next batch.
    fn go_on(&mut self, id: usize) {
        if self.processes[id].inbox.is_empty() {
            return;
        }
        while let Some(arrival) = self.processes[id].inbox.pop_front() {
            self.handle(id, arrival);
            if self.misuse.is_some() {
                return;
            }
        }
        self.close(id);
    }

    /// Sends and indicates what the batch has to: the first `leaving` of it, and what remains never leaves.
    fn depart(&mut self, id: usize, leaving: usize) {
        let mut batch = std::mem::take(&mut self.processes[id].batch);
        for (number, departure) in batch.release().enumerate() {
            match departure {
                Departure::Message { to, message } => self.send(id, to.into(), message, number < leaving),
                Departure::Indication(indication) if number < leaving => self.tell(id, &indication),
                Departure::Indication(_) => {}
            }
        }
        self.processes[id].batch = batch;
        self.plan_request(id);
    }

    fn tell(&mut self, id: usize, indication: &A::Indication) {
        self.counts.indications += 1;
        let process = &mut self.processes[id];
        if let Some(chosen) = process.waiting
            && let Ok(asked) = u16::try_from(process.asked)
            && self.system.answers(Id::from(id), asked, chosen, indication)
        {
            process.waiting = None;
        }
    }

    fn send(&mut self, from: usize, to: usize, message: A::Wire, leaves: bool) {
        let (luck, moment) = halves(&mut self.random);
        let wire = self.links.get_mut(from, to);
        let lost = wire.loss.takes(luck);
        let mut time = self.now + wire.delay.at(moment);
        let network = &self.system.rules.network;
        let fifo = network.is_fifo();
        if fifo {
            time = time.max(wire.last + 1);
            wire.last = time;
        }
        let surplus = network.copies.is_some_and(|copies| self.copies(from, to, &message) >= usize::from(copies));
        if surplus || self.processes[to].stopped {
            return;
        }
        let lost = leaves && lost && self.may_lose();
        if (lost || !leaves) && !fifo {
            return self.lose(from, to, &message);
        }
        self.put(time, Item::Message { from: from as u32, to: to as u32, lost: lost || !leaves, message });
    }

    fn may_lose(&mut self) -> bool {
        let limit = self.system.rules.network.loss;
        let allowed = limit.allows(self.losses);
        if allowed {
            self.losses = limit.spend(self.losses);
        }
        allowed
    }

    /// How many equal messages are on their way.
    fn copies(&self, from: usize, to: usize, message: &A::Wire) -> usize {
        let pending = self.queue.iter().filter(|item| match item {
            Item::Message { from: f, to: t, message: other, .. } => {
                (*f as usize, *t as usize) == (from, to) && other == message
            }
            _ => false,
        });
        let waiting = self.processes[to].inbox.iter().filter(|arrival| match arrival {
            Arrival::Message { from: f, message: other, .. } => *f as usize == from && other == message,
            _ => false,
        });
        let equal =
            |held: &&(u32, u32, bool, A::Wire)| (held.0 as usize, held.1 as usize) == (from, to) && held.3 == *message;
        let handled = self.processes[to].trail.iter().filter(|footprint| match &footprint.step {
            Step::Deliver { envelope, .. } => usize::from(envelope.from) == from && envelope.message == *message,
            _ => false,
        });
        pending.count() + waiting.count() + self.held.iter().filter(equal).count() + handled.count()
    }

    fn lose(&mut self, from: usize, to: usize, message: &A::Wire) {
        self.counts.lost += 1;
        // What nobody may lose is not lost: it merely never arrives.
        if let Some(mirror) = &mut self.mirror
            && self.system.rules.network.loss != Limit::None
        {
            mirror.lose(from, to, message);
        }
    }

    // Crashes and restarts.

    /// The process crashes before its batch is durable.
    fn lose_batch(&mut self, id: usize, kind: CrashKind) {
        let process = &self.processes[id];
        let asked = process.asked > process.committed;
        let request_is_lost = asked && process.born && kind == CrashKind::Recovery && self.random.below(2) == 0;
        let process = &mut self.processes[id];
        let trail = std::mem::take(&mut process.trail);
        if request_is_lost {
            process.committed += 1;
        }
        let born = process.born;
        if let Some(mirror) = &mut self.mirror
            && born
        {
            let is_request =
                |step: &Action<A>| matches!(step, Step::Act { local, .. } if matches!(&**local, Local::Request(_)));
            let request = trail.iter().find(|footprint| is_request(&footprint.step));
            match request.filter(|_| request_is_lost) {
                Some(request) => mirror.crash_in_request(id, request.step.clone()),
                None => mirror.crash(id, kind),
            }
        }
        for footprint in trail {
            if let Step::Deliver { envelope, kept: false, .. } = footprint.step
                && kind == CrashKind::Recovery
            {
                self.lose(envelope.from.into(), id, &envelope.message);
            }
        }
        self.die(id, kind);
    }

    /// The process is down: what was volatile is gone. Of the system's run that was said already.
    fn die(&mut self, id: usize, kind: CrashKind) {
        self.count(4, id);
        self.counts.crashes += 1;
        let born = self.processes[id].born;
        if born {
            match kind {
                CrashKind::Stop => self.stops = self.system.rules.stops.total.spend(self.stops),
                CrashKind::Recovery => self.crashes = self.system.rules.recoveries.total.spend(self.crashes),
            }
        }
        let process = &mut self.processes[id];
        process.core = None;
        process.life += 1;
        process.born = false;
        process.stopped = kind == CrashKind::Stop;
        process.batch = Default::default();
        process.committing = false;
        process.ending = None;
        process.asked = process.committed;
        process.waiting = None;
        process.asking = false;
        for place in std::mem::take(&mut process.timers).into_values() {
            disarm(&mut self.queue, place, &mut self.lively);
        }
        let (life, inbox) = (process.life, std::mem::take(&mut process.inbox));
        for arrival in inbox {
            if let Arrival::Message { from, message, kept: false } = arrival
                && kind == CrashKind::Recovery
            {
                self.lose(from as usize, id, &message);
            }
        }
        if kind == CrashKind::Recovery {
            let downtime = self.chances.downtime.draw(&mut self.random);
            self.put(self.now + downtime, Item::Restart { process: id as u32, life });
        }
    }

    fn start(&mut self, id: usize) -> Option<Effects<A>> {
        let n = self.processes.len();
        let process = &mut self.processes[id];
        let actor = self.system.actors[id].clone();
        match Core::sharing(actor, Id::from(id), n, process.durable.clone()) {
            Ok((core, effects)) => {
                process.core = Some(core);
                Some(effects)
            }
            Err(misuse) => {
                self.panicked();
                self.misuse = Some(misuse);
                None
            }
        }
    }

    fn restart(&mut self, id: usize) {
        self.count(5, id);
        self.counts.restarts += 1;
        let judged = self.mirror.is_some();
        self.current = judged.then(|| (id, act::<A>(id, Local::Recover)));
        let Some(effects) = self.start(id) else { return };
        self.absorb(id, effects);
        self.choose(id, judged);
        self.close(id);
        self.plan_request(id);
    }

    /// A process crashes between two batches, or with the one that is not durable yet.
    fn crash(&mut self, id: usize, kind: CrashKind) {
        if self.processes[id].core.is_none() || !self.may_end(id, Ending::Lost(kind)) {
            return;
        }
        self.lose_batch(id, kind);
    }

    // Cuts, heals, and what was arranged.

    fn plan_cut(&mut self) {
        let rules = &self.system.rules;
        let declared = !rules.network.partitions.is_empty();
        if let Some(Partitions { after, .. }) = &self.simulation.conditions.partitions
            && (!declared || self.cuts < rules.network.cuts)
        {
            let time = self.now + Span::new(after).draw(&mut self.random);
            self.put(time, Item::Cut);
        }
    }

    fn cut_at_random(&mut self) {
        let Some(Partitions { lasts, one_way, .. }) = &self.simulation.conditions.partitions else { return };
        let partitions = &self.system.rules.network.partitions;
        if partitions.is_empty() {
            let sides = self.random.next_number();
            let (left, right): (Vec<usize>, Vec<usize>) =
                (0..self.processes.len()).partition(|id| sides >> (id % 64) & 1 == 0);
            self.links.sever(&left, &right);
            if !Chance::new(*one_way).falls(&mut self.random) {
                self.links.sever(&right, &left);
            }
        } else {
            let which = self.random.below(partitions.len());
            let [left, right] = &partitions[which].sides;
            self.links.sever(left, right);
            self.links.sever(right, left);
            self.cuts += 1;
            self.declared_cut = true;
            if let Some(mirror) = &mut self.mirror {
                mirror.cut(Some(which as u8));
            }
        }
        self.counts.cuts += 1;
        self.count(6, 0);
        let lasts = Span::new(lasts).draw(&mut self.random);
        self.put(self.now + lasts, Item::Heal);
    }

    fn heal(&mut self) {
        self.count(7, 0);
        self.links.heal();
        if std::mem::take(&mut self.declared_cut)
            && let Some(mirror) = &mut self.mirror
        {
            mirror.cut(None);
        }
        for (from, to, lost, message) in std::mem::take(&mut self.held) {
            self.lively -= 1;
            let wire = self.links.get_mut(from as usize, to as usize);
            let mut time = self.now + wire.delay.draw(&mut self.random);
            if self.system.rules.network.is_fifo() {
                time = time.max(wire.last + 1);
                wire.last = time;
            }
            self.put(time, Item::Message { from, to, lost, message });
        }
    }

    fn arranged(&mut self, place: usize) {
        let simulation = self.simulation;
        match &simulation.schedule.incidents[place].1 {
            Incident::Crash { process, downtime } => {
                let life = self.processes[*process].life;
                self.crash(*process, CrashKind::Recovery);
                // The restart that chance has planned is of a life that is over.
                if self.processes[*process].life != life {
                    self.processes[*process].life += 1;
                    let life = self.processes[*process].life;
                    let time = self.now + nanoseconds(*downtime);
                    self.put(time, Item::Restart { process: *process as u32, life });
                }
            }
            Incident::Stop { process } => self.crash(*process, CrashKind::Stop),
            Incident::Cut { from, to } => {
                self.links.sever(from, to);
                self.counts.cuts += 1;
                self.count(6, 0);
            }
            Incident::Heal => self.heal(),
            Incident::FillDisk { process, lasts } => {
                self.processes[*process].full_until = self.now + nanoseconds(*lasts);
                self.counts.full_disks += 1;
                self.count(8, *process);
            }
        }
    }
}

impl Ending {
    fn kind(self) -> CrashKind {
        match self {
            Ending::Lost(kind) | Ending::Unsent(kind) | Ending::Cut(kind, _) => kind,
        }
    }
}

fn disarm<A: Module>(queue: &mut Queue<Item<A>>, place: u32, lively: &mut usize) {
    if let Some(Item::Timer { live, .. }) = queue.get_mut(place)
        && std::mem::replace(live, false)
    {
        *lively -= 1;
    }
}
