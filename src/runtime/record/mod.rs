//! The record of a node: what went into its process and what came out, a line of JSON for each step.
//!
//! It is off unless a folder is named. Then each life of a node writes its own files there, `node-0.life-3.part-0.ndjson`,
//! the next part when one has become too large, and the oldest parts of the node are removed when there are too many; see
//! [`Settings`]. [`replay`](crate::runtime::replay) reads them.
//!
//! ```json
//! {"record":1,"algorithm":"paxos","cluster":"orders","node":0,"incarnation":1,"part":0,"line":0}
//! {"start":{"line":0,"processes":3,"out":{}}}
//! {"step":{"line":1,"in":{"request":"milk"},"out":{"saved":{…},"sent":[{"to":1,"number":0,"message":{…}},…]}}}
//! {"commit":{"line":2,"time":1795196096000000}}
//! {"step":{"line":3,"in":{"message":{"from":1,"incarnation":1,"number":0,"message":{…}}},"out":{}}}
//! ```
//!
//! [`form`] says what may stand in a line. A file names node, cluster and incarnation once, in its head: it is about one life.
//!
//! **When it is written.** Before a batch is made durable, and so before anything of it can be seen outside of the process, its
//! lines are handed to the operating system, by the thread that commits. So whatever happens to the process, its record knows
//! of every message that anybody got from it, up to a crash of the machine, which may cost the end of a file. A batch that
//! neither saves nor tells anything waits for the next that does, or for 64 KiB to be written. There is no queue: a node waits for its record as it does for
//! its disk. What the process failed in, because a handler panicked or the actor broke its contract, is recorded without what
//! comes out.
//!
//! **When it cannot be written**, because the disk is full, the node goes on: an error is logged, and nothing more is recorded
//! in this life. A folder that cannot be used at all stops the start of the node.
//!
//! **What it costs**: the values are written as JSON, and a batch costs a write; one that saves nothing costs a round trip to
//! the thread that commits besides, which is most of it when every message makes a batch of its own. When many messages are
//! under way, a node that does nothing else handles about half as many; `benches/recording.rs` measures it.
//!
//! **What it cannot say**: JSON takes some values for the same that are not, such as `Some(())` and `None`. Maps whose keys are
//! no strings are written as they are on the wire, which people cannot read. Timers and random values need not serialise, and are
//! written as they are shown.

pub mod form;
mod parts;
mod settings;
mod tape;
pub(in crate::runtime) mod words;

pub use settings::Settings;
pub(in crate::runtime) use tape::{Scribe, Tape};
