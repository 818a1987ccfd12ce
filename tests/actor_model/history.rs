//! Histories: what hooks record, and in which order.

use crate::puppet::{NETWORKS, Puppet, Puppets, same};
use stateright::actor::{ActorModel, Envelope};
use synod::check::check;

type Log = Vec<(bool, usize, usize, u8)>;

fn noted(log: &Log, arrives: bool, envelope: Envelope<&u8>) -> Option<Log> {
    // Messages of 5 and more are nobody's business.
    (*envelope.msg < 5).then(|| {
        let mut log = log.clone();
        log.push((arrives, envelope.src.into(), envelope.dst.into(), *envelope.msg));
        log
    })
}

/// Three actors of which the first two say something to the third, which passes it on twice; all of it is recorded.
fn logged(network: usize) -> Puppets<Log> {
    let relay = Puppet::new().on_message(|it, from, message| {
        if message < 3 && it.state.len() < 2 {
            it.keep(message);
            it.send(1 - from.min(1), message + 3);
            it.send(2, message + 1);
        }
    });
    ActorModel::new((), Vec::new())
        .actors([Puppet::sending(&[(2, 1)]), Puppet::sending(&[(2, 2)]), relay])
        .init_network(NETWORKS[network](vec![]))
        .record_msg_in(|(), log, envelope| noted(log, true, envelope))
        .record_msg_out(|(), log, envelope| noted(log, false, envelope))
}

#[test]
fn hooks_see_what_arrives_and_then_what_is_sent() {
    for network in [0, 1, 2] {
        let report = same(|| logged(network));
        assert!(report.cells[2] > 5, "many histories: {report}");
    }
}

#[test]
fn each_hook_works_alone() {
    for network in [0, 1, 2] {
        same(|| ActorModel { record_msg_in: |_, _, _| None, ..logged(network) });
        same(|| ActorModel { record_msg_out: |_, _, _| None, ..logged(network) });
    }
}

#[test]
fn what_is_ignored_is_recorded_where_it_is_consumed() {
    // On channels the delivery is a step, and the hook sees it.
    let report = same(|| {
        ActorModel::new((), 0)
            .actors([Puppet::sending(&[(1, 1), (1, 2)]), Puppet::new()])
            .init_network(NETWORKS[2](vec![]))
            .record_msg_in(|(), count, _| Some(count + 1))
    });
    assert_eq!(report.cells[2], 3);
}

#[test]
fn a_hook_that_panics_is_a_finding() {
    let model = ActorModel::new((), 0)
        .actors([Puppet::sending(&[(1, 1)]), Puppet::keeping()])
        .init_network(NETWORKS[0](vec![]))
        .record_msg_in(|(), _: &i32, _| panic!("unheard of"));
    let report = check(&model).threads(1).violates("no panic", 1);
    assert!(report.to_string().contains("unheard of"), "{report}");
}
