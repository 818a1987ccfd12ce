//! The records of all nodes as one run.

use super::*;
use synod::runtime::replay::{Act, LastBatch, Merged, Past, Place, Unmerged, merge};
use synod::stateright::Model;
use synod::stateright::actor::Id;
use synod::step::Input;
use synod::system::{Faults, Limit, Network, Script, Step, System};

/// Holds the run against its system, step by step; returns how many steps change something, and what is decided.
fn hold_against_system(merged: &Merged<Acceptors>) -> (usize, Vec<Option<Value>>) {
    let network = Network::unordered().loss(Limit::Unlimited).duplication(Limit::Unlimited);
    let system = System::new(vec![acceptors(3); 3]).network(network).crash_recovery(Faults::unlimited());
    let system = merged
        .requests
        .iter()
        .enumerate()
        .fold(system, |system, (id, requests)| system.script(id, Script::at_any_time(requests.iter().cloned())));
    let mut state = system.init_states().remove(0);
    let mut changes = 0;
    for (step, place) in merged.steps.iter().zip(&merged.places) {
        let next = system.next_state(&state, step.clone()).expect("a step leads somewhere");
        if next == state {
            continue;
        }
        let mut enabled = Vec::new();
        system.actions(&state, &mut enabled);
        assert!(enabled.contains(step), "{place}: the system does not allow {step:?}");
        (state, changes) = (next, changes + 1);
    }
    let decided = system.view(&state, |view| {
        view.processes.iter().map(|(_, process)| process.state().and_then(|state| state.decided.clone())).collect()
    });
    (changes, decided)
}

#[tokio::test]
async fn what_three_nodes_record_is_a_run_of_their_system() {
    for (fate, last) in [(Fate::Lost, LastBatch::Lost), (Fate::KeptAllTheSame, LastBatch::Durable)] {
        let folder = tempfile::tempdir().unwrap();
        three_with_a_crash(fate, folder.path()).await;
        let (_, histories) = all_replayed(folder.path());
        assert_eq!(histories[1].lives[0].last, last);
        let merged = merge(&histories).unwrap();
        assert_eq!(merged.crashes, 1);
        let recoveries = merged.steps.iter().filter(|step| matches!(step, Step::Crash(..))).count();
        assert_eq!(recoveries, 1);
        let (changes, decided) = hold_against_system(&merged);
        assert!(changes >= 15, "{changes} of {} steps change something", merged.steps.len());
        assert_eq!(decided[0].as_deref(), Some("tea"));
        assert_eq!(decided[2].as_deref(), Some("tea"));
    }
}

#[tokio::test]
async fn a_message_that_nobody_sent_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    three_with_a_crash(Fate::Lost, folder.path()).await;
    let histories = || all_replayed(folder.path()).1;
    let refusal = |histories: &[History<Acceptors>]| match merge(histories) {
        Err(Unmerged::Impossible { reason, .. }) => reason,
        other => panic!("it is merged, or else: {other:?}"),
    };
    let mut unsent = histories();
    let act = unsent[0].lives[0].acts.iter_mut().find(|act| !act.sent.is_empty()).unwrap();
    act.sent.clear();
    assert!(refusal(&unsent).contains("no record says that it was sent"));

    let mut other = histories();
    let act = other[0].lives[0].acts.iter_mut().find(|act| !act.sent.is_empty()).unwrap();
    act.sent.swap(0, 1);
    assert!(refusal(&other).contains("but what was sent is"));

    // The node has forgotten what it had told: it sent before that was durable.
    let mut early = histories();
    early[0].lives[0].released = 1;
    assert!(refusal(&early).contains("before its step was durable"));
}

#[tokio::test]
async fn what_is_missing_is_said() {
    let folder = tempfile::tempdir().unwrap();
    three_with_a_crash(Fate::Lost, folder.path()).await;
    let histories = || all_replayed(folder.path()).1;
    let missing = |histories: &[History<Acceptors>]| match merge(histories) {
        Err(Unmerged::Incomplete(missing)) => missing,
        other => panic!("it is merged, or else: {other:?}"),
    };
    assert_eq!(missing(&histories()[..2]), "of 3 nodes, the record of node 2 is missing");
    let mut late = histories();
    late[1].lives.remove(0);
    assert_eq!(missing(&late), "the beginning of the record of node 1 is missing");
    let mut cut = histories();
    cut[1].lives[1].incarnation = 3;
    assert_eq!(missing(&cut), "of node 1, what happened before life 3 is missing");
    let mut never_saved = histories();
    never_saved[0].lives[0].incarnation = 2;
    assert_eq!(missing(&never_saved), "life 1 of node 0 is missing");
    let mut more = histories();
    more[2].lives[0].admitted = true;
    assert_eq!(missing(&more), "processes were added");
    assert_eq!(missing(&[]), "nothing is recorded");
}

/// Each of two says that it received the other's message before it sent its own.
#[test]
fn a_circle_is_refused() {
    let place = |line| Place { file: PathBuf::from("x"), line };
    let history = |node: usize| {
        let act = |line: usize| Act {
            place: place(line),
            batch: 0,
            input: None,
            origin: None,
            key: None,
            number: 0,
            sent: Vec::new(),
        };
        let other = 1 - node;
        let input = Some(Input::Wire { from: Id::from(other), message: 7 });
        let received = Act { input, origin: Some((1, 0)), sent: vec![(Id::from(other), 7)], ..act(3) };
        let past = Past {
            incarnation: 1,
            place: place(2),
            processes: 2,
            fresh: true,
            admitted: false,
            acts: vec![act(2), received],
            released: 1,
            last: LastBatch::Lost,
        };
        History::<Puppet> { node, whole: true, lives: vec![past] }
    };
    match merge(&[history(0), history(1)]) {
        Err(Unmerged::Impossible { place: found, reason }) => {
            assert_eq!(found, place(3));
            assert!(reason.contains("before it is sent"), "{reason}");
        }
        other => panic!("it is merged, or else: {other:?}"),
    }
}

/// The node's own record does not tell whether its last batch was made durable; others, and the application, may know.
#[tokio::test]
async fn an_open_batch_has_happened() {
    let folder = tempfile::tempdir().unwrap();
    let hub = Hub::default();
    let stores = [Kept::new(), Kept::new(), Kept::new()];
    let mut members = Vec::new();
    for (id, store) in stores.iter().enumerate() {
        members.push(member(id, &hub, store, folder.path()).await);
    }
    decides(&members[0], "tea").await;
    for member in &members {
        soon(member.shutdown()).await.unwrap();
    }
    // As if it had been killed after its last batch, which told the others of the decision.
    let (file, mut all) = lines(folder.path(), 0, 1);
    let last = all.iter().rposition(|line| line.starts_with(r#"{"commit""#)).unwrap();
    let told = all.iter().rposition(|line| line.contains(r#""told":["tea"]"#)).unwrap();
    let end = all.iter().skip(told).position(|line| line.starts_with(r#"{"commit""#)).unwrap() + told;
    assert!(end <= last);
    all.truncate(end + 1);
    rewrite(&file, &all);
    let (_, histories) = all_replayed(folder.path());
    assert_eq!(histories[0].lives[0].last, LastBatch::Open);
    let merged = merge(&histories).unwrap();
    let (_, decided) = hold_against_system(&merged);
    assert_eq!(decided, vec![Some("tea".to_string()); 3]);
}
