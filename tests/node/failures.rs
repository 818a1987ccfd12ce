//! What breaks stops the node with an error that says what it was.

use crate::kept::{Fate, Kept};
use crate::puppet::{Do, Puppet, Said};
use crate::wire::Wire;
use crate::{soon, until};
use synod::runtime::node::Error;
use synod::runtime::{Handle, Node};
use synod::step::Misuse;

async fn puppet(wire: &Wire, kept: &Kept<u64>) -> Result<Handle<Vec<Do>, Said>, Error> {
    Node::builder(Puppet::default()).processes(2).transport(wire.clone()).store(kept.store()).start().await
}

/// Lets a node break; the request that breaks it, those after it, and the status tell the same.
async fn breaks(list: Vec<Do>, kept: Kept<u64>) -> Error {
    let wire = Wire::new();
    let node = puppet(&wire, &kept).await.unwrap();
    let error = soon(node.request(list)).await.unwrap_err();
    let again = soon(node.call(vec![], |_, _| true)).await.unwrap_err();
    assert_eq!(error.to_string(), again.to_string());
    assert_eq!(soon(node.shutdown()).await.unwrap_err().to_string(), error.to_string());
    assert_eq!(node.status().stopped, Some(error.to_string()));
    assert_eq!(soon(node.indications().next()).await, None);
    until(|| !kept.is_open() && !wire.is_running()).await;
    error
}

#[tokio::test]
async fn a_handler_that_panics() {
    let error = breaks(vec![Do::Panic], Kept::new()).await;
    assert!(matches!(&error, Error::Panicked(said) if said == "told to panic"), "{error:?}");
}

#[tokio::test]
async fn an_actor_that_breaks_its_contract() {
    let error = breaks(vec![Do::SendRequest], Kept::new()).await;
    assert!(matches!(error, Error::Misuse(Misuse::SentRequest { .. })), "{error:?}");
}

#[tokio::test]
async fn a_store_that_fails() {
    let error = breaks(vec![Do::Save(1)], Kept::new().fates([Fate::Lost])).await;
    assert!(matches!(error, Error::Store(_)), "{error:?}");
    assert_eq!(error.to_string(), "the store failed: the disk is broken");
}

#[tokio::test]
async fn a_store_that_panics() {
    let error = breaks(vec![Do::Save(1)], Kept::new().fates([Fate::Panics])).await;
    assert!(matches!(&error, Error::Panicked(said) if said == "the disk burns"), "{error:?}");
}

#[tokio::test]
async fn a_transport_that_ends() {
    let (wire, kept) = (Wire::new(), Kept::new());
    let node = puppet(&wire, &kept).await.unwrap();
    wire.ends();
    assert!(matches!(soon(node.stopped()).await, Error::TransportEnded));
}

#[tokio::test]
async fn a_transport_that_does_not_start_leaves_the_store_closed() {
    let kept = Kept::new();
    let error = soon(puppet(&Wire::refusing(), &kept)).await.err().unwrap();
    assert_eq!(error.to_string(), "the transport could not start: the address is taken");
    assert!(!kept.is_open());
}

#[tokio::test]
async fn an_actor_that_panics_at_its_start() {
    let (wire, kept) = (Wire::new(), Kept::<u64>::new());
    let stillborn = Puppet { stillborn: true, ..Puppet::default() };
    let node = Node::builder(stillborn).processes(1).transport(wire.clone()).store(kept.store());
    let error = soon(node.start()).await.err().unwrap();
    assert!(matches!(&error, Error::Panicked(said) if said == "stillborn"), "{error:?}");
    assert!(!kept.is_open() && !wire.is_running());
}

#[tokio::test]
async fn a_configuration_that_makes_no_sense() {
    let start = async |id, n, scale| {
        let node = Node::builder(Puppet::default()).id(id).processes(n).time_scale(scale);
        node.transport(Wire::new()).store(Kept::new().store()).start().await.err().unwrap().to_string()
    };
    assert_eq!(start(3, 3, 1.0).await, "configuration, id: 3 is not the place of one of the 3 addresses");
    assert_eq!(start(0, 3, -1.0).await, "configuration, timers.scale: -1 is not a positive number");
    assert_eq!(start(0, 3, f64::NAN).await, "configuration, timers.scale: NaN is not a positive number");
}

#[test]
fn a_start_outside_of_a_runtime() {
    let node = Node::builder(Puppet::default()).processes(1).transport(Wire::new()).store(Kept::new().store());
    let mut start = std::pin::pin!(node.start());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(Err(error)) = start.as_mut().poll(&mut context) else { panic!("it starts") };
    assert!(matches!(error, Error::NoRuntime));
}
