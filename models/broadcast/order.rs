//! Causal order, as an observer watches over it.

use super::{Messages, Payload};
use stateright::actor::Id;
use std::collections::BTreeSet;

type Message = (Id, Payload);

/// What happened before what, as long as it matters, and whether somebody has delivered two messages the other way round.
///
/// Nobody broadcasts the same payload twice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Order {
    /// Pairs of messages, of which the first happened before the second, and of which some process that is up has
    /// delivered neither: for all others, the two can no longer come in the wrong order.
    ///
    /// What happened before the first message of a pair need not be looked up: who broadcast the second had delivered that
    /// too, unless the order was violated before.
    before: BTreeSet<(Message, Message)>,
    is_violated: bool,
}

synod::rename! { struct Order { before, is_violated } }

impl Order {
    /// A process broadcasts a message, and has broadcast or delivered those that it `knows`.
    pub(super) fn broadcast<'a>(&mut self, knows: impl Iterator<Item = &'a Message>, message: Message) {
        self.before.extend(knows.map(|earlier| (*earlier, message)));
    }

    /// A process delivers a message, and has `delivered` others.
    pub(super) fn deliver(&mut self, delivered: &Messages, message: Message) {
        let mut before = self.before.iter().filter(|(_, later)| *later == message);
        self.is_violated |= before.any(|(earlier, _)| !delivered.contains_key(earlier));
    }

    /// Forgets the pairs that matter no longer to processes that have delivered these messages, and are all that are up.
    pub(super) fn forget<'a>(&mut self, delivered: impl Iterator<Item = &'a Messages> + Clone) {
        self.before.retain(|(earlier, later)| {
            delivered.clone().any(|messages| !messages.contains_key(earlier) && !messages.contains_key(later))
        });
    }

    /// Whether everybody has delivered in causal order.
    pub fn is_kept(&self) -> bool {
        !self.is_violated
    }

    /// Whether a message of one process happened before a message of another, and somebody has yet to deliver both.
    pub fn has_reply(&self) -> bool {
        self.before.iter().any(|((asker, _), (replier, _))| asker != replier)
    }
}
