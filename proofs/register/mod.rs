//! Registers.

mod abd;
