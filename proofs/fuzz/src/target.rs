//! What all targets do, around their readers.
//!
//! Panics that a reader catches are no findings: an actor may panic at what a record tells it, and redb at what it finds in a
//! file. libFuzzer would end at any panic, caught or not.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::path::PathBuf;
use std::{env, fs, process};

/// Names the folder into which a target writes its seeds before it starts.
const SEEDS: &str = "SYNOD_FUZZ_SEEDS";

thread_local! {
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Writes the seeds, if somebody asks for them, and lets panics pass that are caught.
///
/// # Panics
///
/// When the seeds cannot be written.
pub fn begin(seeds: fn() -> Vec<Vec<u8>>) {
    if let Some(folder) = env::var_os(SEEDS).map(PathBuf::from) {
        fs::create_dir_all(&folder).expect("the folder can be made");
        for (number, seed) in seeds().iter().enumerate() {
            fs::write(folder.join(format!("seed-{number}")), seed).expect("a seed can be written");
        }
    }
    set_hook(Box::new(|panic| LAST_PANIC.set(panic.to_string())));
}

/// Lets a reader read; one that panics is a finding.
pub fn run(read: fn(&[u8]), input: &[u8]) {
    if catch_unwind(AssertUnwindSafe(|| read(input))).is_err() {
        eprintln!("{}", LAST_PANIC.take());
        process::abort();
    }
}
