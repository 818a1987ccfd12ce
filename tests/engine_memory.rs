//! A budget of memory ends a search before the kernel does. (In a process of its own: what is bounded is the process.)

#[path = "common/mod.rs"]
mod common;

use common::Toy;
use synod::check::{Limit, Verdict, check, resident_memory};
use synod::system::System;

/// 10^9 states: nine processes count to nine.
fn huge() -> System<Toy> {
    System::new((0..9).map(|_| {
        Toy::with_timers([(1, 1..1)]).on_timeout(|it, timer| {
            it.state.push(timer);
            if it.state.len() < 9 {
                it.arm(timer, 1..1);
            }
        })
    }))
}

#[test]
fn a_search_stays_within_its_memory() {
    let budget = 128 << 20;
    for threads in [2, 1] {
        let report = check(&huge()).threads(threads).max_memory(budget).run();
        assert_eq!((report.verdict, report.limit), (Verdict::Incomplete, Some(Limit::Memory)), "{report}");
        // It used what it was given: with 60 bytes for a state it finds millions of them.
        assert!(report.unique > 1_000_000, "{report}");
        if let Some(peak) = peak_of_resident_memory() {
            assert!(peak < budget + budget / 10, "{peak} bytes with {threads} threads");
            assert!(peak > budget / 2, "{peak} bytes with {threads} threads");
        }
    }
    let panic = std::panic::catch_unwind(|| check(&huge()).max_memory(1).verified()).expect_err("it passed");
    let message = panic.downcast::<String>().expect("a message");
    assert!(message.starts_with("expected verified, but incomplete (memory limit)"), "{message}");
}

/// The most bytes that this process has ever had in use, where the system tells.
fn peak_of_resident_memory() -> Option<u64> {
    resident_memory()?;
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}
