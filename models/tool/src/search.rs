//! Runs searches with the limits of the command line, shows how far they get, and lets Ctrl-C end them.

use crate::args::Effort;
use crate::exit::Refusal;
use crate::interrupt::Interrupt;
use crate::output::Output;
use crate::{panics, progress, text};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;
use synod::check::{Options, Progress, Refused, Report, available_memory};

/// How all searches of a command are run.
pub struct Search {
    options: Options,
}

impl Search {
    /// With these limits, until the interrupt comes.
    pub fn new(effort: &Effort, interrupt: &Interrupt, out: &mut Output<'_>) -> Result<Self, Refusal> {
        refuse_too_little_memory(effort)?;
        let options = Options {
            threads: effort.threads,
            max_states: effort.max_states,
            max_memory: memory_budget(effort.max_memory, available_memory(), out),
            max_depth: effort.max_depth,
            max_time: effort.max_time,
            interrupt: Some(interrupt.flag()),
            progress: None,
            trace: None,
            shuffle: None,
        };
        Ok(Search { options })
    }

    /// Runs one search. `states` is how many states are expected, where that is known. A system that cannot be checked is
    /// refused.
    pub fn run(
        &self,
        title: &str,
        states: Option<u64>,
        search: impl FnOnce(&Options) -> Result<Report, Refused>,
    ) -> Result<Report, Refusal> {
        let progress = Arc::new(Progress::default());
        let options = Options { progress: Some(progress.clone()), ..self.options.clone() };
        let found = progress::show_while(title, states, &progress, || panics::search(|| search(&options)));
        found.map_err(|refused| Refusal(format!("{title} cannot be checked: {}", refused.why)))
    }
}

/// What the program takes by itself, and what each thread of a search takes for messages to the others: measured.
const MEMORY_OF_PROGRAM: u64 = 8 << 20;
const MEMORY_OF_THREAD: u64 = 12 << 20;

/// Refuses a budget that would be exceeded before the first states are found.
fn refuse_too_little_memory(effort: &Effort) -> Result<(), Refusal> {
    let cores = || available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let threads = effort.threads.unwrap_or_else(cores).get() as u64;
    let least = MEMORY_OF_PROGRAM + threads * MEMORY_OF_THREAD;
    match effort.max_memory {
        Some(bytes) if bytes < least => Err(Refusal(format!(
            "--max-memory {} is too little: a search with {} takes at least {}MiB",
            text::memory(bytes).replace(' ', ""),
            text::counted(threads, "thread"),
            least >> 20
        ))),
        _ => Ok(()),
    }
}

/// The bytes that a search may take: as many as are asked for, if there are that many; otherwise three quarters of what is
/// available.
fn memory_budget(asked: Option<u64>, available: Option<u64>, out: &mut Output<'_>) -> Option<u64> {
    let Some(available) = available else { return asked };
    // A search may overshoot a little before it notices, and the system's killer waits at the limit.
    let most = available / 10 * 9;
    if asked.is_some_and(|asked| asked > most) {
        out.remark(format_args!(
            "--max-memory is more than can be had: {} are available, so a search ends at {}",
            text::memory(available),
            text::memory(most)
        ));
    }
    Some(asked.map_or(available / 4 * 3, |asked| asked.min(most)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_that_is_too_small_for_the_threads_is_refused() {
        let refused = |memory: u64, threads: usize| {
            let threads = NonZeroUsize::new(threads);
            refuse_too_little_memory(&Effort { threads, max_memory: Some(memory), ..Effort::default() })
        };
        assert_eq!(refused(104 << 20, 8), Ok(()));
        let why = "--max-memory 103MiB is too little: a search with 8 threads takes at least 104MiB";
        assert_eq!(refused(103 << 20, 8), Err(Refusal(why.to_string())));
        assert!(refused(1, 1).is_err());
    }

    #[test]
    fn the_budget_stays_below_what_is_available() {
        let budget = |asked, available| Output::of(|out| memory_budget(asked, available, out));
        let silently = |budget: u64| (Some(budget), String::new(), String::new());
        assert_eq!(budget(None, Some(4000)), silently(3000));
        assert_eq!(budget(Some(10), Some(4000)), silently(10));
        assert_eq!(budget(Some(4000), None), silently(4000));
        assert_eq!(budget(None, None).0, None);
        let (bytes, _, remark) = budget(Some(8 << 30), Some(1 << 30));
        assert_eq!(bytes, Some((1 << 30) / 10 * 9));
        let why = "--max-memory is more than can be had: 1.0 GiB are available, so a search ends at 922 MiB";
        assert_eq!(remark, format!("synod: {why}\n"));
    }
}
