//! Declarations that are wrong end the check with an error, and never with a verdict.

use crate::common::{Toy, Turn};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use synod::check::{Walks, check};
use synod::event::Data;
use synod::rename::Rename;
use synod::system::{Faults, Network, Observation, Processes, Script, System};

/// The check of this system, of whose processes these are declared interchangeable, ends with an error that says so.
#[track_caller]
fn refused<H: Data + Rename>(system: System<Toy, H>, group: impl IntoIterator<Item = usize>, words: &[&str]) {
    let system = system.interchangeable(group);
    for threads in [1, 3] {
        let refused = check(&system).threads(threads).try_run().expect_err("the check found nothing wrong");
        assert_eq!(refused.why.lines().count(), 1, "{refused}");
        for word in words {
            assert!(refused.why.contains(word), "{word} is not in: {refused}");
        }
    }
}

#[test]
fn who_asks_for_no_error_is_told_by_a_panic() {
    let hidden = || System::new((0..3).map(|_| toy(|it| tell_all(it, 3, it.me as u8)))).interchangeable(0..3);
    let walks = Walks { seed: 1, count: 20, steps: 20 };
    let refused = check(&hidden()).threads(1).try_run().expect_err("ids are hidden");
    assert!(
        refused.shown.contains("the state:\np0 up") && refused.shown.contains("and not after the other"),
        "{refused}"
    );
    let of_run = catch_unwind(AssertUnwindSafe(|| check(&hidden()).threads(1).run())).expect_err("ids are hidden");
    assert_eq!(words_of(&*of_run), refused.to_string());
    assert!(check(&hidden()).try_walk(walks).is_err_and(|refused| refused.why.contains("not interchangeable")));
    assert!(catch_unwind(AssertUnwindSafe(|| check(&hidden()).walk(walks))).is_err());
}

/// What a panic said.
fn words_of(payload: &dyn Any) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| text.to_string());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).expect("a message")
}

/// Tells the others something when its timer fires; keeps what it hears, each once.
fn toy(tell: impl Fn(&mut Turn<'_>) + Send + Sync + 'static) -> Toy {
    Toy::with_timers([(1, 1..1)]).on_timeout(move |it, _| tell(it)).on_message(|it, _, message| it.keep_once(message))
}

fn tell_all(it: &mut Turn<'_>, count: usize, message: u8) {
    let me = it.me;
    (0..count).filter(|to| *to != me).for_each(|to| it.send(to, message));
}

/// Processes that tell all others the same.
fn alike(count: usize) -> Vec<Toy> {
    (0..count).map(|_| toy(move |it| tell_all(it, count, 7))).collect()
}

#[test]
fn processes_that_are_alike_are_not_refused() {
    for count in [3, 5] {
        let system = System::new(alike(count)).interchangeable(0..count);
        assert!(check(&system).run().orbits > Some(10));
    }
}

#[test]
fn ids_that_are_hidden_in_numbers() {
    for count in [3, 5] {
        let hidden = (0..count).map(|_| toy(move |it| tell_all(it, count, it.me as u8)));
        refused(System::new(hidden), 0..count, &["not interchangeable", "not the same may happen", "renamed"]);
    }
}

#[test]
fn actors_that_differ() {
    for count in [3, 5] {
        let mut actors = alike(count);
        actors[1] = toy(move |it| tell_all(it, count, 8));
        refused(System::new(actors), 0..count, &["not the same may happen"]);
    }
    // Even if the state in which they differ has no other image.
    let system = System::new([toy(|it| it.state.push(1)), toy(|it| it.state.push(2))]);
    refused(system, 0..2, &["not the same may happen", "0 → 1, 1 → 0"]);
}

#[test]
fn actors_that_prefer_somebody() {
    // They tell the first of the others alone.
    for count in [3, 5] {
        let first = (0..count).map(|_| toy(|it| it.send(usize::from(it.me == 0), 7)));
        refused(System::new(first), 0..count, &["not the same may happen"]);
    }
}

#[test]
fn scripts_that_differ() {
    let system = System::new(alike(3)).script(0, Script::at_any_time([1])).script(1, Script::at_any_time([1]));
    refused(system.clone(), 0..3, &["processes 1 and 2 are not interchangeable: the scripts tell them apart"]);
    assert!(check(&system.interchangeable(0..2)).run().orbits.is_some());
    // What tells answers apart is a function, which only the search can find out.
    let asking = || Toy::new().on_request(|it, request| it.indicate(request));
    let script = |answer: u8| Script::in_turn([1, 1], move |_, indication| *indication == answer);
    let system = System::new([asking(), asking()]).script(0, script(1)).script(1, script(2));
    refused(system, 0..2, &["not the same may happen"]);
}

#[test]
fn faults_that_name_processes() {
    refused(System::new(alike(3)).crash_stop(Faults::at_most(1).among([0])), 0..3, &["not the same may happen"]);
    refused(System::new(alike(3)).omission(Faults::at_most(1).among([2])), 1..3, &["not the same may happen"]);
    let lies = |liar: stateright::actor::Id| vec![(usize::from(liar == 0.into()).into(), 9)];
    refused(System::new(alike(3)).byzantine(1, lies), 0..3, &["not the same may happen"]);
}

#[test]
fn partitions_that_name_processes() {
    let system = System::new(alike(3)).network(Network::unordered().partition([0], [1, 2]));
    refused(system.clone(), 0..2, &["not the same may happen"]);
    assert!(check(&system.interchangeable(1..3)).run().orbits.is_some());
}

#[test]
fn properties_that_name_processes() {
    let named = |p: Processes<'_, Toy>| p.get(0.into()).state().is_some_and(|kept| !kept.is_empty());
    for count in [2, 5] {
        refused(
            System::new(alike(count)).sometimes("0 hears").processes(named),
            0..count,
            &["\"0 hears\" tells them apart", "0 → "],
        );
        let always = System::new(alike(count)).always("0 hears nothing").processes(move |p| !named(p));
        refused(always, 0..count, &["\"0 hears nothing\" tells them apart"]);
        let stops = System::new(alike(count)).crash_stop(1);
        let finally = stops.clone().finally("0 is up").processes(|p| p.get(0.into()).is_up());
        refused(finally, 0..count, &["\"0 is up\" tells them apart"]);
        let everything = stops.clone().sometimes("0 stops").everything(|view| !view.processes.get(0.into()).is_up());
        refused(everything, 0..count, &["\"0 stops\" tells them apart"]);
        refused(stops.explore_while("0 is up").processes(|p| p.get(0.into()).is_up()), 0..count, &["a cut"]);
    }
}

#[test]
fn what_holds_in_fair_runs() {
    let claim =
        System::new(alike(3)).eventually("all have heard").processes(|p| p.states().all(|(_, s)| !s.is_empty()));
    refused(claim, 0..3, &["what holds in fair runs cannot be checked with interchangeable processes"]);
}

#[test]
fn observers_that_name_processes() {
    let telling = || Toy::new().on_request(|it, request| it.indicate(request));
    let system = System::new([telling(), telling()])
        .script(0, Script::at_any_time([1]))
        .script(1, Script::at_any_time([1]))
        .observing(0, |count: &mut u8, seen| {
            if let Observation::Indication { process, .. } = seen
                && *process == 0.into()
            {
                *count += 1;
            }
        });
    refused(system, 0..2, &["not the same may happen"]);
}

/// Building the system ends with this error.
#[track_caller]
fn nonsense(words: &str, build: impl FnOnce(System<Toy>) -> System<Toy>) {
    let built = catch_unwind(AssertUnwindSafe(|| build(System::new(alike(4))))).map(|_| ());
    let payload = built.expect_err("it was built");
    let message = words_of(&*payload);
    assert!(message.contains(words), "{message}");
}

#[test]
fn nonsense_is_refused_at_once() {
    nonsense("one process alone", |system| system.interchangeable([1]));
    nonsense("process 4 is to be interchangeable, but there is none", |system| system.interchangeable(3..5));
    nonsense("process 2 is declared interchangeable twice", |system| system.interchangeable([1, 2, 2]));
    nonsense("process 2 is declared interchangeable twice", |s| s.interchangeable(0..3).interchangeable([2, 3]));
    nonsense("not both", |system| system.normalise("as it is", |_| {}).interchangeable(0..2));
    nonsense("not both", |system| system.interchangeable(0..2).normalise("as it is", |_| {}));
    nonsense("not both, and that once", |system| system.normalise("one", |_| {}).normalise("other", |_| {}));
    nonsense("before what renames it", |system| system.interchangeable(0..2).observing((), |_, _| {}));
    nonsense("at most 30", |_| System::new((0..31).map(|_| Toy::new())).interchangeable(0..31));
}
