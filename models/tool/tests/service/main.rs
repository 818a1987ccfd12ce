//! The service as its users meet it: real processes on loopback, HTTP from outside, killed and cut off at random.

#![cfg(unix)]

mod cluster;
mod cuts;
#[cfg(target_os = "linux")]
mod full;
mod http;
mod kills;
mod limits;
mod load;
mod nodes;
mod proxy;
mod recorded;
mod refusals;
mod store;
mod tls;

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

/// How long anything may take that is expected to happen.
const PATIENCE: Duration = Duration::from_secs(30);

/// What decides the random choices of a test: another at each run, unless `SYNOD_SEED` says which.
fn seed() -> u64 {
    let seed = match std::env::var("SYNOD_SEED") {
        Ok(seed) => seed.parse().expect("SYNOD_SEED is a number"),
        Err(_) => RandomState::new().hash_one(()),
    };
    println!("seed {seed}: with SYNOD_SEED={seed} the test makes the same choices");
    seed
}

/// Looks until there is something, and gives up after [`PATIENCE`].
#[track_caller]
fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
