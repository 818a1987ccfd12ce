//! States that are taken for one another: interchangeable processes, and normal forms.

mod commit;

use stateright::Model;
use stateright::actor::Id;
use std::collections::{BTreeSet, HashSet, VecDeque};
use synod::check::{Verdict, check};
use synod::event::{Data, Module};
use synod::rename::{Rename, Renaming};
use synod::system::{EnvelopeOf, Process, Spent, System};

/// A state as values that can be renamed and compared.
type Whole<A, H> = (Vec<Process<A>>, Vec<EnvelopeOf<A>>, H, Spent);

/// What can be renamed by brute force.
trait Renameable: Module<State: Rename, Storage: Rename, Wire: Rename, Timer: Rename, Random: Rename> {}
impl<A: Module<State: Rename, Storage: Rename, Wire: Rename, Timer: Rename, Random: Rename>> Renameable for A {}

/// Checks a system with its interchangeable processes against brute force: all states, and of each all images under all
/// permutations. Classes are as many as least images, with 1, 2 and 4 threads, and stand for all states; everything else
/// that is found is what is found without symmetry.
#[track_caller]
fn agrees<A: Renameable, H: Data + Rename>(
    system: &System<A, H>,
    groups: &[Vec<usize>],
    reduced: &dyn Fn(System<A, H>) -> System<A, H>,
) {
    let (states, classes) = brute_force(system, groups);
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

/// How many states a system has, and how many that differ by more than a permutation within the groups.
fn brute_force<A: Renameable, H: Data + Rename>(system: &System<A, H>, groups: &[Vec<usize>]) -> (usize, usize) {
    let permutations = permutations(system.process_count(), groups);
    let (mut seen, mut open) = (HashSet::new(), VecDeque::from(system.init_states()));
    let mut least = BTreeSet::new();
    while let Some(state) = open.pop_front() {
        let whole: Whole<A, H> = system.view(&state, |view| {
            let processes = view.processes.iter().map(|(_, process)| process.clone()).collect();
            (processes, view.messages.iter().cloned().collect(), view.history.clone(), *view.spent)
        });
        if !seen.insert(whole.clone()) {
            continue;
        }
        least.insert(permutations.iter().map(|to| image::<A, H>(&whole, to)).min().expect("the identity is one"));
        let mut steps = Vec::new();
        system.actions(&state, &mut steps);
        open.extend(steps.into_iter().filter_map(|step| system.next_state(&state, step)));
    }
    (seen.len(), least.len())
}

fn image<A: Renameable, H: Data + Rename>(whole: &Whole<A, H>, to: &Renaming) -> Whole<A, H> {
    let (processes, messages, history, spent) = whole;
    let processes = synod::rename::indexed(processes, to);
    let mut messages: Vec<EnvelopeOf<A>> = messages.iter().map(|message| message.rename(to)).collect();
    // On a FIFO network the order within a channel counts; on others it is the order of values.
    let in_order = whole.1.is_sorted();
    if in_order {
        messages.sort()
    } else {
        messages.sort_by_key(|message| (message.from, message.to))
    }
    (processes, messages, history.rename(to), *spent)
}

/// All renamings that leave every process in its group.
fn permutations(processes: usize, groups: &[Vec<usize>]) -> Vec<Renaming> {
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
