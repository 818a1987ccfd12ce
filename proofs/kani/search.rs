//! The search through all runs of a harness: depth first, by replay.
//!
//! A run is determined by what its choices take. The search keeps the sequence that the current run has taken; the next
//! run replays it up to the last choice with a value left, takes that value there, and the first value in every choice
//! beyond. So no run is met twice and none is left out.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::domain::Domain;
use crate::outcome::{Failure, Report};

/// The largest domain that one choice may have.
const DOMAIN_LIMIT: u64 = 1 << 16;

/// The most runs that a harness may take, accepted or not: a matter of seconds, or of half a minute where `assume` ends
/// every one of them.
const RUN_LIMIT: u64 = 1 << 24;

thread_local! {
    /// The search for the harness that runs on this thread. A harness is an ordinary function that is handed nothing,
    /// so there is no other way to it.
    static SEARCH: RefCell<Option<Search>> = const { RefCell::new(None) };
}

/// A choice that the current run has made.
struct Choice {
    name: &'static str,
    domain: Domain,
    /// How many values the domain has.
    size: u64,
    /// The number of the value taken, below `size`.
    taken: u64,
}

#[derive(Default)]
struct Search {
    /// The choices of the current run; beyond `position`, those that it will replay.
    path: Vec<Choice>,
    position: usize,
    accepted: u64,
    pruned: u64,
    bounds: Vec<(&'static str, Domain)>,
}

/// Unwinds out of a run that an assumption ended.
struct Pruned;

/// Unwinds out of a harness that cannot be enumerated.
struct Refused(String);

/// Runs a harness with every sequence of choices.
pub(crate) fn explore(harness: impl Fn()) -> Result<Report, Failure> {
    let _running = Running::begin();
    loop {
        match catch_unwind(AssertUnwindSafe(&harness)) {
            Ok(()) => with_search(|search| search.accepted += 1),
            Err(payload) if payload.is::<Pruned>() => with_search(|search| search.pruned += 1),
            Err(payload) => return Err(failure(payload)),
        }
        let next = with_search(|search| search.end_of_run().map(|()| search.advance(0)));
        match next {
            Ok(true) => {}
            Ok(false) => return with_search(|search| search.report()),
            Err(reason) => return Err(Failure::Refused { reason }),
        }
    }
}

/// Takes a value from a domain, and says which by its number.
pub(crate) fn choose(name: &'static str, domain: Domain) -> u64 {
    with_search(|search| search.choose(name, domain)).unwrap_or_else(|reason| refuse(reason))
}

/// Notes that the harness bounds a choice, for its report.
pub(crate) fn note_bound(name: &'static str, domain: Domain) {
    with_search(|search| search.note_bound(name, domain));
}

/// Takes any value that `make` can make and of which `holds` holds.
///
/// The values that do not are passed over in place, which costs a hundredth of a new run.
pub(crate) fn any_such<T>(make: impl Fn() -> T, holds: impl Fn(&T) -> bool) -> T {
    let start = with_search(|search| search.position);
    loop {
        let value = make();
        if holds(&value) {
            return value;
        }
        let another = with_search(|search| search.pass_over(start));
        match another {
            Ok(true) => {}
            Ok(false) => prune(),
            Err(reason) => refuse(reason),
        }
    }
}

/// Ends the run without counting it.
pub(crate) fn prune() -> ! {
    with_search(|_| ());
    // Unlike a panic, this calls no hook, so that it prints nothing and is cheap.
    resume_unwind(Box::new(Pruned))
}

/// Ends the search because the harness cannot be enumerated.
pub(crate) fn refuse(reason: String) -> ! {
    with_search(|_| ());
    resume_unwind(Box::new(Refused(reason)))
}

fn with_search<T>(act: impl FnOnce(&mut Search) -> T) -> T {
    SEARCH.with_borrow_mut(|search| act(search.as_mut().expect("kani's functions can be called in a harness only")))
}

/// What a harness that unwound has failed of.
fn failure(payload: Box<dyn Any + Send>) -> Failure {
    let payload = match payload.downcast::<Refused>() {
        Ok(refused) => return Failure::Refused { reason: refused.0 },
        Err(payload) => payload,
    };
    let message = payload
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| payload.downcast_ref::<&str>().map(|text| String::from(*text)))
        .unwrap_or_else(|| String::from("a panic without a message"));
    with_search(|search| Failure::Refuted { message, choices: search.choices(), accepted: search.accepted })
}

/// Holds the place of a search on this thread, so that it is free again however the search ends.
struct Running;

impl Running {
    fn begin() -> Self {
        SEARCH.with_borrow_mut(|search| {
            assert!(search.is_none(), "a harness cannot run another one");
            *search = Some(Search::default());
        });
        Self
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        SEARCH.with_borrow_mut(|search| *search = None);
    }
}

impl Search {
    fn choose(&mut self, name: &'static str, domain: Domain) -> Result<u64, String> {
        let taken = match self.path.get(self.position) {
            Some(choice) if choice.name == name && choice.domain == domain => choice.taken,
            Some(choice) => return Err(self.not_deterministic(name, domain, choice)),
            None => self.begin_choice(name, domain)?,
        };
        self.position += 1;
        Ok(taken)
    }

    /// Takes the first value in a choice that no run has met before.
    fn begin_choice(&mut self, name: &'static str, domain: Domain) -> Result<u64, String> {
        let size = u64::try_from(domain.size()).ok().filter(|size| *size <= DOMAIN_LIMIT).ok_or_else(|| {
            format!("{name} has {} values, more than the {DOMAIN_LIMIT} that are tried: bound it", domain.size())
        })?;
        self.path.push(Choice { name, domain, size, taken: 0 });
        Ok(0)
    }

    fn not_deterministic(&self, name: &str, domain: Domain, before: &Choice) -> String {
        format!(
            "it is not deterministic: after the same choices, number {} was {} {} and is now {name} {domain}",
            self.position + 1,
            before.name,
            before.domain
        )
    }

    fn note_bound(&mut self, name: &'static str, domain: Domain) {
        match self.bounds.iter_mut().find(|(noted, _)| *noted == name) {
            Some((_, widest)) => *widest = widest.widened(domain),
            None => self.bounds.push((name, domain)),
        }
    }

    /// Moves on to the next sequence of choices that agrees with this one in the first `kept`: false if there is none.
    fn advance(&mut self, kept: usize) -> bool {
        while self.path.len() > kept {
            if let Some(last) = self.path.last_mut()
                && last.taken + 1 < last.size
            {
                last.taken += 1;
                self.position = kept;
                return true;
            }
            self.path.pop();
        }
        self.position = kept;
        false
    }

    /// Counts the values chosen since `start` as pruned and moves on to the next ones: false if these were the last,
    /// which the caller counts by pruning its run.
    fn pass_over(&mut self, start: usize) -> Result<bool, String> {
        self.end_of_run()?;
        let another = self.advance(start);
        self.pruned += u64::from(another);
        Ok(another)
    }

    /// Checks that the run, which ends here, is as long as the one it replays, and not one too many.
    fn end_of_run(&self) -> Result<(), String> {
        if self.position < self.path.len() {
            return Err(format!(
                "it is not deterministic: after the same choices, it made {} and now only {}",
                self.path.len(),
                self.position
            ));
        }
        if self.accepted + self.pruned > RUN_LIMIT {
            return Err(format!("it takes more than {RUN_LIMIT} runs: bound its choices"));
        }
        Ok(())
    }

    fn choices(&self) -> Vec<String> {
        let made = self.path.iter().take(self.position);
        made.map(|choice| format!("{} = {}", choice.name, choice.domain.show(choice.taken))).collect()
    }

    fn report(&self) -> Result<Report, Failure> {
        if self.accepted == 0 {
            return Err(Failure::Vacuous { pruned: self.pruned });
        }
        let bounds = self.bounds.iter().map(|(name, domain)| format!("{name} {domain}")).collect();
        Ok(Report { accepted: self.accepted, pruned: self.pruned, bounds })
    }
}
