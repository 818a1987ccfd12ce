//! A disk in memory that fills up, fails, stops in the middle and loses what was not synced.

use crate::random::Random;
use redb::StorageBackend;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

/// Clones are handles on the same disk.
#[derive(Clone, Debug, Default)]
pub struct Simulated(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// What is read: all that was written.
    image: Vec<u8>,
    /// What is certain to outlast a loss of power.
    durable: Vec<u8>,
    /// What was written since.
    unsynced: Vec<Change>,
    /// How often anything was changed or synced.
    changes: usize,
    syncs: usize,
    faults: Faults,
}

#[derive(Clone, Debug)]
enum Change {
    Write(usize, Vec<u8>),
    Length(usize),
}

/// What is to go wrong.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    /// After so many changes and syncs the process has crashed: none takes place any more.
    pub crash_after: Option<usize>,
    /// So many bytes can still be written; then the disk is full.
    pub room: Option<usize>,
    /// This sync and all after it fail, and what was to be synced is lost.
    pub failing_sync: Option<usize>,
}

impl Simulated {
    /// A disk that holds this, durably.
    pub fn holding(image: Vec<u8>) -> Self {
        let durable = image.clone();
        Simulated(Arc::new(Mutex::new(State { image, durable, ..State::default() })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no test panics inside")
    }

    pub fn content(&self) -> Vec<u8> {
        self.state().image.clone()
    }

    /// How often anything was changed or synced.
    pub fn changes(&self) -> usize {
        self.state().changes
    }

    pub fn syncs(&self) -> usize {
        self.state().syncs
    }

    /// From now on this goes wrong.
    pub fn fail(&self, faults: Faults) {
        let mut state = self.state();
        (state.changes, state.syncs, state.faults) = (0, 0, faults);
    }

    /// What a process that starts after a crash of this one finds: all that was written.
    pub fn after_crash(&self) -> Self {
        Self::holding(self.content())
    }

    /// What is found after a loss of power: of what was not synced each sector may be there or not.
    pub fn after_power_loss(&self, random: &mut Random) -> Self {
        let state = self.state();
        let mut image = state.durable.clone();
        // Often nothing or nearly all is lost: that is where the interesting cases are.
        let odds = random.below(5);
        for change in &state.unsynced {
            match change {
                Change::Length(length) if random.below(4) < odds => image.resize(*length, 0),
                Change::Length(_) => {}
                Change::Write(at, bytes) => {
                    for (number, sector) in bytes.chunks(512).enumerate().filter(|_| random.below(4) < odds) {
                        write(&mut image, at + number * 512, sector);
                    }
                }
            }
        }
        Self::holding(image)
    }
}

/// Writes what lies within the image.
fn write(image: &mut [u8], at: usize, bytes: &[u8]) {
    let end = image.len().min(at + bytes.len());
    if at < end {
        image[at..end].copy_from_slice(&bytes[..end - at]);
    }
}

impl State {
    fn change(&mut self, change: Change) -> io::Result<()> {
        self.count()?;
        match &change {
            Change::Length(length) => self.image.resize(*length, 0),
            Change::Write(at, bytes) => {
                if let Some(room) = &mut self.faults.room {
                    *room = room.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
                }
                if at + bytes.len() > self.image.len() {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                write(&mut self.image, *at, bytes);
            }
        }
        self.unsynced.push(change);
        Ok(())
    }

    fn count(&mut self) -> io::Result<()> {
        if self.faults.crash_after.is_some_and(|after| self.changes >= after) {
            return Err(io::Error::other("the process has crashed"));
        }
        self.changes += 1;
        Ok(())
    }
}

impl StorageBackend for Simulated {
    fn len(&self) -> io::Result<u64> {
        Ok(self.state().image.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let state = self.state();
        let bytes = state.image.get(offset as usize..).and_then(|rest| rest.get(..out.len()));
        out.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.state().change(Change::Length(len as usize))
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.state().change(Change::Write(offset as usize, data.to_vec()))
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut state = self.state();
        state.count()?;
        state.syncs += 1;
        if state.faults.failing_sync.is_some_and(|failing| state.syncs >= failing) {
            // Whatever the reason: this one must not be taken for one that passes.
            return Err(io::ErrorKind::StorageFull.into());
        }
        let State { durable, unsynced, .. } = &mut *state;
        for change in unsynced.drain(..) {
            match change {
                Change::Length(length) => durable.resize(length, 0),
                Change::Write(at, bytes) => write(durable, at, &bytes),
            }
        }
        Ok(())
    }
}
