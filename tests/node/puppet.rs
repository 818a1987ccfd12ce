//! An actor that does as it is told: a request is a list of what to do, and it indicates all that happens to it.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::time::Duration;
use synod::event::{Emit, Event};
use synod::stateright::actor::{Actor, Id, Out};

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Do {
    Save(u64),
    Say(u64),
    Send(usize, u64),
    /// Arms a timer, for so many milliseconds at least and at most.
    Arm(u8, u64, u64),
    Cancel(u8),
    Choose(Vec<u8>),
    /// Breaks the contract.
    SendRequest,
    Panic,
}

/// What has happened.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Said {
    /// It was restarted, with what it had saved.
    Restored(u64),
    Word(u64),
    Received(usize, u64),
    Fired(u8),
    Chosen(u8),
}

/// The actor.
#[derive(Clone, Debug, Default)]
pub struct Puppet {
    /// A timer of one second that fires again and again.
    pub ticking: bool,
    /// Whether each choice asks for another.
    pub choosy: bool,
    /// Whether it panics at its start.
    pub stillborn: bool,
}

impl Actor for Puppet {
    type Msg = Event<Vec<Do>, Said, u64>;
    type State = ();
    type Storage = u64;
    type Timer = u8;
    type Random = u8;

    fn on_start(&self, me: Id, storage: &Option<u64>, out: &mut Out<Self>) {
        assert!(!self.stillborn, "stillborn");
        if let Some(value) = storage {
            out.indicate(me, Said::Restored(*value));
        }
        if self.ticking {
            out.set_timer(0, Duration::from_secs(1)..Duration::from_secs(1));
        }
    }

    fn on_msg(&self, me: Id, _: &mut Cow<()>, from: Id, event: Self::Msg, out: &mut Out<Self>) {
        match event {
            Event::Request(list) => list.into_iter().for_each(|what| perform(what, me, out)),
            Event::Wire(word) => out.indicate(me, Said::Received(from.into(), word)),
            Event::Indication(_) => {}
        }
    }

    fn on_timeout(&self, me: Id, _: &mut Cow<()>, timer: &u8, out: &mut Out<Self>) {
        out.indicate(me, Said::Fired(*timer));
        if self.ticking && *timer == 0 {
            out.set_timer(0, Duration::from_secs(1)..Duration::from_secs(1));
        }
    }

    fn on_random(&self, me: Id, _: &mut Cow<()>, value: &u8, out: &mut Out<Self>) {
        out.indicate(me, Said::Chosen(*value));
        if self.choosy {
            out.choose_random("again", vec![0, 1, 2]);
        }
    }
}

fn perform(what: Do, me: Id, out: &mut Out<Puppet>) {
    match what {
        Do::Save(value) => out.save(value),
        Do::Say(word) => out.indicate(me, Said::Word(word)),
        Do::Send(to, word) => out.wire(Id::from(to), word),
        Do::Arm(timer, least, most) => out.set_timer(timer, Duration::from_millis(least)..Duration::from_millis(most)),
        Do::Cancel(timer) => out.cancel_timer(timer),
        Do::Choose(values) => out.choose_random("one", values),
        Do::SendRequest => out.send(me, Event::Request(Vec::new())),
        Do::Panic => panic!("told to panic"),
    }
}
