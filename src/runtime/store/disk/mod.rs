//! A store on disk: one file, in a folder of its own, that survives a crash of the machine.
//!
//! A [`Disk`] is a [redb](https://docs.rs/redb) database behind a page of its own.
//!
//! **Durable.** [`save`](Store::save) returns once the value is on the disk: one `fsync` for each save. After a crash at any
//! moment, of the process or of the machine, the store holds the value that was saved last or the one that was being saved.
//! (A disk that says that something is durable when it is not can break this, and nothing above it can tell.)
//!
//! **Nothing but what was written.** Each entry carries a checksum, as does each page of the database. A store that was changed
//! by anything but this program is refused and left as it is, byte for byte: it is first opened with all that this would write kept
//! in memory, checked from end to end, and only then in earnest. So opening reads the file some five times, which a node
//! does once in its life.
//!
//! What redb alone would take for a commit that a crash cut off, and would roll back, is recognised as damage where a
//! witness in the first page says that it had been durable; a witness is on the disk with the next commit at the latest. What
//! remains is damage to the very last commit, met after a crash of the machine (a crash of the process loses no
//! witness): with one `fsync` for each save it cannot be told from a commit that the crash cut off.
//!
//! **Whose it is.** The file names the cluster and the node. Another node's store is refused, and so is one that another process
//! has open, one of a later format, and none at all: a store is only ever [created](Disk::create) when somebody says
//! so, because a node that forgot what it had promised breaks every algorithm. A backup that is put back is such
//! amnesia, and nothing can notice it.
//!
//! **A full disk.** An error that [may pass](Store::may_pass): the next call opens the database anew, behind the lock that is held
//! all the while, checks all of it, and goes on from there. Whether the save that failed has left its value makes no difference, as
//! the same value is saved again. A disk that fails to sync is another matter, for whatever reason it does: systems then show what
//! they could not write until they are restarted, so that nothing that is read proves anything. The store takes nothing more,
//! and the disk wants replacing.
//!
//! **Cost.** A save writes its entry and some five pages, and waits for one `fsync` (redb's one-phase commit; the two-phase one
//! would wait for two, and only helps against somebody who writes the values, crashes the machine and orders its writes).
//! Opening and closing wait for a few more.

mod database;
mod error;
mod form;
mod head;
mod journal;
mod medium;
mod record;
#[cfg(test)]
mod tests;

pub use error::{Error, Fault};
pub use form::{Changes, Form, Whole};

use super::Store;
use database::Contained;
use journal::Extent;
use medium::{Medium, Rehearsal};
use record::Kind;
use redb::Database;
use redb::backends::FileBackend;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use stateright::actor::Id;
use std::fmt::{self, Debug, Display, Formatter};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The name of the file in its folder.
const FILE: &str = "synod.store";

/// The file while it is being made. A store exists from the moment when it has its right name.
const UNFINISHED: &str = "synod.store.unfinished";

/// Whose a store is: it is refused to anybody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// The name of the cluster, of at most 255 bytes.
    pub cluster: String,
    /// The node.
    pub node: Id,
}

impl Display for Owner {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "node {} of cluster {:?}", usize::from(self.node), self.cluster)
    }
}

/// The durable memory of a process, on disk: see [the module](self).
///
/// `F` says how a value is written: [`Whole`], or as [`Changes`] since the one before. A store may be changed from the first to
/// the second, and not back.
///
/// ```
/// use synod::runtime::Store;
/// use synod::runtime::store::{Disk, Owner};
/// use synod::stateright::actor::Id;
///
/// # let folder = tempfile::tempdir()?;
/// let owner = Owner { cluster: "kitchen".into(), node: Id::from(0) };
/// let mut store: Disk<String> = Disk::create(folder.path(), &owner)?;
/// assert_eq!(store.start()?, (1, None));
/// store.save(&"milk".to_string())?;
/// drop(store);
///
/// let mut store: Disk<String> = Disk::open(folder.path(), &owner)?;
/// assert_eq!(store.start()?, (2, Some("milk".to_string())));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Disk<S, F = Whole> {
    folder: PathBuf,
    medium: Medium,
    /// None once a call has failed.
    database: Option<Contained>,
    /// Whether it failed because the disk was full.
    full: bool,
    extent: Extent,
    /// What was found when the store was opened, until the process starts.
    found: Option<S>,
    /// What was saved last, where changes to it are to be written.
    before: Option<S>,
    form: PhantomData<fn() -> F>,
}

impl<S: Serialize + DeserializeOwned, F: Form<S>> Disk<S, F> {
    /// Makes a store for a node that has never run, and opens it. The folder is made if there is none; it must be empty.
    ///
    /// # Errors
    ///
    /// [`Fault::NotEmpty`] when the folder holds anything, [`Fault::NameTooLong`], and those of [`open`](Disk::open).
    pub fn create(folder: impl AsRef<Path>, owner: &Owner) -> Result<Self, Error> {
        let folder = folder.as_ref();
        create(folder, owner).map_err(|fault| Error { folder: folder.into(), fault })?;
        Self::open(folder, owner)
    }

    /// Opens the store that was made for this node.
    ///
    /// Reads and checks all of it. Until it is closed, by dropping it, nobody else can open it.
    ///
    /// # Errors
    ///
    /// [`Fault::Vanished`], [`Fault::InUse`], [`Fault::Foreign`], [`Fault::Newer`], [`Fault::Torn`] and [`Fault::Mistyped`]: then
    /// the file is as it was. [`Fault::Full`] and [`Fault::Io`] when the operating system refuses.
    pub fn open(folder: impl AsRef<Path>, owner: &Owner) -> Result<Self, Error> {
        let folder = folder.as_ref();
        let opened = lock(&folder.join(FILE)).and_then(|medium| Self::open_on(medium, folder, owner));
        opened.map_err(|fault| Error { folder: folder.into(), fault })
    }

    fn open_on(medium: Medium, folder: &Path, owner: &Owner) -> Result<Self, Fault> {
        let head = read_head(&*medium)?;
        if head.owner != *owner {
            return Err(Fault::Foreign { found: head.owner, wanted: owner.clone() });
        }
        let (extent, found) = rehearse::<S, F>(&medium, head.witnessed)?;
        let database = Some(Contained::open(medium.clone())?);
        let before = found.as_ref().and_then(F::remembered);
        Ok(Disk { folder: folder.into(), medium, database, full: false, extent, found, before, form: PhantomData })
    }

    /// The number of the last incarnation, 0 if there was none.
    pub fn incarnation(&self) -> u64 {
        self.extent.incarnation
    }

    /// Does something with the database; after an error, never again, unless the disk was full.
    fn try_with<T>(&mut self, act: impl FnOnce(&mut Self, &Database) -> Result<T, Fault>) -> Result<T, Error> {
        self.attempt(act).map_err(|fault| {
            self.full = matches!(fault, Fault::Full(_));
            Error { folder: self.folder.clone(), fault }
        })
    }

    fn attempt<T>(&mut self, act: impl FnOnce(&mut Self, &Database) -> Result<T, Fault>) -> Result<T, Fault> {
        let database = match self.database.take() {
            Some(database) => database,
            None if self.full => self.reopen()?,
            None => return Err(Fault::Stopped),
        };
        let result = act(self, &database)?;
        self.database = Some(database);
        Ok(result)
    }

    /// Opens the database anew, which takes nothing more after an error.
    fn reopen(&mut self) -> Result<Contained, Fault> {
        let (extent, found) = rehearse::<S, F>(&self.medium, self.extent.last)?;
        let database = Contained::open(self.medium.clone())?;
        (self.extent, self.before) = (extent, found.as_ref().and_then(F::remembered));
        Ok(database)
    }

    fn write(&mut self, database: &Database, entry: (Kind, u64), body: impl Serialize) -> Result<(), Fault> {
        self.extent = journal::write(database, self.extent, entry, body)?;
        Ok(head::testify(&*self.medium, self.extent.last)?)
    }

    fn count_start(&mut self, database: &Database) -> Result<(u64, Option<S>), Fault> {
        let value = match self.found.take() {
            Some(value) => Some(value),
            None => journal::read::<S, F>(database)?.1,
        };
        let incarnation = self.extent.incarnation + 1;
        match &value {
            Some(_) if !self.extent.is_long() => self.write(database, (Kind::Start, incarnation), ())?,
            _ => self.write(database, (Kind::Whole, incarnation), &value)?,
        }
        Ok((incarnation, value))
    }

    fn save_value(&mut self, database: &Database, value: &S) -> Result<(), Fault> {
        let incarnation = self.extent.incarnation;
        let change = match &self.before {
            Some(before) if !self.extent.is_long() => F::change(before, value),
            _ => None,
        };
        match change {
            Some(change) => {
                self.write(database, (Kind::Change, incarnation), &change)?;
                // Cheaper than to remember all of the new value.
                if let Some(before) = &mut self.before {
                    F::follow(before, value, change);
                }
            }
            None => {
                self.write(database, (Kind::Whole, incarnation), Some(value))?;
                self.before = F::remembered(value);
            }
        }
        self.found = None;
        Ok(())
    }
}

impl<S: Serialize + DeserializeOwned + Send + 'static, F: Form<S>> Store<S> for Disk<S, F> {
    type Error = Error;

    fn start(&mut self) -> Result<(u64, Option<S>), Error> {
        self.try_with(Self::count_start)
    }

    fn save(&mut self, value: &S) -> Result<(), Error> {
        self.try_with(|store, database| store.save_value(database, value))
    }

    fn may_pass(&self, error: &Error) -> bool {
        matches!(error.fault, Fault::Full(_))
    }
}

impl<S, F> Debug for Disk<S, F> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Disk").field("folder", &self.folder).field("extent", &self.extent).finish_non_exhaustive()
    }
}

fn create(folder: &Path, owner: &Owner) -> Result<(), Fault> {
    let head = head::encode(owner)?;
    fs::create_dir_all(folder)?;
    if let Some(entry) = fs::read_dir(folder)?.next() {
        return Err(Fault::NotEmpty { found: entry?.file_name().into() });
    }
    let unfinished = folder.join(UNFINISHED);
    let new = OpenOptions::new().read(true).write(true).create_new(true).open(&unfinished);
    let file = new.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Fault::NotEmpty { found: UNFINISHED.into() },
        _ => error.into(),
    })?;
    let finished = backend(file).and_then(|file| write_new(Arc::new(file), &head));
    finished.and_then(|()| Ok(fs::rename(&unfinished, folder.join(FILE))?)).inspect_err(|_| {
        // Otherwise the folder, which was empty, would be refused the next time.
        fs::remove_file(&unfinished).ok();
    })?;
    make_names_durable(folder)
}

/// Writes a new store onto an empty medium.
fn write_new(medium: Medium, head: &[u8]) -> Result<(), Fault> {
    medium.set_len(head::LENGTH)?;
    medium.write(0, head)?;
    journal::create(&*Contained::open(medium.clone())?)?;
    Ok(medium.sync_data()?)
}

/// Makes it durable that the folder exists and which files it holds. (Elsewhere than on Unix, the system sees to that.)
fn make_names_durable(folder: &Path) -> Result<(), Fault> {
    if cfg!(unix) {
        let folder = folder.canonicalize()?;
        File::open(&folder)?.sync_all()?;
        if let Some(above) = folder.parent() {
            // Not everybody may read the folder above; then it was hardly made just now.
            File::open(above).and_then(|above| above.sync_all()).ok();
        }
    }
    Ok(())
}

fn lock(file: &Path) -> Result<Medium, Fault> {
    let file = OpenOptions::new().read(true).write(true).open(file).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Fault::Vanished,
        _ => error.into(),
    })?;
    match file.try_lock() {
        Ok(()) => Ok(Arc::new(backend(file)?)),
        Err(TryLockError::WouldBlock) => Err(Fault::InUse),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

fn backend(file: File) -> Result<FileBackend, Fault> {
    FileBackend::new(file).map_err(|error| redb::Error::from(error).into())
}

fn read_head(medium: &dyn redb::StorageBackend) -> Result<head::Head, Fault> {
    let mut page = vec![0; medium.len()?.min(head::LENGTH) as usize];
    medium.read(0, &mut page)?;
    head::decode(&page)
}

/// Opens, checks and reads a store without touching it.
fn rehearse<S: DeserializeOwned, F: Form<S>>(medium: &Medium, witnessed: u64) -> Result<(Extent, Option<S>), Fault> {
    if medium.len()? <= head::LENGTH {
        return Err(Fault::torn("it is cut off behind its first page"));
    }
    Contained::verify(medium)?;
    let database = Contained::open(Arc::new(Rehearsal::new(medium.clone())?))?;
    let (extent, value) = journal::read::<S, F>(&database)?;
    if extent.last < witnessed {
        return Err(Fault::torn(format!(
            "commit {witnessed} was durable, and the last that is left is {}",
            extent.last
        )));
    }
    Ok((extent, value))
}
