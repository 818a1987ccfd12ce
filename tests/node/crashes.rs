//! A node that crashes at every point of a batch: what has left is durable, and what was acknowledged is there afterwards.

use crate::kept::{Fate, Kept};
use crate::puppet::{Do, Puppet, Said};
use crate::wire::Wire;
use crate::{soon, until};
use synod::runtime::node::Error;
use synod::runtime::{Handle, Node};

type Puppeteer = Handle<Vec<Do>, Said>;

/// How many requests the batch has that is cut off.
const BATCH: u64 = 3;

async fn start(wire: &Wire, kept: &Kept<u64>) -> Puppeteer {
    let node = Node::builder(Puppet::default()).processes(2);
    node.transport(wire.clone()).store(kept.store()).start().await.unwrap()
}

/// Makes a request of its own, then several that are handled as one batch; the results in order.
async fn a_request_and_a_batch(node: &Puppeteer, kept: &Kept<u64>) -> Vec<Result<(), Error>> {
    kept.hold();
    let request = |number| {
        let node = node.clone();
        tokio::spawn(async move { node.request(vec![Do::Send(1, number), Do::Save(number), Do::Say(number)]).await })
    };
    let mut requests = vec![request(0)];
    until(|| kept.begun() == 1).await;
    requests.extend((1..=BATCH).map(request));
    until(|| node.status().waiting.requests == BATCH as usize).await;
    kept.release();
    let mut outcomes = Vec::new();
    for request in requests {
        outcomes.push(soon(request).await.unwrap());
    }
    outcomes
}

/// What must hold wherever the crash was, and what the node knows when it comes back.
async fn comes_back(acknowledged: &[Result<(), Error>], wire: &Wire, node: &Puppeteer, kept: &Kept<u64>) {
    let durable = kept.value();
    for (number, outcome) in acknowledged.iter().enumerate() {
        assert!(
            outcome.is_err() || durable >= Some(number as u64),
            "{number} was acknowledged, but {durable:?} is kept"
        );
    }
    assert!(wire.sent().iter().all(|(_, _, number)| durable >= Some(*number)), "{:?} left", wire.sent());
    let mut told = node.indications();
    while let Some(word) = soon(told.next()).await {
        assert!(matches!(word, Said::Word(number) if durable >= Some(number)), "{word:?} was told");
    }
    until(|| !kept.is_open()).await;
    let again = start(&Wire::new(), kept).await;
    let restored = durable.map(Said::Restored);
    if restored.is_some() {
        assert_eq!(soon(again.indications().next()).await, restored);
    }
    soon(again.request(vec![Do::Save(100)])).await.unwrap();
    assert_eq!(kept.value(), Some(100));
}

#[tokio::test]
async fn before_the_commit() {
    let (wire, kept) = (Wire::new(), Kept::new().fates([Fate::Well, Fate::Lost]));
    let node = start(&wire, &kept).await;
    let outcomes = a_request_and_a_batch(&node, &kept).await;
    assert!(outcomes[0].is_ok() && outcomes[1..].iter().all(|outcome| matches!(outcome, Err(Error::Store(_)))));
    assert_eq!((kept.value(), wire.sent().len()), (Some(0), 1));
    comes_back(&outcomes, &wire, &node, &kept).await;
}

#[tokio::test]
async fn between_the_commit_and_all_that_leaves() {
    let (wire, kept) = (Wire::new(), Kept::new().fates([Fate::Well, Fate::KeptAllTheSame]));
    let node = start(&wire, &kept).await;
    let outcomes = a_request_and_a_batch(&node, &kept).await;
    assert!(outcomes[0].is_ok() && outcomes[1..].iter().all(|outcome| matches!(outcome, Err(Error::Store(_)))));
    assert_eq!((kept.value(), wire.sent().len()), (Some(BATCH), 1));
    comes_back(&outcomes, &wire, &node, &kept).await;
}

#[tokio::test]
async fn at_each_message_that_leaves() {
    for messages in 1..=BATCH as usize {
        let (wire, kept) = (Wire::new().breaks_after(messages), Kept::new());
        let node = start(&wire, &kept).await;
        let outcomes = a_request_and_a_batch(&node, &kept).await;
        assert!(outcomes[0].is_ok());
        for outcome in &outcomes[1..] {
            assert!(matches!(outcome, Err(Error::Panicked(said)) if said.contains("cable")), "{outcome:?}");
        }
        assert_eq!((kept.value(), wire.sent().len()), (Some(BATCH), messages));
        comes_back(&outcomes, &wire, &node, &kept).await;
    }
}

/// In the middle of the batch: its earlier steps are lost with it, as nothing of them has left.
#[tokio::test]
async fn in_a_handler() {
    let (wire, kept) = (Wire::new(), Kept::new());
    let node = start(&wire, &kept).await;
    kept.hold();
    let request = |list: Vec<Do>| {
        let node = node.clone();
        tokio::spawn(async move { node.request(list).await })
    };
    let mut requests = vec![request(vec![Do::Save(0)])];
    until(|| kept.begun() == 1).await;
    requests.push(request(vec![Do::Send(1, 1), Do::Save(1)]));
    until(|| node.status().waiting.requests == 1).await;
    requests.push(request(vec![Do::Save(2), Do::Panic]));
    until(|| node.status().waiting.requests == 2).await;
    kept.release();
    let mut outcomes = Vec::new();
    for request in requests {
        outcomes.push(soon(request).await.unwrap());
    }
    assert!(outcomes[0].is_ok());
    assert!(
        outcomes[1..].iter().all(|outcome| matches!(outcome, Err(Error::Panicked(said)) if said == "told to panic"))
    );
    assert_eq!((kept.value(), wire.sent().len()), (Some(0), 0));
    comes_back(&outcomes, &wire, &node, &kept).await;
}

/// The whole runtime goes, while the disk is busy.
#[test]
fn with_its_runtime() {
    let (wire, kept) = (Wire::new(), Kept::new());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let node = runtime.block_on(start(&wire, &kept));
    kept.hold();
    let cut_off = node.clone();
    let request = runtime.spawn(async move { cut_off.request(vec![Do::Save(1), Do::Send(1, 1)]).await });
    runtime.block_on(until(|| kept.begun() == 1));
    runtime.shutdown_background();
    let other = tokio::runtime::Runtime::new().unwrap();
    other.block_on(async {
        assert!(soon(request).await.unwrap_err().is_cancelled());
        assert!(matches!(soon(node.request(vec![Do::Save(2)])).await, Err(Error::RuntimeEnded)));
        assert!(matches!(soon(node.shutdown()).await, Err(Error::RuntimeEnded)));
        assert!(node.status().stopped.is_some());
        kept.release();
        until(|| !kept.is_open()).await;
        assert_eq!((kept.value(), wire.sent().len()), (Some(1), 0));
        comes_back(&[], &wire, &node, &kept).await;
    });
}
