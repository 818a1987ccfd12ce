//! What nodes over TCP can count on.

use crate::common::*;
use std::net::SocketAddr;
use std::time::Duration;
use synod::runtime::transport::counters::Refusal;
use synod::runtime::transport::tcp::{Error, Settings, Tcp, frame};
use synod::runtime::transport::{Identity, Transport};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};

#[tokio::test]
async fn messages_arrive_in_order_and_say_who_has_sent_them() {
    let (mut zero, mut one, _) = pair(quick()).await;
    for number in 0..10_000 {
        zero.send(1, number.to_string());
        if number % 100 == 0 {
            zero.flush();
        }
    }
    zero.flush();
    for number in 0..10_000 {
        let letter = one.next().await;
        assert_eq!((letter.from, letter.incarnation, letter.number), (zero.id, 1, number));
        assert_eq!(letter.message, number.to_string());
    }
    until("what was received is counted", || one.with(0).received.messages == 10_000).await;
    assert_eq!(one.with(0).received, zero.with(1).sent);
    assert!(zero.with(1).connected && one.with(0).heard);
}

#[tokio::test]
async fn long_messages_arrive_and_those_beyond_the_limit_do_not_leave() {
    let settings = Settings { frame_limit: 1 << 20, ..quick() };
    let (mut zero, mut one, _) = pair(settings).await;
    let long = "m".repeat((1 << 20) - 10);
    zero.send(1, format!("{long}{long}"));
    assert_eq!(zero.with(1).dropped_unsendable, 1);
    for _ in 0..3 {
        assert_eq!(zero.reach(&mut one, &long).await.message.len(), long.len());
        zero.reach(&mut one, "short").await;
    }
}

#[tokio::test]
async fn names_and_addresses_of_both_kinds_are_found() {
    for host in ["localhost", "127.0.0.1", "[::1]"] {
        let bound = Tcp::bind(&format!("{host}:0")).await;
        if let Err(Error::Bind { source, .. }) = &bound
            && host == "[::1]"
        {
            eprintln!("this machine has no IPv6: {source}");
            continue;
        }
        let one = bound.expect("a port is free").with_settings(quick());
        let zero = port(quick()).await;
        let all = addresses([zero.address().to_string(), format!("{host}:{}", one.address().port())]);
        let mut zero = Node::start(zero, 0, 1, all.clone()).await;
        let mut one = Node::start(one, 1, 1, all).await;
        zero.reach(&mut one, host).await;
    }
}

#[tokio::test]
async fn an_address_that_cannot_be_is_tried_again_and_can_be_mended() {
    let (zero, one) = (port(quick()).await, port(quick()).await);
    let right = one.address().to_string();
    let mut zero = Node::start(zero, 0, 1, addresses(["-", "no port here"])).await;
    let mut one = Node::start(one, 1, 1, addresses(["-", "-"])).await;
    until("it was tried", || zero.with(1).failed_dials > 1).await;
    zero.addresses.send_modify(|known| {
        known.insert(one.id, right);
    });
    zero.reach(&mut one, "mended").await;
}

#[tokio::test]
async fn a_taken_port_and_wrong_settings_are_told() {
    let there = port(quick()).await;
    let taken = Tcp::bind(&there.address().to_string()).await.expect_err("it is taken").to_string();
    assert!(taken.starts_with(&format!("cannot listen on {}: ", there.address())), "{taken}");
    let start = async |cluster: &str, settings| {
        let identity = Identity { cluster: cluster.into(), node: 0.into(), incarnation: 1 };
        let (inbox, _letters) = mpsc::channel(1);
        let transport = port(settings).await;
        let started =
            Transport::<String>::start(transport, identity, watch::Sender::default().subscribe(), inbox).await;
        started.err().map(|error| error.to_string())
    };
    let rule = "the settings of the transport cannot be: half_open is at least 1";
    assert_eq!(start(CLUSTER, Settings { half_open: 0, ..quick() }).await.as_deref(), Some(rule));
    let name = "the cluster's name \"\" must have from 1 to 200 bytes";
    assert_eq!(start("", quick()).await.as_deref(), Some(name));
    assert_eq!(start(CLUSTER, quick()).await, None);
}

#[tokio::test]
async fn dropping_the_outbox_closes_the_port_and_the_connections() {
    let (zero, mut one, target) = pair(quick()).await;
    until("both are connected", || one.with(0).connected && one.with(0).heard).await;
    // Everything else that the node has is still there.
    let Node { outbox, mut letters, .. } = zero;
    drop(outbox);
    assert!(letters.recv().await.is_none(), "nobody can put letters in any more");
    until("the peer has noticed", || !one.with(0).connected && !one.with(0).heard).await;
    let mut again = Node::start(bind_again(target).await, 0, 2, one.addresses.borrow().clone()).await;
    assert_eq!(again.reach(&mut one, "back").await.incarnation, 2);
}

/// Opens a port that was just closed.
async fn bind_again(address: SocketAddr) -> Tcp {
    loop {
        match Tcp::bind(&address.to_string()).await {
            Ok(tcp) => return tcp.with_settings(quick()),
            Err(_) => tokio::task::yield_now().await,
        }
    }
}

#[tokio::test]
async fn a_peer_moves_and_goes() {
    let (mut zero, mut one, target) = pair(quick()).await;
    zero.reach(&mut one, "at the old place").await;
    // It starts anew elsewhere, while the old place still answers.
    let elsewhere = port(quick()).await;
    let mut all = one.addresses.borrow().clone();
    all.insert(one.id, elsewhere.address().to_string());
    let mut moved = Node::start(elsewhere, 1, 2, all.clone()).await;
    zero.addresses.send_replace(all.clone());
    zero.reach(&mut moved, "at the new place").await;
    assert_eq!(zero.with(1).reconnections, 1);

    all.remove(&one.id);
    zero.addresses.send_replace(all);
    zero.send(1, "nowhere");
    assert_eq!(zero.traffic().without_address, 1);
    until("the connections are gone", || !moved.with(0).heard && !zero.with(1).heard && !zero.with(1).connected).await;
    assert_eq!(Hand::dial(target).await.hello(1, 0, 3).await, (1, Refusal::Stranger as u8));
}

#[tokio::test]
async fn a_new_life_takes_the_place_of_the_former() {
    let (zero, one, target) = pair(quick()).await;
    until("the peer is connected", || zero.with(1).heard).await;
    drop(one);
    let mut zero = zero;
    let mut former = Hand::dial(target).await;
    assert_eq!(former.hello(2, 0, 5).await.0, 0);
    former.0.write_all(b"\0\0\0\x06\0\x04milk").await.expect("the node reads");
    assert_eq!(zero.next().await.incarnation, 5);
    let mut later = Hand::dial(target).await;
    assert_eq!(later.hello(2, 0, 6).await.0, 0);
    former.hung_up().await;
    later.0.write_all(b"\0\0\0\x06\x01\x04eggs").await.expect("the node reads");
    let letter = zero.next().await;
    assert_eq!((letter.incarnation, letter.number, letter.message.as_str()), (6, 1, "eggs"));
}

#[tokio::test]
async fn nothing_is_taken_in_while_the_node_has_no_room() {
    let (zero, one) = (port(quick()).await, port(quick()).await);
    let all = addresses([zero.address(), one.address()]);
    let mut zero = Node::start(zero, 0, 1, all.clone()).await;
    let mut one = Node::with_inbox(one, 1, 1, all, 4).await;
    for number in 0..10_000 {
        zero.send(1, number.to_string());
    }
    zero.flush();
    until("the inbox is full", || one.letters.len() == 4).await;
    // Signs of life go on, for many times the pause between them, and nothing else does.
    tokio::time::timeout(Duration::from_millis(500), std::future::pending::<()>()).await.expect_err("it never ends");
    assert_eq!((one.letters.len(), one.with(0).heard, one.traffic().refused.len()), (4, true, 0));
    assert!(one.with(0).received.messages <= 4);
    for number in 0..10_000 {
        assert_eq!(one.next().await.number, number);
    }
}

#[tokio::test]
async fn a_peer_that_reads_nothing_costs_bounded_memory_and_gets_the_newest() {
    let settings = Settings {
        frame_limit: 100_000,
        queue_messages: 1_000,
        queue_bytes: 200_000,
        stall: Duration::from_millis(300),
        ..quick()
    };
    let lazy = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let (zero, one) = (port(settings.clone()).await, port(quick()).await);
    let honest = [zero.address(), one.address()];
    // Only node 0 knows of it.
    let all = addresses(honest.into_iter().chain(lazy.local_addr()));
    let mut zero = Node::start(zero, 0, 1, all).await;
    let mut one = Node::start(one, 1, 1, addresses(honest)).await;

    let _held = shake_hands(&lazy).await;
    let body = "m".repeat(1_000);
    // More than the operating system keeps for a peer.
    while zero.refused(Refusal::Stalled) == 0 {
        for _ in 0..100 {
            zero.send(2, body.as_str());
        }
        zero.flush();
        let queued = zero.with(2).queued;
        assert!(queued.messages <= 1_000 && queued.bytes <= 200_000, "{queued:?}");
        zero.reach(&mut one, "beside it").await;
    }
    let with = zero.with(2);
    assert!(with.dropped_oldest > 0 && with.dropped_with_connection > 0, "{with:?}");

    zero.send(2, "the last");
    zero.flush();
    let mut again = shake_hands(&lazy).await;
    let mut frames = frame::Frames::new(100_000);
    let mut before = None;
    loop {
        while let Some(frame) = frames.next_frame().expect("none is too long") {
            if frame.is_empty() {
                continue;
            }
            let (number, message) = frame::decode::<String>(frame).expect("it can be read");
            assert!(before < Some(number), "{number} after {before:?}");
            before = Some(number);
            if message == "the last" {
                return;
            }
        }
        assert!(again.read_buf(frames.room()).await.expect("the node writes") > 0);
    }
}

/// Accepts a connection as node 2.
async fn shake_hands(listener: &TcpListener) -> TcpStream {
    let (mut stream, _) = listener.accept().await.expect("the node dials");
    stream.read_exact(&mut [0; 19]).await.expect("the node says hello");
    stream.write_all(&welcome(CLUSTER, 2, 1)).await.expect("the node reads");
    stream
}

#[tokio::test]
async fn connections_that_are_cut_are_made_again() {
    let (zero, one) = (port(quick()).await, port(quick()).await);
    let proxy = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let through = addresses([zero.address(), proxy.local_addr().expect("it has an address")]);
    let direct = addresses([zero.address(), one.address()]);
    let cuts = tokio::spawn(cut_after(proxy, one.address(), 1_000));
    let mut zero = Node::start(zero, 0, 1, through).await;
    let mut one = Node::start(one, 1, 1, direct).await;
    let mut before = None;
    while zero.with(1).reconnections < 10 {
        let letter = zero.reach(&mut one, "what is sent again and again arrives").await;
        assert!(before < Some(letter.number), "{} after {before:?}", letter.number);
        before = Some(letter.number);
    }
    cuts.abort();
}

/// Passes on what comes for `target`, and cuts each connection after so many bytes, within a message.
async fn cut_after(proxy: TcpListener, target: SocketAddr, bytes: u64) {
    while let Ok((inward, _)) = proxy.accept().await {
        let outward = TcpStream::connect(target).await.expect("the node listens");
        let (mut from, mut back) = inward.into_split();
        let (mut answers, mut to) = outward.into_split();
        let mut limited = (&mut from).take(bytes);
        tokio::select! {
            _ = tokio::io::copy(&mut limited, &mut to) => {}
            _ = tokio::io::copy(&mut answers, &mut back) => {}
        }
    }
}

#[tokio::test]
async fn the_counters_serialise() {
    let (mut zero, mut one, _) = pair(quick()).await;
    zero.reach(&mut one, "milk").await;
    let json = serde_json::to_value(zero.traffic()).expect("it is plain data");
    assert_eq!(json["peers"]["1"]["connected"], true);
    assert!(json["peers"]["1"]["sent"]["bytes"].as_u64() >= Some(10));
}
