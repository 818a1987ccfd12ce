//! What the Explorer shows of every system can be read: states, steps and diagrams are for people.

use synod_models::algorithms;

/// Characters in a line of a state or a step, at most.
const WIDTH: usize = 100;
/// Walks through each system, and steps in each walk.
const WALKS: u64 = 6;
const STEPS: usize = 25;

/// A small deterministic generator (splitmix64), so that a failure can be repeated.
struct Choices(u64);

impl Choices {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }
}

#[test]
fn states_and_steps_of_every_system_are_readable() {
    for algorithm in algorithms() {
        for case in &algorithm.systems {
            for seed in 0..WALKS {
                let mut choices = Choices(seed);
                for text in case.system.walk(STEPS, &mut |bound| choices.below(bound)) {
                    readable(&format!("{}/{} with seed {seed}", algorithm.name, case.name), &text);
                }
            }
        }
    }
}

fn readable(place: &str, text: &str) {
    assert!(!text.trim().is_empty(), "{place} shows nothing");
    for line in text.lines() {
        assert!(line.chars().count() <= WIDTH, "{place} shows a line of over {WIDTH} characters:\n{line}");
        for inside in ["Cow", "Arc", "Id("] {
            assert!(!line.contains(inside), "{place} shows \"{inside}\":\n{line}");
        }
    }
}

/// In flight, timers, faults and verdicts: a walk shows them where they are.
#[test]
fn what_matters_is_shown() {
    let algorithms = algorithms();
    let paxos = algorithms.iter().find(|algorithm| algorithm.name == "paxos").expect("paxos is in the table");
    let case = paxos.systems.iter().find(|case| case.name == "lossy").expect("lossy is a system of it");
    let mut shown = String::new();
    for seed in 0..WALKS {
        let mut choices = Choices(seed);
        shown += &case.system.walk(STEPS, &mut |bound| choices.below(bound)).join("\n");
    }
    for part in ["p0 up", "in flight", "stored", "history", "faults", "1 loss", "always agreement: holds here"] {
        assert!(shown.contains(part), "no walk shows \"{part}\"");
    }
}
