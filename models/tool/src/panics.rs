//! Panics inside a search, and while systems are built.
//!
//! A handler or a property that panics is a finding: the engine catches the panic and reports it, with the run that leads
//! to it. What Rust prints of such a panic would only disturb. But a panic that the search itself does not survive is a
//! defect, and must be seen.

use crate::exit::Refusal;
use crate::output::Output;
use std::any::Any;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Threads of this program that take no part in a search have names that begin so.
pub const OWN_THREAD: &str = "synod-";

static SEARCHING: AtomicBool = AtomicBool::new(false);
/// What was not printed: the last few messages, each with its place.
static UNSAID: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());
const UNSAID_MAX: usize = 64;

/// From now on panics inside a [`search`] are not printed at once.
pub fn install() {
    let print = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let own = thread::current().name().is_some_and(|name| name.starts_with(OWN_THREAD));
        if SEARCHING.load(Ordering::Relaxed) && !own {
            keep(info);
        } else {
            print(info);
        }
    }));
}

/// Runs a search. If it does not survive a panic, that panic is printed and goes on.
pub fn search<T>(search: impl FnOnce() -> T) -> T {
    caught(search).unwrap_or_else(|Caught { message, place, payload }| {
        Output::standard().remark(format_args!("the search panicked at {place}: {message}"));
        panic::resume_unwind(payload)
    })
}

/// Builds systems. One that contradicts itself is not built, which is a panic that says why.
pub fn build<T>(systems: impl FnOnce() -> T) -> Result<T, Refusal> {
    caught(systems).map_err(|Caught { message, place, .. }| {
        let line = message.lines().next().unwrap_or_default();
        Refusal(format!("a system cannot be built, at {place}: {line}"))
    })
}

/// A panic that was not printed.
struct Caught {
    message: String,
    place: String,
    payload: Box<dyn Any + Send>,
}

fn caught<T>(run: impl FnOnce() -> T) -> Result<T, Caught> {
    SEARCHING.store(true, Ordering::Relaxed);
    let result = panic::catch_unwind(AssertUnwindSafe(run));
    SEARCHING.store(false, Ordering::Relaxed);
    let unsaid = std::mem::take(&mut *UNSAID.lock().unwrap_or_else(PoisonError::into_inner));
    result.map_err(|payload| {
        let message = message(&*payload);
        let said = unsaid.into_iter().rev().find(|(said, _)| *said == message);
        Caught { message, place: said.map_or("somewhere".to_string(), |(_, place)| place), payload }
    })
}

fn keep(info: &PanicHookInfo<'_>) {
    let place = info.location().map_or("somewhere".to_string(), ToString::to_string);
    let mut unsaid = UNSAID.lock().unwrap_or_else(PoisonError::into_inner);
    if unsaid.len() == UNSAID_MAX {
        unsaid.remove(0);
    }
    unsaid.push((message(info.payload()), place));
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a value that is no text").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    /// Set in the processes that the tests start.
    const ALONE: &str = "SYNOD_TEST_ALONE";

    /// The hook is there once for a whole process, so each case has a process of its own: this test program again, with the
    /// one test that asks. There it runs the case; here it looks at what that printed on standard error.
    fn alone(test: &str, case: fn(), look: fn(&str)) {
        if std::env::var_os(ALONE).is_some() {
            return case();
        }
        let mut program = Command::new(std::env::current_exe().expect("this program"));
        program.args(["--exact", "--nocapture", "--test-threads=1"]).env(ALONE, "");
        let output = program.arg(format!("panics::tests::{test}")).output().expect("it runs");
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert!(stdout.contains("1 passed"), "{stdout}");
        look(&String::from_utf8_lossy(&output.stderr));
    }

    #[test]
    fn what_the_search_catches_is_not_printed() {
        let case = || {
            install();
            search(|| panic_on_a_thread(None, 6));
        };
        alone("what_the_search_catches_is_not_printed", case, |printed| assert_eq!(printed, ""));
    }

    #[test]
    fn what_it_does_not_catch_is_printed_and_goes_on() {
        let case = || {
            install();
            let survived = panic::catch_unwind(|| {
                search(|| {
                    panic_on_a_thread(None, 6);
                    panic!("number {}", 7);
                })
            });
            assert_eq!(message(&*survived.expect_err("it went on")), "number 7");
        };
        alone("what_it_does_not_catch_is_printed_and_goes_on", case, |printed| {
            assert!(printed.starts_with("synod: the search panicked at "), "{printed}");
            assert!(printed.ends_with(": number 7\n") && printed.lines().count() == 1, "{printed}");
        });
    }

    #[test]
    fn what_cannot_be_built_is_refused_in_a_line() {
        let case = || {
            install();
            let refusal =
                build(|| panic!("a timer of {} ticks\nand more", 7)).map(|()| "built").expect_err("it panicked");
            assert!(refusal.0.starts_with("a system cannot be built, at models/tool/src/panics.rs:"), "{refusal:?}");
            assert!(refusal.0.ends_with(": a timer of 7 ticks"), "{refusal:?}");
        };
        alone("what_cannot_be_built_is_refused_in_a_line", case, |printed| assert_eq!(printed, ""));
    }

    #[test]
    fn outside_a_search_everything_is_printed() {
        let case = || {
            install();
            panic_on_a_thread(None, 8);
            search(|| panic_on_a_thread(Some(&format!("{OWN_THREAD}progress")), 9));
        };
        alone("outside_a_search_everything_is_printed", case, |printed| {
            assert!(printed.contains("number 8") && printed.contains("number 9"), "{printed}");
        });
    }

    fn panic_on_a_thread(name: Option<&str>, number: usize) {
        let mut builder = thread::Builder::new();
        if let Some(name) = name {
            builder = builder.name(name.to_string());
        }
        let thread = builder.spawn(move || panic!("number {number}")).expect("a thread");
        thread.join().expect_err("it panicked");
    }
}
