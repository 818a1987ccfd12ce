//! What a step saves is durable before anything of it leaves or is acknowledged.

use crate::kept::Kept;
use crate::puppet::{Do, Puppet, Said};
use crate::wire::Wire;
use crate::{soon, until};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use synod::runtime::node::Error;
use synod::runtime::{Handle, Node};
use tokio::task::JoinHandle;

type Puppeteer = Handle<Vec<Do>, Said>;

/// A request whose step saves, says and sends the same number.
fn everything(number: u64) -> Vec<Do> {
    vec![Do::Send(1, number), Do::Say(number), Do::Save(number)]
}

/// Steps of one request after another and of many at once: at each message, indication and acknowledgement, the store holds
/// what belongs to it, or something newer.
#[tokio::test]
async fn nothing_leaves_before_it_is_durable() {
    const REQUESTS: u64 = 300;
    let kept = Kept::new();
    let (durable, late) = (kept.clone(), Arc::new(Mutex::new(Vec::new())));
    let seen = late.clone();
    let wire = Wire::new().witness(move |number| {
        if durable.value() < Some(number) {
            seen.lock().unwrap().push(number);
        }
    });
    let node = Node::builder(Puppet::default()).processes(2).transport(wire.clone()).store(kept.store());
    let node = node.batch(NonZeroUsize::new(16).unwrap()).start().await.unwrap();

    let (mut told, durable) = (node.indications(), kept.clone());
    let reader = tokio::spawn(async move {
        for number in 0..REQUESTS {
            assert_eq!(soon(told.next()).await, Some(Said::Word(number)));
            assert!(durable.value() >= Some(number), "{number} was indicated before it was durable");
        }
    });
    let acknowledged = Arc::new(AtomicUsize::new(0));
    let mut requests = Vec::new();
    for number in 0..REQUESTS {
        let (node, kept, acknowledged) = (node.clone(), kept.clone(), acknowledged.clone());
        let request = async move {
            node.request(everything(number)).await.unwrap();
            assert!(kept.value() >= Some(number), "{number} was acknowledged before it was durable");
            acknowledged.fetch_add(1, SeqCst);
        };
        if number < 20 { request.await } else { requests.push(request) }
    }
    // On one thread, tasks begin in the order in which they were spawned: the numbers grow.
    let requests: Vec<_> = requests.into_iter().map(tokio::spawn).collect();
    for request in requests {
        soon(request).await.unwrap();
    }
    soon(reader).await.unwrap();
    assert_eq!(acknowledged.load(SeqCst) as u64, REQUESTS);
    assert_eq!(*late.lock().unwrap(), Vec::<u64>::new(), "these left before they were durable");
    let sent: Vec<_> = (0..REQUESTS).map(|number| (1, number, number)).collect();
    assert_eq!(wire.sent(), sent, "messages are numbered from 0, in the order in which they were sent");
}

/// While the disk is held, makes a request whose save begins, and then nine that wait.
async fn one_and_nine_more(node: &Puppeteer, kept: &Kept<u64>) -> Vec<JoinHandle<Result<(), Error>>> {
    let request = |number| {
        let node = node.clone();
        tokio::spawn(async move { node.request(everything(number)).await })
    };
    let mut requests = vec![request(0)];
    until(|| kept.begun() == 1).await;
    requests.extend((1..10).map(request));
    until(|| node.status().waiting.requests == 9).await;
    requests
}

/// While the disk is busy, what arrives waits, and is then made durable at once.
#[tokio::test]
async fn one_commit_is_enough_for_all_that_has_arrived_meanwhile() {
    let kept = Kept::new();
    kept.hold();
    let wire = Wire::new();
    let node = Node::builder(Puppet::default()).processes(2).transport(wire.clone()).store(kept.store());
    let node = node.start().await.unwrap();
    let requests = one_and_nine_more(&node, &kept).await;
    assert_eq!((wire.sent().len(), node.indications().try_next()), (0, None));
    kept.allow();
    until(|| kept.begun() == 2).await;
    assert_eq!((wire.sent().len(), node.indications().try_next()), (1, Some(Said::Word(0))));
    kept.allow();
    for request in requests {
        soon(request).await.unwrap().unwrap();
    }
    assert_eq!((kept.begun(), kept.value(), wire.sent().len()), (2, Some(9), 10));
    let done = node.status().done;
    assert_eq!((done.steps, done.commits, done.sent), (11, 2, 10), "the start is a step, too");
}

/// A batch has a limit, so that nobody waits for ever for those who come after.
#[tokio::test]
async fn a_batch_has_no_more_steps_than_its_limit() {
    let kept = Kept::new();
    kept.hold();
    let node = Node::builder(Puppet::default()).processes(2).transport(Wire::new()).store(kept.store());
    let node = node.batch(NonZeroUsize::new(3).unwrap()).start().await.unwrap();
    let requests = one_and_nine_more(&node, &kept).await;
    kept.release();
    for request in requests {
        soon(request).await.unwrap().unwrap();
    }
    assert_eq!(node.status().done.commits, 1 + 3);
}
