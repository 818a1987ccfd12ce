//! Runs one node's record through the actor, life after life.

use super::difference::Difference;
use super::error::{Error, Place};
use super::files::{Life, Raw, Record};
use super::history::{History, LastBatch, Past};
use super::living::{Living, RawOut, Recorded, Stop, understood, wrong};
use crate::event::Module;
use crate::runtime::Runnable;
use crate::runtime::record::form::Line;
use serde_json::value::RawValue;

/// What came of running a node's record through the actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replayed {
    /// The node's id.
    pub node: usize,
    /// How many lives were judged.
    pub lives: usize,
    /// How many lives were not, because their beginnings are gone.
    pub unjudged: usize,
    /// How many steps were judged, starts included.
    pub steps: u64,
    /// The first difference. Nothing after it was judged.
    pub difference: Option<Difference>,
}

/// Runs a node's record through its actor, which `actor` makes for a number of processes: with the inputs that are recorded, the
/// outputs must be those that are recorded. A life must start with what the life before had made durable.
///
/// # Errors
///
/// [`Error`] when the record cannot be read.
pub fn replay<A: Runnable>(record: &Record, actor: impl Fn(usize) -> A) -> Result<Replayed, Error> {
    play(record, actor, None)
}

/// As [`replay`], and gives what the node has done, up to the first difference.
///
/// # Errors
///
/// As [`replay`].
pub fn history<A: Runnable>(record: &Record, actor: impl Fn(usize) -> A) -> Result<(Replayed, History<A>), Error> {
    let whole = record.lives.iter().all(Life::is_whole);
    let mut history = History { node: record.node, whole, lives: Vec::new() };
    let replayed = play(record, actor, Some(&mut history))?;
    Ok((replayed, history))
}

fn play<A: Runnable>(
    record: &Record,
    actor: impl Fn(usize) -> A,
    history: Option<&mut History<A>>,
) -> Result<Replayed, Error> {
    let mut player = Player { node: record.node, actor, steps: 0, kept: None, history };
    let mut replayed = Replayed { node: record.node, lives: 0, unjudged: 0, steps: 0, difference: None };
    for life in &record.lives {
        if !life.is_whole() {
            (replayed.unjudged, player.kept) = (replayed.unjudged + 1, None);
            continue;
        }
        replayed.lives += 1;
        match player.life(life) {
            Ok(()) => {}
            Err(Stop::Error(error)) => return Err(error),
            Err(Stop::Difference(difference)) => {
                replayed.difference = Some(*difference);
                break;
            }
        }
    }
    replayed.steps = player.steps;
    Ok(replayed)
}

struct Player<'h, A: Module, F> {
    node: usize,
    actor: F,
    steps: u64,
    /// What the life before has left.
    kept: Option<Kept<A::Storage>>,
    history: Option<&'h mut History<A>>,
}

/// What a life leaves to the next.
struct Kept<S> {
    incarnation: u64,
    /// What is durable when the batches are that are known to be released.
    released: Option<S>,
    /// What is durable when one batch more is, if that may be so.
    open: Option<Option<S>>,
}

/// What is recorded of a start.
struct Started<'r> {
    processes: usize,
    storage: Option<&'r RawValue>,
    recorded: Recorded<'r>,
}

impl<A: Runnable, F: Fn(usize) -> A> Player<'_, A, F> {
    fn life(&mut self, life: &Life) -> Result<(), Stop> {
        let mut lines = life.lines();
        let Some((place, first)) = lines.next()? else { return Ok(()) };
        let Line::Start { processes, storage, out, packed, .. } = &first else {
            return Err(wrong(&place, "a life begins with its start"));
        };
        let recorded = Recorded { place: &place, out: out.as_ref(), packed: *packed };
        let mut living = self.start(life, &Started { processes: *processes, storage: storage.as_deref(), recorded })?;
        while let Some((place, line)) = lines.next()? {
            if living.is_over() {
                return Err(wrong(&place, "nothing happens after the end of a life"));
            }
            living.goes_on();
            self.line(&mut living, &place, &line)?;
        }
        self.leave(life, living);
        Ok(())
    }

    fn start(&mut self, life: &Life, started: &Started<'_>) -> Result<Living<A>, Stop> {
        let Started { processes, storage, recorded } = *started;
        let place = recorded.place;
        if self.node >= processes {
            return Err(wrong(place, &format!("node {} is none of {processes} processes", self.node)));
        }
        let storage = storage.map(|value| understood::<A::Storage>(place, value, recorded.packed)).transpose()?;
        let last = self.last_batch(life.incarnation, place, storage.as_ref())?;
        let fresh = storage.is_none();
        let (living, act) = Living::start(|| (self.actor)(processes), self.node, processes, storage, recorded)?;
        self.steps += 1;
        if let Some(history) = &mut self.history {
            if let (Some(before), Some(last)) = (history.lives.last_mut(), last) {
                before.last = last;
            }
            history.lives.push(Past {
                incarnation: life.incarnation,
                place: place.clone(),
                processes,
                fresh,
                admitted: false,
                acts: act.into_iter().collect(),
                released: 0,
                last: LastBatch::Lost,
            });
        }
        Ok(living)
    }

    /// What became of the last batch of the life before, by what the node found when it started again.
    fn last_batch(
        &mut self,
        incarnation: u64,
        place: &Place,
        storage: Option<&A::Storage>,
    ) -> Result<Option<LastBatch>, Stop> {
        let Some(kept) = self.kept.take().filter(|kept| kept.incarnation + 1 == incarnation) else { return Ok(None) };
        let as_released = kept.released.as_ref() == storage;
        let as_open = kept.open.as_ref().map(|open| open.as_ref() == storage);
        match (as_released, as_open) {
            (true, Some(true)) => Ok(Some(LastBatch::Open)),
            (true, _) => Ok(Some(LastBatch::Lost)),
            (false, Some(true)) => Ok(Some(LastBatch::Durable)),
            (false, _) => Err(Stop::Difference(Box::new(Difference {
                place: place.clone(),
                input: "the start".to_string(),
                about: "what was durable".to_string(),
                recorded: shown(storage),
                came: format!("had saved {}", shown(kept.open.unwrap_or(kept.released).as_ref())),
            }))),
        }
    }

    fn line(&mut self, living: &mut Living<A>, place: &Place, line: &Raw) -> Result<(), Stop> {
        match line {
            Line::Start { .. } => return Err(wrong(place, "a life has one start")),
            Line::Step { input, out, packed, .. } => {
                let out: Option<&RawOut> = out.as_ref();
                let act = living.step(input, Recorded { place, out, packed: *packed })?;
                self.steps += 1;
                if let Some(past) = self.past() {
                    past.acts.extend(act);
                }
            }
            Line::Admit { processes, .. } => {
                living.admit(*processes, place)?;
                if let Some(past) = self.past() {
                    past.admitted = true;
                }
            }
            Line::Commit { .. } => living.commit(),
            Line::End { .. } => living.end(),
        }
        Ok(())
    }

    /// Its record has come to its end.
    fn leave(&mut self, life: &Life, living: Living<A>) {
        let open = living.at_commit;
        if let Some(past) = self.past() {
            past.released = living.batches - u64::from(open);
            past.last = if open { LastBatch::Open } else { LastBatch::Lost };
        }
        let open = open.then_some(living.committed);
        self.kept = Some(Kept { incarnation: life.incarnation, released: living.released, open });
    }

    fn past(&mut self) -> Option<&mut Past<A>> {
        self.history.as_mut()?.lives.last_mut()
    }
}

fn shown<S: std::fmt::Debug>(storage: Option<&S>) -> String {
    storage.map_or_else(|| "nothing".to_string(), |storage| format!("{storage:?}"))
}
