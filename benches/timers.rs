//! How late timers fire, of ten thousand that are armed in one node: each in a step of its own, and each firing arms the timer
//! anew, in the same step; or all of them in one step, of which the first must not be held up by the others.
//! `cargo bench -p synod-benches --bench timers`.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use synod::event::Event;
use synod::runtime::Node;
use synod::runtime::transport::memory::Hub;
use synod::stateright::actor::{Actor, Id, Out};

const TIMERS: u32 = 10_000;
/// How many firings are looked at, of all timers together, where they are armed anew.
const FIRINGS: usize = 50_000;
/// Timer number n lasts so long, and n times so much longer.
const SHORTEST: Duration = Duration::from_millis(500);
const STEP: Duration = Duration::from_micros(100);

/// Arms the timers that it is asked to arm, all in that step. Unlike any other actor it looks at a clock.
#[derive(Clone)]
struct Alarm {
    seen: Arc<Mutex<Seen>>,
    /// Whether a timer is armed anew when it fires.
    again: bool,
}

#[derive(Default)]
struct Seen {
    deadlines: Vec<Instant>,
    late: Vec<Duration>,
}

impl Alarm {
    fn arm(&self, timer: u32, out: &mut Out<Self>) {
        let lasts = SHORTEST + STEP * timer;
        self.seen.lock().unwrap().deadlines[timer as usize] = Instant::now() + lasts;
        out.set_timer(timer, lasts..lasts);
    }
}

impl Actor for Alarm {
    type Msg = Event<Vec<u32>, (), u64>;
    type State = ();
    type Storage = ();
    type Timer = u32;
    type Random = ();

    fn on_start(&self, _me: Id, _storage: &Option<()>, _out: &mut Out<Self>) {}

    fn on_msg(&self, _me: Id, _: &mut Cow<()>, _from: Id, event: Self::Msg, out: &mut Out<Self>) {
        if let Event::Request(timers) = event {
            timers.into_iter().for_each(|timer| self.arm(timer, out));
        }
    }

    fn on_timeout(&self, _me: Id, _: &mut Cow<()>, timer: &u32, out: &mut Out<Self>) {
        {
            let mut seen = self.seen.lock().unwrap();
            let deadline = seen.deadlines[*timer as usize];
            seen.late.push(Instant::now().checked_duration_since(deadline).expect("no timer is early"));
        }
        if self.again {
            self.arm(*timer, out);
        }
    }
}

/// Arms the timers of each of these lists in a step, waits until so many have fired, and tells how late they were.
async fn lateness(how: &str, steps: impl Iterator<Item = Vec<u32>>, firings: usize) {
    let alarm = Alarm { seen: Arc::default(), again: firings > TIMERS as usize };
    let hub = Hub::new();
    let node = Node::builder(alarm.clone()).processes(1).transport(hub.transport()).start().await.expect("it starts");
    alarm.seen.lock().unwrap().deadlines = vec![Instant::now(); TIMERS as usize];
    for timers in steps {
        node.request(timers).await.expect("it runs");
    }
    while alarm.seen.lock().unwrap().late.len() < firings {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    node.shutdown().await.expect("it ends");
    let mut late = std::mem::take(&mut alarm.seen.lock().unwrap().late);
    late.sort_unstable();
    let quantile = |of_1000: usize| late[late.len() * of_1000 / 1000 - 1];
    let (median, p99, most) = (quantile(500), quantile(990), quantile(1000));
    let firings = late.len();
    println!("{TIMERS} timers {how}, {firings} firings: late by {median:?} (median), {p99:?} (p99), {most:?} (most)");
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("there are threads").block_on(async {
        lateness("armed one by one", (0..TIMERS).map(|timer| vec![timer]), FIRINGS).await;
        lateness("armed in one step", std::iter::once((0..TIMERS).collect()), TIMERS as usize).await;
    });
}
