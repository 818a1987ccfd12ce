//! Timers, in a time that the test makes pass.

use crate::kept::Kept;
use crate::puppet::{Do, Puppet, Said};
use crate::soon;
use crate::wire::Wire;
use std::time::Duration;
use synod::runtime::node::Indications;
use synod::runtime::{Handle, Node};
use tokio::time::Instant;

async fn puppet(actor: Puppet) -> Handle<Vec<Do>, Said> {
    Node::builder(actor).processes(1).transport(Wire::new()).store(Kept::new().store()).start().await.unwrap()
}

/// The next timer that fires, and how many milliseconds after `start`.
async fn fired(told: &mut Indications<Said>, start: Instant) -> (u8, u128) {
    match soon(told.next()).await {
        Some(Said::Fired(timer)) => (timer, start.elapsed().as_millis()),
        other => panic!("{other:?} is not a timer"),
    }
}

#[tokio::test(start_paused = true)]
async fn timers_fire_when_they_are_due_and_in_their_order() {
    let (node, start) = (puppet(Puppet::default()).await, Instant::now());
    node.request(vec![Do::Arm(3, 300, 300), Do::Arm(1, 100, 100), Do::Arm(2, 200, 200), Do::Arm(0, 0, 0)])
        .await
        .unwrap();
    let mut told = node.indications();
    for expected in [(0, 0), (1, 100), (2, 200), (3, 300)] {
        assert_eq!(fired(&mut told, start).await, expected);
    }
    assert_eq!(node.status().waiting.timers, 0);
}

#[tokio::test(start_paused = true)]
async fn a_timer_that_is_armed_anew_or_cancelled_forgets_what_was_before() {
    let (node, start) = (puppet(Puppet::default()).await, Instant::now());
    node.request(vec![Do::Arm(1, 100, 100), Do::Arm(2, 150, 150), Do::Arm(3, 200, 200)]).await.unwrap();
    tokio::time::sleep(Duration::from_millis(90)).await;
    node.request(vec![Do::Arm(1, 200, 200), Do::Cancel(2), Do::Arm(3, 1, 1), Do::Cancel(3), Do::Arm(3, 50, 50)])
        .await
        .unwrap();
    let mut told = node.indications();
    assert_eq!(fired(&mut told, start).await, (3, 140));
    assert_eq!(fired(&mut told, start).await, (1, 290));
    tokio::time::sleep(Duration::from_secs(1000)).await;
    assert_eq!(told.try_next(), None);
}

/// The timer is due, and its cancellation is taken in first: it must not fire.
#[tokio::test(start_paused = true)]
async fn a_timer_that_is_due_can_still_be_cancelled() {
    let kept = Kept::new();
    let node = Node::builder(Puppet::default()).processes(1).transport(Wire::new()).store(kept.store());
    let node = node.start().await.unwrap();
    // In one batch: whatever is handled first, the timer fires before its cancellation or never.
    node.request(vec![Do::Arm(1, 10, 10)]).await.unwrap();
    node.request(vec![Do::Arm(1, 0, 0), Do::Cancel(1), Do::Say(1)]).await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let mut told = node.indications();
    assert_eq!((told.try_next(), told.try_next()), (Some(Said::Word(1)), None));
}

#[tokio::test(start_paused = true)]
async fn durations_of_any_shape_do_no_harm() {
    let (node, start) = (puppet(Puppet::default()).await, Instant::now());
    node.request(vec![Do::Arm(1, u64::MAX, u64::MAX), Do::Arm(2, u64::MAX, 0), Do::Arm(3, 20, 10)]).await.unwrap();
    let mut told = node.indications();
    let (timer, after) = fired(&mut told, start).await;
    assert!(timer == 3 && (10..=20).contains(&after), "timer {timer} after {after} ms");
    assert_eq!(node.status().waiting.timers, 2);
}

#[tokio::test(start_paused = true)]
async fn a_timer_armed_at_the_start_and_by_itself_goes_on() {
    let start = Instant::now();
    let node = puppet(Puppet { ticking: true, ..Puppet::default() }).await;
    let mut told = node.indications();
    for second in 1..=100 {
        assert_eq!(fired(&mut told, start).await, (0, 1000 * second));
    }
}

#[tokio::test(start_paused = true)]
async fn the_deployment_says_how_long_timers_last() {
    let node = Node::builder(Puppet::default()).processes(1).transport(Wire::new()).store(Kept::new().store());
    let special =
        |timer: &u8, range| if *timer == 2 { Duration::from_millis(7)..Duration::from_millis(7) } else { range };
    let (node, start) = (node.time_scale(0.1).durations(special).start().await.unwrap(), Instant::now());
    node.request(vec![Do::Arm(1, 1000, 1000), Do::Arm(2, 1000, 1000)]).await.unwrap();
    let mut told = node.indications();
    assert_eq!(fired(&mut told, start).await, (2, 7));
    assert_eq!(fired(&mut told, start).await, (1, 100));
}

#[tokio::test(start_paused = true)]
async fn ranges_are_used_whole_and_the_same_seed_draws_the_same() {
    let times = async |seed: u64| {
        let node = Node::builder(Puppet::default()).processes(1).transport(Wire::new()).store(Kept::new().store());
        let (node, start) = (node.seed(seed).start().await.unwrap(), Instant::now());
        node.request((0..200).map(|timer| Do::Arm(timer, 100, 200)).collect()).await.unwrap();
        let mut told = node.indications();
        let mut times = Vec::new();
        for _ in 0..200 {
            times.push(fired(&mut told, start).await);
        }
        times
    };
    let first = times(1).await;
    assert!(first.iter().all(|(_, after)| (100..=201).contains(after)), "{first:?}");
    for tenth in 0..10 {
        let range = 100 + 10 * tenth..100 + 10 * (tenth + 1);
        let inside = first.iter().filter(|(_, after)| range.contains(after)).count();
        assert!((5..50).contains(&inside), "{inside} of 200 timers fired within {range:?}");
    }
    assert_eq!(first, times(1).await);
    assert_ne!(first, times(2).await);
}
