//! Connections between the nodes are cut and slowed down while clients are at work: all that they see can be explained.

use crate::load::{Load, Places};
use crate::nodes::{Nodes, free_port};
use crate::proxy::Proxy;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use synod::random::Random;

const NODES: usize = 3;
const CHANGES: usize = 60;

#[test]
fn what_clients_see_of_nodes_that_are_cut_off_can_be_explained() {
    let seed = crate::seed();
    let mut random = Random::new(seed);

    let own: Vec<u16> = (0..NODES).map(|_| free_port()).collect();
    let ways: Vec<Vec<Proxy>> = (0..NODES).map(|_| own.iter().map(|port| Proxy::to(*port)).collect()).collect();
    let view = |from: usize| -> Vec<u16> {
        (0..NODES).map(|to| if to == from { own[to] } else { ways[from][to].port }).collect()
    };
    let mut nodes = Nodes::start_with(&(0..NODES).map(view).collect::<Vec<_>>());
    let places: Places = Arc::new(Mutex::new(nodes.addresses().into_iter().map(Some).collect()));
    let load = Load::start(&places, seed);
    let mut cuts = 0;
    for _ in 0..CHANGES {
        thread::sleep(Duration::from_millis(random.below(150) as u64));
        let way = &ways[random.below(NODES)][random.below(NODES)];
        match random.below(4) {
            0 => {
                way.cut();
                cuts += 1;
            }
            1 => way.delay(Duration::from_millis(random.below(30) as u64)),
            _ => {
                way.mend();
                way.delay(Duration::ZERO);
            }
        }
    }
    let worked = load.end();
    println!("{cuts} cuts; {} operations, {:.0} a second", worked.operations, worked.rate);
    assert!(worked.objection.is_none(), "{}", worked.objection.unwrap_or_default());
    assert!(cuts > 0 && worked.operations > 100, "hardly anything happened");
    ways.iter().flatten().for_each(Proxy::mend);
    nodes.kill(0);
}
