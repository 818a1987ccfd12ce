//! Whole clusters in one process.

use crate::kept::Kept;
use crate::soon;
use synod::broadcast::eager::Eager;
use synod::broadcast::{Broadcast, Deliver};
use synod::consensus::paxos::{Acceptor, Message, Paxos};
use synod::consensus::{Decide, Propose};
use synod::quorum::Majority;
use synod::runtime::transport::memory::Hub;
use synod::runtime::{Handle, Node};
use synod::stateright::actor::Id;

type Value = &'static str;
type Member = Handle<Propose<Value>, Decide<Value>>;

async fn member(id: usize, hub: &Hub<Message<Value>>, store: &Kept<Acceptor<Value>>) -> Member {
    let node = Node::builder(Paxos::new(Majority::new(3))).id(id).processes(3);
    node.transport(hub.transport()).store(store.store()).start().await.unwrap()
}

async fn three_decide() {
    let hub = Hub::default();
    let stores = [Kept::new(), Kept::new(), Kept::new()];
    let mut members = Vec::new();
    for (id, store) in stores.iter().enumerate() {
        members.push(member(id, &hub, store).await);
    }
    let decided = soon(members[0].call(Propose("tea"), |_, _| true)).await.unwrap();
    assert_eq!(decided, Decide("tea"));
    for other in &members[1..] {
        assert_eq!(soon(other.indications().next()).await, Some(Decide("tea")));
    }
    let votes = stores.iter().filter(|store| store.value().is_some_and(|acceptor| acceptor.vote.is_some())).count();
    assert!(votes >= 2, "a decision rests on a majority of votes, not on {votes}");
}

#[tokio::test]
async fn three_processes_decide_on_one_thread() {
    three_decide().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_processes_decide_on_several_threads() {
    three_decide().await;
}

/// Process 1 alone has voted with process 0, goes away, and comes back: its vote must bind the next ballot.
#[tokio::test]
async fn a_restarted_acceptor_keeps_its_promise_and_its_vote() {
    let hub = Hub::default();
    let stores = [Kept::new(), Kept::new(), Kept::new()];
    let first = member(0, &hub, &stores[0]).await;
    let voter = member(1, &hub, &stores[1]).await;
    soon(first.call(Propose("tea"), |_, _| true)).await.unwrap();
    soon(voter.indications().next()).await;
    let promised = stores[1].value().unwrap();
    assert_eq!(promised.vote.as_ref().map(|vote| vote.value), Some("tea"));

    soon(first.shutdown()).await.unwrap();
    soon(voter.shutdown()).await.unwrap();
    let voter = member(1, &hub, &stores[1]).await;
    assert_eq!((voter.status().incarnation, stores[1].value()), (2, Some(promised)));
    let third = member(2, &hub, &stores[2]).await;
    // Its first ballot may be below the promise; then it tries a higher one, as applications of Paxos do.
    let decided = soon(async {
        loop {
            let attempt = third.call(Propose("coffee"), |_, _| true);
            if let Ok(decided) = tokio::time::timeout(std::time::Duration::from_millis(200), attempt).await {
                break decided.unwrap();
            }
        }
    })
    .await;
    assert_eq!(decided, Decide("tea"));
}

/// An actor that saves nothing needs no store.
#[tokio::test]
async fn a_process_without_storage_needs_no_store() {
    let hub = Hub::default();
    let mut members = Vec::new();
    for id in 0..3 {
        members
            .push(Node::builder(Eager::new(3)).id(id).processes(3).transport(hub.transport()).start().await.unwrap());
    }
    members[2].request(Broadcast("hello")).await.unwrap();
    for member in &members {
        let hello = Deliver { sender: Id::from(2), payload: "hello" };
        assert_eq!(soon(member.indications().next()).await, Some(hello));
    }
    let incarnation = members[0].status().incarnation;
    soon(members[0].shutdown()).await.unwrap();
    let again = Node::builder(Eager::<&str>::new(3)).processes(3).transport(hub.transport()).start().await.unwrap();
    assert!(again.status().incarnation > incarnation);
}
