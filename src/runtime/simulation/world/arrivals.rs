//! What arrives at a process, and how it is handled.

use super::*;

impl<A: Module, H: Data> World<'_, A, H> {
    pub(super) fn arrive(&mut self, from: u32, to: u32, lost: bool, message: A::Wire) {
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
        if process.core.is_none() {
            return self.miss(sender, receiver, &message);
        }
        if lost {
            if process.committing {
                self.processes[receiver].inbox.push_back(Arrival::Lost { from, message });
                return;
            }
            return self.lose_in_turn(from, receiver, message);
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

    pub(super) fn fire(&mut self, id: usize, timer: A::Timer) {
        self.processes[id].timers.remove(&timer);
        self.admit(id, Arrival::Timer(timer));
    }

    /// Something arrives at a process that is up: it is handled at once, unless the disk is at work.
    pub(super) fn admit(&mut self, id: usize, arrival: Arrival<A>) {
        let process = &mut self.processes[id];
        if process.committing {
            process.inbox.push_back(arrival);
            return;
        }
        self.handle(id, arrival);
        self.close(id);
    }

    pub(super) fn handle(&mut self, id: usize, arrival: Arrival<A>) {
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
            Arrival::Lost { from, message } => return self.lose_in_turn(from, id, message),
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
    pub(super) fn choose(&mut self, id: usize, judged: bool) {
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
    pub(super) fn absorb(&mut self, id: usize, effects: Effects<A>) {
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
                let duration = (u128::from(Span::new(range).draw(&mut self.random)) * u128::from(process.clock)) >> 16;
                let time = self.now.saturating_add(duration as u64);
                let item = Item::Timer { process: id as u32, live: true, timer: timer.clone() };
                self.lively += 1;
                process.timers.insert(timer.clone(), self.queue.push(time, item));
            }
        }
        process.batch.add(effects);
    }
}
