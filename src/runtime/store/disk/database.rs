//! The database of a store, held so that nothing in its file can bring the program down.

use super::Fault;
use super::medium::{Body, Medium};
use redb::{Builder, Database};
use std::ops::{Deref, DerefMut};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How much of the file is kept in memory beside the value, in bytes. A store is read once, when it is opened.
const CACHE: usize = 4 << 20;

/// A database whose panics stay with it, also when it is closed.
pub(super) struct Contained(Option<Database>);

impl Contained {
    /// Opens the database behind the [head](super::head) of a medium, or makes one if nothing is there.
    pub fn open(medium: Medium) -> Result<Self, Fault> {
        let body = Body(medium);
        let database = guarded(|| Ok(Builder::new().set_cache_size(CACHE).create_with_backend(body)?))?;
        Ok(Contained(Some(database)))
    }

    /// Reads all pages and refuses the database unless each is what was written. It may repair, which is a refusal too: so only
    /// what nobody needs any more is to be checked.
    pub fn check(&mut self) -> Result<(), Fault> {
        match guarded(|| Ok(self.check_integrity()?))? {
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
