//! A crash between two indications of one step: the application has been told of the first, and not of the second.

use crate::kept::Kept;
use crate::puppet::{Do, Puppet, Said};
use crate::wire::Wire;
use crate::{soon, until};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use synod::runtime::Node;
use synod::runtime::node::{Error, Indications};

/// How many requests are handled as one batch, after one that has its own.
const BATCH: u64 = 3;

/// How many words each of them says.
const WORDS: u64 = 2;

/// An application that reads each indication in the very moment when it is made, and takes the node with it at the last that it
/// reads.
struct Reader {
    told: Mutex<Indications<Said>>,
    seen: Mutex<Vec<Said>>,
    last: usize,
}

impl Reader {
    fn start(told: Indications<Said>, last: usize) -> Arc<Self> {
        let reader = Arc::new(Reader { told: Mutex::new(told), seen: Mutex::default(), last });
        reader.clone().wake();
        reader
    }

    fn next(self: &Arc<Self>) -> Poll<Option<Said>> {
        let mut told = self.told.lock().unwrap();
        pin!(told.next()).poll(&mut Context::from_waker(&Waker::from(self.clone())))
    }

    fn seen(&self) -> Vec<Said> {
        self.seen.lock().unwrap().clone()
    }
}

impl Wake for Reader {
    fn wake(self: Arc<Self>) {
        while let Poll::Ready(Some(said)) = self.next() {
            self.seen.lock().unwrap().push(said);
            assert!(self.seen().len() < self.last, "the lights go out");
        }
    }
}

/// The words of a request.
fn words(number: u64) -> impl Iterator<Item = u64> {
    (0..WORDS).map(move |word| number * WORDS + word)
}

/// Lets a node with a batch in hand crash at this indication.
async fn crashes_at(last: usize) {
    let (wire, kept) = (Wire::new(), Kept::new());
    let node = Node::builder(Puppet::default()).processes(2).transport(wire.clone()).store(kept.store());
    let node = node.start().await.unwrap();
    let reader = Reader::start(node.indications(), last);
    kept.hold();
    let request = |number| {
        let node = node.clone();
        let list = [Do::Send(1, number), Do::Save(number)].into_iter().chain(words(number).map(Do::Say)).collect();
        tokio::spawn(async move { node.request(list).await })
    };
    let mut requests = vec![request(0)];
    until(|| kept.begun() == 1).await;
    requests.extend((1..=BATCH).map(request));
    until(|| node.status().waiting.requests == BATCH as usize).await;
    kept.release();
    let mut acknowledged = 0;
    for request in requests {
        match soon(request).await.unwrap() {
            Ok(()) => acknowledged += 1,
            Err(error) => assert!(matches!(&error, Error::Panicked(said) if said == "the lights go out"), "{error}"),
        }
    }
    until(|| !kept.is_open()).await;

    // All up to that one, in order, and nothing after it.
    let all: Vec<_> = (0..=BATCH).flat_map(words).map(Said::Word).collect();
    assert_eq!((reader.seen(), soon(node.indications().next()).await), (all[..last].to_vec(), None));
    // Messages of the steps until then, that one's included: they leave before its indications.
    let (step, first_batch) = ((last as u64 - 1) / WORDS, last as u64 <= WORDS);
    let sent: Vec<_> = (0..=step).map(|number| (1, number, number)).collect();
    assert_eq!(wire.sent(), sent);
    // All of the batch is durable, though nobody is told of its requests.
    let durable = if first_batch { 0 } else { BATCH };
    assert_eq!((kept.value(), acknowledged), (Some(durable), u64::from(!first_batch)));

    let node = Node::builder(Puppet::default()).processes(2).transport(Wire::new()).store(kept.store());
    let mut told = node.start().await.unwrap().indications();
    assert_eq!(soon(told.next()).await, Some(Said::Restored(durable)));
    assert_eq!(soon(told.next()).await, None, "what the crash kept from the application is not made up for");
}

#[tokio::test]
async fn the_application_has_been_told_of_all_before_it_and_of_none_after() {
    for last in 1..=((BATCH + 1) * WORDS) as usize {
        crashes_at(last).await;
    }
}
