//! Runs made by hand, and by dice.

use super::{InFlight, Mark, Trace, TraceStep};

/// A run under way.
pub struct Run {
    trace: Trace,
}

/// What a process sends in a step.
type Sent<'a> = &'a [(usize, &'a str)];

impl Run {
    pub fn new(processes: usize) -> Self {
        let (steps, in_flight, state) = (Vec::new(), Vec::new(), String::new());
        Run { trace: Trace { processes, steps, in_flight, state, loop_start: None } }
    }

    pub fn end(self) -> Trace {
        self.trace
    }

    pub fn for_ever_from(mut self, step: usize) -> Trace {
        self.trace.loop_start = Some(step);
        self.trace
    }

    fn step(&mut self, kind: &'static str, process: Option<usize>, text: String, marks: Vec<Mark>) {
        let number = self.trace.steps.len() + 1;
        self.trace.steps.push(TraceStep { number, process, kind, text, sent: Vec::new(), marks });
    }

    fn sends(&mut self, from: usize, sent: Sent<'_>) {
        let Some(step) = self.trace.steps.last_mut() else { return };
        step.sent.extend(sent.iter().map(|(to, message)| (*to, message.to_string())));
        let sent_in = step.number;
        self.fly(sent_in, from, sent);
    }

    fn fly(&mut self, sent_in: usize, from: usize, sent: Sent<'_>) {
        let message = |(to, message): &(usize, &str)| InFlight { sent_in, from, to: *to, message: message.to_string() };
        self.trace.in_flight.extend(sent.iter().map(message));
    }

    pub fn starts(&mut self, from: usize, sent: Sent<'_>) {
        self.fly(0, from, sent);
    }

    pub fn request(&mut self, p: usize, request: &str, told: &[&str], sent: Sent<'_>) {
        let mut marks = vec![Mark::Request(request.to_string())];
        marks.extend(told.iter().map(|it| Mark::Indication(it.to_string())));
        self.step("request", Some(p), format!("p{p} is asked to {request}"), marks);
        self.sends(p, sent);
    }

    pub fn timeout(&mut self, p: usize, timer: &str, sent: Sent<'_>) {
        let marks = vec![Mark::Local(timer.to_string())];
        self.step("timeout", Some(p), format!("p{p} times out: {timer}"), marks);
        self.sends(p, sent);
    }

    pub fn choose(&mut self, p: usize, key: &str, value: &str) {
        let marks = vec![Mark::Local(format!("{key}: {value}"))];
        self.step("choose", Some(p), format!("p{p} chooses {value} for {key}"), marks);
    }

    pub fn corrupt(&mut self, p: usize) {
        let marks = vec![Mark::Local("turns Byzantine".to_string())];
        self.step("corrupt", Some(p), format!("p{p} turns Byzantine"), marks);
    }

    pub fn lie(&mut self, from: usize, to: usize, message: &str, sent: Sent<'_>) {
        let marks = vec![Mark::Arrival { from, sent_in: None, message: message.to_string() }];
        self.step("lie", Some(to), format!("p{from} → p{to}  {message}  is a lie"), marks);
        self.sends(to, sent);
    }

    /// The message arrives; with `kept` a copy stays, with `dying` the receiver crashes in the same step.
    pub fn arrive(&mut self, place: usize, kept: bool, dying: bool, told: &[&str], sent: Sent<'_>) {
        let InFlight { sent_in, from, to, message } = self.trace.in_flight[place].clone();
        let mut text = format!("p{from} → p{to}  {message}");
        if kept {
            text.push_str(", and a copy stays in flight");
        } else {
            self.trace.in_flight.remove(place);
        }
        let mut marks = vec![Mark::Arrival { from, sent_in: Some(sent_in), message }];
        marks.extend(told.iter().map(|it| Mark::Indication(it.to_string())));
        if dying {
            text.push_str(", but the process crashes after 1 of its indications");
            marks.push(Mark::Crash);
        }
        self.step(if kept { "duplicate" } else { "deliver" }, Some(to), text, marks);
        self.sends(to, sent);
    }

    fn place(&self, from: usize, to: usize, message: &str) -> usize {
        let is_it = |it: &InFlight| it.from == from && it.to == to && it.message == message;
        self.trace.in_flight.iter().position(is_it).expect("the message is in flight")
    }

    pub fn deliver(&mut self, from: usize, to: usize, message: &str, told: &[&str], sent: Sent<'_>) {
        self.arrive(self.place(from, to, message), false, false, told, sent);
    }

    pub fn duplicate(&mut self, from: usize, to: usize, message: &str, sent: Sent<'_>) {
        self.arrive(self.place(from, to, message), true, false, &[], sent);
    }

    pub fn deliver_and_die(&mut self, from: usize, to: usize, message: &str, told: &[&str], sent: Sent<'_>) {
        self.arrive(self.place(from, to, message), false, true, told, sent);
    }

    pub fn lose(&mut self, from: usize, to: usize, message: &str) {
        self.lose_at(self.place(from, to, message));
    }

    pub fn lose_at(&mut self, place: usize) {
        let InFlight { sent_in, from, to, message } = self.trace.in_flight.remove(place);
        let text = format!("p{from} → p{to}  {message}  is lost");
        self.step("lose", None, text, vec![Mark::Loss { from, to, sent_in, message }]);
    }

    pub fn crash(&mut self, p: usize) {
        self.step("crash", Some(p), format!("p{p} crashes"), vec![Mark::Crash]);
    }

    pub fn recover(&mut self, p: usize, told: &[&str], sent: Sent<'_>) {
        let mut marks = vec![Mark::Recovery];
        marks.extend(told.iter().map(|it| Mark::Indication(it.to_string())));
        self.step("recover", Some(p), format!("p{p} recovers"), marks);
        self.sends(p, sent);
    }

    pub fn global(&mut self, kind: &'static str, text: &str) {
        self.step(kind, None, text.to_string(), vec![Mark::Global(text.to_string())]);
    }
}

/// Three processes; the broadcaster crashes while its messages are on their way.
pub fn broadcast() -> Trace {
    let mut run = Run::new(3);
    run.request(0, "Broadcast(7)", &["Deliver(p0, 7)"], &[(1, "Data(7)"), (2, "Data(7)")]);
    run.deliver(0, 1, "Data(7)", &["Deliver(p0, 7)"], &[(0, "Data(7)"), (2, "Data(7)")]);
    run.crash(0);
    run.deliver(1, 2, "Data(7)", &["Deliver(p0, 7)"], &[]);
    run.end()
}

/// Twenty steps of a consensus with losses, duplicates, a partition, a crash and a recovery.
pub fn consensus() -> Trace {
    let mut run = Run::new(3);
    let (p1, p2) = ("Prepare(Ballot(1, p0))", "Prepare(Ballot(2, p1))");
    let (a1, a2) = ("Accept(Ballot(1, p0), \"x\")", "Accept(Ballot(2, p1), \"x\")");
    run.starts(2, &[(0, "Hello"), (1, "Hello")]);
    run.request(0, "Propose(\"x\")", &[], &[(1, p1), (2, p1)]);
    run.deliver(2, 0, "Hello", &[], &[]);
    run.duplicate(0, 1, p1, &[(0, "Promise(Ballot(1, p0), None)")]);
    run.deliver(0, 1, p1, &[], &[(0, "Promise(Ballot(1, p0), None)")]);
    run.deliver(1, 0, "Promise(Ballot(1, p0), None)", &[], &[(1, a1), (2, a1)]);
    run.lose(0, 2, p1);
    run.deliver_and_die(0, 2, a1, &["Accepted(\"x\")"], &[(0, "Accepted(Ballot(1, p0))")]);
    run.request(1, "Propose(\"y\")", &[], &[(0, p2), (2, p2)]);
    run.lose(1, 0, p2);
    run.global("cut", "the network is cut: partition {p0} from {p1, p2}");
    run.timeout(1, "Retransmit(Ballot(2, p1))", &[(0, p2), (2, p2)]);
    run.recover(2, &["Restarted"], &[(1, "Hello again")]);
    run.deliver(1, 2, p2, &[], &[(1, "Promise(Ballot(2, p1), Some((Ballot(1, p0), \"x\")))")]);
    run.duplicate(1, 2, p2, &[(1, "Promise(Ballot(2, p1), Some((Ballot(1, p0), \"x\")))")]);
    run.global("heal", "the network heals");
    run.deliver(2, 1, "Promise(Ballot(2, p1), Some((Ballot(1, p0), \"x\")))", &[], &[(0, a2), (2, a2)]);
    run.deliver(1, 0, a2, &[], &[(1, "Accepted(Ballot(2, p1))")]);
    run.deliver(0, 1, "Accepted(Ballot(2, p1))", &["Decide(\"x\")"], &[(0, "Decided(\"x\")"), (2, "Decided(\"x\")")]);
    run.deliver(2, 0, "Accepted(Ballot(1, p0))", &[], &[]);
    run.deliver(1, 2, "Decided(\"x\")", &["Decide(\"x\")"], &[]);
    run.end()
}

/// Texts that are longer than any column, and full of what XML must not see.
pub fn long_texts() -> Trace {
    let mut run = Run::new(4);
    let entries = "Append { term: 17, previous: Position { index: 41, term: 16 }, entries: [Entry { term: 17, \
        command: Put { key: \"<config> & 'co'\", value: \"a rather long value, as values are\" } }, Entry { term: \
        17, command: Delete { key: \"x\" } }], commit: 40 }";
    let endless = "x".repeat(150);
    run.request(
        0,
        "Put { key: \"<config> & 'co'\", value: \"a rather long value, as values are\" }",
        &[],
        &[(1, entries), (2, entries), (3, "Ping")],
    );
    run.deliver(
        0,
        3,
        "Ping",
        &["Suspect { process: p2, because: \"nothing was heard for 300 units of time\" }"],
        &[(0, &endless)],
    );
    run.deliver(0, 2, entries, &["Applied(1)", "Applied(2)"], &[(0, "Ack(42)")]);
    run.deliver(3, 0, &endless, &[&endless], &[]);
    run.deliver(2, 0, "Ack(42)", &["Committed(42)"], &[]);
    run.end()
}

/// A liar, choices, and a run that repeats itself.
pub fn lies() -> Trace {
    let mut run = Run::new(4);
    run.corrupt(2);
    run.request(0, "Broadcast(<Vec<u8>>)", &[], &[(1, "Echo(1)"), (2, "Echo(1)"), (3, "Echo(1)")]);
    run.lie(2, 0, "Echo(2)", &[(3, "Ready(2)")]);
    run.lie(2, 3, "Ready(2)", &[]);
    run.choose(1, "coin", "true");
    run.deliver(0, 3, "Echo(1)", &[], &[(0, "Ready(1)"), (1, "Ready(1)")]);
    run.timeout(1, "Round(2)", &[(3, "Ping")]);
    run.deliver(1, 3, "Ping", &[], &[(1, "Pong")]);
    run.deliver(3, 1, "Pong", &["Alive(p3)"], &[]);
    run.global("stabilise", "the system becomes synchronous");
    run.for_ever_from(7)
}

/// Many processes, and messages that end side by side right beneath the row in which they were sent.
pub fn crowd() -> Trace {
    let mut run = Run::new(12);
    run.request(0, "Broadcast(1)", &[], &[(9, "Data(1)"), (10, "Data(1)"), (11, "Data(1)")]);
    run.end()
}

/// Dice: the numbers of a linear congruential generator.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % bound
    }

    fn text(&mut self) -> String {
        let words = ["Prepare", "Ballot(3, p1)", "<T> & \"q\"", "x", "Accepted { value: 'v' }", "→ 漢字"];
        (0..1 + self.below(4) * self.below(3)).map(|_| words[self.below(6)]).collect::<Vec<_>>().join(" ")
    }

    fn texts(&mut self) -> Vec<String> {
        (0..self.below(3)).map(|_| self.text()).collect()
    }

    /// Up to six processes and forty steps.
    pub fn trace(&mut self) -> Trace {
        let processes = 1 + self.below(6);
        let mut run = Run::new(processes);
        for _ in 0..self.below(4) {
            let message = self.text();
            run.starts(self.below(processes), &[(self.below(processes), &message)]);
        }
        for _ in 0..self.below(40) {
            self.step(&mut run, processes);
        }
        match run.trace.steps.len() {
            steps if steps > 0 && self.below(3) == 0 => run.for_ever_from(1 + self.below(steps)),
            _ => run.end(),
        }
    }

    fn step(&mut self, run: &mut Run, processes: usize) {
        let p = self.below(processes);
        let (text, told, said) = (self.text(), self.texts(), self.text());
        let told: Vec<&str> = told.iter().map(String::as_str).collect();
        let to: Vec<usize> = (0..self.below(4)).map(|_| self.below(processes)).collect();
        let sent: Vec<(usize, &str)> = to.iter().map(|to| (*to, said.as_str())).collect();
        let in_flight = run.trace.in_flight.len();
        match self.below(12) {
            0 | 1 => run.request(p, &text, &told, &sent),
            2 => run.timeout(p, &text, &sent),
            3 => run.crash(p),
            4 => run.recover(p, &told, &sent),
            5 => run.global("cut", &text),
            6 => run.lie(self.below(processes), p, &text, &sent),
            7 => run.corrupt(p),
            8 if in_flight > 0 => run.lose_at(self.below(in_flight)),
            _ if in_flight > 0 => {
                let (kept, dying) = (self.below(4) == 0, self.below(6) == 0);
                run.arrive(self.below(in_flight), kept, dying, &told, &sent);
            }
            _ => run.choose(p, "coin", &text),
        }
    }
}
