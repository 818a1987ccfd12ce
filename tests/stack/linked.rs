//! Actors over perfect links, on networks that lose and duplicate.

use crate::common::{Toy, counted};
use stateright::actor::Id;
use synod::link::perfect::PerfectLinks;
use synod::stack::{Linked, Part, linked};
use synod::step::{Change, Input, react, start};
use synod::system::{self, Faults, Limit, Network, Predicate, Processes, Script, System};

fn over_links(toys: [Toy; 2]) -> System<Linked<Toy>> {
    System::new(toys.map(|toy| linked(toy, PerfectLinks::new())))
}

/// What toy `id` has kept.
fn keeps(id: usize, messages: &[u8]) -> Predicate<Linked<Toy>, ()> {
    let messages = messages.to_vec();
    system::processes(move |p: Processes<'_, Linked<Toy>>| {
        p.get(Id::from(id)).state().is_some_and(|state| state.layer == messages)
    })
}

#[test]
fn a_message_that_is_lost_is_sent_again() {
    // Process 0 waits for an acknowledgement (w) or has it (a); process 1 has the message (1) or not (0); and in flight
    // are the message (m), an acknowledgement (k), both, or none. An acknowledgement that comes again changes nothing.
    // Nothing lost:  w0 m, w1 k, w1 mk, a1, a1 m, a1 k. Steps: 3 (the timer too, without effect), 3, 5, 0, 2, 1.
    // One lost: these, w0, w1, w1 m. Steps: 2, 2, 3, 0, 1, 0, and 1, 1, 2.
    let system = over_links([Toy::sending([(1, 7)]), Toy::keeping()])
        .network(Network::unordered().loss(1).copies(1))
        .sometimes("the message is lost")
        .everything(|view| {
            view.messages.iter().next().is_none()
                && view.processes.get(Id::from(1)).state().is_some_and(|s| s.layer.is_empty())
        })
        .finally("it arrives, once")
        .that(keeps(1, &[7]))
        .finally("and nobody waits")
        .processes(|p| p.iter().all(|(_, process)| process.timers.is_empty()));
    counted(&system, 6 + 9, 1 + 14 + 12);
}

#[test]
fn a_message_that_is_duplicated_is_delivered_once() {
    let system = over_links([Toy::sending([(1, 7)]), Toy::keeping()])
        .network(Network::unordered().loss(Limit::Unlimited).duplication(Limit::Unlimited))
        .sometimes("it arrives")
        .that(keeps(1, &[7]))
        .always("once at most")
        .processes(|p| p.get(Id::from(1)).state().is_some_and(|state| state.layer.len() <= 1));
    // Not delivered, delivered, acknowledged. Steps: the message and the timer; the message (its acknowledgement is in
    // flight already), the acknowledgement, and the timer; the message, which is acknowledged again.
    counted(&system, 3, 1 + 2 + 3 + 1);
}

#[test]
fn a_message_to_oneself_needs_no_link() {
    // It is handled in the step that sends it.
    let toy = || Toy::keeping().on_request(|it, request| it.send(it.me, request));
    let system =
        over_links([toy(), Toy::new()]).script(0, Script::at_any_time([5])).finally("kept").that(keeps(0, &[5]));
    counted(&system, 2, 2);
}

/// What an actor saves and what its links save are saved together.
#[test]
fn actor_and_links_recover_together() {
    let saving = || {
        Toy::new().on_start(|it, stored| *it.state = stored.unwrap_or_default()).on_request(|it, request| {
            it.state.push(request);
            it.save(&[request]);
        })
    };
    // Asked or not, or asked in vain when the process crashed in that; down and up again.
    let system = over_links([saving(), Toy::new()])
        .network(Network::unordered().loss(Limit::Unlimited))
        .crash_recovery(Faults::at_most(1).among([0]))
        .script(0, Script::at_any_time([5]))
        .always("what was saved is there")
        .processes(|p| {
            let process = p.get(Id::from(0));
            let saved = process.storage.as_ref().and_then(|saved| saved.layer.as_deref().cloned()).unwrap_or_default();
            process.state().is_none_or(|state| state.layer == saved)
        })
        .sometimes("asked, and in a second incarnation")
        .processes(|p| {
            let state = p.get(Id::from(0)).state();
            state.is_some_and(|state| state.layer == [5] && state.below.incarnation == 1)
        });
    counted(&system, 2 + 3 + 3, 1 + (3 + 1) + 3 + 1);
}

#[test]
fn timers_and_choices_of_an_actor_over_links_are_its_own() {
    // The timer has fired or not, the choice has fallen on either value or not, and one came before the other.
    let toy = Toy::new()
        .on_start(|it, _| {
            it.arm(1, 1..1);
            it.out.choose_random("key", vec![3, 4]);
        })
        .on_timeout(|it, timer| it.state.push(timer))
        .on_choice(|it, value| it.state.push(value));
    let system = over_links([toy, Toy::new()])
        .sometimes("the timer first")
        .that(keeps(0, &[1, 4]))
        .finally("both")
        .processes(|p| p.get(Id::from(0)).state().is_some_and(|state| state.layer.len() == 2));
    counted(&system, 1 + 3 + 4, 1 + 3 + 2 + 1 + 1);
}

#[test]
fn an_actor_over_links_cancels_its_own_timer() {
    let toy = Toy::with_timers([(1, 1..1)]).on_request(|it, _| it.out.cancel_timer(1));
    let actor = linked(toy, PerfectLinks::new());
    let (state, _) = start(&actor, Id::from(0), 1, &None).expect("nothing to refuse");
    let (_, effects) = react(&actor, Id::from(0), 1, &state, Input::Request(1)).expect("nothing to refuse");
    assert_eq!(effects.changes, [Change::CancelTimer(Part::Layer(1))]);
}
