//! Crashes and restarts.

use super::*;

impl<A: Module, H: Data> World<'_, A, H> {
    /// The process crashes before its batch is durable.
    pub(super) fn lose_batch(&mut self, id: usize, kind: CrashKind) {
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
            if let Step::Deliver { envelope, kept: false, .. } | Step::Lose(envelope) = footprint.step
                && kind == CrashKind::Recovery
            {
                self.forget(envelope.from.into(), id, &envelope.message);
            }
        }
        self.die(id, kind);
    }

    /// The process is down: what was volatile is gone. Of the system's run that was said already.
    pub(super) fn die(&mut self, id: usize, kind: CrashKind) {
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
            if let Arrival::Message { from, message, kept: false } | Arrival::Lost { from, message } = arrival
                && kind == CrashKind::Recovery
            {
                self.miss(from as usize, id, &message);
            }
        }
        if kind == CrashKind::Recovery {
            let downtime = self.chances.downtime.draw(&mut self.random);
            self.put(self.now + downtime, Item::Restart { process: id as u32, life });
        }
    }

    pub(super) fn start(&mut self, id: usize) -> Option<Effects<A>> {
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

    pub(super) fn restart(&mut self, id: usize) {
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
    pub(super) fn crash(&mut self, id: usize, kind: CrashKind) {
        if self.processes[id].core.is_none() || !self.may_end(id, Ending::Lost(kind)) {
            return;
        }
        self.lose_batch(id, kind);
    }
}
