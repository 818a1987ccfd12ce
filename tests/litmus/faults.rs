//! What may go wrong with processes.

use crate::case::{Case, case};
use crate::common::{Toy, everything, is_in};
use stateright::actor::Id;
use synod::system::{Faults, Life, Limit, Network, Observation, ObservationOf, Script, System};

pub fn cases() -> Vec<Case> {
    [stops(), recoveries(), crashes_in_a_step(), indications(), omissions(), liars()].into_iter().flatten().collect()
}

/// So many processes that do nothing.
fn idle(count: usize) -> System<Toy> {
    System::new((0..count).map(|_| Toy::new()))
}

/// They do nothing, but can crash and recover.
fn mortal(count: usize, faults: Faults) -> System<Toy> {
    idle(count).network(Network::unordered().loss(Limit::Unlimited)).crash_recovery(faults)
}

fn stops() -> Vec<Case> {
    let dead = |system: System<Toy>, count: usize| {
        system.always("few").processes(move |p| p.iter().filter(|(_, process)| !process.is_up()).count() <= count)
    };
    vec![
        // Nobody, or one of them.
        case("one stop", dead(idle(2).crash_stop(1), 1), 3, 3).holds("few"),
        // Nobody, one of three, two of three; either of two may be the first: 1 + 3 + 3 states, 3 + 6 steps.
        case("two stops", dead(idle(3).crash_stop(2), 2), 7, 10).holds("few"),
        // Who stopped stays so: one at the same time is one in all.
        case("two stops, one at the same time", dead(idle(3).crash_stop(Faults::at_most(2).at_once(1)), 1), 4, 4)
            .holds("few"),
        case("stops of one process alone", dead(idle(3).crash_stop(Faults::at_most(2).among([1])), 1), 2, 2)
            .holds("few"),
        // Stops are not counted: all subsets, each process of each can stop that has not: 3 * 4.
        case("any number of stops", dead(idle(3).crash_stop(Faults::unlimited()), 3), 8, 13).holds("few"),
        // In flight or arrived, with both up; the sender stopped, in either state; the receiver stopped: the message is gone
        // and what it kept is forgotten: 5. (Both up: 3 and 2 steps; the sender stopped: 1.)
        case(
            "what a stopped process has sent may arrive, and what is sent to it is gone",
            {
                let system = System::new([Toy::sending([(1, 7)]), Toy::keeping()]).crash_stop(1);
                system
                    .sometimes("arrives late")
                    .processes(|p| !p.get(0.into()).is_up() && p.get(1.into()).state().is_some_and(|kept| *kept == [7]))
            },
            5,
            7,
        )
        .reached("arrives late", 2),
    ]
}

fn recoveries() -> Vec<Case> {
    let all_up =
        |system: System<Toy>| system.finally("all are up").processes(|p| p.states().count() == p.iter().count());
    vec![
        // Up, down, up again.
        case("a fair recovery", all_up(mortal(1, 1.into()).fair_recovery()), 3, 3).holds("all are up"),
        case("a recovery that nobody promised", all_up(mortal(1, 1.into())), 3, 3).violated("all are up", 1),
        // No crash so far: all up. One: either down, or all up. Two: either, or both, down, or all up. Steps: 2; 2 for each
        // that is down and 2; 1 for each that is down, 2.
        case("two crashes", all_up(mortal(2, 2.into()).fair_recovery()), 8, 13).holds("all are up"),
        // As before without both down: 2; 1 each and 2; 1 each.
        case(
            "two crashes, one at the same time",
            all_up(mortal(2, Faults::at_most(2).at_once(1)).fair_recovery()),
            7,
            9,
        )
        .holds("all are up"),
        // Crashes are not counted: up or down each, and each can change.
        case("any number of crashes", all_up(mortal(2, Faults::unlimited()).fair_recovery()), 4, 9).holds("all are up"),
        case("crashes of one process alone", all_up(mortal(2, Faults::unlimited().among([0])).fair_recovery()), 2, 3)
            .holds("all are up"),
    ]
}

fn crashes_in_a_step() -> Vec<Case> {
    let asked = |toy: Toy| {
        let system = System::new([toy]).network(Network::unordered().loss(Limit::Unlimited)).crash_recovery(1);
        system.script(0, Script::at_any_time([1]))
    };
    let forgotten = || {
        everything(|view| {
            let process = view.processes.get(0.into());
            process.asked == 1 && process.state().is_some_and(Vec::is_empty)
        })
    };
    vec![
        // Not asked: up, down, up again. Asked: up and it knows, down (it died before the step was durable, or after it,
        // which is the same for who saves nothing), up again and has forgotten; or asked only now. Steps: asked, asked and
        // dead, crash; crash; recovery, twice; asked.
        case(
            "a request that a crash takes away",
            {
                asked(Toy::new().on_request(|it, request| it.state.push(request)))
                    .sometimes("forgotten")
                    .that(forgotten())
            },
            7,
            8,
        )
        .reached("forgotten", 2),
        // Down is two states now: with what was saved, and without.
        case(
            "a crash before the save, and one after it",
            {
                let saving = Toy::new().on_start(|it, saved| *it.state = saved.unwrap_or_default());
                let saving = saving.on_request(|it, request| {
                    it.state.push(request);
                    it.save(&[request]);
                });
                let remembers = everything(|view| {
                    view.spent.crashes == 1 && view.processes.states().any(|(_, state)| *state == [1])
                });
                asked(saving).sometimes("forgotten").that(forgotten()).sometimes("remembered").that(remembers)
            },
            8,
            9,
        )
        .reached("forgotten", 2)
        .reached("remembered", 3),
        // Before; told; stopped, and the application was told or not. A stop before the step and one in it are the same.
        case(
            "a last indication that is lost",
            {
                let telling = Toy::new().on_request(|it, request| it.indicate(request));
                let system = System::new([telling]).crash_stop(1).script(0, Script::at_any_time([1]));
                let told = |told: &mut u8, seen: &ObservationOf<Toy>| {
                    *told += u8::from(matches!(seen, Observation::Indication { .. }));
                };
                let all = |view: synod::system::View<'_, Toy, u8>| {
                    !matches!(view.processes.get(0.into()).life, Life::Stopped) || *view.history == 1
                };
                system.observing(0, told).always("told before it stops").everything(all)
            },
            4,
            5,
        )
        .violated("told before it stops", 1),
    ]
}

fn indications() -> Vec<Case> {
    let count = |told: &mut u8, seen: &ObservationOf<Toy>| {
        *told += u8::from(matches!(seen, Observation::Indication { .. }));
    };
    let telling_twice = Toy::new().on_request(|it, request| {
        it.indicate(request);
        it.indicate(request + 1);
    });
    let system = System::new([telling_twice]).crash_stop(1).script(0, Script::at_any_time([1]));
    vec![
        // Before; told both; stopped, and told none, one, both. Steps: told both, none or one; a stop before; a stop after.
        case(
            "some of the last indications are lost",
            system.observing(0, count).sometimes("one").history(|told| *told == 1),
            5,
            6,
        )
        .reached("one", 1),
    ]
}

fn omissions() -> Vec<Case> {
    let two = |faults: Faults| {
        let actors = [Toy::sending([(1, 1), (1, 2)]), Toy::keeping_each_once(), Toy::new()];
        System::new(actors).omission(faults).finally("both").that(is_in(1, [1, 2]))
    };
    vec![
        // As one loss, up to the first level in which nothing is due: one omitted, one arrived. (Both in flight: 4 steps;
        // one arrived: 2 each; one omitted: 1 each.)
        case("an omission to send", two(Faults::at_most(1).among([0])), 8, 11).violated("both", 2),
        case("an omission to receive", two(Faults::at_most(1).among([1])), 8, 11).violated("both", 2),
        // The faulty process has nothing to do with the messages: each arrives.
        case("an omission by somebody else", two(Faults::at_most(1).among([2])), 4, 5).holds("both"),
        // No steps, but nobody may count on a message of a process that may omit them all.
        case("any number of omissions", two(Faults::unlimited().among([0])), 3, 3).violated("both", 0),
    ]
}

fn liars() -> Vec<Case> {
    let lies = |liar: Id| vec![(Id::from(1 - usize::from(liar)), 8)];
    let pair = || System::new([Toy::sending([(1, 1)]), Toy::keeping_each_once()]);
    vec![
        // Honest: the 1 is in flight or has come. Byzantine: so too, and the lie was told or not. Honest: 2 + 1 steps; Byzantine:
        // delivery and lie; lie; delivery; none.
        case(
            "a liar",
            pair().byzantine(Faults::at_most(1).among([0]), lies).sometimes("misled").that(is_in(1, [8])),
            6,
            8,
        )
        .reached("misled", 2),
        // What a liar has sent need not arrive. The search ends with the states one step away.
        case(
            "nobody owes what a liar has sent",
            {
                let system = pair().byzantine(Faults::at_most(1).among([0]), lies);
                system
                    .finally("the 1 arrives")
                    .processes(|p| p.get(1.into()).state().is_none_or(|kept| kept.contains(&1)))
            },
            5,
            6,
        )
        .violated("the 1 arrives", 1),
        // On a channel the lie takes the place of what was sent before: in flight, arrived; the same of a liar, the lie alone,
        // the lie after the 1. Steps: 2 and 1; 2 and 1.
        case(
            "a lie overtakes nothing on a channel",
            {
                let system = pair().network(Network::fifo()).byzantine(Faults::at_most(1).among([0]), lies);
                system.sometimes("the lie alone").that(is_in(1, [8]))
            },
            6,
            7,
        )
        .reached("the lie alone", 2),
        // In flight, arrived, and then the receiver is Byzantine: what is sent to a liar is gone.
        case(
            "a liar hears nothing",
            {
                let system = pair().byzantine(Faults::at_most(1).among([1]), |_| Vec::new());
                system.finally("nothing is in flight").messages(|m| m.count() == 0)
            },
            3,
            4,
        )
        .holds("nothing is in flight"),
        // Honest, Byzantine, and the lie was told; not cut yet, cut, healed. While the network is cut no lie comes through:
        // 5 steps of an honest process, 2 + 1 + 1 of a liar, 2 when the lie was told.
        case(
            "a lie does not cross a cut",
            {
                let cut = Network::unordered().partition([0], [1]);
                let system = System::new([Toy::new(), Toy::keeping_each_once()]).network(cut);
                system.byzantine(Faults::at_most(1).among([0]), lies)
            },
            9,
            12,
        ),
        // Nobody, either, or both of two that do nothing; both orders.
        case("two that do not even lie", idle(2).byzantine(2, |_| Vec::new()), 4, 5),
        case("two, one at the same time", idle(2).byzantine(Faults::at_most(2).at_once(1), |_| Vec::new()), 3, 3),
    ]
}
