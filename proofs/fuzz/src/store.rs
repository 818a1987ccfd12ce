//! The store of a node, from a file that anything may have written to.

use crate::folder::temporary;
use crate::memory::within;
use crate::one_line;
use redb::{Database, TableDefinition};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::PathBuf;
use synod::runtime::Store;
use synod::runtime::store::disk::{Changes, Disk, Owner};
use synod::stateright::actor::Id;
use tempfile::TempDir;

type Map = BTreeMap<u8, Vec<u8>>;
type Maps = Disk<Map, Changes>;

/// The first page, which is the store's own; the database follows.
const HEAD: usize = 4096;

/// Where the head says what was durable.
const WITNESSES: [Range<usize>; 2] = [2048..2060, 3072..3084];

/// Where the checksums of the head are, each over all before it (a witness has its own).
const SEALS: [Range<usize>; 4] = [0..16, 0..1020, 2048..2056, 3072..3080];

/// What opening a store may take: the caches of the database, and the file a few times over.
const BUDGET: usize = 24 << 20;

const TABLE: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("journal");

/// What becomes of a store before it is opened.
#[derive(Debug, Serialize, Deserialize)]
enum Input {
    /// It is changed here and there, and perhaps cut off.
    Damaged { was_closed: bool, changes: Vec<(u32, Vec<u8>)>, length: Option<u32> },
    /// It is something else.
    Replaced(Vec<u8>),
    /// Its head is changed, and the checksums are right again.
    Rewritten { changes: Vec<(u16, Vec<u8>)> },
    /// Its journal is another: entries by their numbers, each with its kind, its incarnation and its body.
    Journal(Vec<(u64, u8, u64, Vec<u8>)>),
}

/// What stores look like.
struct Stores {
    folder: TempDir,
    new: Vec<u8>,
    killed: Vec<u8>,
    closed: Vec<u8>,
}

thread_local! {
    static STORES: Stores = Stores::make();
}

fn owner() -> Owner {
    Owner { cluster: "kitchen".into(), node: Id::from(1) }
}

/// What was saved in the end, and before.
fn value(step: u8) -> Map {
    (0..3).map(|key| (key, vec![step - (step - key) % 3; 200])).collect()
}

const STEPS: Range<u8> = 2..6;

impl Stores {
    fn make() -> Self {
        let folder = temporary();
        let mut stores = Stores { folder, new: Vec::new(), killed: Vec::new(), closed: Vec::new() };
        drop(Maps::create(stores.folder.path(), &owner()).expect("it can be made"));
        stores.new = fs::read(stores.file()).expect("it is there");
        let mut store = stores.open().expect("it opens");
        store.start().expect("it starts");
        STEPS.for_each(|step| store.save(&value(step)).expect("it saves"));
        stores.killed = fs::read(stores.file()).expect("it is there");
        drop(store);
        stores.closed = fs::read(stores.file()).expect("it is there");
        stores
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("synod.store")
    }

    fn open(&self) -> Result<Maps, synod::runtime::store::disk::Error> {
        Maps::open(self.folder.path(), &owner())
    }

    /// The bytes of the file that an input describes.
    fn image(&self, input: &Input) -> Vec<u8> {
        match input {
            Input::Damaged { was_closed, changes, length } => {
                let mut image = if *was_closed { self.closed.clone() } else { self.killed.clone() };
                changes.iter().for_each(|(at, bytes)| overwrite(&mut image, *at as usize, bytes));
                image.truncate(length.map_or(image.len(), |length| length as usize));
                image
            }
            Input::Replaced(bytes) => bytes.clone(),
            Input::Rewritten { changes } => {
                let mut image = self.closed.clone();
                let within_head = |(at, bytes): &(u16, Vec<u8>)| overwrite(&mut image[..HEAD], usize::from(*at), bytes);
                changes.iter().for_each(within_head);
                SEALS.into_iter().for_each(|sealed| seal(&mut image, sealed));
                image
            }
            Input::Journal(entries) => [&self.new[..HEAD], &self.database(entries)].concat(),
        }
    }

    /// A database with this journal.
    fn database(&self, entries: &[(u64, u8, u64, Vec<u8>)]) -> Vec<u8> {
        let file = self.folder.path().join("database");
        let database = Database::create(&file).expect("it can be made");
        let transaction = database.begin_write().expect("it can be written to");
        let mut table = transaction.open_table(TABLE).expect("a table");
        for (number, kind, incarnation, body) in entries {
            let mut entry = [&[*kind], &incarnation.to_le_bytes()[..], body].concat();
            let checksum = crc32fast::hash(&[&number.to_le_bytes(), entry.as_slice()].concat());
            entry.extend(checksum.to_le_bytes());
            table.insert(number, entry.as_slice()).expect("it can be written to");
        }
        drop(table);
        transaction.commit().expect("it can be written to");
        drop(database);
        let bytes = fs::read(&file).expect("it is there");
        fs::remove_file(&file).expect("it is there");
        bytes
    }
}

fn overwrite(image: &mut [u8], at: usize, bytes: &[u8]) {
    image.iter_mut().skip(at).zip(bytes).for_each(|(old, new)| *old = *new);
}

fn seal(image: &mut [u8], sealed: Range<usize>) {
    let checksum = crc32fast::hash(&image[sealed.clone()]);
    image[sealed.end..sealed.end + 4].copy_from_slice(&checksum.to_le_bytes());
}

/// Opens a store. One that is refused is left as it was, and one line says why; one that opens can be used, and what was only
/// damaged holds what was saved.
///
/// # Panics
///
/// When it is otherwise, or takes more memory than a store of this size.
pub fn read(input: &[u8]) {
    let Ok((input, _)) = postcard::take_from_bytes::<Input>(input) else { return };
    STORES.with(|stores| {
        let image = stores.image(&input);
        fs::write(stores.file(), &image).expect("it can be written");
        match within(BUDGET + 4 * image.len(), || stores.open()) {
            Err(error) => {
                one_line(&error.to_string());
                assert_eq!(fs::read(stores.file()).ok(), Some(image), "a store that is refused was changed");
            }
            Ok(mut store) => {
                let (incarnation, found) = store.start().expect("what opens can start");
                if let Input::Damaged { changes, .. } = &input {
                    is_genuine(found.as_ref(), changes);
                }
                store.save(&value(7)).expect("what opens can save");
                drop(store);
                let again = stores.open().and_then(|mut store| store.start()).expect("what was closed opens");
                assert_eq!(again, (incarnation + 1, Some(value(7))));
            }
        }
    });
}

/// Whether a store that was damaged gives what was saved last. Where it was damaged in what witnesses that, too, it may be
/// what was saved before: it looks like a commit that a crash has cut off.
fn is_genuine(found: Option<&Map>, changes: &[(u32, Vec<u8>)]) {
    let touches = |place: &Range<usize>| {
        let mut changed = changes.iter().map(|(at, bytes)| *at as usize..*at as usize + bytes.len());
        changed.any(|change| change.start < place.end && place.start < change.end)
    };
    let (last, before) = (value(STEPS.end - 1), STEPS.map(value));
    let mut before = before.map(Some).chain([None]);
    let forgot = WITNESSES.iter().any(touches) && before.any(|saved| saved.as_ref() == found);
    assert!(found == Some(&last) || forgot, "{found:?}");
}

/// Stores with a damage of each kind, and journals that are almost right.
pub fn seeds() -> Vec<Vec<u8>> {
    let damaged = |was_closed, changes: &[(u32, &[u8])], length| Input::Damaged {
        was_closed,
        changes: changes.iter().map(|(at, bytes)| (*at, bytes.to_vec())).collect(),
        length,
    };
    let whole = postcard::to_stdvec(&Some(value(2))).expect("it can be written");
    let change = postcard::to_stdvec(&(vec![(1_u8, vec![7_u8; 3])], vec![0_u8])).expect("it can be written");
    let inputs = [
        damaged(true, &[], None),
        damaged(false, &[], None),
        damaged(true, &[(4096 + 9, &[7])], None),
        damaged(false, &[(2048, &[0; 12]), (4096 + 64, &[1, 2, 3])], None),
        damaged(true, &[(4096 + 12, &[0, 32, 0, 0])], Some(10_000)),
        damaged(false, &[(8192, &[0; 100])], None),
        Input::Replaced(b"synod store\n\x02\x00\x00\x00".to_vec()),
        Input::Rewritten { changes: vec![] },
        Input::Rewritten { changes: vec![(12, vec![2])] },
        Input::Rewritten { changes: vec![(20, b"\x06cellar\x01".to_vec()), (2048, vec![9])] },
        Input::Journal(vec![(1, 0, 1, vec![0])]),
        Input::Journal(vec![(5, 0, 1, whole.clone()), (6, 2, 2, vec![]), (7, 1, 2, change)]),
        Input::Journal(vec![(5, 0, 1, whole.clone()), (7, 2, 2, vec![])]),
        Input::Journal(vec![(u64::MAX, 0, 1, whole.clone())]),
        Input::Journal(vec![(1, 0, u64::MAX, whole)]),
    ];
    inputs.iter().map(|input| postcard::to_stdvec(input).expect("it can be written")).collect()
}
