use super::*;
use crate::mutated::paxos as wrong;
use crate::replay::{Judge, Judgement, Verdict};
use std::future::Future;
use std::path::Path;
use std::time::Duration;
use synod::consensus::Decide;
use synod::runtime::replay::Records;
use synod::runtime::store::Memory;
use synod::runtime::transport::memory::Hub;
use synod::runtime::{Handle, Node, Runnable};
use tokio::runtime::{Builder, Runtime};

/// Runs the nodes of a cluster, each in a tokio runtime of its own, so that it can be killed.
struct Cluster<'f, A: Runnable> {
    make: fn(usize) -> A,
    folder: &'f Path,
    hub: Hub<A::Wire>,
    stores: Vec<Memory<A::Storage>>,
    nodes: Vec<(Runtime, Handle<A::Request, A::Indication>)>,
}

async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), what).await.expect("what must happen has happened within 30 s")
}

impl<'f, A: Runnable + Module<Request = Propose<String>, Indication = Decide<String>>> Cluster<'f, A> {
    fn start(make: fn(usize) -> A, folder: &'f Path) -> Self {
        let stores = (0..3).map(|_| Memory::new()).collect();
        let mut cluster = Cluster { make, folder, hub: Hub::new(), stores, nodes: Vec::new() };
        cluster.nodes = (0..3).map(|id| cluster.node(id)).collect();
        cluster
    }

    fn node(&self, id: usize) -> (Runtime, Handle<A::Request, A::Indication>) {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap();
        let node = Node::builder((self.make)(3)).id(id).processes(3).transport(self.hub.transport());
        let node = node.store(self.stores[id].clone()).recorded_as("paxos").record_in(self.folder);
        let handle = runtime.block_on(node.start()).unwrap();
        (runtime, handle)
    }

    fn propose(&self, id: usize, value: &str) {
        let (runtime, handle) = &self.nodes[id];
        runtime.block_on(soon(handle.request(Propose(value.to_string())))).unwrap();
    }

    fn decision(&self, id: usize) -> String {
        let (runtime, handle) = &self.nodes[id];
        let Decide(value) = runtime.block_on(soon(handle.indications().next())).expect("it goes on");
        value
    }

    /// The node is cut off wherever it is, and started again.
    fn kill(&mut self, id: usize) {
        let (runtime, _) = self.nodes.remove(id);
        runtime.shutdown_timeout(Duration::from_secs(30));
        let again = self.node(id);
        self.nodes.insert(id, again);
    }

    fn shut_down(self) {
        for (runtime, handle) in &self.nodes {
            runtime.block_on(soon(handle.shutdown())).unwrap();
        }
    }
}

/// One decides, another is killed and comes back, and proposes another value.
fn with_a_crash<A>(make: fn(usize) -> A, folder: &Path)
where
    A: Runnable + Module<Request = Propose<String>, Indication = Decide<String>>,
{
    let mut cluster = Cluster::start(make, folder);
    cluster.propose(0, "tea");
    assert_eq!((cluster.decision(0), cluster.decision(1)), ("tea".to_string(), "tea".to_string()));
    cluster.propose(0, "milk");
    cluster.kill(1);
    let mut decided = None;
    while decided.is_none() {
        // Its ballot may be below what the others have promised; it tries again, as applications of Paxos do.
        cluster.propose(1, "coffee");
        let (runtime, handle) = &cluster.nodes[1];
        let next = runtime
            .block_on(async { tokio::time::timeout(Duration::from_millis(200), handle.indications().next()).await });
        decided = next.ok().flatten();
    }
    cluster.shut_down();
}

fn recorded(folder: &Path) -> Records {
    Records::open([folder]).unwrap()
}

fn judged(folder: &Path) -> Judgement {
    judge().judge(&recorded(folder)).unwrap()
}

#[test]
fn what_three_nodes_did_is_allowed_by_the_spec() {
    let folder = tempfile::tempdir().unwrap();
    with_a_crash(|n| Paxos::<String, _>::new(Majority::new(n)), folder.path());
    let judgement = judged(folder.path());
    assert!(judgement.is_fine(), "{judgement:?}");
    assert_eq!(judgement.nodes.iter().map(|node| node.lives).collect::<Vec<_>>(), [1, 2, 1]);
    let Verdict::Judged { steps, crashes, report } = judgement.spec else { panic!("{:?}", judgement.spec) };
    println!("{steps} steps\n{report}");
    assert_eq!(crashes, 1);
    let taken = |action: &str| report.actions.iter().any(|(name, steps)| name == action && *steps > 0);
    for action in ["NextPropose", "NextPrepare", "NextPromise", "NextAccept", "NextAccepted", "NextLearn", "NextCrash"]
    {
        assert!(taken(action), "{action} is never taken: {report}");
    }
}

#[test]
fn what_fewer_nodes_did_is_judged_by_the_actor_alone() {
    let folder = tempfile::tempdir().unwrap();
    with_a_crash(|n| Paxos::<String, _>::new(Majority::new(n)), folder.path());
    std::fs::remove_file(folder.path().join("node-2.life-1.part-0.ndjson")).unwrap();
    let judgement = judged(folder.path());
    assert!(judgement.is_fine() && judgement.nodes.len() == 2, "{judgement:?}");
    let Verdict::NotJudged(why) = judgement.spec else { panic!("{:?}", judgement.spec) };
    assert_eq!(why, "of 3 nodes, the record of node 2 is missing");
}

fn forgetful<V>(processes: usize) -> wrong::vote_not_told::Paxos<V, Majority> {
    wrong::vote_not_told::Paxos::new(Majority::new(processes))
}

/// Actors that do what they recorded, which is not what the spec allows.
#[test]
fn what_a_mutant_did_is_refused_by_the_spec() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::start(forgetful::<String>, folder.path());
    cluster.propose(0, "tea");
    assert_eq!(cluster.decision(0), "tea");
    cluster.propose(0, "milk");
    cluster.shut_down();
    let mutant = Actor::new("paxos", forgetful::<Json>).with_twin(|run| hold_actors(forgetful, run));
    let judgement = mutant.judge(&recorded(folder.path())).unwrap();
    assert!(judgement.nodes.iter().all(|node| node.difference.is_none()) && !judgement.is_fine(), "{judgement:?}");
    let Verdict::Judged { report, .. } = judgement.spec else { panic!("{:?}", judgement.spec) };
    assert!(report.is_refused("request", "Propose"), "{report}");
}
