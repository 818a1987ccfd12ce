//! The laws of equality, order and hash, on arbitrary values of every type of which states and steps are made. What is
//! printed of a value for the purpose of finding errors shows all that it has, so it bears witness to what is equal.

use crate::common::{Toy, record};
use crate::sample;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use stateright::Model;
use stateright::actor::Id;
use std::cmp::Ordering;
use std::fmt::Debug;
use std::hash::Hash;
use synod::system::{
    Cell, CrashKind, Death, Due, Envelope, Life, Local, Observation, Spent, State, Step, System, View,
};

type ToyCell = Cell<Vec<u8>, Vec<u8>, u8, u8>;
type ToyLocal = Local<u8, u8, u8>;
type ToyStep = Step<Envelope<u8>, ToyLocal>;

/// Equality, order and hash of three values agree with one another and with what is printed.
fn lawful<T: Ord + Hash + Clone + Debug>([one, other, third]: &[T; 3]) -> Result<(), TestCaseError> {
    let order = one.cmp(other);
    prop_assert_eq!(one == other, format!("{one:?}") == format!("{other:?}"));
    prop_assert_eq!(one == other, order == Ordering::Equal);
    prop_assert_eq!(one == other, record(one) == record(other));
    prop_assert_eq!(one.partial_cmp(other), Some(order));
    prop_assert_eq!(other.cmp(one), order.reverse());
    prop_assert_eq!(one, &one.clone());
    if one <= other && other <= third {
        prop_assert!(one <= third);
    }
    Ok(())
}

/// Whether a field decides between equal and unequal, for each field: the list has to be complete, or it does not compile.
macro_rules! each_field_counts {
    ($type:ident { $($field:ident),* } of $one:expr, $other:expr) => {{
        let $type { $($field: _),* } = $one;
        $(
            let changed = $type { $field: $other.$field.clone(), ..$one.clone() };
            prop_assert_eq!(changed == *$one, $other.$field == $one.$field, "{}", stringify!($field));
            lawful(&[changed, $one.clone(), $other.clone()])?;
        )*
    }};
}

// Few values of each kind, so that equal ones are not rare.

fn number() -> impl Strategy<Value = u8> + Clone {
    0..3_u8
}

fn numbers() -> impl Strategy<Value = Vec<u8>> + Clone {
    vec(number(), 0..3)
}

fn id() -> impl Strategy<Value = Id> + Clone {
    (0..2_usize).prop_map(Id::from)
}

fn crash() -> impl Strategy<Value = CrashKind> + Clone {
    prop_oneof![Just(CrashKind::Stop), Just(CrashKind::Recovery)]
}

fn death() -> impl Strategy<Value = Death> + Clone {
    prop_oneof![
        crash().prop_map(Death::BeforeSave),
        (crash(), number()).prop_map(|(kind, told)| Death::AfterSave(kind, told)),
    ]
}

fn due() -> impl Strategy<Value = Due> + Clone {
    (0..2_u16, 0..2_u16).prop_map(|(earliest, latest)| Due { earliest, latest })
}

fn envelope() -> impl Strategy<Value = Envelope<u8>> + Clone {
    (id(), id(), number()).prop_map(|(from, to, message)| Envelope { from, to, message })
}

fn life() -> impl Strategy<Value = Life<Vec<u8>>> + Clone {
    prop_oneof![
        4 => numbers().prop_map(Life::Up),
        1 => Just(Life::Down),
        1 => Just(Life::Stopped),
        1 => Just(Life::Byzantine),
        1 => prop_oneof![Just("one"), Just("two")].prop_map(|message| Life::Panicked(message.to_string())),
    ]
}

fn key() -> impl Strategy<Value = String> + Clone {
    prop_oneof![Just("a"), Just("b"), Just("ab")].prop_map(str::to_string)
}

fn cell() -> impl Strategy<Value = ToyCell> + Clone {
    let of_timers = (btree_map(number(), due(), 0..2), btree_map(number(), number(), 0..2));
    let asked = (0..2_u16, proptest::option::of(0..2_usize));
    (life(), proptest::option::of(numbers()), of_timers, btree_map(key(), numbers(), 0..2), asked).prop_map(
        |(life, storage, (timers, fired), choices, (asked, waiting))| Cell {
            life,
            storage,
            timers: timers.into_iter().collect(),
            fired: fired.into_iter().collect(),
            choices,
            asked,
            waiting,
        },
    )
}

fn spent() -> impl Strategy<Value = Spent> + Clone {
    let one = || 0..2_u8;
    let of_processes = (one(), one(), one(), one());
    let of_the_network = (one(), one(), one(), proptest::option::of(one()));
    (of_processes, of_the_network, any::<bool>(), any::<bool>()).prop_map(
        |((stops, crashes, omissions, corruptions), (losses, duplications, cuts, cut), stable, observer_panicked)| {
            Spent { stops, crashes, omissions, corruptions, losses, duplications, cuts, cut, stable, observer_panicked }
        },
    )
}

fn local() -> impl Strategy<Value = ToyLocal> + Clone {
    prop_oneof![
        number().prop_map(Local::Request),
        number().prop_map(Local::Timeout),
        (key(), number()).prop_map(|(key, value)| Local::Random(key, value)),
        Just(Local::Recover),
    ]
}

fn observation() -> impl Strategy<Value = Observation<u8, u8>> + Clone {
    prop_oneof![
        (id(), number()).prop_map(|(process, request)| Observation::Request { process, request }),
        (id(), number()).prop_map(|(process, indication)| Observation::Indication { process, indication }),
        id().prop_map(|process| Observation::Crash { process }),
        id().prop_map(|process| Observation::Recovery { process }),
        id().prop_map(|process| Observation::Corruption { process }),
    ]
}

fn step() -> impl Strategy<Value = ToyStep> + Clone {
    let death = || proptest::option::of(death());
    let messages = prop_oneof![
        (envelope(), any::<bool>(), death()).prop_map(|(envelope, kept, death)| Step::Deliver {
            envelope,
            kept,
            death
        }),
        (envelope(), death()).prop_map(|(envelope, death)| Step::Lie { envelope, death }),
        envelope().prop_map(Step::Lose),
        envelope().prop_map(Step::Omit),
    ];
    let processes = prop_oneof![
        (id(), local(), death()).prop_map(|(process, local, death)| Step::Act { process, local, death }),
        (id(), crash()).prop_map(|(process, kind)| Step::Crash(process, kind)),
        id().prop_map(Step::Corrupt),
    ];
    prop_oneof![messages, processes, prop_oneof![number().prop_map(Step::Cut), Just(Step::Heal), Just(Step::Stabilise)]]
}

/// A state of the system with this number, at the end of a run that takes the steps of these numbers.
fn state_after(number: usize, run: &[u8]) -> (System<Toy, Vec<u8>>, State<Toy, Vec<u8>>) {
    let (_, system) = sample::of_every_kind().swap_remove(number);
    let mut state = system.init_states().remove(0);
    for choice in run {
        let mut steps = Vec::new();
        system.actions(&state, &mut steps);
        if steps.is_empty() {
            break;
        }
        let step = steps.swap_remove(usize::from(*choice) % steps.len());
        state = system.next_state(&state, step).expect("every step leads somewhere");
    }
    (system, state)
}

/// All that a state has.
fn parts(view: View<'_, Toy, Vec<u8>>) -> impl PartialEq + use<> {
    let processes: Vec<ToyCell> = view.processes.iter().map(|(_, process)| process.clone()).collect();
    let messages: Vec<Envelope<u8>> = view.messages.iter().cloned().collect();
    (processes, messages, view.history.clone(), *view.spent)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn of_crashes(crashes in [crash(), crash(), crash()], deaths in [death(), death(), death()]) {
        lawful(&crashes)?;
        lawful(&deaths)?;
    }

    #[test]
    fn of_due_times(values in [due(), due(), due()]) {
        lawful(&values)?;
        each_field_counts!(Due { earliest, latest } of &values[0], &values[1]);
    }

    #[test]
    fn of_envelopes(values in [envelope(), envelope(), envelope()]) {
        lawful(&values)?;
        each_field_counts!(Envelope { from, to, message } of &values[0], &values[1]);
    }

    #[test]
    fn of_lives(values in [life(), life(), life()]) {
        lawful(&values)?;
    }

    #[test]
    fn of_processes(values in [cell(), cell(), cell()]) {
        lawful(&values)?;
        each_field_counts!(Cell { life, storage, timers, fired, choices, asked, waiting } of &values[0], &values[1]);
    }

    #[test]
    fn of_what_was_spent(values in [spent(), spent(), spent()]) {
        lawful(&values)?;
        each_field_counts!(
            Spent { stops, crashes, omissions, corruptions, losses, duplications, cuts, cut, stable, observer_panicked }
                of &values[0], &values[1]
        );
    }

    #[test]
    fn of_local_events(values in [local(), local(), local()]) {
        lawful(&values)?;
    }

    #[test]
    fn of_observations(values in [observation(), observation(), observation()]) {
        lawful(&values)?;
    }

    #[test]
    fn of_steps(values in [step(), step(), step()]) {
        lawful(&values)?;
    }

    #[test]
    fn of_states(number in 0..sample::of_every_kind().len(), one in vec(0..4_u8, 0..6), other in vec(0..4_u8, 0..6)) {
        let (system, one) = state_after(number, &one);
        let (_, other) = state_after(number, &other);
        let equal = system.view(&one, parts) == system.view(&other, parts);
        prop_assert_eq!(one == other, equal);
        prop_assert_eq!(record(&one) == record(&other), equal);
        prop_assert!(one == one.clone());
    }
}
