//! What no closed system tells: how long timers run, what a step puts out, and numbers near their limits.

use super::*;
use crate::step::{Change, Effects, Input, InputOf, react, start};

type Links = PerfectLinks<u8>;

const ME: usize = 0;
const PEER: usize = 1;

/// A process that has just started, and what its steps put out.
struct Node {
    links: Links,
    state: State<u8>,
}

impl Node {
    fn new(links: Links) -> Self {
        let (state, effects) = start(&links, ME.into(), 2, &None).expect("no misuse");
        assert_eq!((effects.saved, effects.sent), (Some(0), vec![]));
        Node { links, state }
    }

    fn handle(&mut self, input: InputOf<Links>) -> Effects<Links> {
        let (state, effects) = react(&self.links, ME.into(), 2, &self.state, input).expect("no misuse");
        self.state = state.unwrap_or_else(|| self.state.clone());
        assert_eq!(effects.saved, None, "the one write is that of the start");
        effects
    }

    fn send(&mut self, to: usize, message: u8) -> Effects<Links> {
        self.handle(Input::Request(Send { to: to.into(), message }))
    }

    fn hear(&mut self, message: Frame<u8>) -> Effects<Links> {
        self.handle(Input::Wire { from: PEER.into(), message })
    }

    fn is_acknowledged(&mut self, sequence: u64) -> Effects<Links> {
        self.hear(Frame::Acknowledgement { incarnation: 0, sequence })
    }
}

fn data(base: u64, sequence: u64, message: u8) -> Frame<u8> {
    Frame::Data { incarnation: 0, base, sequence, message }
}

#[test]
fn a_timer_that_runs_does_not_start_anew() {
    let interval = Duration::from_secs(3)..Duration::from_secs(4);
    let mut node = Node::new(Links::new().interval(interval.clone()));
    let armed = || vec![Change::SetTimer(Retransmit, interval.clone())];
    assert_eq!(node.send(PEER, 7).changes, armed());
    assert_eq!(node.send(PEER, 8).changes, []);
    assert_eq!(node.handle(Input::Timeout(Retransmit)).changes, armed());
    assert_eq!(node.is_acknowledged(1).changes, []);
    assert_eq!(node.is_acknowledged(0).changes, [Change::CancelTimer(Retransmit)]);
    assert_eq!(node.send(PEER, 9).changes, armed());
}

#[test]
fn where_nothing_is_lost_a_message_costs_two() {
    let mut sender = Node::new(Links::new());
    assert_eq!(sender.send(PEER, 7).sent, [(PEER.into(), data(0, 0, 7))]);
    assert_eq!(sender.is_acknowledged(0).sent, []);
    let mut receiver = Node::new(Links::new());
    let effects = receiver.hear(data(0, 0, 7));
    assert_eq!(effects.sent, [(PEER.into(), Frame::Acknowledgement { incarnation: 0, sequence: 0 })]);
    assert_eq!(effects.indications, [Deliver { from: PEER.into(), message: 7 }]);
}

#[test]
fn only_what_is_on_the_way_and_not_acknowledged_is_sent_again() {
    let mut node = Node::new(Links::new().window(3));
    for message in 0..5 {
        node.send(PEER, message);
    }
    node.is_acknowledged(1);
    let again = node.handle(Input::Timeout(Retransmit)).sent;
    assert_eq!(again, [(PEER.into(), data(0, 0, 0)), (PEER.into(), data(0, 2, 2))]);
}

#[test]
fn what_a_process_sends_to_itself_needs_no_link() {
    let mut node = Node::new(Links::new());
    let before = node.state.clone();
    let effects = node.send(ME, 7);
    assert_eq!(effects.indications, [Deliver { from: ME.into(), message: 7 }]);
    assert_eq!((effects.sent, effects.changes, node.state), (vec![], vec![], before));
}

#[test]
fn a_window_without_bound_is_one() {
    let mut sender = Node::new(Links::new().window(u64::MAX));
    sender.send(PEER, 7);
    sender.is_acknowledged(0);
    assert_eq!(sender.send(PEER, 8).sent, [(PEER.into(), data(1, 1, 8))]);
    let mut receiver = Node::new(Links::new().window(u64::MAX));
    assert_eq!(receiver.hear(data(1, 1, 8)).indications, [Deliver { from: PEER.into(), message: 8 }]);
}

#[test]
fn unless_said_otherwise() {
    let mut node = Node::new(Links::default());
    assert_eq!(node.send(PEER, 0).changes, [Change::SetTimer(Retransmit, INTERVAL)]);
    let on_the_way = |node: &mut Node| node.send(PEER, 0).sent.len() as u64;
    assert_eq!((1..WINDOW + 5).map(|_| on_the_way(&mut node)).sum::<u64>(), WINDOW - 1);
}

#[test]
#[should_panic = "a link with a window of no messages carries nothing"]
fn a_window_of_none_is_refused() {
    let _ = Links::new().window(0);
}
