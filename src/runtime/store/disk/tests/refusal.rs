//! Stores in real folders that are not the right ones.

use super::*;
use std::process::Command;
use tempfile::{TempDir, tempdir};

type Maps = Disk<Map, Whole>;

/// Tells a process that it is the second, and of which folder.
const SECOND: &str = "SYNOD_TEST_STORE_IN_USE";

fn made() -> TempDir {
    let folder = tempdir().expect("a folder for the test");
    let mut store = Maps::create(folder.path().join("store"), &owner()).expect("it can be made");
    store.start().expect("it can start");
    store.save(&value(1)).expect("it can save");
    folder
}

fn content(folder: &TempDir) -> Vec<u8> {
    fs::read(folder.path().join("store").join(FILE)).expect("it can be read")
}

/// What is said when the store is opened, which is left as it is.
fn refused(folder: &TempDir, owner: &Owner) -> Fault {
    let before = content(folder);
    let error = Maps::open(folder.path().join("store"), owner).expect_err("it is refused");
    assert_eq!(content(folder), before);
    let text = error.to_string();
    assert!(text.starts_with("the store in ") && !text.contains('\n'), "{text}");
    error.fault
}

#[test]
fn a_store_is_found_again() {
    let folder = made();
    let mut store = Maps::open(folder.path().join("store"), &owner()).expect("it opens");
    assert_eq!(store.incarnation(), 1);
    assert_eq!(store.start().expect("it can start"), (2, Some(value(1))));
}

#[test]
fn another_nodes_store_is_refused() {
    let folder = made();
    for wanted in [Owner { node: Id::from(2), ..owner() }, Owner { cluster: "cellar".into(), ..owner() }] {
        let fault = refused(&folder, &wanted);
        assert!(matches!(&fault, Fault::Foreign { found, .. } if *found == owner()), "{fault}");
        let said = format!("it belongs to node 1 of cluster \"kitchen\", not to {wanted}");
        assert_eq!(fault.to_string(), said);
    }
}

#[test]
fn a_later_format_is_refused() {
    let folder = made();
    let mut bytes = content(&folder);
    bytes[12] = 2;
    let checksum = crc32fast::hash(&bytes[..16]);
    bytes[16..20].copy_from_slice(&checksum.to_le_bytes());
    fs::write(folder.path().join("store").join(FILE), bytes).expect("it can be written");
    assert!(matches!(refused(&folder, &owner()), Fault::Newer { found: 2, known: 1 }));
}

#[test]
fn a_damaged_store_is_refused() {
    let folder = made();
    let bytes = content(&folder);
    fs::write(folder.path().join("store").join(FILE), &bytes[..bytes.len() / 2]).expect("it can be written");
    assert!(matches!(refused(&folder, &owner()), Fault::Torn { .. }));
    fs::write(folder.path().join("store").join(FILE), b"a letter").expect("it can be written");
    assert!(matches!(refused(&folder, &owner()), Fault::Torn { .. }));
}

#[test]
fn a_store_that_has_vanished_is_not_replaced() {
    let folder = tempdir().expect("a folder for the test");
    for place in [folder.path().to_path_buf(), folder.path().join("nowhere")] {
        let error = Maps::open(&place, &owner()).expect_err("there is none");
        assert!(matches!(error.fault, Fault::Vanished), "{error}");
        assert!(error.to_string().contains("synod init"), "{error}");
    }
    assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 0);
}

#[test]
fn a_store_is_made_in_an_empty_folder_only() {
    let folder = made();
    let store = folder.path().join("store");
    let before = content(&folder);
    let error = Maps::create(&store, &owner()).expect_err("there is one already");
    assert!(matches!(&error.fault, Fault::NotEmpty { found } if found == Path::new(FILE)), "{error}");
    assert_eq!(content(&folder), before);

    let other = tempdir().expect("a folder for the test");
    fs::write(other.path().join("letter"), "dear").expect("it can be written");
    let error = Maps::create(other.path(), &owner()).expect_err("the folder is not empty");
    assert!(matches!(&error.fault, Fault::NotEmpty { found } if found == Path::new("letter")), "{error}");
    assert_eq!(fs::read_dir(other.path()).expect("it is there").count(), 1);
}

#[test]
fn a_store_that_was_never_finished_is_none() {
    let folder = tempdir().expect("a folder for the test");
    let nobody = Owner { cluster: "x".repeat(256), node: Id::from(0) };
    let error = Maps::create(folder.path(), &nobody).expect_err("the name is too long");
    assert!(matches!(error.fault, Fault::NameTooLong { limit: 255 }), "{error}");
    assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 0);
    // A crash of the machine while it was made.
    fs::write(folder.path().join(UNFINISHED), "").expect("it can be written");
    assert!(matches!(Maps::open(folder.path(), &owner()), Err(Error { fault: Fault::Vanished, .. })));
    assert!(matches!(Maps::create(folder.path(), &owner()), Err(Error { fault: Fault::NotEmpty { .. }, .. })));
}

#[test]
fn a_store_is_open_once() {
    let folder = made();
    let place = folder.path().join("store");
    let store = Maps::open(&place, &owner()).expect("it opens");
    assert!(matches!(refused(&folder, &owner()), Fault::InUse));
    // A process of its own, which runs the test beneath.
    let mut second = Command::new(std::env::current_exe().expect("a program knows where it is"));
    let name = "runtime::store::disk::tests::refusal::the_second_process_is_refused";
    let output = second.args(["--exact", name, "--nocapture"]).env(SECOND, &place).output().expect("it can be run");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("the second process was refused"), "{text}");
    drop(store);
    Maps::open(&place, &owner()).expect("it can be opened once it is closed");
}

/// Does nothing but where [`a_store_is_open_once`] runs it.
#[test]
fn the_second_process_is_refused() {
    if let Some(place) = std::env::var_os(SECOND) {
        let error = Maps::open(Path::new(&place), &owner()).expect_err("it is open");
        assert!(matches!(error.fault, Fault::InUse), "{error}");
        println!("the second process was refused");
    }
}
