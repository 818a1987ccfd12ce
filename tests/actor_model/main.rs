//! stateright's own models in the engine: the same states, the same steps, and the truth where stateright's hash errs.

mod arbitrary;
mod boundary;
mod crashes;
mod eventually;
mod hash;
mod history;
mod local;
mod networks;
mod properties;
mod puppet;
mod traces;
