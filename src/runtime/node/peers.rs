//! Who the peers are and where they are reached, which may change while the node runs.
//!
//! An id is given once. A process that was removed stays removed, so that no message, promise or vote of the one that had the
//! id before is taken for its successor's; a process that comes in its place is a new one, with the next id.

use super::config::is_address;
use crate::runtime::transport::Addresses;
use stateright::actor::Id;
use std::fmt;
use std::sync::Arc;
use tokio::sync::watch;

/// The peers of a node. It does not keep the node running.
///
/// Each node is told by itself; and an algorithm whose quorums are about certain processes goes on counting those: to add a
/// process here lets the node talk to it, and no more.
#[derive(Clone)]
pub struct Peers {
    own: Id,
    members: Arc<watch::Sender<Members>>,
    addresses: Arc<watch::Sender<Addresses>>,
}

/// Who is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Members {
    /// For each id that was ever given, whether it is still in use.
    present: Vec<bool>,
}

impl Members {
    /// How many ids were ever given.
    pub fn processes(&self) -> usize {
        self.present.len()
    }

    /// Whether there is such a process.
    pub fn contains(&self, id: Id) -> bool {
        self.present.get(usize::from(id)).copied().unwrap_or(false)
    }
}

/// Why the peers cannot be changed like this. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PeersError {
    /// There is a process of this id: it can be changed, not added.
    Present(usize),
    /// The process of this id was removed, and ids are never used again.
    Removed(usize),
    /// There is no process of this id yet; the next to be added has the id `next`.
    Absent {
        /// The id that was named.
        id: usize,
        /// The next id that is free.
        next: usize,
    },
    /// The node itself can be neither changed nor removed.
    Itself,
    /// This is not `host:port`.
    Address,
}

impl fmt::Display for PeersError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PeersError::Present(id) => write!(f, "process {id} is there already: change its address instead"),
            PeersError::Removed(id) => write!(f, "process {id} was removed, and an id is never used again"),
            PeersError::Absent { id, next } => {
                write!(f, "there is no process {id}; the next process to be added is {next}")
            }
            PeersError::Itself => write!(f, "a node can neither move nor remove itself"),
            PeersError::Address => write!(f, "the address is not of the form host:port"),
        }
    }
}

impl std::error::Error for PeersError {}

impl Peers {
    /// The processes at these addresses; an empty one is that of a process that was removed.
    pub(super) fn new(own: Id, addresses: &[String]) -> Self {
        let present = addresses.iter().map(|address| !address.is_empty()).collect();
        let known = addresses.iter().enumerate().filter(|(_, address)| !address.is_empty());
        let known = known.map(|(id, address)| (Id::from(id), address.clone())).collect();
        Peers {
            own,
            members: Arc::new(watch::Sender::new(Members { present })),
            addresses: Arc::new(watch::Sender::new(known)),
        }
    }

    pub(super) fn members(&self) -> watch::Receiver<Members> {
        self.members.subscribe()
    }

    pub(super) fn watched(&self) -> watch::Receiver<Addresses> {
        self.addresses.subscribe()
    }

    /// How many ids were ever given, those of processes that were removed included.
    pub fn processes(&self) -> usize {
        self.members.borrow().processes()
    }

    /// Where each process that is there is reached, this one included.
    pub fn addresses(&self) -> Addresses {
        self.addresses.borrow().clone()
    }

    /// Adds a process at `address`, `host:port`. Its id is the next: the number of ids that were ever given.
    ///
    /// # Errors
    ///
    /// [`PeersError`] when the id is another, or the address is none.
    pub fn add(&self, id: usize, address: impl Into<String>) -> Result<(), PeersError> {
        let address = checked(address.into())?;
        self.update(|members| {
            if id != members.processes() {
                return Err(members.look_up(id).err().unwrap_or(PeersError::Present(id)));
            }
            members.present.push(true);
            self.addresses.send_modify(|addresses| _ = addresses.insert(Id::from(id), address));
            Ok(())
        })
    }

    /// Process `id` is now reached at `address`, `host:port`.
    ///
    /// # Errors
    ///
    /// [`PeersError`] when there is no such process, it is this one, or the address is none.
    pub fn change(&self, id: usize, address: impl Into<String>) -> Result<(), PeersError> {
        let address = checked(address.into())?;
        self.update(|members| {
            members.look_up_other(id, self.own)?;
            self.addresses.send_modify(|addresses| _ = addresses.insert(Id::from(id), address));
            Ok(())
        })
    }

    /// Process `id` is no more: nothing is sent to it, and nothing that comes from it is taken in.
    ///
    /// # Errors
    ///
    /// [`PeersError`] when there is no such process, or it is this one.
    pub fn remove(&self, id: usize) -> Result<(), PeersError> {
        self.update(|members| {
            members.look_up_other(id, self.own)?;
            members.present[id] = false;
            self.addresses.send_modify(|addresses| _ = addresses.remove(&Id::from(id)));
            Ok(())
        })
    }

    /// Changes the members and, meanwhile, the addresses: nobody else can come between the two.
    fn update(&self, change: impl FnOnce(&mut Members) -> Result<(), PeersError>) -> Result<(), PeersError> {
        let mut outcome = Ok(());
        self.members.send_if_modified(|members| {
            outcome = change(members);
            outcome.is_ok()
        });
        outcome
    }
}

impl Members {
    fn look_up(&self, id: usize) -> Result<(), PeersError> {
        match self.present.get(id) {
            Some(true) => Ok(()),
            Some(false) => Err(PeersError::Removed(id)),
            None => Err(PeersError::Absent { id, next: self.processes() }),
        }
    }

    fn look_up_other(&self, id: usize, own: Id) -> Result<(), PeersError> {
        if id == usize::from(own) { Err(PeersError::Itself) } else { self.look_up(id) }
    }
}

fn checked(address: String) -> Result<String, PeersError> {
    if is_address(&address) { Ok(address) } else { Err(PeersError::Address) }
}
