//! What a store lies on: a file, or what stands for one in tests. Both its [head](super::head) and its database are on it.

use super::head;
use redb::StorageBackend;
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A file, or what stands for one.
pub(super) type Medium = Arc<dyn StorageBackend>;

/// The part of a medium that the database has: all behind the head.
#[derive(Debug)]
pub(super) struct Body(pub Medium);

impl StorageBackend for Body {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.len()?.saturating_sub(head::LENGTH))
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.0.read(behind_head(offset)?, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.set_len(behind_head(len)?)
    }

    fn sync_data(&self) -> io::Result<()> {
        // Also for want of room: what a failed sync has lost may look as if it were there, so that another would prove nothing.
        self.0.sync_data().map_err(|error| io::Error::other(format!("it cannot be synced: {error}")))
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.0.write(behind_head(offset)?, data)
    }
}

fn behind_head(offset: u64) -> io::Result<u64> {
    offset.checked_add(head::LENGTH).ok_or_else(|| io::ErrorKind::InvalidInput.into())
}

/// A medium to try things out on: what is written stays in memory, and the medium beneath is only read.
#[derive(Debug)]
pub(super) struct Rehearsal {
    beneath: Medium,
    written: Mutex<Written>,
}

#[derive(Debug)]
struct Written {
    len: u64,
    /// What is left of the medium beneath: what was cut off does not come back.
    beneath: u64,
    pages: BTreeMap<u64, Vec<u8>>,
}

const PAGE: usize = 4096;

impl Rehearsal {
    pub fn new(beneath: Medium) -> io::Result<Self> {
        let len = beneath.len()?;
        Ok(Rehearsal { beneath, written: Mutex::new(Written { len, beneath: len, pages: BTreeMap::new() }) })
    }

    fn written(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The page as it was beneath, with zeros where nothing is.
    fn beneath(&self, page: u64, end: u64) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; PAGE];
        let offset = page * PAGE as u64;
        let there = end.saturating_sub(offset).min(PAGE as u64) as usize;
        if there > 0 {
            self.beneath.read(offset, &mut bytes[..there])?;
        }
        Ok(bytes)
    }
}

impl StorageBackend for Rehearsal {
    fn len(&self) -> io::Result<u64> {
        Ok(self.written().len)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let written = self.written();
        within(&written, offset, out.len())?;
        for (page, start, at, length) in pieces(offset, out.len()) {
            let piece = &mut out[at..at + length];
            match written.pages.get(&page) {
                Some(bytes) => piece.copy_from_slice(&bytes[start..start + length]),
                None => piece.copy_from_slice(&self.beneath(page, written.beneath)?[start..start + length]),
            }
        }
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut written = self.written();
        if len < written.len {
            written.beneath = written.beneath.min(len);
            written.pages.split_off(&len.div_ceil(PAGE as u64));
            if let Some(bytes) = written.pages.get_mut(&(len / PAGE as u64)) {
                bytes[(len % PAGE as u64) as usize..].fill(0);
            }
        }
        written.len = len;
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut written = self.written();
        within(&written, offset, data.len())?;
        for (page, start, at, length) in pieces(offset, data.len()) {
            if !written.pages.contains_key(&page) {
                let bytes = self.beneath(page, written.beneath)?;
                written.pages.insert(page, bytes);
            }
            let bytes = written.pages.get_mut(&page).expect("it has just been put there");
            bytes[start..start + length].copy_from_slice(&data[at..at + length]);
        }
        Ok(())
    }
}

fn within(written: &Written, offset: u64, length: usize) -> io::Result<()> {
    match offset.checked_add(length as u64) {
        Some(end) if end <= written.len => Ok(()),
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// The pages that a range of bytes touches: the page, where in it, where in the range, and how many bytes.
fn pieces(offset: u64, length: usize) -> impl Iterator<Item = (u64, usize, usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let here = offset + at as u64;
        let start = (here % PAGE as u64) as usize;
        let piece = (here / PAGE as u64, start, at, (length - at).min(PAGE - start));
        at += piece.3;
        (piece.3 > 0).then_some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use redb::backends::InMemoryBackend;

    #[derive(Clone, Debug)]
    enum Step {
        Write(u64, Vec<u8>),
        Length(u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        let bytes = (any::<u8>(), 0..9000usize).prop_map(|(byte, length)| vec![byte; length]);
        prop_oneof![
            4 => (0..20_000u64, bytes).prop_map(|(offset, bytes)| Step::Write(offset, bytes)),
            1 => (0..20_000u64).prop_map(Step::Length),
        ]
    }

    fn content(medium: &dyn StorageBackend) -> Vec<u8> {
        let mut bytes = vec![0; medium.len().expect("it has a length") as usize];
        medium.read(0, &mut bytes).expect("all of it can be read");
        bytes
    }

    proptest! {
        /// Against a plain vector of bytes.
        #[test]
        fn a_rehearsal_is_like_the_medium_and_leaves_it_alone(
            length in 0..20_000usize,
            steps in proptest::collection::vec(step(), 0..20),
        ) {
            let medium = InMemoryBackend::new();
            medium.set_len(length as u64).expect("there is memory");
            medium.write(0, &vec![1; length]).expect("there is memory");
            let medium: Medium = Arc::new(medium);
            let rehearsal = Rehearsal::new(medium.clone()).expect("it has a length");
            let mut model = vec![1; length];
            for step in steps {
                match step {
                    Step::Length(len) => {
                        model.resize(len as usize, 0);
                        rehearsal.set_len(len).expect("there is memory");
                    }
                    Step::Write(offset, bytes) => {
                        let target = model.get_mut(offset as usize..offset as usize + bytes.len());
                        prop_assert_eq!(rehearsal.write(offset, &bytes).is_ok(), target.is_some());
                        if let Some(target) = target {
                            target.copy_from_slice(&bytes);
                        }
                    }
                }
                prop_assert_eq!(content(&rehearsal), model.clone());
            }
            prop_assert_eq!(content(&*medium), vec![1; length]);
        }
    }
}
