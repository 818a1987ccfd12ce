//! States that are taken for one another: interchangeable processes, and normal forms.

#[path = "../common/mod.rs"]
mod common;

mod commit;
mod counterexample;
mod gossip;
mod normal;
mod pointers;
mod refused;

use stateright::Model;
use stateright::actor::Id;
use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use synod::check::{Verdict, check};
use synod::event::{Data, Module};
use synod::rename::{Rename, Renaming};
use synod::system::{Envelope, Process, Spent, System};

/// A state as values that can be renamed and compared.
type Whole<A, H> = (Vec<Process<A>>, Channels<<A as Module>::Wire>, H, Spent);

/// The messages in flight, by sender and receiver.
type Channels<W> = BTreeMap<(Id, Id), Vec<W>>;

/// What can be renamed by brute force.
trait Renameable: Module<State: Rename, Storage: Rename, Wire: Rename, Timer: Rename, Random: Rename> {}
impl<A: Module<State: Rename, Storage: Rename, Wire: Rename, Timer: Rename, Random: Rename>> Renameable for A {}

/// Checks a system with its interchangeable processes against brute force: all states, and of each all images under all
/// permutations. Classes are as many as least images, with 1, 2 and 4 threads, and stand for all states; everything else
/// that is found is what is found without symmetry.
#[track_caller]
fn agrees<A: Renameable, H: Data + Rename>(
    system: &System<A, H>,
    groups: &[&[usize]],
    reduced: &dyn Fn(System<A, H>) -> System<A, H>,
) {
    let (states, classes) = brute_force(system, groups, usize::MAX).expect("there is no bound");
    let plain = check(system).unique_states(states as u64).run();
    for threads in [1, 2, 4] {
        let report = check(&reduced(system.clone())).threads(threads).unique_states(classes as u64).run();
        assert_eq!(report.unique, classes as u64, "{report}");
        assert_eq!(report.orbits, Some(states as u128), "{report}");
        assert_eq!((report.verdict, report.depth, report.quiescent), (plain.verdict, plain.depth, plain.quiescent));
        assert_ne!(report.verdict, Verdict::Incomplete);
        for (reduced, plain) in report.properties.iter().zip(&plain.properties) {
            assert_eq!((reduced.verdict, reduced.steps), (plain.verdict, plain.steps), "{report}");
        }
    }
}

/// How many states a system has, and how many that differ by more than a permutation within the groups; nothing if there
/// are more than `most`.
fn brute_force<A: Renameable, H: Data + Rename>(
    system: &System<A, H>,
    groups: &[&[usize]],
    most: usize,
) -> Option<(usize, usize)> {
    let permutations = permutations(system.process_count(), groups);
    let fifo = system.assumptions().iter().any(|line| line.starts_with("FIFO"));
    let (mut seen, mut open) = (HashSet::new(), VecDeque::from(system.init_states()));
    let mut least = BTreeSet::new();
    while let Some(state) = open.pop_front() {
        let whole: Whole<A, H> = system.view(&state, |view| {
            let processes = view.processes.iter().map(|(_, process)| process.clone()).collect();
            (processes, channels(view.messages.iter().cloned()), view.history.clone(), *view.spent)
        });
        if !seen.insert(whole.clone()) {
            continue;
        }
        if seen.len() > most {
            return None;
        }
        least.insert(permutations.iter().map(|to| image::<A, H>(&whole, to, fifo)).min().expect("the identity is one"));
        let mut steps = Vec::new();
        system.actions(&state, &mut steps);
        let next = steps.into_iter().filter_map(|step| system.next_state(&state, step));
        open.extend(next.filter(|next| system.within_boundary(next)));
    }
    Some((seen.len(), least.len()))
}

/// Messages by sender and receiver. The order within a channel says something on FIFO networks; on others it is that of
/// values, and `image` restores it.
fn channels<W>(messages: impl Iterator<Item = Envelope<W>>) -> Channels<W> {
    let mut channels = Channels::new();
    for Envelope { from, to, message } in messages {
        channels.entry((from, to)).or_default().push(message);
    }
    channels
}

fn image<A: Renameable, H: Data + Rename>(whole: &Whole<A, H>, to: &Renaming, fifo: bool) -> Whole<A, H> {
    let (processes, messages, history, spent) = whole;
    let mut messages = messages.rename(to);
    if !fifo {
        messages.values_mut().for_each(|channel| channel.sort());
    }
    (synod::rename::indexed(processes, to), messages, history.rename(to), *spent)
}

/// All renamings that leave every process in its group.
fn permutations(processes: usize, groups: &[&[usize]]) -> Vec<Renaming> {
    let mut all: Vec<Vec<Id>> = vec![(0..processes).map(Id::from).collect()];
    for group in groups {
        for (place, id) in group.iter().enumerate() {
            let swap = |to: &Vec<Id>, other: usize| {
                let mut to = to.clone();
                to.swap(*id, other);
                to
            };
            all = all.iter().flat_map(|to| group[place..].iter().map(move |other| swap(to, *other))).collect();
        }
    }
    all.into_iter().map(Renaming::new).collect()
}
