//! The end of a node, when it is wanted.

use crate::kept::Kept;
use crate::puppet::{Do, Puppet, Said};
use crate::wire::Wire;
use crate::{soon, until};
use synod::runtime::node::Error;
use synod::runtime::{Handle, Node};

async fn puppet(wire: &Wire, kept: &Kept<u64>) -> Handle<Vec<Do>, Said> {
    Node::builder(Puppet::default()).processes(2).transport(wire.clone()).store(kept.store()).start().await.unwrap()
}

#[tokio::test]
async fn the_batch_in_hand_is_finished_and_everything_is_closed() {
    let (wire, kept) = (Wire::new(), Kept::new());
    let node = puppet(&wire, &kept).await;
    kept.hold();
    let request = |list: Vec<Do>| {
        let node = node.clone();
        tokio::spawn(async move { node.request(list).await })
    };
    let in_hand = request(vec![Do::Save(1), Do::Send(1, 1)]);
    until(|| kept.begun() == 1).await;
    let too_late = request(vec![Do::Save(2), Do::Send(1, 2)]);
    until(|| node.status().waiting.requests == 1).await;
    let shutdown = tokio::spawn({
        let node = node.clone();
        async move { node.shutdown().await }
    });
    assert!(kept.is_open() && !shutdown.is_finished());
    tokio::task::yield_now().await;
    kept.release();
    soon(shutdown).await.unwrap().unwrap();
    assert!(!kept.is_open() && !wire.is_running());
    assert_eq!((kept.value(), wire.sent()), (Some(1), vec![(1, 0, 1)]));
    soon(in_hand).await.unwrap().unwrap();
    assert!(matches!(soon(too_late).await.unwrap(), Err(Error::ShutDown)));
    assert_eq!(node.status().stopped.as_deref(), Some("the node has been shut down"));
}

#[tokio::test]
async fn again_and_again_is_the_same() {
    let (wire, kept) = (Wire::new(), Kept::new());
    let node = puppet(&wire, &kept).await;
    let other = node.clone();
    let (first, second) = tokio::join!(soon(node.shutdown()), soon(other.shutdown()));
    first.unwrap();
    second.unwrap();
    soon(node.shutdown()).await.unwrap();
    assert!(matches!(soon(node.stopped()).await, Error::ShutDown));
}

#[tokio::test]
async fn without_a_handle_a_node_shuts_down_though_streams_and_peers_are_left() {
    let (wire, kept) = (Wire::new(), Kept::new());
    let node = puppet(&wire, &kept).await;
    let (mut told, peers, other) = (node.indications(), node.peers(), node.clone());
    drop(node);
    soon(other.request(vec![Do::Save(1), Do::Say(1)])).await.unwrap();
    drop(other);
    until(|| !kept.is_open() && !wire.is_running()).await;
    assert_eq!((soon(told.next()).await, soon(told.next()).await), (Some(Said::Word(1)), None));
    peers.add(2, "c:3").unwrap();
}

#[tokio::test]
async fn each_start_is_a_new_incarnation_under_the_same_name() {
    let kept = Kept::new();
    for incarnation in 1..4 {
        let wire = Wire::new();
        let node = Node::builder(Puppet::default()).cluster("orders").id(1).processes(2);
        let node = node.transport(wire.clone()).store(kept.store()).start().await.unwrap();
        let identity = wire.identity().unwrap();
        assert_eq!(
            (identity.cluster.as_str(), usize::from(identity.node), identity.incarnation),
            ("orders", 1, incarnation)
        );
        let status = serde_json::to_value(node.status()).unwrap();
        assert_eq!(
            (&status["cluster"], &status["id"], &status["incarnation"]),
            (&"orders".into(), &1.into(), &incarnation.into())
        );
        soon(node.shutdown()).await.unwrap();
    }
}
