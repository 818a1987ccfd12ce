//! Perfect links in the words of `tla/Perfect.tla`.

use super::properties::{Perfect, Said, Sent};
use super::{any_links, links};
use crate::conformance::value::*;
use crate::conformance::{Conformance, RefusedMutant, Twin};
use crate::link::{Linking, Payload};
use crate::mutated::perfect as wrong;
use stateright::actor::Id;
use std::collections::{BTreeMap, BTreeSet};
use synod::event::processes;
use synod::link::perfect::PerfectLinks;
use synod::link::{Deliver, Send};
use synod::received::Received;
use synod::system::{Envelope, Observation, ObservationOf, Script, System, View};
use tla_eval::{State, Value};

/// Perfect links, held against their spec.
pub fn twin() -> Twin {
    let mutant = |name, refused, instance| RefusedMutant { name, refused, instance };
    Twin {
        algorithm: "perfect",
        instance: Box::new(three_messages([links(2), links(2)])),
        sampled: vec![Box::new(both_send())],
        mutants: vec![
            mutant("acknowledges_without_delivering", ("deliver", "Receive"), {
                let end = || wrong::acknowledges_without_delivering::PerfectLinks::new().window(2);
                Box::new(three_messages([end(), end()]))
            }),
            mutant("sends_again_beyond_the_window", ("timeout", "SendAgain"), {
                let end = || wrong::sends_again_beyond_the_window::PerfectLinks::new().window(2);
                Box::new(three_messages([end(), end()]))
            }),
            mutant("incarnation_not_saved", ("recover", "Recover"), {
                let end = || wrong::incarnation_not_saved::PerfectLinks::new().window(2);
                Box::new(three_messages([end(), end()]))
            }),
        ],
    }
}

/// What each process has delivered since it last started: the sender, and the payload.
type Delivered = Vec<BTreeSet<(Id, Payload)>>;

fn three_messages<A: Perfect>(actors: [A; 2]) -> Conformance<A, Delivered> {
    in_the_words_of("MCPerfect", system(actors, 1, [&[1, 2, 3], &[]]))
}

fn both_send() -> Conformance<PerfectLinks<Payload>, Delivered> {
    let scripts: [&[Payload]; 2] = [&[1, 2, 3], &[4, 5]];
    in_the_words_of("MCPerfect", system([links(2), links(2)], 2, scripts))
        .constant("Script", script(scripts))
        .constant("MaxCrashes", number(2))
}

/// Two processes that are asked to send to one another, of which some may crash.
fn system<A: Perfect>(actors: [A; 2], crashes: u8, scripts: [&[Payload]; 2]) -> System<A, Delivered> {
    let system = System::new(actors).network(any_links()).crash_recovery(crashes);
    let system =
        system.observing(vec![BTreeSet::new(); 2], |delivered: &mut Delivered, seen| observe::<A>(delivered, seen));
    scripts.iter().enumerate().fold(system, |system, (process, payloads)| {
        let to = Id::from(1 - process);
        system.script(process, Script::at_any_time(payloads.iter().map(|message| Send { to, message: *message })))
    })
}

fn observe<A: Linking>(delivered: &mut Delivered, seen: &ObservationOf<A>) {
    match seen {
        Observation::Indication { process, indication: Deliver { from, message } } => {
            delivered[usize::from(*process)].insert((*from, *message));
        }
        Observation::Crash { process } => delivered[usize::from(*process)].clear(),
        Observation::Request { .. } | Observation::Recovery { .. } | Observation::Corruption { .. } => {}
    }
}

/// A process that dies in a step, once that is durable, takes the step and crashes then.
fn in_the_words_of<A: Perfect>(config: &'static str, system: System<A, Delivered>) -> Conformance<A, Delivered> {
    Conformance::new("Perfect", config, system, state).between(|transition| transition.survived().into_iter().collect())
}

/// The incarnation is mapped from the storage, so that what is believed and not saved counts as nothing.
fn state<A: Perfect>(view: View<'_, A, Delivered>) -> State {
    let n = view.processes.count();
    let all = || view.processes.iter().map(|(_, process)| process);
    let outgoing = |state: Option<&A::State>| state.map(A::outgoing).unwrap_or_default();
    let incoming = |state: Option<&A::State>| state.map(A::incoming).unwrap_or_default();
    let delivery = |(from, message): &(Id, Payload)| tuple([process(*from), payload(*message)]);
    let is_down = |id: &Id| !view.processes.get(*id).is_up();
    variables([
        ("incarnation", by_process(all().map(|process| number(process.storage.unwrap_or(0))))),
        ("next", by_process(all().map(|process| by_peer(n, &outgoing(process.state()), next)))),
        ("unacked", by_process(all().map(|process| by_peer(n, &outgoing(process.state()), unacknowledged)))),
        ("heard", by_process(all().map(|process| by_peer(n, &incoming(process.state()), heard)))),
        ("delivered", by_process(view.history.iter().map(|deliveries| set(deliveries.iter().map(delivery))))),
        ("msgs", set(view.messages.iter().map(message::<A>))),
        ("asked", by_process(all().map(|process| number(process.asked)))),
        ("down", set(processes(n).filter(is_down).map(process))),
        ("crashes", number(view.spent.crashes)),
    ])
}

/// What a process keeps of each of the others, whether it has heard of them or not.
fn by_peer<T>(n: usize, kept: &BTreeMap<Id, T>, in_words: impl Fn(Option<&T>) -> Value) -> Value {
    by_process(processes(n).map(|peer| in_words(kept.get(&peer))))
}

fn next(sent: Option<&Sent>) -> Value {
    number(sent.map_or(0, |sent| sent.next))
}

fn unacknowledged(sent: Option<&Sent>) -> Value {
    let entries = sent.iter().flat_map(|sent| &sent.unacknowledged);
    set(entries.map(|(sequence, message)| tuple([number(*sequence), payload(*message)])))
}

fn heard(received: Option<&(u64, Received)>) -> Value {
    let incarnation = received.map_or(0, |(incarnation, _)| *incarnation);
    let numbers = received.iter().flat_map(|(_, received)| (0..received.end()).filter(|n| received.contains(*n)));
    record([("incarnation", number(incarnation)), ("received", set(numbers.map(number)))])
}

fn message<A: Perfect>(envelope: &Envelope<A::Wire>) -> Value {
    let ends = |kind| [("type", string(kind)), ("from", process(envelope.from)), ("to", process(envelope.to))];
    match A::said(&envelope.message) {
        Said::Data { incarnation, base, sequence, payload: said } => {
            let [kind, from, to] = ends("data");
            let [incarnation, sequence] = [("incarnation", number(incarnation)), ("seq", number(sequence))];
            record([kind, from, to, incarnation, ("base", number(base)), sequence, ("payload", payload(said))])
        }
        Said::Acknowledgement { incarnation, sequence } => {
            let [kind, from, to] = ends("acknowledgement");
            record([kind, from, to, ("incarnation", number(incarnation)), ("seq", number(sequence))])
        }
    }
}

/// The constant `Script`.
fn script(scripts: [&[Payload]; 2]) -> Value {
    let request = |to: usize, message: &Payload| tuple([number(to), payload(*message)]);
    let requests = |(p, payloads): (usize, &&[Payload])| tuple(payloads.iter().map(|message| request(1 - p, message)));
    by_process(scripts.iter().enumerate().map(requests))
}

/// A payload of the spec.
fn payload(payload: Payload) -> Value {
    string(["a", "b", "c", "d", "e"][usize::from(payload) - 1])
}
