//! Registers: one value, which processes write and read, kept by several of them.
//!
//! What a read may return when nothing else happens at the same time is clear: what was written last. Registers differ in
//! what a read may return while a write is under way.
//!
//! | register | a read returns |
//! | --- | --- |
//! | safe | what was written last, if no write is under way; otherwise anything |
//! | regular | what was written last before the read began, or what is being written meanwhile |
//! | atomic | the same, and no read returns an older value than a read that ended before it began: reads and writes behave as if each happened at one moment between its request and its answer (linearizable) |
//!
//! | register | constructor | writers |
//! | --- | --- | --- |
//! | (1,N) regular | [`abd::Abd::regular`] | one |
//! | (1,N) atomic | [`abd::Abd::one_writer`] | one |
//! | (N,N) atomic | [`abd::Abd::many_writers`] | everyone |
//!
//! Every regular register is safe. [`consistency`](crate::consistency) has a judge for each of the other two.
//!
//! Source: lecture notes after Cachin, Guerraoui and Rodrigues (Bern 2020), §4.1; Kleppmann, *Distributed Systems* (Cambridge
//! 2021/22), section 7.2, for linearizability.

use serde::{Deserialize, Serialize};

pub mod abd;

/// What an application asks of a register.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Request<V> {
    /// To return the register's value.
    Read {
        /// Unique among the requests to this process since it last started. The answer names it.
        number: u64,
    },
    /// To replace the register's value.
    Write {
        /// Unique among the requests to this process since it last started. The answer names it.
        number: u64,
        /// The new value.
        value: V,
    },
}

crate::rename! { enum Request<V> { Read { number }, Write { number, value } } }

/// What a register tells the application. Each request has one answer, unless the process crashes, which names its number.
///
/// ```
/// use synod::register::{Indication, Request};
///
/// let request = Request::Write { number: 2, value: "new" };
/// assert!(request.is_answered_by(&Indication::Written { number: 2 }));
/// assert!(!request.is_answered_by(&Indication::Written { number: 1 }));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Indication<V> {
    /// A read has ended.
    Value {
        /// That of the request.
        number: u64,
        /// The register's value; none before the first write.
        value: Option<V>,
    },
    /// A write has ended.
    Written {
        /// That of the request.
        number: u64,
    },
    /// The request has had no effect, and will have none.
    Refused {
        /// That of the request.
        number: u64,
        /// Why.
        reason: Refusal,
    },
}

/// Why a register refuses a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Refusal {
    /// The process has not answered an earlier request yet. It handles one at a time.
    Busy,
    /// Another process is the one that may write.
    NotTheWriter,
}

impl<V> Request<V> {
    /// Its number.
    pub fn number(&self) -> u64 {
        match self {
            Request::Read { number } | Request::Write { number, .. } => *number,
        }
    }

    /// Whether an indication of the same process is its answer.
    pub fn is_answered_by(&self, indication: &Indication<V>) -> bool {
        self.number() == indication.number()
    }
}

impl<V> Indication<V> {
    /// The number of the request that it answers.
    pub fn number(&self) -> u64 {
        match self {
            Indication::Value { number, .. } | Indication::Written { number } | Indication::Refused { number, .. } => {
                *number
            }
        }
    }
}
