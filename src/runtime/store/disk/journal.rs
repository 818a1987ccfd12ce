//! The journal of a store: a table of the database, from the number of a commit to its [entry](Record).
//!
//! It begins with a whole value (or with the note that there is none yet); starts and changes follow without a gap. Once what
//! follows weighs more than the value, the next save folds it: it writes a whole value and removes what came before. So
//! reading the journal costs at most about twice as much as reading the value, and a save, in the long run, about twice its
//! change.

use super::Fault;
use super::database::guarded;
use super::form::sealed::Form;
use super::record::{self, Kind, Record};
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use serde::Serialize;
use serde::de::DeserializeOwned;

const TABLE: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("journal");

/// What an entry weighs apart from its body.
const ENTRY: usize = 64;

/// Changes of less weight are never folded, however small the value.
const LIGHT: usize = 1 << 16;

/// No entry has a larger number, and no incarnation: nobody can save or start as often. So there is always a next.
const MOST: u64 = u64::MAX / 2;

/// What is known of the journal without reading it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Extent {
    /// The number of the first entry.
    pub first: u64,
    /// The number of the last entry, which is the number of commits so far; 0 in a new store.
    pub last: u64,
    /// The incarnation that wrote the last.
    pub incarnation: u64,
    /// What the first entry weighs, and those after it.
    weights: (usize, usize),
}

impl Extent {
    /// Whether it is time to write a whole value.
    pub fn is_long(&self) -> bool {
        self.weights.1 > self.weights.0.max(LIGHT)
    }

    fn with(self, number: u64, kind: Kind, incarnation: u64, length: usize) -> Self {
        let weight = ENTRY + length;
        match kind {
            Kind::Whole => Extent { first: number, last: number, incarnation, weights: (weight, 0) },
            _ => Extent { last: number, incarnation, weights: (self.weights.0, self.weights.1 + weight), ..self },
        }
    }
}

/// Makes an empty journal.
pub(super) fn create(database: &Database) -> Result<(), Fault> {
    guarded(|| {
        let transaction = database.begin_write()?;
        transaction.open_table(TABLE)?;
        Ok(transaction.commit()?)
    })
}

/// Reads the journal from its first entry to its last: the value that was saved last, if any was.
pub(super) fn read<S: DeserializeOwned, F: Form<S>>(database: &Database) -> Result<(Extent, Option<S>), Fault> {
    let (mut extent, mut value) = (Extent::default(), None);
    let mut fault = None;
    guarded(|| {
        let table = database.begin_read()?.open_table(TABLE)?;
        for entry in table.iter()? {
            let (number, bytes) = entry?;
            match next::<S, F>(&mut extent, &mut value, number.value(), bytes.value()) {
                Ok(()) => {}
                Err(found) => {
                    fault = Some(found);
                    break;
                }
            }
        }
        Ok(())
    })?;
    fault.map_or(Ok((extent, value)), Err)
}

fn next<S: DeserializeOwned, F: Form<S>>(
    extent: &mut Extent,
    value: &mut Option<S>,
    number: u64,
    bytes: &[u8],
) -> Result<(), Fault> {
    let Some(record) = Record::read(number, bytes) else {
        return Err(Fault::torn(format!("the checksum of entry {number} is wrong")));
    };
    if number.max(record.incarnation) > MOST {
        return Err(Fault::torn(format!(
            "entry {number} of incarnation {} is beyond all counting",
            record.incarnation
        )));
    }
    let follows = extent.last != 0 && number == extent.last + 1;
    match record.kind {
        Kind::Whole if extent.last == 0 => *value = decode(record.body)?,
        Kind::Start if follows => {}
        Kind::Change if follows => match value {
            Some(value) => F::apply(value, decode(record.body)?),
            None => return Err(Fault::torn(format!("entry {number} changes a value that there is not"))),
        },
        _ => return Err(Fault::torn(format!("entry {number} is out of place"))),
    }
    *extent = extent.with(number, record.kind, record.incarnation, record.body.len());
    Ok(())
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    let mistyped = |what: String| Fault::Mistyped { what };
    match postcard::take_from_bytes(bytes) {
        Ok((value, [])) => Ok(value),
        Ok((_, left)) => Err(mistyped(format!("{} of {} bytes were left over", left.len(), bytes.len()))),
        Err(error) => Err(mistyped(error.to_string())),
    }
}

/// Writes the next entry, durably. One `fsync`.
pub(super) fn write(
    database: &Database,
    extent: Extent,
    (kind, incarnation): (Kind, u64),
    body: impl Serialize,
) -> Result<Extent, Fault> {
    let number = extent.last + 1;
    let mut bytes = Vec::new();
    record::begin(kind, incarnation, &mut bytes);
    let before = bytes.len();
    let mut bytes = postcard::to_extend(&body, bytes).map_err(|error| Fault::Unwritable { what: error.to_string() })?;
    let length = bytes.len() - before;
    record::end(number, &mut bytes);
    guarded(|| {
        // One phase, as redb does it unless told otherwise: the commit is recognised by its checksums.
        let transaction = database.begin_write()?;
        let mut table = transaction.open_table(TABLE)?;
        if kind == Kind::Whole {
            table.retain_in(..number, |_, _| false)?;
        }
        table.insert(number, bytes.as_slice())?;
        drop(table);
        Ok(transaction.commit()?)
    })?;
    Ok(extent.with(number, kind, incarnation, length))
}
