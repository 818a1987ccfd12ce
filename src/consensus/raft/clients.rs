//! Sessions of clients, which outlive the server that a client happens to talk to.
//!
//! A client that has heard nothing does not know whether its command was applied, and tries again, at another server if
//! the first is down. It opens a session once, and numbers its commands there. Every machine keeps, for every session,
//! the number of the last command and what came of it: a command that comes again is not applied again, and is answered
//! as it was.
//!
//! Sessions are opened and used through the log, so all servers keep the same. So that they are not kept for ever, the
//! entry that opens one says how many there may be; the one that was not used for the longest time makes room. Its
//! client is refused from then on, for nobody knows any more what it has done: it learns that, and nothing is applied
//! twice. The number of a session is the index of the entry that has opened it, and so is never given again.
//!
//! Source: Rudder, *Distributed Systems* (BU CS351, 2025), §2.3.5, definition 3.17 (command ids); Ongaro's dissertation
//! (2014), §6.3.

use super::Refusal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is proposed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Operation<C> {
    /// A command for the state machine.
    Apply(C),
    /// A client opens a session.
    Open {
        /// How many there may be, this one included.
        limit: u64,
    },
    /// A command for the state machine, which is applied once however often it is proposed.
    ApplyOnce {
        /// The session of the client.
        session: u64,
        /// Its number among the commands of that session, which ascend. The first may be 1, or larger.
        serial: u64,
        /// The command.
        command: C,
    },
}

crate::rename! { enum Operation<C> { Apply(command), Open { limit }, ApplyOnce { session, serial, command } } }

impl<C> Operation<C> {
    /// The command for the state machine, if it is one.
    pub fn command(&self) -> Option<&C> {
        match self {
            Operation::Apply(command) | Operation::ApplyOnce { command, .. } => Some(command),
            Operation::Open { .. } => None,
        }
    }
}

/// A session that is open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Client<O> {
    /// The index of the last entry that was applied in it; the one that has opened it, if there was none.
    pub index: u64,
    /// The number of the last command; 0 if there was none.
    pub serial: u64,
    /// What came of that.
    pub output: Option<O>,
}

crate::rename! { struct Client<O> { index, serial, output } }

/// All sessions that are open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(bound(serialize = "O: Serialize", deserialize = "O: Deserialize<'de>"))]
pub struct Clients<O> {
    open: BTreeMap<u64, Client<O>>,
}

crate::rename! { struct Clients<O> { open } }

impl<O> Default for Clients<O> {
    fn default() -> Self {
        Clients { open: BTreeMap::new() }
    }
}

impl<O> Clients<O> {
    /// Opens a session by the entry at `index`; closes others until there are at most `limit`. Where that is so, it
    /// takes time in proportion to their number.
    pub fn open(&mut self, index: u64, limit: u64) {
        while !self.open.is_empty() && self.open.len() as u64 >= limit {
            let unused = self.open.iter().min_by_key(|(_, client)| client.index).map(|(session, _)| *session);
            unused.map(|session| self.open.remove(&session));
        }
        self.open.insert(index, Client { index, serial: 0, output: None });
    }

    /// Applies a command by the entry at `index`, unless it was applied before. Returns at which index it was, and what
    /// came of it.
    ///
    /// # Errors
    ///
    /// - [`Refusal::NoSession`] when there is no such session;
    /// - [`Refusal::Superseded`] when a later command of the session was applied.
    pub fn once(
        &mut self,
        session: u64,
        serial: u64,
        index: u64,
        apply: impl FnOnce() -> O,
    ) -> Result<(u64, &O), Refusal> {
        let client = self.open.get_mut(&session).ok_or(Refusal::NoSession)?;
        if serial < client.serial || serial == 0 {
            return Err(Refusal::Superseded);
        }
        if serial > client.serial {
            *client = Client { index, serial, output: None };
        }
        Ok((client.index, client.output.get_or_insert_with(apply)))
    }

    /// At which index this command was applied, and what came of it, if it was the last of its session.
    pub fn outcome(&self, session: u64, serial: u64) -> Option<(u64, &O)> {
        let client = self.open.get(&session).filter(|client| client.serial == serial)?;
        Some((client.index, client.output.as_ref()?))
    }

    /// The sessions that are open, in the order in which they were opened.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (u64, &Client<O>)> {
        self.open.iter().map(|(session, client)| (*session, client))
    }
}

impl<O> FromIterator<(u64, Client<O>)> for Clients<O> {
    fn from_iter<I: IntoIterator<Item = (u64, Client<O>)>>(clients: I) -> Self {
        Clients { open: clients.into_iter().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn never() -> char {
        panic!("it was applied before")
    }

    #[test]
    fn a_command_is_applied_once_and_answered_as_often_as_it_comes() {
        let mut clients = Clients::default();
        clients.open(3, 2);
        assert_eq!(clients.once(3, 1, 4, || 'a'), Ok((4, &'a')));
        assert_eq!(clients.once(3, 1, 5, never), Ok((4, &'a')));
        assert_eq!(clients.once(3, 2, 6, || 'b'), Ok((6, &'b')));
        assert_eq!(clients.once(3, 1, 7, never), Err(Refusal::Superseded));
        assert_eq!(clients.once(3, 0, 8, never), Err(Refusal::Superseded));
        assert_eq!(clients.once(4, 1, 9, never), Err(Refusal::NoSession));
    }

    #[test]
    fn the_session_that_was_not_used_for_longest_makes_room() {
        let mut clients = Clients::default();
        clients.open(1, 2);
        clients.open(2, 2);
        assert_eq!(clients.once(1, 1, 3, || 'a'), Ok((3, &'a')));
        clients.open(4, 2);
        assert_eq!(clients.once(2, 1, 5, never), Err(Refusal::NoSession));
        assert_eq!(clients.once(1, 1, 6, never), Ok((3, &'a')));
        clients.open(7, 1);
        assert_eq!(clients.iter().map(|(session, _)| session).collect::<Vec<_>>(), [7]);
        clients.open(8, 0);
        assert_eq!(clients.iter().len(), 1, "at least the one that is opened");
    }

    proptest! {
        /// Whatever comes, however often and in whatever order: what is applied in a session ascends.
        #[test]
        fn commands_of_a_session_are_applied_in_order(serials in proptest::collection::vec(0..6_u64, 0..30)) {
            let mut clients = Clients::default();
            clients.open(1, 1);
            let mut applied = Vec::new();
            for (index, serial) in (2..).zip(serials) {
                let answer = clients.once(1, serial, index, || {
                    applied.push(serial);
                    serial
                });
                if let Ok((_, output)) = answer {
                    prop_assert_eq!(*output, serial);
                }
            }
            prop_assert!(applied.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }
}
