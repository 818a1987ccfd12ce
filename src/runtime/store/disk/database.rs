//! The database of a store, held so that nothing in its file can bring the program down.

use super::medium::{Body, Medium, Rehearsal};
use super::{Fault, head};
use redb::{Builder, Database, StorageBackend};
use std::ops::{Deref, DerefMut};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// How much of the file is kept in memory beside the value, in bytes. A store is read once, when it is opened.
const CACHE: usize = 4 << 20;

/// Where redb's file format (its design document: "god byte") has the flags of a database.
const FLAGS_AT: u64 = head::LENGTH + 9;

/// The flag that the database was not closed.
const RECOVERY_REQUIRED: u8 = 2;

/// The flag that the last commit was made in two phases, as closing makes it, and counts without being verified.
const VERIFIED_WHEN_WRITTEN: u8 = 4;

/// A database whose panics stay with it, also when it is closed.
pub(super) struct Contained(Option<Database>);

impl Contained {
    /// Opens the database behind the [head](super::head) of a medium, or makes one if nothing is there.
    pub fn open(medium: Medium) -> Result<Self, Fault> {
        let body = Body(medium);
        let database = guarded(|| Ok(Builder::new().set_cache_size(CACHE).create_with_backend(body)?))?;
        Ok(Contained(Some(database)))
    }

    /// Refuses the database behind the head of a medium unless all of it is what was written. The medium is only read.
    ///
    /// A database that was closed is opened by redb as it stands, and where it is not what was written that ends in a panic; one
    /// that was not is verified first. So the first look is at a copy that says that it was not closed.
    pub fn verify(medium: &Medium) -> Result<(), Fault> {
        let unclosed = Rehearsal::new(medium.clone())?;
        let mut flags = [0];
        unclosed.read(FLAGS_AT, &mut flags)?;
        if flags[0] & VERIFIED_WHEN_WRITTEN != 0 {
            unclosed.write(FLAGS_AT, &[flags[0] & !VERIFIED_WHEN_WRITTEN | RECOVERY_REQUIRED])?;
            let body = Body(Arc::new(unclosed));
            let mut builder = Builder::new();
            // Here redb has found the last commit not to be whole. Going back to the one before is for crashes alone, and there was
            // none.
            builder.set_repair_callback(|repair| {
                if (0.2..0.5).contains(&repair.progress()) {
                    repair.abort()
                }
            });
            let opened = guarded(|| Ok(builder.set_cache_size(CACHE).create_with_backend(body)?))?;
            drop(Contained(Some(opened)));
        }
        let mut database = Self::open(Arc::new(Rehearsal::new(medium.clone())?))?;
        match guarded(|| Ok(database.check_integrity()?))? {
            true => Ok(()),
            false => Err(Fault::torn("pages of the database are not what was written")),
        }
    }
}

impl Deref for Contained {
    type Target = Database;

    fn deref(&self) -> &Database {
        self.0.as_ref().expect("it is there until it is dropped")
    }
}

impl DerefMut for Contained {
    fn deref_mut(&mut self) -> &mut Database {
        self.0.as_mut().expect("it is there until it is dropped")
    }
}

impl Drop for Contained {
    fn drop(&mut self) {
        // Closing writes, and may fail: the next who opens the file will find it not closed, and repair it.
        catch_unwind(AssertUnwindSafe(|| self.0 = None)).ok();
    }
}

/// Calls redb, which may panic where a file was changed under its feet.
pub(super) fn guarded<T>(act: impl FnOnce() -> Result<T, redb::Error>) -> Result<T, Fault> {
    match catch_unwind(AssertUnwindSafe(act)) {
        Ok(result) => result.map_err(Fault::from),
        Err(_) => Err(Fault::torn("the database gave up")),
    }
}
