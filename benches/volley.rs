//! The actor of the benches that count messages: it sends back what it gets.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use synod::event::{Emit, Event};
use synod::stateright::actor::{Actor, Id, Out};

/// Sends back what it gets.
#[derive(Clone)]
pub struct Volley {
    /// To whom it serves, and how many balls; nobody waits for one that is lost.
    pub serves: Option<(Id, u64)>,
    /// How many have come: the bench looks at it from outside.
    pub returned: Arc<AtomicU64>,
}

impl Actor for Volley {
    type Msg = Event<(), (), u64>;
    type State = ();
    type Storage = ();
    type Timer = ();
    type Random = ();

    fn on_start(&self, _: Id, _: &Option<()>, out: &mut Out<Self>) {
        if let Some((to, balls)) = self.serves {
            (0..balls).for_each(|ball| out.wire(to, ball));
        }
    }

    fn on_msg(&self, _: Id, _: &mut Cow<()>, from: Id, event: Self::Msg, out: &mut Out<Self>) {
        if let Event::Wire(ball) = event {
            self.returned.fetch_add(1, Ordering::Relaxed);
            out.wire(from, ball);
        }
    }
}
