//! One entry of the journal: what a start or a save has written, sealed with a checksum.
//!
//! | bytes | what |
//! | --- | --- |
//! | 1 | the kind |
//! | 8 | the incarnation that wrote it |
//! | … | the body |
//! | 4 | the checksum of the entry's number and of all before |

use crc32fast::Hasher;

const BEFORE_BODY: usize = 9;
const CHECKSUM: usize = 4;

/// What an entry says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// All that is known: the body is the value, or that there is none. Nothing before it is needed any more.
    Whole,
    /// What has changed since the entry before.
    Change,
    /// The process has started; the value is as before.
    Start,
}

/// An entry of the journal, read without a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record<'a> {
    pub kind: Kind,
    pub incarnation: u64,
    pub body: &'a [u8],
}

/// Begins an entry; the body follows.
pub(super) fn begin(kind: Kind, incarnation: u64, bytes: &mut Vec<u8>) {
    bytes.clear();
    bytes.push(kind as u8);
    bytes.extend(incarnation.to_le_bytes());
}

/// Ends the entry of this number.
pub(super) fn end(number: u64, bytes: &mut Vec<u8>) {
    let checksum = checksum(number, bytes);
    bytes.extend(checksum.to_le_bytes());
}

impl<'a> Record<'a> {
    /// Reads the entry of this number; `None` if that is not what was written. Allocates nothing.
    pub fn read(number: u64, bytes: &'a [u8]) -> Option<Self> {
        let (content, sum) = bytes.split_last_chunk::<CHECKSUM>()?;
        if checksum(number, content) != u32::from_le_bytes(*sum) {
            return None;
        }
        let (before, body) = content.split_first_chunk::<BEFORE_BODY>()?;
        let [kind, incarnation @ ..] = *before;
        let kind = [Kind::Whole, Kind::Change, Kind::Start].into_iter().find(|known| *known as u8 == kind)?;
        Some(Record { kind, incarnation: u64::from_le_bytes(incarnation), body })
    }
}

fn checksum(number: u64, content: &[u8]) -> u32 {
    let mut hasher = Hasher::new();
    hasher.update(&number.to_le_bytes());
    hasher.update(content);
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(number: u64, record: Record<'_>) -> Vec<u8> {
        let mut bytes = b"left over".to_vec();
        begin(record.kind, record.incarnation, &mut bytes);
        bytes.extend(record.body);
        end(number, &mut bytes);
        bytes
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_are_no_entry(number: u64, bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(Record::read(number, &bytes), None);
        }

        #[test]
        fn bytes_with_the_right_checksum_are_read_without_a_panic(
            number: u64,
            mut bytes in proptest::collection::vec(prop_oneof![0..4u8, any::<u8>()], 0..50),
        ) {
            let content = bytes.clone();
            end(number, &mut bytes);
            let known = content.len() >= BEFORE_BODY && content[0] <= Kind::Start as u8;
            let read = Record::read(number, &bytes);
            prop_assert_eq!(read.map(|record| record.body), known.then(|| &content[BEFORE_BODY..]));
        }

        #[test]
        fn an_entry_is_read_as_it_was_written_and_no_other_way(
            number: u64, other: u64, incarnation: u64, at: usize, by in 1..=255u8,
            kind in prop_oneof![Just(Kind::Whole), Just(Kind::Change), Just(Kind::Start)],
            body in proptest::collection::vec(any::<u8>(), 0..50),
        ) {
            let record = Record { kind, incarnation, body: &body };
            let mut bytes = written(number, record);
            prop_assert_eq!(Record::read(number, &bytes), Some(record));
            prop_assert_eq!(Record::read(other, &bytes).is_some(), other == number);
            let at = at % bytes.len();
            bytes[at] ^= by;
            prop_assert_eq!(Record::read(number, &bytes), None);
        }
    }
}
