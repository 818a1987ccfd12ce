//! What leaves a process, and what becomes of it on the way.

use super::*;

impl<A: Module, H: Data> World<'_, A, H> {
    pub(super) fn send(&mut self, from: usize, to: usize, message: A::Wire, leaves: bool) {
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
        let lost = if leaves { lost && self.may_lose() } else { true };
        if !lost || (fifo && (leaves || self.crash_loses())) {
            // On a FIFO network a loss is a step of the message at the head, so it happens when its turn comes.
            self.put(time, Item::Message { from: from as u32, to: to as u32, lost, message });
        } else if leaves {
            self.lose(from, to, &message);
        } else {
            self.miss(from, to, &message);
        }
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

    /// The network loses a message.
    pub(super) fn lose(&mut self, from: usize, to: usize, message: &A::Wire) {
        self.counts.lost += 1;
        if let Some(mirror) = &mut self.mirror {
            mirror.lose(from, to, message);
        }
    }

    /// A message to process `to` is lost after what that has handled in its batch.
    pub(super) fn lose_in_turn(&mut self, from: u32, to: usize, message: A::Wire) {
        if self.mirror.is_none() || self.processes[to].trail.is_empty() {
            return self.lose(from as usize, to, &message);
        }
        self.counts.lost += 1;
        let envelope = Envelope { from: Id::from(from as usize), to: Id::from(to), message };
        let step = Step::Lose(Arc::new(envelope));
        self.processes[to].trail.push(Footprint { step, state: None, effects: Effects::none() });
    }

    /// A message does not arrive because of a crash.
    pub(super) fn miss(&mut self, from: usize, to: usize, message: &A::Wire) {
        self.counts.lost += 1;
        self.forget(from, to, message);
    }

    /// Says in the system's run that a message will not arrive. Where losses are counted it merely stays in flight, for ever.
    pub(super) fn forget(&mut self, from: usize, to: usize, message: &A::Wire) {
        if self.crash_loses()
            && let Some(mirror) = &mut self.mirror
        {
            mirror.lose(from, to, message);
        }
    }

    /// Whether what a crash keeps from arriving counts as lost by the network.
    fn crash_loses(&self) -> bool {
        self.system.rules.network.loss == Limit::Unlimited
    }
}
