//! Ctrl-C: the first ends the search in good order, a second one the program at once.

use crate::exit::{INTERRUPTED, Refusal};
use signal_hook::consts::SIGINT;
use signal_hook::flag;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the user wants the program to end.
#[derive(Clone, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens from now on.
    pub fn listen() -> Result<Self, Refusal> {
        let interrupt = Interrupt::default();
        let told = interrupt.flag();
        // In this order: the first signal finds the flag not set, and sets it.
        flag::register_conditional_shutdown(SIGINT, INTERRUPTED.into(), told.clone())
            .and_then(|_| flag::register(SIGINT, told))
            .map_err(|error| Refusal(format!("cannot listen for Ctrl-C: {error}")))?;
        Ok(interrupt)
    }

    /// From now on Ctrl-C ends the program at once, as interrupted.
    pub fn ends_the_program() -> Result<(), Refusal> {
        let always = Arc::new(AtomicBool::new(true));
        flag::register_conditional_shutdown(SIGINT, INTERRUPTED.into(), always)
            .map(|_| ())
            .map_err(|error| Refusal(format!("cannot listen for Ctrl-C: {error}")))
    }

    /// Whether it has come.
    pub fn has_come(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// What a search watches.
    pub fn flag(&self) -> Arc<AtomicBool> {
        self.0.clone()
    }
}
