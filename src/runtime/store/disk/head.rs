//! The first page of a store: whose it is, in which format, and witnesses of what was acknowledged.
//!
//! | bytes | what |
//! | --- | --- |
//! | 0 .. 20 | a mark that this is a store, the number of the format, and the checksum of both: so in every format |
//! | 20 .. 1024 | the [`Owner`], and the checksum of all before |
//! | 2048 .. 2060, 3072 .. 3084 | two witnesses |
//!
//! A **witness** says: the commit of this number was durable. It is written after the commit, into either place by turns, and
//! made durable only along with the next commit, so it costs no wait. That is enough to tell damage from a crash: a commit
//! that is not whole was cut off by a crash, and is rolled back rightly, unless a witness says that it had been durable. A witness
//! that is torn says nothing.

use super::{Fault, Owner};
use redb::StorageBackend;
use std::io;

/// How many bytes the head takes up.
pub(super) const LENGTH: u64 = 4096;

/// The number of the format that this version writes, and the only one that it knows.
pub(super) const FORMAT: u32 = 1;

/// The longest name of a cluster, in bytes.
pub(super) const LONGEST_NAME: usize = 255;

const MAGIC: [u8; 12] = *b"synod store\n";
const FORMAT_AT: usize = MAGIC.len();
const FORMAT_CHECKSUM_AT: usize = FORMAT_AT + 4;
const OWNER_AT: usize = FORMAT_CHECKSUM_AT + 4;
const OWNER_CHECKSUM_AT: usize = 1020;
const WITNESSES_AT: [usize; 2] = [2048, 3072];
const WITNESS_LENGTH: usize = 12;

/// What the head says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub owner: Owner,
    /// The last commit that is known to have been durable.
    pub witnessed: u64,
}

/// The head of a new store.
pub(super) fn encode(owner: &Owner) -> Result<Vec<u8>, Fault> {
    if owner.cluster.len() > LONGEST_NAME {
        return Err(Fault::NameTooLong { limit: LONGEST_NAME });
    }
    let mut page = vec![0; LENGTH as usize];
    page[..FORMAT_AT].copy_from_slice(&MAGIC);
    page[FORMAT_AT..FORMAT_CHECKSUM_AT].copy_from_slice(&FORMAT.to_le_bytes());
    seal(&mut page, FORMAT_CHECKSUM_AT);
    postcard::to_slice(owner, &mut page[OWNER_AT..OWNER_CHECKSUM_AT])
        .map_err(|error| Fault::Unwritable { what: error.to_string() })?;
    seal(&mut page, OWNER_CHECKSUM_AT);
    Ok(page)
}

/// Reads a head.
pub(super) fn decode(page: &[u8]) -> Result<Head, Fault> {
    let Some(page) = page.get(..LENGTH as usize) else {
        return Err(Fault::torn("it is cut off before its first page ends"));
    };
    if !page.starts_with(&MAGIC) {
        return Err(Fault::torn("it does not begin as a store does"));
    }
    if !sealed(page, FORMAT_CHECKSUM_AT) {
        return Err(Fault::torn("the checksum of its format is wrong"));
    }
    let format = u32::from_le_bytes(array(page, FORMAT_AT));
    if format != FORMAT {
        return Err(Fault::Newer { found: format, known: FORMAT });
    }
    if !sealed(page, OWNER_CHECKSUM_AT) {
        return Err(Fault::torn("the checksum of its owner is wrong"));
    }
    let owner = postcard::from_bytes(&page[OWNER_AT..OWNER_CHECKSUM_AT])
        .map_err(|error| Fault::torn(format!("its owner cannot be read: {error}")))?;
    let witnessed = WITNESSES_AT.into_iter().filter_map(|place| witness(&page[place..])).max();
    Ok(Head { owner, witnessed: witnessed.unwrap_or(0) })
}

/// Notes that the commit of this number is durable.
pub(super) fn testify(medium: &dyn StorageBackend, commit: u64) -> io::Result<()> {
    let mut bytes = [0; WITNESS_LENGTH];
    bytes[..8].copy_from_slice(&commit.to_le_bytes());
    seal(&mut bytes, 8);
    medium.write(WITNESSES_AT[(commit % 2) as usize] as u64, &bytes)
}

fn witness(bytes: &[u8]) -> Option<u64> {
    sealed(bytes, 8).then(|| u64::from_le_bytes(array(bytes, 0)))
}

/// Puts the checksum of all that is before it.
fn seal(bytes: &mut [u8], at: usize) {
    let checksum = crc32fast::hash(&bytes[..at]);
    bytes[at..at + 4].copy_from_slice(&checksum.to_le_bytes());
}

fn sealed(bytes: &[u8], at: usize) -> bool {
    u32::from_le_bytes(array(bytes, at)) == crc32fast::hash(&bytes[..at])
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    std::array::from_fn(|place| bytes[at + place])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use redb::backends::InMemoryBackend;
    use stateright::actor::Id;

    fn owner() -> Owner {
        Owner { cluster: "x".repeat(LONGEST_NAME), node: Id::from(usize::MAX) }
    }

    fn with(page: &[u8], changed: impl Fn(&mut [u8])) -> Result<Head, Fault> {
        let mut page = page.to_vec();
        changed(&mut page);
        decode(&page)
    }

    #[test]
    fn a_head_says_what_was_written() {
        let page = encode(&owner()).expect("the longest name fits");
        assert_eq!(decode(&page).expect("a head"), Head { owner: owner(), witnessed: 0 });
        let longer = Owner { cluster: "x".repeat(LONGEST_NAME + 1), node: Id::from(0) };
        assert!(matches!(encode(&longer), Err(Fault::NameTooLong { limit: LONGEST_NAME })));
    }

    #[test]
    fn a_later_format_is_told_from_damage() {
        let page = encode(&owner()).expect("the longest name fits");
        let newer = with(&page, |page| {
            page[FORMAT_AT] = 2;
            seal(page, FORMAT_CHECKSUM_AT);
            page[OWNER_AT..].fill(7); // Whatever a later version puts there.
        });
        assert!(matches!(newer, Err(Fault::Newer { found: 2, known: FORMAT })), "{newer:?}");
        assert!(matches!(with(&page, |page| page[FORMAT_AT] = 2), Err(Fault::Torn { .. })));
    }

    #[test]
    fn the_latest_witness_counts_and_a_torn_one_says_nothing() {
        let medium = InMemoryBackend::new();
        medium.set_len(LENGTH).expect("there is memory");
        medium.write(0, &encode(&owner()).expect("the longest name fits")).expect("there is memory");
        for commit in 1..=5 {
            testify(&medium, commit).expect("there is memory");
        }
        let mut page = vec![0; LENGTH as usize];
        medium.read(0, &mut page).expect("it was written");
        let witnessed = |changed: &dyn Fn(&mut [u8])| with(&page, changed).expect("a head").witnessed;
        assert_eq!(witnessed(&|_| ()), 5);
        assert_eq!(witnessed(&|page| page[WITNESSES_AT[1]] ^= 2), 4);
        assert_eq!(witnessed(&|page| page[WITNESSES_AT[0] + 11] ^= 1), 5);
        assert_eq!(witnessed(&|page| page[WITNESSES_AT[0]..].fill(255)), 0);
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_are_no_head(bytes in proptest::collection::vec(any::<u8>(), 0..5000)) {
            prop_assert!(decode(&bytes).is_err());
        }

        #[test]
        fn one_changed_byte_is_noticed_or_harmless(at in 0..LENGTH as usize, by in 1..=255u8) {
            let page = encode(&owner()).expect("the longest name fits");
            match with(&page, |page| page[at] ^= by) {
                Ok(head) => prop_assert_eq!(head, Head { owner: owner(), witnessed: 0 }),
                Err(Fault::Torn { .. }) => prop_assert!(at < OWNER_CHECKSUM_AT + 4),
                Err(other) => prop_assert!(false, "{}", other),
            }
        }
    }
}
