//! The process that a node runs, with its clock and its dice: takes steps and gathers their effects in a batch.

use super::timers::{Durations, Timers};
use crate::event::Module;
use crate::random::Random;
use crate::runtime::record::Tape;
use crate::runtime::transport::Letter;
use crate::runtime::{Batch, Core};
use crate::step::{Change, Effects, Input, InputOf, Misuse};
use tokio::time::Instant;

pub(super) struct Process<A: Module> {
    pub core: Core<A>,
    /// What was done and is not released yet.
    pub batch: Batch<A>,
    /// Its record, if it has one.
    pub tape: Option<Tape<A>>,
    timers: Timers<A::Timer>,
    durations: Durations<A::Timer>,
    random: Random,
    /// How many indications were made in this life.
    indications: u64,
}

impl<A: Module> Process<A> {
    /// A process that was just started, with the effects of that.
    pub fn new(
        (core, started): (Core<A>, Effects<A>),
        tape: Option<Tape<A>>,
        durations: Durations<A::Timer>,
        random: Random,
    ) -> Self {
        let timers = Timers::new();
        let mut process = Process { core, batch: Batch::new(), tape, timers, durations, random, indications: 0 };
        process.gather(started);
        process
    }

    /// Handles a request or a timer.
    pub fn react(&mut self, input: InputOf<A>) -> Result<(), Misuse> {
        if let Some(tape) = &mut self.tape {
            tape.input(&input);
        }
        self.handle(input)
    }

    /// Handles a message.
    pub fn receive(&mut self, letter: Letter<A::Wire>) -> Result<(), Misuse> {
        if let Some(tape) = &mut self.tape {
            tape.letter(&letter);
        }
        let Letter { from, message, .. } = letter;
        self.handle(Input::Wire { from, message })
    }

    /// From now on there are `n` processes.
    pub fn admit(&mut self, n: usize) {
        if let Some(tape) = &mut self.tape {
            tape.admit(n);
        }
        self.core.admit(n);
    }

    fn handle(&mut self, input: InputOf<A>) -> Result<(), Misuse> {
        let effects = self.core.react(input)?;
        self.gather(effects);
        Ok(())
    }

    /// Makes the choices that are due, and those that come of them, until the batch has `limit` steps.
    pub fn choose(&mut self, limit: usize) -> Result<(), Misuse> {
        while self.batch.steps() < limit
            && let Some(effects) = self.choose_one()
        {
            self.gather(effects?);
        }
        Ok(())
    }

    fn choose_one(&mut self) -> Option<Result<Effects<A>, Misuse>> {
        let Process { core, tape, random, .. } = self;
        core.choose_by(|key, values| {
            let place = random.below(values.len());
            if let Some(tape) = tape {
                tape.choice(key, place, &values[place]);
            }
            place
        })
    }

    /// Lets the next timer fire that is due, if one is.
    pub fn fire(&mut self, now: Instant) -> Result<bool, Misuse> {
        match self.timers.due(now) {
            Some(timer) => self.react(Input::Timeout(timer)).map(|()| true),
            None => Ok(false),
        }
    }

    /// When the next timer is due: the earliest deadline.
    pub fn deadline(&self) -> Option<Instant> {
        self.timers.next()
    }

    /// How many timers are armed.
    pub fn timers(&self) -> usize {
        self.timers.len()
    }

    /// The number of the next indication that the process will make.
    pub fn indications(&self) -> u64 {
        self.indications
    }

    fn gather(&mut self, effects: Effects<A>) {
        if let Some(tape) = &mut self.tape {
            tape.effects(&effects);
        }
        // One time for all of them, because to arm thousands takes a while; and none where there is nothing to arm.
        let mut armed_at = None;
        for change in &effects.changes {
            match change {
                Change::SetTimer(timer, nominal) => {
                    let lasts = self.durations.draw(timer, nominal.clone(), &mut self.random);
                    self.timers.arm(timer.clone(), *armed_at.get_or_insert_with(Instant::now), lasts);
                }
                Change::CancelTimer(timer) => self.timers.disarm(timer),
                // Core keeps them.
                Change::Choose(..) => {}
            }
        }
        self.indications += effects.indications.len() as u64;
        self.batch.add(effects);
    }
}
