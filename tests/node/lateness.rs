//! How late timers fire, of ten thousand that are armed. Measured on a quiet machine only:
//! `cargo test --release --features runtime --test node -- --ignored --nocapture lateness`.

use crate::until;
use crate::wire::Wire;
use std::borrow::Cow;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use synod::event::Event;
use synod::runtime::Node;
use synod::stateright::actor::{Actor, Id, Out};

const TIMERS: u32 = 10_000;
/// How many firings are looked at, of all timers together.
const FIRINGS: usize = 50_000;
/// Timer number n lasts so long, and n times so much longer.
const SHORTEST: Duration = Duration::from_millis(500);
const STEP: Duration = Duration::from_micros(100);

/// Arms the timers that it is asked to arm, and each anew when it fires. Unlike any other actor it looks at a clock.
#[derive(Clone, Default)]
struct Alarm(Arc<Mutex<Seen>>);

#[derive(Default)]
struct Seen {
    deadlines: Vec<Instant>,
    late: Vec<Duration>,
}

impl Alarm {
    fn arm(&self, timer: u32, out: &mut Out<Self>) {
        let lasts = SHORTEST + STEP * timer;
        self.0.lock().unwrap().deadlines[timer as usize] = Instant::now() + lasts;
        out.set_timer(timer, lasts..lasts);
    }
}

impl Actor for Alarm {
    type Msg = Event<u32, (), u64>;
    type State = ();
    type Storage = ();
    type Timer = u32;
    type Random = ();

    fn on_start(&self, _me: Id, _storage: &Option<()>, _out: &mut Out<Self>) {}

    fn on_msg(&self, _me: Id, _: &mut Cow<()>, _from: Id, event: Self::Msg, out: &mut Out<Self>) {
        if let Event::Request(timer) = event {
            self.arm(timer, out);
        }
    }

    fn on_timeout(&self, _me: Id, _: &mut Cow<()>, timer: &u32, out: &mut Out<Self>) {
        {
            let mut seen = self.0.lock().unwrap();
            let deadline = seen.deadlines[*timer as usize];
            seen.late.push(Instant::now().checked_duration_since(deadline).expect("no timer is early"));
        }
        self.arm(*timer, out);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "says something on a quiet machine only"]
async fn of_100_timers_99_are_late_by_two_milliseconds_at_most() {
    let alarm = Alarm::default();
    let node = Node::builder(alarm.clone()).processes(1).transport(Wire::new()).start().await.unwrap();
    alarm.0.lock().unwrap().deadlines = vec![Instant::now(); TIMERS as usize];
    for timer in 0..TIMERS {
        node.request(timer).await.unwrap();
    }
    until(|| alarm.0.lock().unwrap().late.len() >= FIRINGS).await;
    node.shutdown().await.unwrap();
    let mut late = std::mem::take(&mut alarm.0.lock().unwrap().late);
    late.sort_unstable();
    let quantile = |of_1000: usize| late[late.len() * of_1000 / 1000 - 1];
    let (median, p99, most) = (quantile(500), quantile(990), quantile(1000));
    println!(
        "{TIMERS} timers armed, {} fired: late by {median:?} (median), {p99:?} (p99), {most:?} (most)",
        late.len()
    );
    assert!(p99 <= Duration::from_millis(2), "late by {p99:?}");
}
