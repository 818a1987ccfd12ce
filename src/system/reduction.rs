//! Which states a check takes for one another: those that differ by the names of interchangeable processes, or those that
//! have the same normal form.

use super::System;
use super::global::Global;
use super::plain::State;
use super::process::{Cell, Envelope, EnvelopeOf, Life, Process};
use super::script::Script;
use super::timing::Due;
use crate::event::{Data, Module};
use crate::rename::{Rename, Renaming};
use stateright::actor::Id;
use std::sync::Arc;

/// How many processes may be interchangeable: the permutations of more cannot be counted in 128 bits with room to spare.
const INTERCHANGEABLE_MAX: usize = 30;

/// Which states are taken for one another.
pub(crate) enum Reduction<A: Module, H: Data> {
    /// Each stands for itself.
    None,
    Symmetry(Symmetry<A, H>),
    NormalForm(NormalForm<A, H>),
}

/// Processes that may take one another's names, and how parts of a state are renamed.
///
/// Whoever declares this brings the functions along: they are compiled for the systems that have it, and for no other.
pub(crate) struct Symmetry<A: Module, H: Data> {
    /// Disjoint groups, the members in order.
    pub groups: Vec<Vec<usize>>,
    pub process: fn(&Process<A>, &Renaming) -> Process<A>,
    pub message: fn(&EnvelopeOf<A>, &Renaming) -> EnvelopeOf<A>,
    pub history: fn(&H, &Renaming) -> H,
    /// Two members of a group that their scripts tell apart.
    pub different_scripts: fn(&System<A, H>, &[Vec<usize>]) -> Option<(usize, usize)>,
}

/// A function that brings states into a normal form.
pub(crate) struct NormalForm<A: Module, H: Data> {
    pub name: &'static str,
    pub function: Arc<dyn Fn(State<A, H>) -> State<A, H> + Send + Sync>,
}

/// The parts of a state, to be brought into a normal form: see [`System::normalise`].
pub struct Parts<A: Module, H> {
    /// The processes, by id; as many as before.
    pub processes: Vec<Process<A>>,
    /// The messages in flight. Their order counts on a FIFO network alone, and there within a channel.
    pub messages: Vec<EnvelopeOf<A>>,
    /// What the observer has kept.
    pub history: H,
}

impl<A: Module, H: Data> System<A, H> {
    /// Declares that these processes differ by their names alone: the check explores one state of each class of states
    /// that differ by a permutation of them. To be called once for each group of such processes.
    ///
    /// The number of classes is exactly the number of orbits, and the check counts the states that they stand for
    /// ([`Report::orbits`](crate::check::Report::orbits)). It tests the declaration as it goes: of each class it judges
    /// all images by all properties, beyond four interchangeable processes one image drawn anew, and compares what may
    /// happen in one drawn image with the image of what may happen. A system whose actors, scripts, faults, partitions,
    /// observer or properties tell the processes apart, or keep an id where it is not renamed, ends the check with an
    /// error.
    ///
    /// Properties of fair runs are refused: what is fair to a process does not survive renaming.
    ///
    /// Stateright's checkers know nothing of it: they explore all states.
    ///
    /// # Panics
    ///
    /// When the group has fewer than two processes, or one that does not exist or stands in a group already, when there
    /// are more than 30 interchangeable processes, or when the system has a [normal form](System::normalise).
    pub fn interchangeable(mut self, processes: impl IntoIterator<Item = usize>) -> Self
    where
        A::State: Rename,
        A::Storage: Rename,
        A::Wire: Rename,
        A::Timer: Rename,
        A::Random: Rename,
        A::Request: Rename,
        H: Rename,
    {
        let mut group: Vec<usize> = processes.into_iter().collect();
        group.sort_unstable();
        assert!(group.len() >= 2, "one process alone is not interchangeable with any");
        for id in &group {
            assert!(*id < self.actors.len(), "process {id} is to be interchangeable, but there is none");
        }
        if let Reduction::None = self.reduction {
            self.reduction = Reduction::Symmetry(Symmetry {
                groups: Vec::new(),
                process: Process::<A>::rename,
                message: EnvelopeOf::<A>::rename,
                history: H::rename,
                different_scripts: Self::different_scripts,
            });
        }
        let Reduction::Symmetry(symmetry) = &mut self.reduction else {
            panic!("a system has interchangeable processes or a normal form, not both");
        };
        symmetry.groups.push(group);
        let mut all = symmetry.groups.concat();
        all.sort_unstable();
        for pair in all.windows(2) {
            assert!(pair[0] != pair[1], "process {} is declared interchangeable twice", pair[0]);
        }
        assert!(all.len() <= INTERCHANGEABLE_MAX, "at most {INTERCHANGEABLE_MAX} processes can be interchangeable");
        self
    }

    /// Brings each state into a normal form before it is compared with others: states with the same normal form are one.
    ///
    /// For what matters only in relation, such as ballots that are renumbered by rank, so that a run that raises them for
    /// ever comes back to where it was. `function` changes the parts of a state in place; what was spent of the budgets
    /// stays as it is. It may take two states for one another only if the same may happen in both.
    ///
    /// The check tests that as it goes: the normal form of a normal form is itself, every property judges a state and its
    /// normal form alike, and the normal forms of what may happen in both are the same. A function of which one of these
    /// is not so ends the check with an error. `name` stands in it, and in every verdict.
    ///
    /// It must not exchange processes: what is promised of one of them (see [`System::fairness`]) is not of another. What is
    /// promised of a message or a timer cannot be told from normal forms: a lasso is shown when it is fair also on states
    /// as they are, and where the absence of one depends on such promises, the verdict is `Incomplete`.
    ///
    /// Stateright's checkers know nothing of it: they explore states as they are.
    ///
    /// # Panics
    ///
    /// When the system has a normal form or [interchangeable](System::interchangeable) processes already.
    pub fn normalise(
        mut self,
        name: &'static str,
        function: impl Fn(&mut Parts<A, H>) + Send + Sync + 'static,
    ) -> Self {
        assert!(
            matches!(self.reduction, Reduction::None),
            "a system has interchangeable processes or a normal form, not both, and that once"
        );
        let function = move |state: State<A, H>| normal_form(&function, state);
        self.reduction = Reduction::NormalForm(NormalForm { name, function: Arc::new(function) });
        self
    }

    /// The same system, in which each state stands for itself: to see that a reduction loses nothing, and what it is worth.
    pub fn without_reduction(mut self) -> Self {
        self.reduction = Reduction::None;
        self
    }

    /// Two interchangeable processes that their scripts tell apart.
    fn different_scripts(&self, groups: &[Vec<usize>]) -> Option<(usize, usize)>
    where
        A::Request: Rename,
    {
        let mut pairs = groups.iter().flat_map(|group| group.windows(2));
        let are_different = |pair: &&[usize]| {
            let swap = Renaming::swapping(self.actors.len(), Id::from(pair[0]), Id::from(pair[1]));
            let is_renamed = |(id, script): (usize, &ScriptOf<A>)| {
                let other = &self.scripts[usize::from(swap.id(Id::from(id)))];
                script.is_renamed_to(other, |request| request.rename(&swap))
            };
            !self.scripts.iter().enumerate().all(is_renamed)
        };
        pairs.find(are_different).map(|pair| (pair[0], pair[1]))
    }
}

/// The normal form of a state, whose parts `function` changes in place.
fn normal_form<A: Module, H: Data>(function: impl Fn(&mut Parts<A, H>), state: State<A, H>) -> State<A, H> {
    let mut parts: Parts<A, H> = Parts {
        processes: state.processes.iter().map(|process| (**process).clone()).collect(),
        messages: state.network.iter().map(|message| (**message).clone()).collect(),
        history: (*state.history).clone(),
    };
    function(&mut parts);
    Global {
        processes: parts.processes.into_iter().map(Arc::new).collect(),
        network: parts.messages.into_iter().map(Arc::new).collect(),
        history: Arc::new(parts.history),
        spent: state.spent,
    }
}

type ScriptOf<A> = Script<<A as Module>::Request, <A as Module>::Indication>;

impl<R: Ord, I> Script<R, I> {
    /// Whether another script makes these requests with other names. Where a request waits for an answer, states remember
    /// at which place among several it stood; otherwise their order says nothing.
    fn is_renamed_to(&self, other: &Self, request: impl Fn(&R) -> R) -> bool {
        let renamed = self.places.iter().map(|place| place.iter().map(&request).collect::<Vec<R>>());
        let same = |(mut one, other): (Vec<R>, &Vec<R>)| {
            let mut other: Vec<&R> = other.iter().collect();
            if self.answers.is_none() {
                one.sort_unstable();
                other.sort_unstable();
            }
            one.iter().eq(other)
        };
        self.answers.is_some() == other.answers.is_some()
            && self.places.len() == other.places.len()
            && renamed.zip(&other.places).all(same)
    }
}

impl<A: Module, H: Data> Reduction<A, H> {
    /// What is taken for granted, in words.
    pub(super) fn describe(&self) -> Vec<String> {
        match self {
            Reduction::None => Vec::new(),
            Reduction::Symmetry(symmetry) => describe_groups(&symmetry.groups),
            Reduction::NormalForm(form) => vec![format!("states are compared in their normal form: {}", form.name)],
        }
    }
}

fn describe_groups(groups: &[Vec<usize>]) -> Vec<String> {
    groups.iter().map(|group| format!("processes {group:?} are interchangeable")).collect()
}

impl<A: Module, H: Data> Clone for Reduction<A, H> {
    fn clone(&self) -> Self {
        match self {
            Reduction::None => Reduction::None,
            Reduction::Symmetry(symmetry) => {
                Reduction::Symmetry(Symmetry { groups: symmetry.groups.clone(), ..*symmetry })
            }
            Reduction::NormalForm(form) => {
                Reduction::NormalForm(NormalForm { name: form.name, function: form.function.clone() })
            }
        }
    }
}

crate::rename! { struct Envelope<W> { from, to, message } }
crate::rename! { struct Cell<S, D, T, X> { life, storage, timers, fired, choices: each_sorted, asked, waiting } }
crate::rename! { struct Due { earliest, latest } }

impl<S: Rename> Rename for Life<S> {
    fn rename(&self, to: &Renaming) -> Self {
        to.note(&std::mem::discriminant(self));
        match self {
            Life::Up(state) => Life::Up(state.rename(to)),
            Life::Down => Life::Down,
            Life::Stopped => Life::Stopped,
            Life::Byzantine => Life::Byzantine,
            // The message may well name processes, in words that nobody can rename.
            Life::Panicked(_) => Life::Panicked(String::new()),
        }
    }
}
