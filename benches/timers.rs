//! How late timers fire, of ten thousand that are armed in one node. Nine in ten firings and more arm the timer anew, in the
//! same step. `cargo bench -p synod-benches --bench timers`.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use synod::event::Event;
use synod::runtime::Node;
use synod::runtime::transport::memory::Hub;
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

/// Arms all of them, waits until so many have fired, and tells how late they were.
async fn lateness() {
    let alarm = Alarm::default();
    let hub = Hub::new();
    let node = Node::builder(alarm.clone()).processes(1).transport(hub.transport()).start().await.expect("it starts");
    alarm.0.lock().unwrap().deadlines = vec![Instant::now(); TIMERS as usize];
    for timer in 0..TIMERS {
        node.request(timer).await.expect("it runs");
    }
    while alarm.0.lock().unwrap().late.len() < FIRINGS {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    node.shutdown().await.expect("it ends");
    let mut late = std::mem::take(&mut alarm.0.lock().unwrap().late);
    late.sort_unstable();
    let quantile = |of_1000: usize| late[late.len() * of_1000 / 1000 - 1];
    let (median, p99, most) = (quantile(500), quantile(990), quantile(1000));
    println!("{TIMERS} timers, {} firings: late by {median:?} (median), {p99:?} (p99), {most:?} (most)", late.len());
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("there are threads").block_on(lateness());
}
