//! Calls: requests with the indications that answer them.

use crate::kept::Kept;
use crate::puppet::{Do, Puppet, Said};
use crate::wire::Wire;
use crate::{soon, until};
use std::time::Duration;
use synod::runtime::node::Error;
use synod::runtime::{Handle, Node};

async fn puppet(wire: &Wire) -> Handle<Vec<Do>, Said> {
    let node = Node::builder(Puppet::default()).processes(2).transport(wire.clone()).store(Kept::new().store());
    node.start().await.unwrap()
}

/// Whether the word is the one that the request wants said.
#[expect(clippy::ptr_arg, reason = "the request is a vector")]
fn said(request: &Vec<Do>, said: &Said) -> bool {
    matches!(said, Said::Word(word) if request.contains(&Do::Say(*word)))
}

#[tokio::test]
async fn a_call_returns_its_answer_and_the_stream_has_the_rest() {
    let node = puppet(&Wire::new()).await;
    let calls: Vec<_> = (0..50)
        .map(|word| {
            let node = node.clone();
            tokio::spawn(async move {
                node.call(vec![Do::Say(1000), Do::Say(word)], move |_, said| *said == Said::Word(word)).await
            })
        })
        .collect();
    for (word, call) in calls.into_iter().enumerate() {
        assert_eq!(soon(call).await.unwrap().unwrap(), Said::Word(word as u64));
    }
    let mut told = node.indications();
    for _ in 0..50 {
        assert_eq!(told.try_next(), Some(Said::Word(1000)));
    }
    assert_eq!(told.try_next(), None);
}

#[tokio::test]
async fn an_answer_may_come_in_a_later_step() {
    let wire = Wire::new();
    let node = puppet(&wire).await;
    let call = tokio::spawn({
        let node = node.clone();
        async move { node.call(vec![Do::Send(1, 7)], |_, said| matches!(said, Said::Received(1, _))).await }
    });
    until(|| wire.sent() == [(1, 0, 7)]).await;
    assert_eq!(node.status().waiting.calls, 1);
    soon(wire.arrives(1, 8)).await;
    assert_eq!(soon(call).await.unwrap().unwrap(), Said::Received(1, 8));
    assert_eq!(node.status().waiting.calls, 0);
}

#[tokio::test]
async fn the_answer_to_a_call_that_was_given_up_goes_to_the_stream() {
    let wire = Wire::new();
    let node = puppet(&wire).await;
    let call = node.call(vec![Do::Send(1, 7)], |_, said| matches!(said, Said::Received(1, _)));
    assert!(tokio::time::timeout(Duration::from_millis(20), call).await.is_err());
    soon(wire.arrives(1, 8)).await;
    assert_eq!(soon(node.indications().next()).await, Some(Said::Received(1, 8)));
    // The next call is answered by what comes of it, not of the one before.
    assert_eq!(soon(node.call(vec![Do::Say(9)], said)).await.unwrap(), Said::Word(9));
}

#[tokio::test]
async fn a_caller_that_panics_harms_only_itself() {
    let node = puppet(&Wire::new()).await;
    let broken = soon(node.call(vec![Do::Say(1)], |_, _| panic!("no idea"))).await;
    assert!(matches!(broken, Err(Error::AnswersPanicked(said)) if said == "no idea"));
    assert_eq!(soon(node.call(vec![Do::Say(2)], said)).await.unwrap(), Said::Word(2));
    assert_eq!(node.indications().try_next(), Some(Said::Word(1)));
}

#[tokio::test]
async fn a_call_that_is_cut_off_is_told_why() {
    let node = puppet(&Wire::new()).await;
    let call = tokio::spawn({
        let node = node.clone();
        async move { node.call(vec![], |_, _| true).await }
    });
    until(|| node.status().waiting.calls == 1).await;
    soon(node.shutdown()).await.unwrap();
    assert!(matches!(soon(call).await.unwrap(), Err(Error::ShutDown)));
}
