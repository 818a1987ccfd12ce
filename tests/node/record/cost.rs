//! What recording costs: `cargo test --release --features runtime --test node -- --ignored --nocapture costs`.

use super::*;
use std::time::Instant;
use synod::runtime::store::Memory;

/// How many messages are sent to and fro.
const MESSAGES: u64 = 200_000;

/// Of so many messages that are under way at a time, how many are handled in a second.
async fn messages_per_second(under_way: u64, folder: Option<&Path>) -> f64 {
    let hub = Hub::default();
    let mut nodes = Vec::new();
    for id in 0..2 {
        let node = Node::builder(echo::Echo).id(id).processes(2).transport(hub.transport()).store(Memory::new());
        let node = folder.into_iter().fold(node.recorded_as("echo"), |node, folder| node.record_in(folder));
        nodes.push(node.start().await.unwrap());
    }
    let start = Instant::now();
    nodes[0].request(echo::Begin { under_way, each: MESSAGES / under_way }).await.unwrap();
    for _ in 0..under_way {
        soon(nodes[0].indications().next()).await.unwrap();
    }
    let rate = MESSAGES as f64 / start.elapsed().as_secs_f64();
    for node in &nodes {
        node.shutdown().await.unwrap();
    }
    rate
}

#[tokio::test]
#[ignore = "it measures"]
async fn what_recording_costs() {
    for under_way in [1, 16, 256] {
        let folder = tempfile::tempdir().unwrap();
        let (without, with) =
            (messages_per_second(under_way, None).await, messages_per_second(under_way, Some(folder.path())).await);
        let (_, lines) = lines(folder.path(), 0, 1);
        println!(
            "{under_way} under way: {without:.0} messages a second, recorded {with:.0}; {} lines in the first part",
            lines.len()
        );
    }
}

mod echo {
    //! An actor that sends back what it gets, less one.

    use serde::{Deserialize, Serialize};
    use std::borrow::Cow;
    use synod::event::{Emit, Event};
    use synod::stateright::actor::{Actor, Id, Out};

    /// Sends so many messages, each of which goes to and fro so often.
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    pub struct Begin {
        pub under_way: u64,
        pub each: u64,
    }

    #[derive(Clone, Debug)]
    pub struct Echo;

    impl Actor for Echo {
        type Msg = Event<Begin, (), u64>;
        type State = ();
        type Storage = ();
        type Timer = ();
        type Random = ();

        fn on_start(&self, _: Id, _: &Option<()>, _: &mut Out<Self>) {}

        fn on_msg(&self, me: Id, _: &mut Cow<()>, from: Id, event: Self::Msg, out: &mut Out<Self>) {
            let other = Id::from(1 - usize::from(me));
            match event {
                Event::Request(Begin { under_way, each }) => {
                    (0..under_way).for_each(|_| out.wire(other, each - 1));
                }
                Event::Wire(0) if usize::from(me) == 0 => out.indicate(me, ()),
                Event::Wire(left) => out.wire(from, left.saturating_sub(1)),
                Event::Indication(()) => {}
            }
        }
    }
}
