//! States that are taken for one another.

use crate::case::{Case, case};
use crate::common::Toy;
use synod::system::{Life, Processes, Script, System};

/// Processes that are asked once each.
fn asked(count: usize) -> System<Toy> {
    let process = || Toy::new().on_request(|it, request| it.state.push(request));
    (0..count)
        .fold(System::new((0..count).map(|_| process())), |system, id| system.script(id, Script::at_any_time([1])))
}

fn number_of_asked(p: Processes<'_, Toy>) -> usize {
    p.states().filter(|(_, kept)| !kept.is_empty()).count()
}

pub fn cases() -> Vec<Case> {
    vec![
        // How many of three were asked, instead of which. Steps: of 3, 2 and 1 who were not.
        case(
            "interchangeable processes",
            asked(3).interchangeable(0..3).finally("all").processes(|p| number_of_asked(p) == 3),
            4,
            7,
        )
        .reduced()
        .holds("all"),
        case(
            "interchangeable processes, violated",
            asked(3).interchangeable(0..3).always("few").processes(|p| number_of_asked(p) < 2),
            4,
            7,
        )
        .reduced()
        .violated("few", 2),
        // Of process 0 whether it was asked, of the others how many: 2 * 3. Steps: 3 * 1; 2 * (2 + 1).
        case("two of three are interchangeable", asked(3).interchangeable([1, 2]), 6, 10).reduced(),
        // Nothing counted, and something, however much: to count on leads back to it.
        case(
            "a normal form",
            {
                let runner = Toy::with_timers([(1, 1..1)]).on_timeout(|it, timer| {
                    let count = it.state.first().map_or(1, |count| count.wrapping_add(1));
                    *it.state = vec![count];
                    it.arm(timer, 1..1);
                });
                System::new([runner])
                    .normalise("any count is 1", |parts| {
                        if let Life::Up(state) = &mut parts.processes[0].life {
                            state.iter_mut().for_each(|count| *count = 1);
                        }
                    })
                    .sometimes("counted")
                    .processes(|p| number_of_asked(p) == 1)
            },
            2,
            3,
        )
        .reduced()
        .reached("counted", 1),
    ]
}
