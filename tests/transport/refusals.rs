//! Whoever means ill is refused and counted, and honest traffic goes on beside it.

use crate::common::*;
use std::time::Duration;
use synod::runtime::transport::counters::Refusal;
use synod::runtime::transport::tcp::Settings;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// The refusal as it stands in an answer.
fn refused(why: Refusal) -> (u8, u8) {
    (1, why as u8)
}

/// A node that is connected with an honest one, and the address at which it is attacked.
async fn under_attack(settings: Settings) -> (Node, Node, std::net::SocketAddr) {
    let (mut zero, mut one, target) = pair(settings).await;
    one.reach(&mut zero, "before").await;
    zero.reach(&mut one, "before").await;
    (zero, one, target)
}

/// That the attack was counted once, for the right reason, and that it has not touched the honest connections.
async fn unharmed(mut zero: Node, mut one: Node, why: Refusal) {
    until(&format!("{why:?} is counted"), || zero.refused(why) > 0).await;
    assert_eq!(zero.traffic().refused.into_iter().collect::<Vec<_>>(), [(why, 1)]);
    one.reach(&mut zero, "after").await;
    zero.reach(&mut one, "after").await;
    assert_eq!((zero.with(1).reconnections, one.with(0).reconnections), (0, 0));
    assert_eq!(zero.with(2).received.messages, 0);
}

#[tokio::test]
async fn garbage() {
    let (zero, one, target) = under_attack(quick()).await;
    let mut hand = Hand::dial(target).await;
    hand.0.write_all(b"GET / HTTP/1.1\r\nHost: dairy\r\n\r\n").await.expect("the node reads");
    hand.hung_up().await;
    unharmed(zero, one, Refusal::Garbage).await;
}

#[tokio::test]
async fn a_handshake_that_is_too_long() {
    let (zero, one, target) = under_attack(quick()).await;
    let mut hand = Hand::dial(target).await;
    hand.0.write_all(b"SYNOD\n\0\x01\xff\xff").await.expect("the node reads");
    hand.hung_up().await;
    unharmed(zero, one, Refusal::Garbage).await;
}

/// As if the length were of something else: whoever does not know where a handshake ends cannot be believed about its beginning.
#[tokio::test]
async fn a_handshake_with_more_behind_it_than_it_says() {
    let (zero, one, target) = under_attack(quick()).await;
    let mut hand = Hand::dial(target).await;
    let mut longer = hello(CLUSTER, 2, 0, 1);
    longer.push(0);
    longer[9] += 1;
    hand.0.write_all(&longer).await.expect("the node reads");
    hand.hung_up().await;
    unharmed(zero, one, Refusal::Garbage).await;
}

#[tokio::test]
async fn another_version() {
    let (zero, one, target) = under_attack(quick()).await;
    let mut hand = Hand::dial(target).await;
    hand.0.write_all(b"SYNOD\n\0\x02\0\x07whatnot").await.expect("the node reads");
    assert_eq!(hand.answer().await, refused(Refusal::Version));
    unharmed(zero, one, Refusal::Version).await;
}

#[tokio::test]
async fn another_cluster() {
    let (zero, one, target) = under_attack(quick()).await;
    let mut hand = Hand::dial(target).await;
    hand.0.write_all(&hello("bakery", 2, 0, 1)).await.expect("the node reads");
    assert_eq!(hand.answer().await, refused(Refusal::Cluster));
    unharmed(zero, one, Refusal::Cluster).await;
}

#[tokio::test]
async fn another_node_is_looked_for() {
    let (zero, one, target) = under_attack(quick()).await;
    assert_eq!(Hand::dial(target).await.hello(2, 1, 1).await, refused(Refusal::Node));
    unharmed(zero, one, Refusal::Node).await;
}

#[tokio::test]
async fn who_says_that_it_is_the_node_itself() {
    let (zero, one, target) = under_attack(quick()).await;
    assert_eq!(Hand::dial(target).await.hello(0, 0, 1).await, refused(Refusal::Node));
    unharmed(zero, one, Refusal::Node).await;
}

#[tokio::test]
async fn a_stranger() {
    let (zero, one, target) = under_attack(quick()).await;
    assert_eq!(Hand::dial(target).await.hello(3, 0, 1).await, refused(Refusal::Stranger));
    unharmed(zero, one, Refusal::Stranger).await;
}

#[tokio::test]
async fn a_former_life() {
    let (zero, one, target) = under_attack(quick()).await;
    let mut newer = Hand::dial(target).await;
    assert_eq!(newer.hello(2, 0, 8).await.0, 0);
    assert_eq!(Hand::dial(target).await.hello(2, 0, 7).await, refused(Refusal::Incarnation));
    // The connection of the later life is still there.
    until("the later life is heard", || zero.with(2).heard).await;
    unharmed(zero, one, Refusal::Incarnation).await;
}

#[tokio::test]
async fn a_message_beyond_the_limit() {
    let (zero, one, target) = under_attack(Settings { frame_limit: 1_000, ..quick() }).await;
    let mut hand = Hand::dial(target).await;
    assert_eq!(hand.hello(2, 0, 1).await.0, 0);
    hand.0.write_all(&1_001_u32.to_be_bytes()).await.expect("the node reads");
    hand.hung_up().await;
    unharmed(zero, one, Refusal::Oversized).await;
}

#[tokio::test]
async fn a_message_that_cannot_be_read() {
    let (zero, one, target) = under_attack(quick()).await;
    let mut hand = Hand::dial(target).await;
    assert_eq!(hand.hello(2, 0, 1).await.0, 0);
    // Number 5, and a text that announces 2^63 bytes.
    let lie = [&[0, 0, 0, 11, 5][..], &[0x80; 9], &[1]].concat();
    hand.0.write_all(&lie).await.expect("the node reads");
    hand.hung_up().await;
    unharmed(zero, one, Refusal::Malformed).await;
}

#[tokio::test]
async fn a_handshake_that_never_ends() {
    let (zero, one, target) = under_attack(Settings { handshake: Duration::from_millis(300), ..quick() }).await;
    let mut hand = Hand::dial(target).await;
    hand.0.write_all(&hello(CLUSTER, 2, 0, 1)[..13]).await.expect("the node reads");
    hand.hung_up().await;
    unharmed(zero, one, Refusal::Slow).await;
}

#[tokio::test]
async fn silence_after_the_handshake() {
    let settings = Settings { silence: Duration::from_secs(1), ..quick() };
    let (zero, one, target) = under_attack(settings).await;
    let mut hand = Hand::dial(target).await;
    assert_eq!(hand.hello(2, 0, 1).await.0, 0);
    hand.hung_up().await;
    unharmed(zero, one, Refusal::Silent).await;
}

#[tokio::test]
async fn a_crowd_of_silent_connections_keeps_no_node_out() {
    let (mut zero, one, target) = under_attack(Settings { half_open: 4, ..quick() }).await;
    let mut crowd = Vec::new();
    for _ in 0..50 {
        crowd.push(Hand::dial(target).await);
    }
    until("46 are cut off", || zero.refused(Refusal::Crowded) == 46).await;
    // A node that starts only now gets in at once.
    let addresses = one.addresses.borrow().clone();
    drop(one);
    let mut again = Node::start(port(quick()).await, 1, 2, addresses).await;
    assert_eq!(again.reach(&mut zero, "here I am").await.incarnation, 2);
    drop(crowd);
}

#[tokio::test]
async fn what_answers_at_a_peers_address_is_refused_too() {
    for (answer, why) in [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(), Refusal::Garbage),
        (welcome("bakery", 1, 1), Refusal::Cluster),
        (welcome(CLUSTER, 2, 1), Refusal::Node),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let transport = port(quick()).await;
        let all = addresses([transport.address(), listener.local_addr().expect("it has an address")]);
        let node = Node::start(transport, 0, 1, all).await;
        let (mut stream, _) = listener.accept().await.expect("the node dials");
        let mut heard = [0; 19];
        stream.read_exact(&mut heard).await.expect("the node says hello");
        assert_eq!(heard[..], hello(CLUSTER, 0, 1, 1));
        stream.write_all(&answer).await.expect("the node reads");
        until(&format!("{why:?} is counted"), || node.refused(why) == 1 && node.with(1).failed_dials > 0).await;
        assert!(!node.with(1).connected);
    }
}
