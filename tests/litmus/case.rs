//! One row of the tables: a system, what was counted by hand, and what has to become of each claim.

use crate::common::found::Found;
use crate::common::{Toy, with_stateright};
use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use synod::check::{Options, Report, Verdict, check};
use synod::event::Data;
use synod::system::{NO_PANIC, System};

/// How the search is shuffled, besides not at all.
const SEEDS: [u64; 4] = [1, 2, 0x5eed_5eed_5eed_5eed, u64::MAX];

/// One row.
pub struct Case {
    name: &'static str,
    unique: u64,
    generated: u64,
    /// What becomes of each claim, and the length of the run that decides it.
    claims: Vec<(&'static str, Verdict, Option<usize>)>,
    check: Box<dyn Fn(Options) -> Report>,
    /// What stateright counts, where it explores the same states.
    stateright: Option<Box<dyn Fn() -> (u64, u64)>>,
    /// Whether a violation ends the search before all states are found.
    cut_short: bool,
    /// The steps of the run that decides the last claim, where the row tells them.
    run: Option<&'static [&'static str]>,
}

/// A system that has so many states, and one step less than are generated; the methods say what becomes of its claims.
pub fn case<H: Data>(name: &'static str, system: System<Toy, H>, unique: u64, generated: u64) -> Case {
    let same = system.clone();
    Case {
        name,
        unique,
        generated,
        claims: Vec::new(),
        check: Box::new(move |options| check(&system).options(options).run()),
        stateright: Some(Box::new(move || with_stateright(&same))),
        cut_short: false,
        run: None,
    }
}

impl Case {
    fn claim(mut self, name: &'static str, verdict: Verdict, steps: Option<usize>) -> Self {
        self.claims.push((name, verdict, steps));
        self
    }

    /// An `always` or a `finally` holds.
    pub fn holds(self, name: &'static str) -> Self {
        self.claim(name, Verdict::Verified, None)
    }

    /// A `sometimes` is reached in so many steps.
    pub fn reached(self, name: &'static str, steps: usize) -> Self {
        self.claim(name, Verdict::Verified, Some(steps))
    }

    /// An `always` or a `finally` is violated in so many steps. That cuts the search short.
    pub fn violated(self, name: &'static str, steps: usize) -> Self {
        Case { cut_short: true, ..self }.claim(name, Verdict::Violated, Some(steps))
    }

    /// A liveness claim is violated, by a run that has so many steps up to where it repeats itself.
    pub fn lasso(self, name: &'static str, steps: usize) -> Self {
        self.claim(name, Verdict::Violated, Some(steps))
    }

    /// No state satisfies a `sometimes`, or none is quiescent where a `finally` speaks of such states.
    pub fn nowhere(self, name: &'static str) -> Self {
        self.claim(name, Verdict::Violated, None)
    }

    /// The steps of the run that decides the claim before.
    pub fn by(self, steps: &'static [&'static str]) -> Self {
        Case { run: Some(steps), ..self }
    }

    /// What was left out left it open.
    pub fn open(self, name: &'static str) -> Self {
        self.claim(name, Verdict::Incomplete, None)
    }

    /// States are taken for one another, of which stateright's checkers know nothing.
    pub fn reduced(self) -> Self {
        Case { stateright: None, ..self }
    }

    /// The claims of the row, and that nothing panics, unless the row says otherwise.
    fn expected(&self) -> Vec<(&'static str, Verdict, Option<usize>)> {
        let mut claims = self.claims.clone();
        if !claims.iter().any(|(name, ..)| *name == NO_PANIC) {
            let verdict = if self.cut_short { Verdict::Incomplete } else { Verdict::Verified };
            claims.push((NO_PANIC, verdict, None));
        }
        claims
    }

    fn find(&self, threads: usize, shuffle: Option<u64>) -> Found {
        let trace = self.claims.last().map(|(name, ..)| name.to_string());
        (self.check)(Options { threads: NonZeroUsize::new(threads), shuffle, trace, ..Options::default() }).into()
    }

    /// However the system is explored, it is as the row says.
    fn hold(&self) {
        let name = self.name;
        let alone = self.find(1, None);
        assert_eq!((alone.unique, alone.generated), (self.unique, self.generated), "{name}");
        let claims: Vec<_> = alone.properties.iter().map(|found| (found.name, found.verdict, found.steps)).collect();
        assert_eq!(claims, self.expected(), "{name}");
        if let Some(run) = self.run {
            let (decided, ..) = self.claims.last().expect("a run decides a claim");
            let trace =
                alone.properties.iter().find(|found| found.name == *decided).and_then(|found| found.trace.as_ref());
            let steps: Vec<_> = trace.expect("it was wanted").steps.iter().map(|step| step.text.as_str()).collect();
            assert_eq!(steps, run, "{name}");
        }
        if let Some(stateright) = self.stateright.as_ref().filter(|_| !self.cut_short) {
            assert_eq!(stateright(), (self.unique, self.generated), "{name}, by stateright's count");
        }
        for threads in [1, 2, 4] {
            for shuffle in [None].into_iter().chain(SEEDS.map(Some)) {
                assert_eq!(self.find(threads, shuffle), alone, "{name}: {threads} threads, shuffled by {shuffle:?}");
            }
        }
    }
}

/// Every row holds, and none stands twice.
pub fn hold_all(cases: Vec<Case>) {
    let names: BTreeSet<_> = cases.iter().map(|case| case.name).collect();
    assert_eq!(names.len(), cases.len(), "each row has a name of its own");
    cases.iter().for_each(Case::hold);
}
