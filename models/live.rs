//! Networks on which what is claimed of whole runs depends on fairness.

use synod::event::{Data, Module};
use synod::system::{Fair, Fairness, Network, System};

/// Links lose without limit, but not all of what is sent again and again: strong fairness delivers it, with losses as steps
/// that come between. For actors over perfect links.
pub fn over_fair_links<A: Module, H: Data>(system: System<A, H>) -> System<A, H> {
    system.network(Network::unordered().fair_loss().copies(1))
}

/// The same links under weak fairness, which is too little: each copy may be lost before it arrives, so a message that is
/// sent for ever need not ever arrive.
pub fn over_unfair_links<A: Module, H: Data>(system: System<A, H>) -> System<A, H> {
    over_fair_links(system).fairness(Fair::Deliveries, Fairness::Weak)
}
