//! Peers that come, move and go while the node runs.

use crate::kept::Kept;
use crate::puppet::{Do, Puppet, Said};
use crate::wire::Wire;
use crate::{soon, until};
use synod::runtime::node::{Error, PeersError};
use synod::runtime::{Handle, Node};
use synod::step::Misuse;

async fn puppet(wire: &Wire) -> Handle<Vec<Do>, Said> {
    let node = Node::builder(Puppet::default()).addresses(["a:1", "b:2", "", "d:4"]);
    node.transport(wire.clone()).store(Kept::new().store()).start().await.unwrap()
}

fn named(addresses: &[(usize, &str)]) -> Vec<(usize, String)> {
    addresses.iter().map(|(id, address)| (*id, address.to_string())).collect()
}

#[tokio::test]
async fn a_peer_that_is_added_can_be_talked_to_at_once() {
    let wire = Wire::new();
    let node = puppet(&wire).await;
    assert_eq!(wire.addresses(), named(&[(0, "a:1"), (1, "b:2"), (3, "d:4")]));
    let peers = node.peers();
    peers.add(4, "e:5").unwrap();
    soon(node.request(vec![Do::Send(4, 1)])).await.unwrap();
    assert_eq!(wire.sent(), [(4, 0, 1)]);
    soon(wire.arrives(4, 2)).await;
    assert_eq!(soon(node.indications().next()).await, Some(Said::Received(4, 2)));
    assert_eq!(wire.addresses(), named(&[(0, "a:1"), (1, "b:2"), (3, "d:4"), (4, "e:5")]));
    assert_eq!((peers.processes(), node.status().processes), (5, 5));
}

#[tokio::test]
async fn without_being_added_nobody_is_there() {
    let node = puppet(&Wire::new()).await;
    let misuse = soon(node.request(vec![Do::Send(4, 1)])).await;
    assert!(matches!(misuse, Err(Error::Misuse(Misuse::UnknownProcess { .. }))), "{misuse:?}");
}

#[tokio::test]
async fn what_comes_from_nobody_is_refused_and_counted() {
    let wire = Wire::new();
    let node = puppet(&wire).await;
    node.peers().remove(1).unwrap();
    // Itself, two that were removed, and two that never were.
    for from in [0, 1, 2, 4, usize::MAX] {
        soon(wire.arrives(from, 1)).await;
    }
    soon(wire.arrives(3, 2)).await;
    assert_eq!(soon(node.indications().next()).await, Some(Said::Received(3, 2)));
    until(|| node.status().done.refused == 5).await;
    assert_eq!(node.status().done.received, 1);
    // To send to one that was removed is no misuse: the actor cannot know.
    soon(node.request(vec![Do::Send(1, 1)])).await.unwrap();
}

#[tokio::test]
async fn an_id_is_never_used_again() {
    let wire = Wire::new();
    let node = puppet(&wire).await;
    let peers = node.peers();
    peers.change(3, "d:40").unwrap();
    peers.remove(1).unwrap();
    let addresses = named(&[(0, "a:1"), (3, "d:40")]);
    assert_eq!(wire.addresses(), addresses);

    assert_eq!(peers.add(1, "b:2"), Err(PeersError::Removed(1)));
    assert_eq!(peers.change(1, "b:2"), Err(PeersError::Removed(1)));
    assert_eq!(peers.remove(2), Err(PeersError::Removed(2)));
    assert_eq!(peers.add(3, "d:4"), Err(PeersError::Present(3)));
    assert_eq!(peers.add(5, "f:6"), Err(PeersError::Absent { id: 5, next: 4 }));
    assert_eq!(peers.change(4, "e:5"), Err(PeersError::Absent { id: 4, next: 4 }));
    assert_eq!(peers.remove(0), Err(PeersError::Itself));
    assert_eq!(peers.change(0, "a:2"), Err(PeersError::Itself));
    for wrong in ["", "e", "e:", ":5", "e:70000", "e:x"] {
        assert_eq!(peers.add(4, wrong), Err(PeersError::Address), "{wrong:?}");
    }
    assert_eq!(wire.addresses(), addresses, "what is refused changes nothing");
    assert_eq!(peers.addresses().len(), 2);
    peers.add(4, "[::1]:5").unwrap();
}
