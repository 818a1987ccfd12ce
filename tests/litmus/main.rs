//! The litmus suite of the checker: tiny systems whose states, steps and verdicts were counted by hand, for every feature of a
//! system and every kind of claim. Each is checked with one, two and four threads, and shuffled by several seeds; every
//! report has to say the same, and what the row of the table says.

#[path = "../common/mod.rs"]
mod common;

mod case;
mod claims;
mod environment;
mod faults;
mod laws;
mod liveness;
mod network;
mod reductions;
#[allow(dead_code)] // Of its systems those of every kind are taken.
#[path = "../engine/sample.rs"]
mod sample;
mod timing;
mod tlc;

/// A test for each table: `cases` gives its rows.
macro_rules! tables {
    ($($table:ident)*) => { $(
        mod $table {
            #[test]
            fn every_row_is_as_counted_however_it_is_explored() {
                crate::case::hold_all(super::super::$table::cases());
            }
        }
    )* };
}

mod rows {
    tables! { network faults timing environment claims liveness reductions }
}
