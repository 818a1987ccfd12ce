//! Compositions: a layer on a module, two layers, an actor over links. For each a system so small that its states can be
//! counted by hand.

#[path = "../common/mod.rs"]
mod common;

mod fifo;
mod linked;
mod many;
mod misuse;
mod parts;
mod steps;
mod toy_layer;
