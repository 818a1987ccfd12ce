//! How far a search has got, shown on a terminal.

use crate::{panics, text};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, stderr};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};
use synod::check::Progress;

/// Searches that take less are over before anybody could read it.
const TICK: Duration = Duration::from_millis(150);

/// Runs `search`, and shows its progress on standard error if that is a terminal. `states` is how many states are expected,
/// where that is known.
pub fn show_while<T>(title: &str, states: Option<u64>, progress: &Progress, search: impl FnOnce() -> T) -> T {
    if !stderr().is_terminal() {
        return search();
    }
    thread::scope(|scope| {
        // When one end is dropped, also because the search panics, the other learns of it.
        let (running, is_over) = channel();
        let name = format!("{}progress", panics::OWN_THREAD);
        let shown =
            thread::Builder::new().name(name).spawn_scoped(scope, move || show(title, states, progress, &is_over));
        let result = search();
        drop(running);
        if let Ok(thread) = shown {
            // What it drew must be gone before anything else is printed.
            let _ = thread.join();
        }
        result
    })
}

fn show(title: &str, states: Option<u64>, progress: &Progress, is_over: &Receiver<()>) {
    let started = Instant::now();
    let mut bar = None;
    while is_over.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
        let bar = bar.get_or_insert_with(|| draw(title, states));
        bar.set_message(message(progress, started.elapsed()));
        bar.set_position(progress.states());
        bar.tick();
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
}

fn draw(title: &str, states: Option<u64>) -> ProgressBar {
    let (bar, template) = match states.filter(|states| *states > 0) {
        Some(states) => (ProgressBar::new(states), "{prefix} {bar:10} {percent:>3} %  {wide_msg}"),
        None => (ProgressBar::new_spinner(), "{prefix} {spinner} {wide_msg}"),
    };
    let style = ProgressStyle::with_template(template).expect("the template is well formed");
    bar.with_style(style).with_prefix(title.to_string())
}

/// "1,234,567 states, 812,345/s, depth 23, 214 MiB".
fn message(progress: &Progress, elapsed: Duration) -> String {
    let states = progress.states();
    let rate = states as f64 / elapsed.as_secs_f64().max(0.001);
    format!(
        "{} states, {}/s, depth {}, {}",
        text::grouped(states),
        text::grouped(rate as u64),
        progress.depth(),
        text::memory(progress.bytes())
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_can_be_drawn() {
        for states in [None, Some(0), Some(5)] {
            let bar = draw("paxos/lossy", states);
            bar.set_position(9);
            assert_eq!(bar.length(), states.filter(|states| *states > 0));
        }
    }

    #[test]
    fn the_message_has_every_figure() {
        let text = message(&Progress::default(), Duration::from_secs(1));
        assert_eq!(text, "0 states, 0/s, depth 0, 0 KiB");
    }
}
