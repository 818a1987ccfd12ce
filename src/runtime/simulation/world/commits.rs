//! From a batch to its commit, or its end.

use super::*;

impl<A: Module, H: Data> World<'_, A, H> {
    /// The batch has no further step: it is to be made durable.
    pub(super) fn close(&mut self, id: usize) {
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
    pub(super) fn commit(&mut self, id: usize) {
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

    pub(super) fn may_end(&self, id: usize, ending: Ending) -> bool {
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
    pub(super) fn depart(&mut self, id: usize, leaving: usize) {
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
}
