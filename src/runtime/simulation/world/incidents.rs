//! Cuts, heals, and what was arranged.

use super::*;

impl<A: Module, H: Data> World<'_, A, H> {
    pub(super) fn plan_cut(&mut self) {
        let rules = &self.system.rules;
        let declared = !rules.network.partitions.is_empty();
        if let Some(Partitions { after, .. }) = &self.simulation.conditions.partitions
            && (!declared || self.cuts < rules.network.cuts)
        {
            let time = self.now + Span::new(after).draw(&mut self.random);
            self.put(time, Item::Cut);
        }
    }

    pub(super) fn cut_at_random(&mut self) {
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
            self.unsaid_cut = Some(which as u8);
        }
        self.counts.cuts += 1;
        self.count(6, 0);
        let lasts = Span::new(lasts).draw(&mut self.random);
        self.put(self.now + lasts, Item::Heal);
    }

    /// The partition comes into force in the system's run too. What had arrived before the cut is delivered there when it is
    /// committed, so the cut waits for that; at the latest it comes with the heal.
    pub(super) fn say_cut(&mut self) {
        if let Some(which) = self.unsaid_cut.take()
            && let Some(mirror) = &mut self.mirror
        {
            mirror.cut(Some(which));
        }
    }

    pub(super) fn heal(&mut self) {
        self.count(7, 0);
        self.links.heal();
        self.say_cut();
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

    pub(super) fn arranged(&mut self, place: usize) {
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
