//! Time: what happened before what, without clocks on the wall.
//!
//! Source: Kleppmann, *Distributed Systems* (Cambridge 2021/22), section 4.1; lecture notes after Cachin, Guerraoui and
//! Rodrigues (Bern 2020), §3.1.

pub mod vector;
