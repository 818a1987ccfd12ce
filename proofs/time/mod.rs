//! Time.

mod vector;
