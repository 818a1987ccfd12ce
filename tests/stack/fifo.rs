//! FIFO order as a layer: messages of one sender are delivered in the order in which it broadcast them.
//!
//! After Kleppmann, *Distributed Systems* (Cambridge 2021/22), section 4.3, slide 84; what was delivered leaves the
//! buffer.

use stateright::actor::Id;
use std::collections::BTreeMap;
use synod::broadcast::best_effort::BestEffort;
use synod::broadcast::eager::Eager;
use synod::broadcast::{Broadcast, Deliver};
use synod::check::check;
use synod::event::Module;
use synod::link::perfect::PerfectLinks;
use synod::stack::{Layer, Outputs, Stack, linked};
use synod::system::{Network, Observation, Script, System};

#[derive(Clone)]
struct Fifo;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
struct State {
    broadcast: u64,
    delivered: BTreeMap<Id, u64>,
    buffer: BTreeMap<(Id, u64), u8>,
}

impl Layer for Fifo {
    type Request = Broadcast<u8>;
    type Indication = Deliver<u8>;
    type RequestBelow = Broadcast<(u64, u8)>;
    type IndicationBelow = Deliver<(u64, u8)>;
    type State = State;
    type Storage = ();
    type Timer = ();
    type Random = ();

    fn on_start(&self, _me: Id, _stored: Option<&()>, _out: &mut Outputs<Self>) -> State {
        State::default()
    }

    fn on_request(&self, _me: Id, state: &mut State, Broadcast(payload): Broadcast<u8>, out: &mut Outputs<Self>) {
        out.request(Broadcast((state.broadcast, payload)));
        state.broadcast += 1;
    }

    fn on_indication(&self, _me: Id, state: &mut State, below: Deliver<(u64, u8)>, out: &mut Outputs<Self>) {
        let Deliver { sender, payload: (number, payload) } = below;
        state.buffer.insert((sender, number), payload);
        let next = state.delivered.entry(sender).or_default();
        while let Some(payload) = state.buffer.remove(&(sender, *next)) {
            out.indicate(Deliver { sender, payload });
            *next += 1;
        }
    }
}

/// Process 0 broadcasts 1 and 2. The history is what each process has delivered, in order.
fn two_messages<A: Module<Request = Broadcast<u8>, Indication = Deliver<u8>>>(
    actors: Vec<A>,
) -> System<A, Vec<Vec<u8>>> {
    let first = vec![Vec::new(); actors.len()];
    System::new(actors)
        .script(0, Script::at_any_time([Broadcast(1), Broadcast(2)]))
        .observing(first, |delivered: &mut Vec<Vec<u8>>, seen| {
            if let Observation::Indication { process, indication } = seen {
                delivered[usize::from(*process)].push(indication.payload);
            }
        })
        .always("FIFO order")
        .history(|delivered: &Vec<Vec<u8>>| delivered.iter().all(|payloads| payloads.is_sorted()))
        .sometimes("one process is ahead of another")
        .history(|delivered: &Vec<Vec<u8>>| delivered.contains(&vec![1]) && delivered.contains(&vec![1, 2]))
        .finally("everyone delivers both")
        .history(|delivered: &Vec<Vec<u8>>| delivered.iter().all(|payloads| payloads.len() == 2))
}

#[test]
fn without_the_layer_messages_overtake() {
    // Two requests, and the second message is delivered before the first.
    check(&two_messages(vec![BestEffort::new(2); 2])).violates("FIFO order", 4);
}

#[test]
fn over_best_effort() {
    // At process 1: nothing broadcast, the first, both; of those in flight none, the first, the second (which waits, and
    // is delivered with the first), both have arrived.
    check(&two_messages(vec![Stack::new(Fifo, BestEffort::new(2)); 2])).unique_states(1 + 2 + 4).verified();
}

#[test]
fn over_eager() {
    check(&two_messages(vec![Stack::new(Fifo, Eager::new(3)); 3])).verified();
}

#[test]
fn over_lossy_links() {
    let network = Network::unordered().loss(1).duplication(1).copies(1);
    let group = vec![Stack::new(Fifo, linked(BestEffort::new(2), PerfectLinks::new())); 2];
    let system = two_messages(group).network(network);
    check(&system.sometimes("a loss").everything(|view| view.spent.losses == 1)).verified();
}
