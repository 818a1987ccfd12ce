//! A disk that is full for a while: the node waits for room, says so, and is then as if the disk had been slow.

use crate::kept::{Fate, Kept};
use crate::puppet::{Do, Puppet, Said};
use crate::wire::Wire;
use crate::{soon, until};
use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::time::{Duration, SystemTime};
use synod::random::Random;
use synod::runtime::node::Error;
use synod::runtime::{Handle, Node};
use tokio::task::JoinHandle;

type Puppeteer = Handle<Vec<Do>, Said>;

async fn start(wire: &Wire, kept: &Kept<u64>) -> Puppeteer {
    let node = Node::builder(Puppet::default()).processes(2);
    node.transport(wire.clone()).store(kept.store()).start().await.unwrap()
}

/// A request whose step saves, says and sends the same number.
fn everything(node: &Puppeteer, number: u64) -> JoinHandle<Result<(), Error>> {
    let node = node.clone();
    tokio::spawn(async move { node.request(vec![Do::Save(number), Do::Send(1, number), Do::Say(number)]).await })
}

/// A node that has saved 1 and now tries to save 2, which fails.
async fn suspended(wire: &Wire, kept: &Kept<u64>, fate: Fate) -> (Puppeteer, JoinHandle<Result<(), Error>>) {
    let node = start(wire, kept).await;
    soon(everything(&node, 1)).await.unwrap().unwrap();
    assert_eq!(soon(node.indications().next()).await, Some(Said::Word(1)));
    kept.fill(fate);
    let request = everything(&node, 2);
    until(|| node.suspended().is_some()).await;
    (node, request)
}

#[tokio::test]
async fn it_says_since_when_and_why_and_goes_on_by_itself() {
    for fate in [Fate::NoRoom, Fate::NoRoomButKept] {
        let (wire, kept, before) = (Wire::new(), Kept::new(), SystemTime::now());
        let (node, request) = suspended(&wire, &kept, fate).await;
        // It tries again and again.
        until(|| node.suspended().is_some_and(|suspension| suspension.attempts > 2)).await;
        let status = node.status();
        let suspension = status.suspended.clone().unwrap();
        let since = SystemTime::UNIX_EPOCH + Duration::from_millis(suspension.since);
        assert!(before <= since + Duration::from_millis(1) && since <= SystemTime::now());
        assert_eq!((suspension.why.as_str(), &status.stopped), ("the disk is full", &None));
        assert_eq!((wire.sent().len(), node.indications().try_next()), (1, None));
        assert!(!request.is_finished());

        kept.make_room();
        soon(request).await.unwrap().unwrap();
        soon(node.resumed()).await;
        assert_eq!((kept.value(), wire.sent()), (Some(2), vec![(1, 0, 1), (1, 1, 2)]));
        assert_eq!(node.indications().try_next(), Some(Said::Word(2)));
        assert_eq!(node.status().suspended, None);
        soon(everything(&node, 3)).await.unwrap().unwrap();
        assert_eq!(node.status().done.commits, 3);
        soon(node.shutdown()).await.unwrap();
    }
}

#[tokio::test]
async fn requests_are_refused_and_nothing_of_them_is_done() {
    let (wire, kept) = (Wire::new(), Kept::new());
    let (node, request) = suspended(&wire, &kept, Fate::NoRoom).await;
    for _ in 0..3000 {
        let refused = soon(node.request(vec![Do::Say(7)])).await.unwrap_err();
        assert!(matches!(refused, Error::Suspended(_)), "{refused}");
    }
    let refused = soon(node.call(vec![Do::Say(7)], |_, _| true)).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the node takes no requests until it can save again; nothing was done: the disk is full"
    );
    kept.make_room();
    soon(request).await.unwrap().unwrap();
    soon(node.request(vec![Do::Say(8)])).await.unwrap();
    let mut told = node.indications();
    assert_eq!((told.try_next(), told.try_next()), (Some(Said::Word(2)), Some(Said::Word(8))));
    assert_eq!(told.try_next(), None);
}

#[tokio::test]
async fn messages_and_timers_wait() {
    let (wire, kept) = (Wire::new(), Kept::new());
    let node = start(&wire, &kept).await;
    kept.fill(Fate::NoRoom);
    let request = {
        let node = node.clone();
        tokio::spawn(async move { node.request(vec![Do::Arm(1, 1, 1), Do::Save(1)]).await })
    };
    until(|| node.suspended().is_some()).await;
    soon(wire.arrives(1, 7)).await;
    until(|| node.suspended().is_some_and(|suspension| suspension.attempts > 2)).await;
    assert_eq!((node.status().waiting.messages, node.indications().try_next()), (1, None));
    kept.make_room();
    soon(request).await.unwrap().unwrap();
    let mut told = node.indications();
    let mut said = BTreeSet::new();
    for _ in 0..2 {
        said.insert(soon(told.next()).await.unwrap());
    }
    assert_eq!(said, BTreeSet::from([Said::Received(1, 7), Said::Fired(1)]));
}

/// What was not durable is lost, unless an attempt that failed has left it behind; what was acknowledged is there.
#[tokio::test]
async fn a_node_that_is_ended_meanwhile_has_crashed() {
    for (fate, kept_value) in [(Fate::NoRoom, 1), (Fate::NoRoomButKept, 2)] {
        let (wire, kept) = (Wire::new(), Kept::new());
        let (node, request) = suspended(&wire, &kept, fate).await;
        let ended = soon(node.shutdown()).await.unwrap_err();
        assert_eq!(ended.to_string(), "the store failed: the disk is full");
        assert!(matches!(soon(request).await.unwrap(), Err(Error::Store(_))));
        soon(node.resumed()).await;
        assert!(node.suspended().is_none() && !kept.is_open() && !wire.is_running());
        assert_eq!((kept.value(), wire.sent().len(), node.indications().try_next()), (Some(kept_value), 1, None));

        kept.make_room();
        let again = start(&Wire::new(), &kept).await;
        assert_eq!(soon(again.indications().next()).await, Some(Said::Restored(kept_value)));
    }
}

#[tokio::test]
async fn dropping_the_last_handle_ends_it_as_well() {
    let (wire, kept) = (Wire::new(), Kept::new());
    let (node, request) = suspended(&wire, &kept, Fate::NoRoom).await;
    request.abort();
    assert!(soon(request).await.unwrap_err().is_cancelled());
    drop(node);
    until(|| !kept.is_open() && !wire.is_running()).await;
}

#[tokio::test]
async fn a_disk_that_is_full_and_then_breaks_stops_the_node() {
    let (wire, kept) = (Wire::new(), Kept::new().fates([Fate::Well, Fate::NoRoom, Fate::NoRoom, Fate::Lost]));
    let node = start(&wire, &kept).await;
    soon(everything(&node, 1)).await.unwrap().unwrap();
    let stopped = soon(everything(&node, 2)).await.unwrap().unwrap_err();
    assert_eq!(stopped.to_string(), "the store failed: the disk is broken");
    assert_eq!((kept.begun(), kept.value(), wire.sent().len()), (4, Some(1), 1));
    assert_eq!(soon(node.stopped()).await.to_string(), stopped.to_string());
}

/// Room comes and goes under load: what has left or was acknowledged is durable, in order, and what was refused was not done.
#[tokio::test]
async fn whenever_there_is_no_room_nothing_leaves_that_is_not_durable() {
    const REQUESTS: u64 = 400;
    let (kept, mut random) = (Kept::new(), Random::new(7));
    let durable = kept.clone();
    let wire = Wire::new().witness(move |number| assert!(durable.value() >= Some(number), "{number} left too early"));
    let node = Node::builder(Puppet::default()).processes(2).transport(wire.clone()).store(kept.store());
    let node = node.batch(NonZeroUsize::new(4).unwrap()).start().await.unwrap();
    let (mut requests, mut suspensions) = (Vec::new(), 0);
    for number in 0..REQUESTS {
        let turns = random.below(20) == 0;
        if turns && node.suspended().is_some() {
            kept.make_room();
            soon(node.resumed()).await;
        } else if turns {
            kept.fill(if random.below(2) == 0 { Fate::NoRoom } else { Fate::NoRoomButKept });
            suspensions += 1;
        }
        requests.push((number, everything(&node, number)));
        match turns && kept.is_full() {
            true => until(|| node.suspended().is_some()).await,
            false => tokio::task::yield_now().await,
        }
    }
    kept.make_room();
    let mut done = Vec::new();
    for (number, request) in requests {
        match soon(request).await.unwrap() {
            Ok(()) => done.push((1, done.len() as u64, number)),
            Err(refused) => assert!(matches!(refused, Error::Suspended(_)), "{refused}"),
        }
    }
    assert!(suspensions > 3 && done.len() > 50 && done.len() < 350, "{suspensions}, {}", done.len());
    assert_eq!(wire.sent(), done);
    let mut told = node.indications();
    for (_, _, number) in done {
        assert_eq!(told.try_next(), Some(Said::Word(number)));
    }
    soon(node.shutdown()).await.unwrap();
}
