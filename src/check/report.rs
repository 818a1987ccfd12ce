//! What a check has found.

use super::walk::Walked;
use crate::system::{Kind, Trace, counted};
use std::fmt;
use std::time::Duration;

/// The outcome of a check, or of one property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It holds, in the system as it was stated.
    Verified,
    /// It does not.
    Violated,
    /// A bound was hit before the search was complete. This proves nothing.
    Incomplete,
}

impl Verdict {
    /// "verified", "violated" or "incomplete".
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Verified => "verified",
            Verdict::Violated => "violated",
            Verdict::Incomplete => "incomplete",
        }
    }
}

/// What ended a search before it was complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// The budget of memory.
    Memory,
    /// The number of states.
    States,
    /// The depth.
    Depth,
    /// The time.
    Time,
    /// The user.
    Interrupt,
    /// The walks: the states were visited at random.
    Walks,
}

impl Limit {
    const ALL: [Limit; 6] = [Limit::Memory, Limit::States, Limit::Depth, Limit::Time, Limit::Interrupt, Limit::Walks];

    /// "memory", "states", "depth", "time", "interrupt" or "random walks".
    pub fn name(self) -> &'static str {
        match self {
            Limit::Memory => "memory",
            Limit::States => "states",
            Limit::Depth => "depth",
            Limit::Time => "time",
            Limit::Interrupt => "interrupt",
            Limit::Walks => "random walks",
        }
    }

    pub(super) fn code(self) -> u8 {
        self as u8 + 1
    }

    pub(super) fn from_code(code: u8) -> Option<Limit> {
        Self::ALL.get(usize::from(code).checked_sub(1)?).copied()
    }
}

/// Why a property of whole runs was left open, though no limit ended the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Undecided {
    /// No run violates it as far as runs are known, but a [cut](crate::system::System::explore_while) leaves some of them
    /// unfinished.
    Cut,
    /// Among [normal forms](crate::system::System::normalise) a run seems to violate it, and none of states as they are was
    /// found along it.
    NormalForm,
}

impl Undecided {
    /// "cut" or "normal form".
    pub fn name(self) -> &'static str {
        match self {
            Undecided::Cut => "cut",
            Undecided::NormalForm => "normal form",
        }
    }
}

impl fmt::Display for Undecided {
    /// The reason, and what can be done about it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Undecided::Cut => {
                "a cut leaves runs unfinished, and what becomes of it behind the cut is not known: bound the runs by a \
                 budget, which they outlive"
            }
            Undecided::NormalForm => {
                "among normal forms a run seems to violate it, and none of states as they are was found along it: ask a \
                 smaller system without the normal form"
            }
        })
    }
}

/// What became of one property.
#[derive(Clone, Debug)]
pub struct PropertyReport {
    /// Its name.
    pub name: &'static str,
    /// What it claims.
    pub kind: Kind,
    /// Whether it holds. `Incomplete` also when the search ended at the violation of another property.
    pub verdict: Verdict,
    /// Why it was left open, where neither a limit nor another violation was the reason.
    pub undecided: Option<Undecided>,
    /// The length of a shortest run that violates it (or, for `sometimes`, that reaches it), in steps.
    pub steps: Option<usize>,
    /// That run, where it was asked for; of the first property that is violated always.
    pub trace: Option<Trace>,
}

/// What a check has found.
#[derive(Clone, Debug)]
pub struct Report {
    /// The outcome.
    pub verdict: Verdict,
    /// The properties as the system states them, and last the one that nothing panics.
    pub properties: Vec<PropertyReport>,
    /// How many different states were found.
    pub unique: u64,
    /// How many processes are [interchangeable](crate::system::System::interchangeable); then `unique` counts classes of
    /// states that differ by their names alone.
    pub interchangeable: usize,
    /// With interchangeable processes, and where the search was complete: how many states there are without them, the sum
    /// of the sizes of all classes. (At most `u128::MAX`.)
    pub orbits: Option<u128>,
    /// The initial state, and the steps that were taken.
    pub generated: u64,
    /// The length of the longest of the shortest runs to each state, in states: the initial one counts as 1. Of a search
    /// that ended at the limit of depth, that limit; after random walks, of runs through the states seen.
    pub depth: usize,
    /// How long it took.
    pub time: Duration,
    /// Bytes per state, of the rows and of the visited table.
    pub bytes_per_state: f64,
    /// How many threads explored.
    pub threads: usize,
    /// What the system takes for granted.
    pub assumptions: Vec<String>,
    /// What ended the search before it was complete.
    pub limit: Option<Limit>,
    /// How often handlers were called. (This, and what occurred, depends on threads with interchangeable processes: each
    /// draws images of its own.)
    pub handler_calls: u64,
    /// How many different processes, messages and histories occurred.
    pub cells: [usize; 3],
    /// Whether a quiescent state was found.
    pub quiescent: bool,
    /// The message of a property's panic, if one panicked.
    pub panic: Option<String>,
    /// How the walks went, if the states were visited at random.
    pub walked: Option<Walked>,
}

impl Report {
    /// Why a report that is incomplete proves nothing; nothing for one that is complete.
    fn doubt(&self) -> Option<String> {
        if self.verdict != Verdict::Incomplete {
            return None;
        }
        let ended = match (self.limit, self.walked) {
            (_, Some(walked)) => walked.to_string(),
            (Some(Limit::Depth), _) => {
                format!("the states down to depth {} were judged, and there are more", self.depth)
            }
            (None, None) => "every state was found, but not how every run goes on".to_string(),
            _ => format!("the search was cut short at depth {}", self.depth),
        };
        Some(format!("this proves nothing: {ended}"))
    }

    /// The report of a property.
    ///
    /// # Panics
    ///
    /// When the system has no property of that name.
    pub fn property(&self, name: &str) -> &PropertyReport {
        self.properties
            .iter()
            .find(|property| property.name == name)
            .unwrap_or_else(|| panic!("the system has no property \"{name}\""))
    }

    /// The first of the properties that are violated: the one with the shortest run; of several, the one stated first.
    pub fn first_violation(&self) -> Option<&PropertyReport> {
        let violated = self.properties.iter().filter(|p| p.verdict == Verdict::Violated);
        violated.min_by_key(|property| property.steps.unwrap_or(usize::MAX))
    }
}

impl fmt::Display for Report {
    /// The verdict, the figures, the assumptions, each property, and the counterexample if there is one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limit = match self.limit {
            None => String::new(),
            Some(Limit::Walks) => format!(" ({})", Limit::Walks.name()),
            Some(limit) => format!(" ({} limit)", limit.name()),
        };
        writeln!(
            f,
            "{}{limit}: {} states, {} generated, depth {}, {:.2} s on {}",
            self.verdict.name(),
            self.unique,
            self.generated,
            self.depth,
            self.time.as_secs_f64(),
            counted(self.threads, "thread")
        )?;
        if let Some(orbits) = self.orbits {
            let processes = counted(self.interchangeable, "interchangeable process");
            writeln!(f, "  with {processes} these are classes of states, {orbits} in all")?;
        }
        self.doubt().map_or(Ok(()), |doubt| writeln!(f, "  {doubt}"))?;
        writeln!(f, "  assuming {}", self.assumptions.join("; "))?;
        for property in &self.properties {
            let steps = property.steps.map_or(String::new(), |steps| format!(" ({})", counted(steps, "step")));
            let word = match (property.kind, property.verdict) {
                (Kind::Sometimes, Verdict::Verified) => "reached",
                (Kind::Sometimes, Verdict::Violated) => "never reached",
                (_, verdict) => verdict.name(),
            };
            let why = property.undecided.map_or(String::new(), |why| format!(", because {why}"));
            writeln!(f, "  {:<9} {}: {word}{steps}{why}", property.kind.name(), property.name)?;
        }
        if let Some(panic) = &self.panic {
            writeln!(f, "  panicked: {panic}")?;
        }
        if let Some(PropertyReport { name, trace: Some(trace), .. }) = self.first_violation() {
            writeln!(f, "\n{name} is violated by:\n{trace}")?;
        }
        Ok(())
    }
}
