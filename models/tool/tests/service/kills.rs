//! Nodes are killed at random moments while clients are at work: nothing that was acknowledged is lost, and all that clients
//! have seen can be explained.
//!
//! Each node tells in its log when what it saves is durable, and when what rests on it begins to leave. A kill after the one and
//! before the other is the most delicate: what is durable then, nobody has heard of. To meet such moments, some
//! kills are aimed: the node is stopped at random moments until its log shows that it is in one, and killed then.

use crate::load::{Load, Places, locked};
use crate::nodes::{Nodes, tail};
use rustix::process::Signal;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use synod::random::Random;

const NODES: usize = 3;

/// How many kills, unless `SYNOD_KILLS` says otherwise.
const KILLS: usize = 100;

/// One kill of so many is aimed.
const AIMED: usize = 4;
const AIMS: usize = 40;

#[test]
fn what_clients_see_of_nodes_that_are_killed_can_be_explained() {
    let kills = std::env::var("SYNOD_KILLS").map_or(KILLS, |kills| kills.parse().expect("SYNOD_KILLS is a number"));
    let seed = crate::seed();
    let mut random = Random::new(seed);

    let mut nodes = Nodes::start(NODES);
    let places: Places = Arc::new(Mutex::new(nodes.addresses().into_iter().map(Some).collect()));
    let load = Load::start(&places, seed);
    let mut delicate = 0;
    for kill in 0..kills {
        thread::sleep(Duration::from_millis(random.below(100) as u64));
        let victim = random.below(NODES);
        if kill % AIMED == 0 {
            aim(&mut nodes, victim, &mut random);
        }
        nodes.kill(victim);
        locked(&places)[victim] = None;
        delicate += usize::from(is_delicate(&nodes, victim));
        nodes.restart(victim);
        let address = nodes.address(victim);
        locked(&places)[victim] = Some(address);
    }
    let worked = load.end();
    println!(
        "{kills} kills in {:.1} s, {delicate} of them after a save and before its first send; {} operations, {:.0} a second",
        worked.took.as_secs_f64(),
        worked.operations,
        worked.rate
    );
    assert!(worked.objection.is_none(), "{}", worked.objection.unwrap_or_default());
    assert!(worked.rate >= 100.0, "the clients were hardly at work");
    assert!(delicate > 0, "no kill hit a node between a save and its first send");
}

/// Stops the node at random moments until it has saved something that nobody has heard of; gives up after a while.
fn aim(nodes: &mut Nodes, victim: usize, random: &mut Random) {
    for _ in 0..AIMS {
        nodes.node(victim).signal(Signal::STOP);
        if is_delicate(nodes, victim) {
            return;
        }
        nodes.node(victim).signal(Signal::CONT);
        thread::sleep(Duration::from_micros(random.below(3_000) as u64));
    }
}

/// Whether the last thing that the node told is that something is durable.
fn is_delicate(nodes: &Nodes, node: usize) -> bool {
    tail(&nodes.log(node)).lines().next_back().is_some_and(|line| line.ends_with("durable"))
}
