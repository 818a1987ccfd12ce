//! A store that outlives its node, and does to it what stores may do.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex};
use synod::runtime::Store;

/// What is kept, and how it is kept. Clones are the same.
pub struct Kept<S>(Arc<Shared<S>>);

struct Shared<S> {
    disk: Mutex<Disk<S>>,
    changed: Condvar,
}

struct Disk<S> {
    starts: u64,
    value: Option<S>,
    /// How many saves have begun.
    begun: usize,
    /// How many saves may go on; none: all.
    allowed: Option<usize>,
    /// What becomes of the next saves; all is well with those after them.
    fates: VecDeque<Fate>,
    /// What becomes of all others, for as long as there is no room.
    full: Option<Fate>,
    open: bool,
}

/// What becomes of a save.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Well,
    /// It fails, and nothing is kept.
    Lost,
    /// It fails, though the value is kept.
    KeptAllTheSame,
    /// There is no room, and nothing is kept.
    NoRoom,
    /// There is no room for something or other, though the value is kept.
    NoRoomButKept,
    Panics,
}

/// The failure of a save.
#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    Broken,
    Full,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Failure::Broken => "the disk is broken",
            Failure::Full => "the disk is full",
        })
    }
}

impl std::error::Error for Failure {}

impl<S> Clone for Kept<S> {
    fn clone(&self) -> Self {
        Kept(self.0.clone())
    }
}

impl<S: Clone> Kept<S> {
    pub fn new() -> Self {
        let disk =
            Disk { starts: 0, value: None, begun: 0, allowed: None, fates: VecDeque::new(), full: None, open: false };
        Kept(Arc::new(Shared { disk: Mutex::new(disk), changed: Condvar::new() }))
    }

    /// What becomes of the next saves.
    pub fn fates(self, fates: impl IntoIterator<Item = Fate>) -> Self {
        self.with(|disk| disk.fates = fates.into_iter().collect());
        self
    }

    /// From now on there is no room; this becomes of each save.
    pub fn fill(&self, fate: Fate) {
        self.with(|disk| disk.full = Some(fate));
    }

    pub fn is_full(&self) -> bool {
        self.with(|disk| disk.full.is_some())
    }

    pub fn make_room(&self) {
        self.with(|disk| disk.full = None);
    }

    pub fn value(&self) -> Option<S> {
        self.with(|disk| disk.value.clone())
    }

    /// How many saves have begun.
    pub fn begun(&self) -> usize {
        self.with(|disk| disk.begun)
    }

    /// Whether a node has it open.
    pub fn is_open(&self) -> bool {
        self.with(|disk| disk.open)
    }

    /// From now on, saves wait until they are allowed.
    pub fn hold(&self) {
        self.with(|disk| disk.allowed = Some(0));
    }

    /// One more save may go on.
    pub fn allow(&self) {
        self.with(|disk| disk.allowed = disk.allowed.map(|allowed| allowed + 1));
    }

    /// All saves may go on.
    pub fn release(&self) {
        self.with(|disk| disk.allowed = None);
    }

    /// The store of a node.
    pub fn store(&self) -> Opened<S> {
        self.with(|disk| disk.open = true);
        Opened(self.clone())
    }

    fn with<T>(&self, act: impl FnOnce(&mut Disk<S>) -> T) -> T {
        let result = act(&mut self.0.disk.lock().unwrap_or_else(|poisoned| poisoned.into_inner()));
        self.0.changed.notify_all();
        result
    }
}

/// The store that a node has open.
pub struct Opened<S: Clone>(Kept<S>);

impl<S: Clone + Send + 'static> Store<S> for Opened<S> {
    type Error = Failure;

    fn start(&mut self) -> Result<(u64, Option<S>), Failure> {
        self.0.with(|disk| {
            disk.starts += 1;
            Ok((disk.starts, disk.value.clone()))
        })
    }

    fn save(&mut self, value: &S) -> Result<(), Failure> {
        let shared = &self.0.0;
        let mut disk = shared.disk.lock().unwrap();
        disk.begun += 1;
        disk = shared.changed.wait_while(disk, |disk| disk.allowed == Some(0)).unwrap();
        disk.allowed = disk.allowed.map(|allowed| allowed - 1);
        let fate = disk.fates.pop_front().or(disk.full).unwrap_or(Fate::Well);
        if matches!(fate, Fate::Well | Fate::KeptAllTheSame | Fate::NoRoomButKept) {
            disk.value = Some(value.clone());
        }
        drop(disk);
        match fate {
            Fate::Well => Ok(()),
            Fate::Lost | Fate::KeptAllTheSame => Err(Failure::Broken),
            Fate::NoRoom | Fate::NoRoomButKept => Err(Failure::Full),
            Fate::Panics => panic!("the disk burns"),
        }
    }

    fn may_pass(&self, error: &Failure) -> bool {
        *error == Failure::Full
    }
}

impl<S: Clone> Drop for Opened<S> {
    fn drop(&mut self) {
        self.0.with(|disk| disk.open = false);
    }
}
