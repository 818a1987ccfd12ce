//! What can be wrong with a store on disk, each with a sentence that a person can act on.

use super::Owner;
use std::error;
use std::fmt::{self, Display, Formatter};
use std::io;
use std::path::PathBuf;

/// A store on disk that cannot be used, and why.
#[derive(Debug)]
#[non_exhaustive]
pub struct Error {
    /// The folder of the store.
    pub folder: PathBuf,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with a store on disk.
#[derive(Debug)]
#[non_exhaustive]
pub enum Fault {
    /// There is no store in the folder, or no folder.
    Vanished,
    /// A store was to be created in a folder that holds something already.
    NotEmpty {
        /// What it holds, or one thing of it.
        found: PathBuf,
    },
    /// Somebody else, as a rule another process, has opened the store.
    InUse,
    /// The store belongs to another node or to another cluster.
    Foreign {
        /// To whom it belongs.
        found: Owner,
        /// Who wanted to open it.
        wanted: Owner,
    },
    /// The store was written by a later version of synod, in a format that this version does not know.
    Newer {
        /// The number of its format.
        found: u32,
        /// The latest format that this version knows.
        known: u32,
    },
    /// What the file holds is not what was written: it is damaged, cut off or not a store at all.
    Torn {
        /// What does not fit.
        what: String,
    },
    /// The store is whole, but the values in it are not of the type that was asked for.
    Mistyped {
        /// What does not fit.
        what: String,
    },
    /// The name of the cluster is longer than a store can note.
    NameTooLong {
        /// The longest name, in bytes.
        limit: usize,
    },
    /// The value cannot be written: its type cannot be serialised, or it has more than 3 GiB.
    Unwritable {
        /// What stands in the way.
        what: String,
    },
    /// The disk, or what this user may use of it, is full.
    Full(io::Error),
    /// The operating system refuses.
    Io(io::Error),
    /// An earlier call has failed; only opening the store anew can tell what it holds.
    Stopped,
}

impl Fault {
    pub(super) fn torn(what: impl Into<String>) -> Self {
        Fault::Torn { what: what.into() }
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "the store in {}: {}", self.folder.display(), self.fault)
    }
}

impl Display for Fault {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Vanished => f.write_str(
                "there is none; a node that has never run is given one by `synod init`, but a node that has lost its store \
                 must not start with an empty one",
            ),
            Fault::NotEmpty { found } => {
                write!(f, "the folder is not empty, it holds {}; a new store wants a folder of its own", found.display())
            }
            Fault::InUse => f.write_str("it is in use; is this node running already?"),
            Fault::Foreign { found, wanted } => write!(f, "it belongs to {found}, not to {wanted}"),
            Fault::Newer { found, known } => write!(
                f,
                "its format is {found}, and this version of synod knows those up to {known}; run the version that wrote it"
            ),
            Fault::Torn { what } => write!(
                f,
                "it is damaged ({what}) and was left as it is; replace this node by a new one with a new id, or restore \
                 the disk"
            ),
            Fault::Mistyped { what } => {
                write!(f, "its values are not of the type that this program saves ({what}); run the program that wrote it")
            }
            Fault::NameTooLong { limit } => write!(f, "the cluster's name has more than {limit} bytes"),
            Fault::Unwritable { what } => write!(f, "the value cannot be written: {what}"),
            Fault::Full(error) => {
                write!(f, "the disk is full ({error}); make room: a node that runs goes on then, another can be started")
            }
            Fault::Io(error) => write!(f, "{error}"),
            Fault::Stopped => f.write_str("it has stopped after an earlier error; start the node again"),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        Some(&self.fault)
    }
}

impl error::Error for Fault {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Fault::Full(error) | Fault::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind::{FileTooLarge, InvalidData, QuotaExceeded, StorageFull, UnexpectedEof, WriteZero};
        match error.kind() {
            StorageFull | QuotaExceeded | FileTooLarge | WriteZero => Fault::Full(error),
            UnexpectedEof => Fault::torn("it is cut off"),
            InvalidData => Fault::torn(error.to_string()),
            _ => Fault::Io(error),
        }
    }
}

impl From<redb::Error> for Fault {
    fn from(error: redb::Error) -> Self {
        match error {
            redb::Error::Io(error) => error.into(),
            redb::Error::PreviousIo | redb::Error::DatabaseClosed => Fault::Stopped,
            redb::Error::ValueTooLarge(_) => Fault::Unwritable { what: error.to_string() },
            // Whatever else can happen to one writer who uses two tables says that the file is not what was written.
            other => Fault::torn(other.to_string()),
        }
    }
}
