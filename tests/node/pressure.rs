//! What happens when the application does not read, or peers send more than is handled.

use crate::kept::Kept;
use crate::puppet::{Do, Puppet, Said};
use crate::wire::Wire;
use crate::{soon, until};
use std::num::NonZeroUsize;
use synod::runtime::node::Error;
use synod::runtime::{Handle, Node};

/// A node whose queues hold four each, and whose batches have one step.
async fn narrow(wire: &Wire) -> Handle<Vec<Do>, Said> {
    let four = NonZeroUsize::new(4).unwrap();
    let node = Node::builder(Puppet::default()).processes(2).transport(wire.clone()).store(Kept::new().store());
    node.queues(four, four, four).batch(NonZeroUsize::MIN).start().await.unwrap()
}

#[tokio::test]
async fn the_node_waits_for_an_application_that_does_not_read_and_loses_nothing() {
    let wire = Wire::new();
    let node = narrow(&wire).await;
    for word in 0..8 {
        soon(wire.arrives(1, word)).await;
    }
    until(|| node.status().stalled).await;
    let status = node.status();
    assert_eq!((status.waiting.indications, status.waiting.messages), (4, 4));
    // The transport is held up: there is no room for more.
    assert_eq!(wire.inbox().capacity(), 0);
    // Requests and timers wait as well.
    let request = tokio::spawn({
        let node = node.clone();
        async move { node.request(vec![Do::Say(8)]).await }
    });
    until(|| node.status().waiting.requests == 1).await;
    assert!(node.status().stalled && !request.is_finished());

    let mut told = node.indications();
    let mut words = Vec::new();
    while words.len() < 9 {
        words.push(soon(told.next()).await.unwrap());
    }
    soon(request).await.unwrap().unwrap();
    assert!(words.contains(&Said::Word(8)));
    words.retain(|said| *said != Said::Word(8));
    assert_eq!(words, (0..8).map(|word| Said::Received(1, word)).collect::<Vec<_>>());
    until(|| !node.status().stalled).await;
    assert_eq!(node.status().done.received, 8);
}

#[tokio::test]
async fn one_step_may_indicate_more_than_the_bound() {
    let node = narrow(&Wire::new()).await;
    soon(node.request((0..10).map(Do::Say).collect())).await.unwrap();
    until(|| node.status().stalled).await;
    assert_eq!(node.status().waiting.indications, 10);
    let mut told = node.indications();
    for word in 0..10 {
        assert_eq!(told.try_next(), Some(Said::Word(word)));
    }
    assert_eq!(told.try_next(), None);
    soon(node.request(vec![])).await.unwrap();
}

#[tokio::test]
async fn a_stalled_node_shuts_down_and_what_it_said_can_be_read_afterwards() {
    let node = narrow(&Wire::new()).await;
    soon(node.request((0..10).map(Do::Say).collect())).await.unwrap();
    until(|| node.status().stalled).await;
    soon(node.shutdown()).await.unwrap();
    let mut told = node.indications();
    for word in 0..10 {
        assert_eq!(soon(told.next()).await, Some(Said::Word(word)));
    }
    assert_eq!(soon(told.next()).await, None);
    assert!(matches!(soon(node.request(vec![])).await, Err(Error::ShutDown)));
}

/// Each goes to one of them.
#[tokio::test]
async fn several_streams_share_the_indications() {
    let node = narrow(&Wire::new()).await;
    let readers: Vec<_> = (0..3)
        .map(|_| {
            let mut told = node.indications();
            tokio::spawn(async move {
                let mut words = Vec::new();
                while let Some(Said::Word(word)) = told.next().await {
                    words.push(word);
                }
                words
            })
        })
        .collect();
    for word in 0..100 {
        soon(node.request(vec![Do::Say(word)])).await.unwrap();
    }
    soon(node.shutdown()).await.unwrap();
    let mut words = Vec::new();
    for reader in readers {
        words.extend(soon(reader).await.unwrap());
    }
    words.sort_unstable();
    assert_eq!(words, (0..100).collect::<Vec<_>>());
}
