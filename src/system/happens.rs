//! That what may go wrong does go wrong: a property is worth little in a system whose faults never strike.

use super::process::Life;
use super::property::View;
use super::{Limit, System};
use crate::event::{Data, Module};

/// Whether a fault has struck, as a state shows it.
type Struck<A, H> = fn(View<'_, A, H>) -> bool;

impl<A: Module, H: Data> System<A, H> {
    /// Claims of each fault that the system allows, and that shows in its states, that it happens: "a process stops",
    /// "a crash", "a recovery", "an omission", "a process turns Byzantine", "a loss", "a duplication", "a cut", "a heal".
    ///
    /// Unlimited losses, duplications and omissions are not counted, so no state shows them; nor does one show a recovery
    /// from crashes without limit. To be called when the network and the faults are stated.
    ///
    /// # Panics
    ///
    /// When the system has a property of one of these names already.
    pub fn sometimes_each_fault(self) -> Self {
        let rules = &self.rules;
        let may = |limit| limit != Limit::None;
        let is_counted = |limit| matches!(limit, Limit::Budget(_));
        let cuts = rules.network.cuts > 0;
        let claims: [(bool, &'static str, Struck<A, H>); 9] = [
            (may(rules.stops.total), "a process stops", |view| some(view, |life| matches!(life, Life::Stopped))),
            (may(rules.recoveries.total), "a crash", |view| some(view, |life| matches!(life, Life::Down))),
            (is_counted(rules.recoveries.total), "a recovery", |view| {
                view.spent.crashes > 0 && !some(view, |life| matches!(life, Life::Down))
            }),
            (is_counted(rules.omissions.total), "an omission", |view| view.spent.omissions > 0),
            (may(rules.byzantine.total), "a process turns Byzantine", |view| {
                some(view, |life| matches!(life, Life::Byzantine))
            }),
            (is_counted(rules.network.loss), "a loss", |view| view.spent.losses > 0),
            (is_counted(rules.network.duplication), "a duplication", |view| view.spent.duplications > 0),
            (cuts, "a cut", |view| view.spent.cut.is_some()),
            (cuts, "a heal", |view| view.spent.cuts > 0 && view.spent.cut.is_none()),
        ];
        let allowed = claims.into_iter().filter(|(allowed, _, _)| *allowed);
        allowed.fold(self, |system, (_, name, struck)| system.sometimes(name).everything(struck))
    }
}

/// Whether some process is in such a state of life.
fn some<A: Module, H>(view: View<'_, A, H>, such: fn(&Life<A::State>) -> bool) -> bool {
    view.processes.iter().any(|(_, process)| such(&process.life))
}
