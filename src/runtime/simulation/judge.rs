//! The properties of a system, judged while a run goes on.

use super::mirror::Depth;
use crate::event::{Data, Module};
use crate::system::{Kind, Plain, Property, Reads, State, System};

/// When properties are judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Judging {
    /// Never: the run is for its own sake, or for its speed.
    Never,
    /// After every step.
    #[default]
    EveryStep,
    /// After every so many steps, and whenever the history changes.
    Every(u32),
}

/// What is asked of a run, and what was found.
pub(super) struct Judge<'a, A: Module, H: Data> {
    system: &'a System<A, H>,
    always: Vec<&'a Property<A, H>>,
    /// Those that were not reached yet.
    sometimes: Vec<&'a Property<A, H>>,
    pub reached: Vec<&'static str>,
    finally: Vec<&'a Property<A, H>>,
    every: u32,
    waited: u32,
    history_changed: bool,
    pub found: Option<&'static str>,
}

impl<'a, A: Module, H: Data> Judge<'a, A, H> {
    pub fn new(system: &'a System<A, H>, judging: Judging) -> Self {
        let every = match judging {
            Judging::Never => 0,
            Judging::EveryStep => 1,
            Judging::Every(steps) => steps.max(1),
        };
        let of = |kind| system.properties().iter().filter(move |property| every > 0 && property.kind == kind).collect();
        Judge {
            system,
            always: of(Kind::Always),
            sometimes: of(Kind::Sometimes),
            reached: Vec::new(),
            finally: of(Kind::Finally),
            every,
            waited: 0,
            history_changed: false,
            found: None,
        }
    }

    /// How much of the state the properties read.
    pub fn depth(&self) -> Depth {
        let read = self.always.iter().chain(&self.sometimes).map(|property| match property.predicate.reads() {
            Reads::History => Depth::History,
            Reads::Processes => Depth::Processes,
            Reads::Messages | Reads::Everything => Depth::Everything,
        });
        // Whether nothing more has to happen depends on everything.
        let quiescence = (!self.finally.is_empty()).then_some(Depth::Everything);
        read.chain(quiescence).max().unwrap_or(Depth::History)
    }

    pub fn has_found(&self) -> bool {
        self.found.is_some()
    }

    pub fn history_changes(&mut self) {
        self.history_changed = true;
    }

    /// Judges a state, if it is time to.
    pub fn judge(&mut self, state: &State<A, H>, first: bool) {
        self.waited += 1;
        let due = self.every > 0 && (self.waited >= self.every || self.history_changed || first);
        if !due || self.has_found() {
            return;
        }
        self.waited = 0;
        let history_changed = std::mem::take(&mut self.history_changed) || first;
        let (system, always, sometimes) = (self.system, &self.always, &mut self.sometimes);
        let (found, reached) = (&mut self.found, &mut self.reached);
        system.view(state, |view| {
            let may_have_changed =
                |property: &Property<A, H>| history_changed || property.predicate.reads() != Reads::History;
            let fallen = always.iter().find(|property| may_have_changed(property) && !property.predicate.holds(view));
            *found = fallen.map(|property| property.name);
            sometimes.retain(|property| {
                let holds = may_have_changed(property) && property.predicate.holds(view);
                reached.extend(holds.then_some(property.name));
                !holds
            });
        });
    }

    /// Judges the state in which the run has come to rest.
    pub fn judge_rest(&mut self, state: &State<A, H>) {
        if self.finally.is_empty() || self.has_found() {
            return;
        }
        let system = self.system;
        if system.rules.quiescent(&mut Plain(system), state) {
            let fallen = |property: &&&Property<A, H>| !system.view(state, |view| property.predicate.holds(view));
            self.found = self.finally.iter().find(fallen).map(|property| property.name);
        }
    }
}
