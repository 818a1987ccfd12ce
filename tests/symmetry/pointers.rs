//! States that colours alone do not tell apart: each process points at another one, so that what there is are graphs.

use crate::agrees;
use stateright::actor::{Actor, Id, Out};
use std::borrow::Cow;
use synod::check::check;
use synod::event::{Event, others};
use synod::system::System;

/// Chooses whom to point at, once.
#[derive(Clone)]
struct Pointer(usize);

impl Actor for Pointer {
    type Msg = Event<(), (), ()>;
    type State = Option<Id>;
    type Storage = ();
    type Timer = ();
    type Random = Id;

    fn on_start(&self, id: Id, _: &Option<()>, out: &mut Out<Self>) -> Option<Id> {
        out.choose_random("whom", others(self.0, id).collect());
        None
    }

    fn on_random(&self, _: Id, state: &mut Cow<Option<Id>>, whom: &Id, _: &mut Out<Self>) {
        *state.to_mut() = Some(*whom);
    }
}

fn pointers(count: usize) -> System<Pointer> {
    System::new(vec![Pointer(count); count])
        .sometimes("all in one ring")
        .processes(move |p| {
            let next = |id: &Id| *p.get(*id).state()?;
            let ring = std::iter::successors(Some(Id::from(0)), next).skip(1).take(count);
            ring.enumerate().all(|(place, id)| (usize::from(id) == 0) == (place + 1 == count))
                && p.states().all(|(_, whom)| whom.is_some())
        })
        .sometimes("all in pairs")
        .processes(|p| p.states().all(|(id, whom)| whom.is_some_and(|whom| *p.get(whom).state().unwrap() == Some(id))))
}

#[test]
fn graphs_of_pointers() {
    for count in 2..=5 {
        let all: Vec<usize> = (0..count).collect();
        let system = pointers(count).always("nobody points at itself");
        let system = system.processes(|p| p.states().all(|(id, whom)| *whom != Some(id)));
        if count % 2 == 0 {
            agrees(&system, &[&all], &|system| system.interchangeable(0..count));
        }
        // Each of n points at nobody yet or at one of n - 1.
        let report = check(&system.interchangeable(0..count)).run();
        assert_eq!(report.orbits, Some((count as u128).pow(count as u32)));
    }
}

#[test]
fn more_graphs_than_brute_force_can_look_at() {
    // Each vertex of a functional graph without fixed points, or of one whose vertex lacks its arc: put an arc to itself
    // for a missing one, and these are the functional graphs on n vertices up to isomorphism: 1, 3, 7, 19, 47, 130, 343
    // (OEIS A001372). Rings and pairs among them are what colours cannot tell apart.
    for (count, graphs) in [(2, 3), (3, 7), (4, 19), (5, 47), (6, 130), (7, 343)] {
        let report = check(&pointers(count).interchangeable(0..count)).run();
        assert_eq!((report.unique, report.orbits), (graphs, Some((count as u128).pow(count as u32))), "{report}");
    }
}
