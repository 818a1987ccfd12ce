//! Nodes of one program.

use crate::common::*;
use synod::runtime::transport::memory::Hub;
use synod::runtime::transport::{Identity, Transport};
use tokio::sync::{mpsc, watch};

#[tokio::test]
async fn messages_arrive_in_order_and_lives_follow_one_another() {
    let hub = Hub::new();
    let all = addresses(["here", "here"]);
    let mut zero = Node::start(hub.transport(), 0, 1, all.clone()).await;
    let mut one = Node::start(hub.transport(), 1, 1, all.clone()).await;
    for number in 0..1_000 {
        zero.send(1, number.to_string());
    }
    for number in 0..1_000 {
        let letter = one.next().await;
        assert_eq!((letter.from, letter.number, letter.message), (zero.id, number, number.to_string()));
    }
    let mut again = Node::start(hub.transport(), 0, 2, all.clone()).await;
    zero.send(1, "from the former life");
    assert_eq!(again.reach(&mut one, "anew").await.incarnation, 2);
    assert_eq!(zero.with(1).dropped_with_connection, 1);
    // The former life ends only now; it does not take the new one along.
    drop(zero);
    one.reach(&mut again, "are you there?").await;
}

#[tokio::test]
async fn a_slow_recipient_loses_the_oldest_and_nobody_elses() {
    let hub = Hub::new();
    let all = addresses(["here", "here", "here"]);
    let mut zero = Node::start(hub.transport(), 0, 1, all.clone()).await;
    let mut two = Node::start(hub.transport(), 2, 1, all.clone()).await;
    let mut one = Node::with_inbox(hub.transport().with_queue(10), 1, 1, all, 1).await;
    two.send(1, "small");
    for number in 0..100 {
        zero.send(1, number.to_string());
    }
    assert!(zero.with(1).queued.messages <= 10);
    let mut received = Vec::new();
    while received.len() < 11 {
        received.push(one.next().await);
    }
    let from = |id| received.iter().filter(move |letter| letter.from == id).map(|letter| letter.message.as_str());
    assert_eq!(from(two.id).collect::<Vec<_>>(), ["small"]);
    assert_eq!(from(zero.id).collect::<Vec<_>>(), (90..100).map(|number| number.to_string()).collect::<Vec<_>>());
    assert_eq!(zero.with(1).dropped_oldest, 90);
}

#[tokio::test]
async fn a_node_runs_once_and_those_without_address_get_nothing() {
    let hub = Hub::new();
    let mut zero = Node::start(hub.transport(), 0, 3, addresses(["here", "here"])).await;
    let mut one = Node::start(hub.transport(), 1, 1, addresses(["here", "here"])).await;
    zero.send(2, "anybody?");
    assert_eq!(zero.traffic().without_address, 1);
    zero.reach(&mut one, "milk").await;
    one.addresses.send_modify(|known| {
        known.remove(&zero.id);
    });
    zero.send(1, "milk");
    assert_eq!(zero.with(1).dropped_with_connection, 1);

    let (inbox, _letters) = mpsc::channel(1);
    let identity = Identity { cluster: CLUSTER.into(), node: zero.id, incarnation: 3 };
    let taken =
        Transport::<String>::start(hub.transport(), identity, watch::Sender::default().subscribe(), inbox).await;
    assert_eq!(
        taken.err().expect("it is running").to_string(),
        "node 0 of dairy is running in incarnation 3: incarnation 3 cannot start"
    );
}
