//! stateright's networks in the terms of [`Rules`], and messages in flight turned back into a network.

use crate::system::{Faults, Limit, Network as Rule, Rules};
use stateright::actor::{Actor, ActorModel, Envelope, Id, LossyNetwork, Network};
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

/// What may happen around the actors of a model.
pub(super) fn rules<A, C, H>(model: &ActorModel<A, C, H>) -> Rules
where
    A: Actor<Msg: Ord, Timer: Ord>,
    H: Clone + Debug + Hash,
{
    let network = match &model.init_network {
        Network::UnorderedDuplicating(..) => Rule::unordered().duplication(Limit::Unlimited),
        Network::UnorderedNonDuplicating(_) => Rule::unordered(),
        Network::Ordered(_) => Rule::fifo(),
    };
    let lossy = model.lossy_network == LossyNetwork::Yes;
    let crashes = match u8::try_from(model.max_crashes) {
        Ok(0) => Faults::none(),
        Ok(most) => Faults::unlimited().at_once(most),
        // There are not so many actors.
        Err(_) => Faults::unlimited(),
    };
    Rules {
        network: network.loss(if lossy { Limit::Unlimited } else { Limit::None }),
        losses_are_steps: lossy,
        recoveries: crashes,
        letters_wait: true,
        ..Rules::new(model.actors.len())
    }
}

/// The messages of a network, always in the same order; those of a channel in theirs.
pub(super) fn messages<M: Clone + Hash + Ord>(network: &Network<M>) -> Vec<Envelope<M>> {
    match network {
        Network::UnorderedDuplicating(set, _) => {
            let mut messages: Vec<_> = set.iter().cloned().collect();
            messages.sort_unstable();
            messages
        }
        Network::UnorderedNonDuplicating(multiset) => {
            let mut messages: Vec<_> = multiset.iter().collect();
            messages.sort_unstable();
            messages.into_iter().flat_map(|(envelope, count)| std::iter::repeat_n(envelope.clone(), *count)).collect()
        }
        Network::Ordered(channels) => {
            let channel = |((src, dst), messages): (&(Id, Id), &VecDeque<M>)| {
                let envelope = |msg: &M| Envelope { src: *src, dst: *dst, msg: msg.clone() };
                messages.iter().map(envelope).collect::<Vec<_>>()
            };
            channels.iter().flat_map(channel).collect()
        }
    }
}

/// The message that a duplicating network delivered last.
pub(super) fn last_delivered<M: Eq + Hash>(network: &Network<M>) -> Option<&Envelope<M>> {
    match network {
        Network::UnorderedDuplicating(_, last) => last.as_ref(),
        _ => None,
    }
}

/// Turns a network with the messages `before` into one with the messages `after`, both as a state keeps them, in numbers.
pub(super) fn patch<M: Clone + Eq + Hash>(
    network: &mut Network<M>,
    before: &[u32],
    after: &[u32],
    values: &[Arc<Envelope<M>>],
) {
    if before == after {
        return;
    }
    match network {
        Network::UnorderedDuplicating(set, _) => differences(before, after, |number, comes| {
            let envelope = &*values[number as usize];
            if comes {
                set.insert(envelope.clone());
            } else {
                set.remove(envelope);
            }
        }),
        Network::UnorderedNonDuplicating(multiset) => differences(before, after, |number, comes| {
            let envelope = &*values[number as usize];
            let copies = multiset.entry(envelope.clone()).or_insert(0);
            *copies = if comes { *copies + 1 } else { *copies - 1 };
            if *copies == 0 {
                multiset.remove(envelope);
            }
        }),
        Network::Ordered(channels) => patch_channels(channels, before, after, values),
    }
}

/// Calls `differ` for each number that only one of two sorted lists has, and says whether it comes or goes.
fn differences(before: &[u32], after: &[u32], mut differ: impl FnMut(u32, bool)) {
    let (mut before, mut after) = (before.iter().peekable(), after.iter().peekable());
    loop {
        match (before.peek(), after.peek()) {
            (Some(old), Some(new)) if old == new => {
                before.next();
                after.next();
            }
            (Some(old), new) if new.is_none_or(|new| old < new) => {
                differ(**old, false);
                before.next();
            }
            (_, Some(new)) => {
                differ(**new, true);
                after.next();
            }
            (_, None) => return,
        }
    }
}

type Channels<M> = BTreeMap<(Id, Id), VecDeque<M>>;

/// Builds anew those channels that differ. In both lists the messages of a channel stand together.
fn patch_channels<M: Clone + Eq + Hash>(
    channels: &mut Channels<M>,
    before: &[u32],
    after: &[u32],
    values: &[Arc<Envelope<M>>],
) {
    let ends = |number: &u32| {
        let envelope = &values[*number as usize];
        (envelope.src, envelope.dst)
    };
    let same_channel = |one: &u32, other: &u32| ends(one) == ends(other);
    for channel in before.chunk_by(same_channel) {
        if !after.chunk_by(same_channel).any(|other| ends(&other[0]) == ends(&channel[0])) {
            channels.remove(&ends(&channel[0]));
        }
    }
    for channel in after.chunk_by(same_channel) {
        if !before.chunk_by(same_channel).any(|other| other == channel) {
            let messages = channel.iter().map(|number| values[*number as usize].msg.clone()).collect();
            channels.insert(ends(&channel[0]), messages);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(src: usize, msg: char) -> Arc<Envelope<char>> {
        Arc::new(Envelope { src: src.into(), dst: 9.into(), msg })
    }

    /// Every network over three messages is patched into every other.
    fn patches_are_right(new: fn(Vec<Envelope<char>>) -> Network<char>, lists: &[&[u32]]) {
        let values = [envelope(0, 'a'), envelope(0, 'b'), envelope(1, 'c')];
        let network = |list: &[u32]| new(list.iter().map(|number| *values[*number as usize]).collect());
        for before in lists {
            for after in lists {
                let mut patched = network(before);
                patch(&mut patched, before, after, &values);
                assert!(patched == network(after), "{before:?} to {after:?}: {patched:?}");
            }
        }
    }

    #[test]
    fn a_set_is_patched() {
        let lists: [&[u32]; 8] = [&[], &[0], &[1], &[2], &[0, 1], &[0, 2], &[1, 2], &[0, 1, 2]];
        patches_are_right(Network::new_unordered_duplicating, &lists);
    }

    #[test]
    fn a_multiset_is_patched() {
        let lists: [&[u32]; 9] =
            [&[], &[0], &[1], &[0, 0], &[0, 1], &[0, 0, 0], &[0, 0, 2], &[1, 2, 2], &[0, 1, 1, 2, 2, 2]];
        patches_are_right(Network::new_unordered_nonduplicating, &lists);
    }

    #[test]
    fn channels_are_patched() {
        let lists: [&[u32]; 9] = [&[], &[0], &[1], &[0, 0], &[0, 1], &[1, 0], &[0, 1, 2], &[1, 0, 2, 2], &[2]];
        patches_are_right(Network::new_ordered, &lists);
    }
}
