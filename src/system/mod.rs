//! The closed system: actors, and around them the network, the faults, the clock and the applications that they may meet.
//!
//! A [`System`] has everything that a checker needs: [`check`](crate::check) explores it exhaustively, and it implements
//! [`stateright::Model`], so that every stateright checker and the Explorer work on it.
//!
//! # The fault model
//!
//! | what | choices |
//! | --- | --- |
//! | network | [`Network`]: unordered or FIFO; loss, duplication, a cap on equal copies, partitions |
//! | processes | [`System::crash_stop`], [`System::crash_recovery`], [`System::omission`], [`System::byzantine`], each with a budget and the processes it may befall |
//! | a crash inside a step | before the step is durable (its input is gone, nothing of it is seen), or after it (its last indications may be lost) |
//! | what a crashed process had sent | can still be delivered, but nobody may count on it: a broadcast is cut off without extra steps |
//! | timing | [`Timing`]: asynchronous, synchronous, partially synchronous; a budget of firings for each timer |
//! | applications | [`Script`]: for each process, requests in order, or choices between requests |
//! | what runs may not leave undone | [`System::fairness`], for liveness properties |
//!
//! A *budget* belongs to the environment: a run that has used it up goes on without, and is a run like any other. A *cut*
//! ([`System::explore_while`]) leaves runs unfinished. Both are repeated in the verdict.
//!
//! # States taken for one another
//!
//! Processes that differ by their names alone are declared [interchangeable](System::interchangeable), and what matters only
//! in relation is renumbered by a [normal form](System::normalise): then the check explores one state of each class. Both
//! are claims about the system, which the check tests as it goes.
//!
//! # Structure
//!
//! `local` says what one process does, `enabled` and `perform` what the system does with it; both exist once, for stateright (cells
//! kept as plain values) and for the engine (cells interned).

mod claim;
mod describe;
mod diagram;
mod enabled;
mod fairness;
mod fault;
mod few;
mod format;
mod global;
mod happens;
mod limit;
mod local;
mod model;
mod network;
mod observe;
mod perform;
mod plain;
mod process;
mod property;
mod quiescence;
mod reduction;
mod rules;
mod script;
mod timing;
mod trace;
pub(crate) mod words;

pub use claim::Claim;
pub use diagram::svg;
pub use fairness::{Fair, Fairness};
pub use fault::{CrashKind, Death, Faults, Lies, Spent};
pub use few::Few;
pub use format::readable;
pub use global::{Global, Step};
pub use limit::Limit;
pub use local::{Local, LocalOf};
pub use model::NO_PANIC;
pub use network::{Network, Partition};
pub use observe::{Observation, ObservationOf};
pub use plain::{Action, State};
pub use process::{Cell, Envelope, EnvelopeOf, Life, Process};
pub use property::{
    Kind, Messages, Predicate, Processes, Property, Reads, View, everything, history, messages, processes,
};
pub use reduction::Parts;
pub use script::Script;
pub use timing::{Due, Timing};
pub use trace::{InFlight, Mark, Trace, TraceStep};

pub(crate) use describe::counted;
pub(crate) use fairness::FairAction;
pub(crate) use global::{Cells, Duty, Enabled, Outlook, Standing, StateIn};
pub(crate) use local::{Cause, Outcome, Sort, panic_message, tick};
#[cfg(feature = "runtime")]
pub(crate) use plain::Plain;
pub(crate) use plain::{observe, standing};
pub(crate) use reduction::{NormalForm, Reduction, Symmetry};
pub(crate) use rules::Rules;
pub(crate) use timing::Tick;
pub(crate) use trace::trace;
pub(crate) use words::{EnvelopeInWords, LocalInWords, Words};

use crate::event::{Data, Module};
use stateright::actor::Id;
use std::sync::Arc;

/// Actors, closed off: all that may happen to them, and what is claimed about it.
///
/// ```
/// # use synod::broadcast::{Broadcast, best_effort::BestEffort};
/// use synod::check::check;
/// use synod::system::{Network, Observation, Script, System};
///
/// let system = System::new(vec![BestEffort::<u8>::new(2); 2])
///     .network(Network::unordered())
///     .script(0, Script::at_any_time([Broadcast(7)]))
///     .observing(0, |delivered, seen| {
///         if let Observation::Indication { .. } = seen {
///             *delivered += 1;
///         }
///     })
///     .always("delivered at most once each").history(|delivered| *delivered <= 2)
///     .finally("delivered everywhere").history(|delivered| *delivered == 2);
/// // Before the broadcast, after it (delivered to itself at once), after the other process has delivered it.
/// check(&system).unique_states(3).verified();
/// ```
pub struct System<A: Module, H: Data = ()> {
    pub(crate) rules: Rules,
    pub(crate) actors: Arc<[Arc<A>]>,
    lies: Option<Lies<A::Wire>>,
    pub(crate) scripts: Vec<Script<A::Request, A::Indication>>,
    first_history: Arc<H>,
    pub(crate) observer: Arc<dyn Fn(&mut H, &ObservationOf<A>) + Send + Sync>,
    properties: Vec<Property<A, H>>,
    cuts: Vec<(&'static str, Predicate<A, H>)>,
    pub(crate) reduction: Reduction<A, H>,
}

impl<A: Module> System<A> {
    /// A system of these actors, whose ids are their places. Nothing goes wrong in it, nobody asks for anything, and
    /// nothing is claimed: the other methods add to it.
    ///
    /// # Panics
    ///
    /// Without actors, or with more than 255.
    pub fn new(actors: impl IntoIterator<Item = A>) -> Self {
        let actors: Arc<[Arc<A>]> = actors.into_iter().map(Arc::new).collect();
        assert!(!actors.is_empty(), "a system without actors has nothing to do");
        assert!(actors.len() <= 255, "a system has at most 255 actors");
        System {
            rules: Rules::new(actors.len()),
            scripts: actors.iter().map(|_| Script::silent()).collect(),
            actors,
            lies: None,
            first_history: Arc::new(()),
            observer: Arc::new(|(), _| {}),
            properties: Vec::new(),
            cuts: Vec::new(),
            reduction: Reduction::None,
        }
    }

    /// Keeps a history: `observer` sees requests, indications and crashes in their order, and keeps of them what the
    /// properties read. No more than that: an order that is kept needlessly can triple a system.
    ///
    /// To be called before the first property is stated.
    ///
    /// # Panics
    ///
    /// When a property has been stated already, or which states are taken for one another.
    pub fn observing<H: Data>(
        self,
        first: H,
        observer: impl Fn(&mut H, &ObservationOf<A>) + Send + Sync + 'static,
    ) -> System<A, H> {
        assert!(
            self.properties.is_empty() && self.cuts.is_empty(),
            "a system's history is declared before its properties"
        );
        assert!(matches!(self.reduction, Reduction::None), "a system's history is declared before what renames it");
        System {
            rules: self.rules,
            actors: self.actors,
            lies: self.lies,
            scripts: self.scripts,
            first_history: Arc::new(first),
            observer: Arc::new(observer),
            properties: Vec::new(),
            cuts: Vec::new(),
            reduction: Reduction::None,
        }
    }
}

impl<A: Module, H: Data> System<A, H> {
    /// The network between the processes. Without this call it is unordered, and nothing is lost or duplicated.
    ///
    /// # Panics
    ///
    /// When the network contradicts itself (FIFO with duplication, a cap of no copies), or names a process that does not
    /// exist.
    pub fn network(mut self, network: Network) -> Self {
        network.refuse_nonsense(self.actors.len());
        self.rules.network = network;
        self
    }

    /// Processes may crash for good.
    pub fn crash_stop(mut self, faults: impl Into<Faults>) -> Self {
        let stops = faults.into();
        stops.refuse_nonsense("crash-stop", self.actors.len());
        self.rules.stops = stops;
        self
    }

    /// Processes may crash, and recover with what they had stored. Whoever crashes may lose the messages sent to it, so
    /// the network has to have unlimited loss; this is verified when the system is checked.
    ///
    /// Nobody may count on a recovery, unless [`System::fair_recovery`] says so.
    pub fn crash_recovery(mut self, faults: impl Into<Faults>) -> Self {
        let recoveries = faults.into();
        recoveries.refuse_nonsense("crash-recovery", self.actors.len());
        self.rules.recoveries = recoveries;
        self
    }

    /// A process that crashed recovers some day.
    pub fn fair_recovery(mut self) -> Self {
        self.rules.fair_recovery = true;
        self
    }

    /// Processes may fail to send or to receive single messages.
    ///
    /// # Panics
    ///
    /// When so many at the same time are spoken of: an omission is over at once.
    pub fn omission(mut self, faults: impl Into<Faults>) -> Self {
        let omissions = faults.into();
        omissions.refuse_nonsense("omission", self.actors.len());
        assert!(omissions.at_once.is_none(), "omission strikes messages one by one: \"at once\" says nothing");
        self.rules.omissions = omissions;
        self
    }

    /// Processes may turn Byzantine: from then on they say any of the `lies` at any time, and hear nothing.
    ///
    /// `lies` gives, for the id of a liar, every message it might send and to whom. It must be finite; forged senders and
    /// unknown receivers are refused when the system is checked.
    pub fn byzantine(
        mut self,
        faults: impl Into<Faults>,
        lies: impl Fn(Id) -> Vec<(Id, A::Wire)> + Send + Sync + 'static,
    ) -> Self {
        let byzantine = faults.into();
        byzantine.refuse_nonsense("Byzantine behaviour", self.actors.len());
        let n = self.actors.len();
        let lies: Lies<A::Wire> = Arc::new(move |liar| {
            let envelope = |(to, message)| {
                assert!(usize::from(to) < n, "a lie is addressed to a process that does not exist");
                Envelope { from: liar, to, message }
            };
            lies(liar).into_iter().map(envelope).collect()
        });
        self.rules.byzantine = byzantine;
        System { lies: Some(lies), ..self }
    }

    /// What timers mean. Without this call a timer may fire at any time.
    ///
    /// # Panics
    ///
    /// When the unit of time is zero.
    pub fn timing(mut self, timing: Timing) -> Self {
        timing.refuse_nonsense();
        self.rules.timing = timing;
        self
    }

    /// Each timer of each process fires at most so often in a run. For runs that would never end otherwise; and, with none at
    /// all, for runs in which nobody gives up waiting.
    pub fn firings(mut self, budget: u8) -> Self {
        self.rules.firings = budget.into();
        self
    }

    /// What the application above process `id` asks for.
    ///
    /// # Panics
    ///
    /// When there is no such process, or when a place of the script is empty or offers the same request twice.
    pub fn script(mut self, id: usize, script: Script<A::Request, A::Indication>) -> Self {
        assert!(id < self.actors.len(), "a script is for process {id}, which does not exist");
        script.refuse_nonsense();
        self.scripts[id] = script;
        self
    }

    /// Claims that something holds in every reachable state: the methods of [`Claim`] say what, and what it reads.
    pub fn always(self, name: &'static str) -> Claim<A, H> {
        Claim::new(self, name, Some(Kind::Always))
    }

    /// Claims that some reachable state satisfies something: what the other properties are about does happen.
    pub fn sometimes(self, name: &'static str) -> Claim<A, H> {
        Claim::new(self, name, Some(Kind::Sometimes))
    }

    /// Claims that something holds in every quiescent state, and that there is one.
    ///
    /// A state is quiescent when no step changes anything, except faults, recoveries that are not fair, and deliveries
    /// that nobody may count on. (On [fair-loss](Network::fair_loss) links one may count on what is sent again and again.)
    pub fn finally(self, name: &'static str) -> Claim<A, H> {
        Claim::new(self, name, Some(Kind::Finally))
    }

    /// Claims that in every fair run something holds some day. What is fair: [`System::fairness`].
    ///
    /// In a system with a liveness property (this one or one of the three below) whatever becomes of a message is a step:
    /// unlimited loss too, and so is a delivery that the receiver ignores, which consumes the message (of a set, it stays).
    /// All properties are judged in that state space.
    ///
    /// ```
    /// # use synod::broadcast::{Broadcast, best_effort::BestEffort};
    /// # use synod::check::check;
    /// # use synod::system::{Fair, Fairness, Network, Observation, Script, System};
    /// let system = |network| {
    ///     System::new(vec![BestEffort::<u8>::new(2); 2])
    ///         .network(network)
    ///         .script(0, Script::at_any_time([Broadcast(7)]))
    ///         .observing(0, |delivered, seen| *delivered += u8::from(matches!(seen, Observation::Indication { .. })))
    ///         .eventually("delivered everywhere").history(|delivered| *delivered == 2)
    /// };
    /// check(&system(Network::unordered())).verified();
    /// // The broadcast is made once, and lost; then nothing has to happen any more.
    /// check(&system(Network::unordered().fair_loss())).violates("delivered everywhere", 2);
    /// // Nobody has to broadcast at all.
    /// let silent = system(Network::unordered()).fairness(Fair::Requests, Fairness::None);
    /// check(&silent).violates("delivered everywhere", 0);
    /// ```
    pub fn eventually(self, name: &'static str) -> Claim<A, H> {
        Claim::new(self, name, Some(Kind::Eventually))
    }

    /// Claims that in every fair run something holds from some day on.
    pub fn eventually_always(self, name: &'static str) -> Claim<A, H> {
        Claim::new(self, name, Some(Kind::EventuallyAlways))
    }

    /// Claims that from every reachable state one is reachable in which something holds. No fairness is needed for that:
    /// what a run may leave out it may also do. (So what a process had sent before it stopped can arrive as long as it is in
    /// flight.)
    pub fn always_possibly(self, name: &'static str) -> Claim<A, H> {
        Claim::new(self, name, Some(Kind::AlwaysPossibly))
    }

    /// Claims that in every fair run, whenever `premise` holds, `conclusion` holds then or some day after.
    ///
    /// # Panics
    ///
    /// When the system has a property of that name already.
    pub fn leads_to(self, name: &'static str, premise: Predicate<A, H>, conclusion: Predicate<A, H>) -> Self {
        self.property(Property::leads_to(name, premise, conclusion))
    }

    /// States a property.
    ///
    /// # Panics
    ///
    /// When there is one of that name already, or the name is [`NO_PANIC`]: that property every system has. When it has a
    /// premise and is of another kind than [`Kind::LeadsTo`], or the other way round.
    pub fn property(mut self, property: Property<A, H>) -> Self {
        assert!(
            self.properties.iter().all(|other| other.name != property.name),
            "the system has two properties named \"{}\"",
            property.name
        );
        assert!(property.name != NO_PANIC, "every system has the property \"{NO_PANIC}\" already");
        assert!(
            property.premise.is_some() == (property.kind == Kind::LeadsTo),
            "\"{}\": to lead to something takes a premise, and no other claim has one",
            property.name
        );
        self.rules.live |= property.kind.is_liveness();
        self.properties.push(property);
        self
    }

    /// Cuts: explores only states that satisfy something. `name` says what is left out, and stands in the verdict.
    pub fn explore_while(self, name: &'static str) -> Claim<A, H> {
        Claim::new(self, name, None)
    }

    fn cut(mut self, name: &'static str, predicate: Predicate<A, H>) -> Self {
        self.cuts.push((name, predicate));
        self
    }

    /// How many processes there are.
    pub fn process_count(&self) -> usize {
        self.actors.len()
    }

    /// The properties, in the order in which they were stated.
    pub fn properties(&self) -> &[Property<A, H>] {
        &self.properties
    }

    pub(crate) fn first_history(&self) -> &H {
        &self.first_history
    }

    pub(crate) fn cuts(&self) -> &[(&'static str, Predicate<A, H>)] {
        &self.cuts
    }

    pub(crate) fn lies(&self, liar: usize) -> Vec<EnvelopeOf<A>> {
        self.lies.as_ref().map(|lies| lies(Id::from(liar))).unwrap_or_default()
    }
}

impl<A: Module, H: Data> Clone for System<A, H> {
    fn clone(&self) -> Self {
        System {
            rules: self.rules.clone(),
            actors: self.actors.clone(),
            lies: self.lies.clone(),
            scripts: self.scripts.clone(),
            first_history: self.first_history.clone(),
            observer: self.observer.clone(),
            properties: self.properties.clone(),
            cuts: self.cuts.clone(),
            reduction: self.reduction.clone(),
        }
    }
}
