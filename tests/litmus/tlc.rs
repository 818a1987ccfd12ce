//! The traps of checking liveness, as in `tla/Litmus.tla`: the same systems, made of actors. The verdict of each is TLC's,
//! and so is the number of its states: both are read from `tla/manifest.toml`.

use crate::common::{Toy, is_in, processes};
use std::collections::{BTreeMap, BTreeSet};
use synod::check::{Options, Report, Verdict, check};
use synod::system::{Fair, Fairness, Faults, Network, Predicate, Script, System};

/// What TLC finds in a configuration: how it ends, and how many states there are where it ends well.
struct Pinned {
    ends_well: bool,
    distinct: Option<u64>,
}

/// The runs of `Litmus` in the manifest, by their configurations without "MCLitmus".
fn pinned() -> BTreeMap<String, Pinned> {
    let manifest = include_str!("../../tla/manifest.toml");
    let value = |run: &str, key: &str| {
        let of_key =
            |line: &str| line.strip_prefix(key)?.strip_prefix(" = ").map(|value| value.trim_matches('"').to_string());
        run.lines().find_map(of_key)
    };
    let runs = manifest.split("[[run]]").filter(|run| value(run, "spec").is_some_and(|spec| spec == "Litmus"));
    let named = runs.map(|run| {
        let config = value(run, "config").expect("every run has a configuration");
        let name = config.strip_prefix("MCLitmus").expect("it is named after its spec").to_string();
        let distinct = value(run, "distinct").map(|distinct| distinct.parse().expect("a number"));
        (name, Pinned { ends_well: value(run, "result").is_some_and(|result| result == "ok"), distinct })
    });
    named.collect()
}

/// Process 1 has kept message `number`.
fn arrived(number: u8) -> Predicate<Toy, ()> {
    processes(move |p| p.get(1.into()).state().is_some_and(|kept| kept.contains(&number)))
}

fn arrives(system: System<Toy>) -> System<Toy> {
    system.eventually("Arrives").that(arrived(7))
}

/// A process that sends these messages to process 1 and arms these timers when it starts; what it does when a timer fires
/// is still to be said.
fn starting(messages: &'static [u8], timers: &'static [u8]) -> Toy {
    Toy::new().on_start(|it, _| {
        messages.iter().for_each(|message| it.send(1, *message));
        timers.iter().for_each(|timer| it.arm(*timer, 1..1));
    })
}

/// When timer 1 fires, it changes from 0 to 1 or back, for ever. (A process in state 0 has kept nothing.)
fn flipping(messages: &'static [u8]) -> Toy {
    starting(messages, &[1]).on_timeout(|it, timer| {
        flip(it.state);
        it.arm(timer, 1..1);
    })
}

fn flip(state: &mut Vec<u8>) {
    *state = if state.is_empty() { vec![1] } else { vec![] };
}

fn join() -> System<Toy> {
    let process = Toy::new()
        .on_request(|it, request| {
            it.state.push(request);
            it.arm(1, 1..1);
        })
        .on_timeout(|it, timer| {
            *it.state = vec![if *it.state == [3] { 4 } else { 3 }];
            it.arm(timer, 1..1);
        });
    System::new([process]).script(0, Script::choosing([[1, 2]]))
}

fn starved() -> System<Toy> {
    arrives(System::new([flipping(&[7]), Toy::keeping_each_once()]))
}

fn strong_only() -> System<Toy> {
    let process = starting(&[], &[1, 2]).on_timeout(|it, timer| {
        if timer == 2 {
            *it.state = vec![9];
            it.out.cancel_timer(1);
            return;
        }
        flip(it.state);
        it.arm(1, 1..1);
        if it.state.is_empty() { it.arm(2, 1..1) } else { it.out.cancel_timer(2) }
    });
    System::new([process]).eventually("Nine").that(is_in(0, [9]))
}

fn self_loop() -> System<Toy> {
    let process = starting(&[7], &[1]).on_timeout(|it, timer| it.arm(timer, 1..1));
    arrives(System::new([process, Toy::keeping_each_once()]))
}

fn stutter() -> System<Toy> {
    arrives(System::new([starting(&[7], &[]), Toy::keeping_each_once()]))
}

fn never_repeats() -> System<Toy> {
    System::new([starting(&[7], &[]), Toy::keeping_each_once()]).network(Network::unordered().fair_loss())
}

fn repeats() -> System<Toy> {
    let process = starting(&[], &[1]).on_timeout(|it, timer| {
        it.send(1, 7);
        it.arm(timer, 1..1);
    });
    let network = Network::unordered().fair_loss().copies(1);
    arrives(System::new([process, Toy::keeping_each_once()]).network(network))
}

/// With timer 2, which leads into the trap, or without.
fn trap(timers: &'static [u8]) -> System<Toy> {
    let process = starting(&[], timers).on_timeout(|it, timer| {
        if timer == 2 {
            *it.state = vec![9];
            it.out.cancel_timer(1);
        } else {
            flip(it.state);
            it.arm(1, 1..1);
        }
    });
    System::new([process]).fairness(Fair::Timers, Fairness::None)
}

fn fifo_head() -> System<Toy> {
    let process = starting(&[], &[1]).on_timeout(|it, timer| {
        it.send(1, if it.state.is_empty() { 1 } else { 2 });
        flip(it.state);
        it.arm(timer, 1..1);
    });
    let receiver = Toy::new().on_message(|it, _, message| {
        if !it.state.contains(&message) {
            it.state.push(message);
        }
    });
    System::new([process, receiver]).network(Network::fifo().fair_loss().copies(1))
}

fn crashed_sender() -> System<Toy> {
    let system = System::new([starting(&[7], &[]), Toy::keeping_each_once()]);
    system.crash_stop(Faults::at_most(1).among([0]))
}

fn ignored_early() -> System<Toy> {
    let receiver = starting(&[], &[1]).on_timeout(|it, _| it.state.push(1)).on_message(|it, _, message| {
        if !it.state.is_empty() {
            it.state.push(message);
        }
    });
    System::new([starting(&[7], &[]), receiver]).fairness(Fair::Deliveries, Fairness::Strong)
}

/// Each system, by the configuration of the same name.
fn systems() -> Vec<(&'static str, System<Toy>)> {
    let unfair = |system: System<Toy>| system.fairness(Fair::Deliveries, Fairness::None);
    let anything = || processes(|_| true);
    let first_is_up = |view: synod::system::View<'_, Toy, ()>| view.processes.get(0.into()).is_up();
    let has = |view: synod::system::View<'_, Toy, ()>| view.processes.states().any(|(_, kept)| kept.contains(&7));
    vec![
        ("Join", join().eventually("EventuallyThree").that(is_in(0, [3]))),
        ("JoinAround", join().eventually("EventuallyOne").that(is_in(0, [1]))),
        ("Starved", starved()),
        ("StarvedUnfair", unfair(starved())),
        ("StrongOnly", strong_only().fairness(Fair::Timers, Fairness::Strong)),
        ("StrongOnlyWeak", strong_only()),
        ("SelfLoop", self_loop()),
        ("SelfLoopUnfair", unfair(self_loop())),
        ("Stutter", stutter()),
        ("StutterUnfair", unfair(stutter())),
        ("NeverRepeats", {
            never_repeats().eventually("ArrivesOrLost").everything(move |view| has(view) || view.messages.count() == 0)
        }),
        ("NeverRepeatsLost", arrives(never_repeats())),
        ("Repeats", repeats()),
        ("RepeatsWeak", repeats().fairness(Fair::Deliveries, Fairness::Weak)),
        ("Flips", System::new([flipping(&[])]).leads_to("Recurs", anything(), is_in(0, [1]))),
        ("FlipsStays", System::new([flipping(&[])]).eventually_always("Stays").that(is_in(0, [1]))),
        ("Trap", trap(&[1, 2]).always_possibly("OneIsPossible").that(is_in(0, [1]))),
        ("TrapUnfair", trap(&[1, 2]).eventually("EventuallyTrapped").that(is_in(0, [9]))),
        ("TrapNone", trap(&[1]).always_possibly("OneIsPossible").that(is_in(0, [1]))),
        ("FifoHead", {
            fifo_head()
                .eventually("SomeArrive")
                .processes(|p| p.get(1.into()).state().is_some_and(|kept| !kept.is_empty()))
        }),
        ("FifoHeadTwo", fifo_head().eventually("TwoArrives").that(arrived(2))),
        ("CrashedSender", {
            crashed_sender().eventually("ArrivesOrCrashed").everything(move |view| has(view) || !first_is_up(view))
        }),
        ("CrashedSenderOwed", arrives(crashed_sender())),
        ("IgnoredEarly", {
            let ready = processes(|p| p.get(1.into()).state().is_some_and(|kept| kept.first() == Some(&1)));
            ignored_early().eventually("Ready").that(ready)
        }),
        ("IgnoredEarlyGone", arrives(ignored_early())),
    ]
}

/// However it is explored, the check says what TLC says.
fn hold(name: &str, system: &System<Toy>, pinned: &Pinned) {
    let alone = check(system).threads(1).run();
    let expected = if pinned.ends_well { Verdict::Verified } else { Verdict::Violated };
    assert_eq!(alone.verdict, expected, "{name}: {alone}");
    if let Some(distinct) = pinned.distinct {
        assert_eq!(alone.unique, distinct, "{name}: {alone}");
    }
    let found = |report: Report| {
        (
            report.unique,
            report.generated,
            report.properties.into_iter().map(|p| (p.name, p.verdict, p.steps, p.trace)).collect::<Vec<_>>(),
        )
    };
    let alone = found(alone);
    for threads in [2, 4] {
        for shuffle in [1, 2, 3] {
            let options = Options { threads: threads.try_into().ok(), shuffle: Some(shuffle), ..Options::default() };
            assert_eq!(found(check(system).options(options).run()), alone, "{name}: {threads} threads, seed {shuffle}");
        }
    }
}

#[test]
fn the_traps_are_judged_as_tlc_judges_them() {
    let (systems, pinned) = (systems(), pinned());
    let names: BTreeSet<_> = systems.iter().map(|(name, _)| name.to_string()).collect();
    assert_eq!(names, pinned.keys().cloned().collect(), "the manifest's runs of Litmus (right) are all here");
    for (name, system) in &systems {
        hold(name, system, &pinned[*name]);
    }
}
