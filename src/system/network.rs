//! What the network may do to messages.

use super::limit::Limit;
use stateright::actor::Id;

/// The network between the processes of a [`System`](super::System).
///
/// | choice | meaning |
/// | --- | --- |
/// | order | unordered (any message in flight may arrive next), or first in, first out for each pair of processes |
/// | loss | takes a message out of flight; on a FIFO network, the head of a channel. Without limit, it may be fair |
/// | duplication | delivers a message and keeps it; without limit, messages in flight are a set that only grows |
/// | copies | at most so many equal copies in flight; a surplus is lost, so that retransmission stays finite |
/// | partitions | pairs that can be cut: their messages wait until the heal |
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    pub(super) fifo: bool,
    pub(crate) loss: Limit,
    pub(super) fair: bool,
    pub(crate) duplication: Limit,
    pub(crate) copies: Option<u8>,
    pub(crate) partitions: Vec<Partition>,
    pub(crate) cuts: u8,
    pub(super) lasting: bool,
}

/// One way to cut the network: messages between its two sides wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partition {
    pub(crate) sides: [Vec<usize>; 2],
}

impl Partition {
    pub(crate) fn separates(&self, from: usize, to: usize) -> bool {
        let [left, right] = &self.sides;
        (left.contains(&from) && right.contains(&to)) || (right.contains(&from) && left.contains(&to))
    }
}

impl Network {
    /// Any message in flight may arrive next. Nothing is lost and nothing duplicated.
    pub fn unordered() -> Self {
        Network {
            fifo: false,
            loss: Limit::None,
            fair: false,
            duplication: Limit::None,
            copies: None,
            partitions: Vec::new(),
            cuts: 0,
            lasting: false,
        }
    }

    /// Messages from one process to another arrive in the order in which they were sent. Nothing is lost.
    pub fn fifo() -> Self {
        Network { fifo: true, ..Network::unordered() }
    }

    /// Messages may be lost.
    ///
    /// On an unordered asynchronous network, unlimited loss takes no steps: a message may simply stay in flight, and no
    /// property counts on its arrival. (Where a [liveness property](super::System::eventually) is stated, it takes steps.)
    pub fn loss(self, limit: impl Into<Limit>) -> Self {
        Network { loss: limit.into(), fair: false, ..self }
    }

    /// Messages may be lost without limit, but of a message that is sent again and again some copy arrives: fair-loss
    /// links.
    ///
    /// As [`Limit::Unlimited`] loss, but `finally` counts on the arrival of what is sent again and again: by a timer that
    /// fires for ever and changes nothing else, or in answer to a message that arrives again and again.
    pub fn fair_loss(self) -> Self {
        Network { loss: Limit::Unlimited, fair: true, ..self }
    }

    /// Messages may arrive more than once. Not on a FIFO network: building such a system panics.
    pub fn duplication(self, limit: impl Into<Limit>) -> Self {
        Network { duplication: limit.into(), ..self }
    }

    /// At most `copies` equal messages are in flight between two processes; a surplus one is lost.
    ///
    /// For protocols that retransmit: without it, the messages in flight would be without bound.
    pub fn copies(self, copies: u8) -> Self {
        Network { copies: Some(copies), ..self }
    }

    /// The network may be cut between `left` and `right`: messages between the two sides wait until it heals. Several
    /// partitions may be given; one is in force at a time, and together they happen at most [`Network::cuts`] times
    /// (once, unless said otherwise).
    pub fn partition(mut self, left: impl IntoIterator<Item = usize>, right: impl IntoIterator<Item = usize>) -> Self {
        let sides = [left.into_iter().collect(), right.into_iter().collect()];
        self.partitions.push(Partition { sides });
        self.cuts = self.cuts.max(1);
        self
    }

    /// How often the network may be cut, in total.
    pub fn cuts(self, budget: u8) -> Self {
        Network { cuts: budget, ..self }
    }

    /// A partition need not heal. (Unless this is said, every partition heals at some time, and what must come to pass
    /// may wait for it.)
    pub fn lasting(self) -> Self {
        Network { lasting: true, ..self }
    }

    pub(crate) fn is_fifo(&self) -> bool {
        self.fifo
    }

    /// Whether it may lose any number of messages, so that nobody may count on any.
    pub(crate) fn may_lose_all(&self) -> bool {
        self.loss == Limit::Unlimited
    }

    pub(crate) fn is_set(&self) -> bool {
        self.duplication == Limit::Unlimited
    }

    /// Whether messages from one process to another wait while the `cut`-th partition is in force.
    #[inline]
    pub(super) fn severed(&self, cut: Option<u8>, from: Id, to: Id) -> bool {
        cut.is_some_and(|cut| self.partitions[usize::from(cut)].separates(usize::from(from), usize::from(to)))
    }

    pub(super) fn refuse_nonsense(&self, n: usize) {
        assert!(
            !(self.fifo && self.duplication != Limit::None),
            "a FIFO network does not duplicate: take an unordered network, or no duplication"
        );
        assert!(self.copies != Some(0), "a network that holds no copy of a message carries nothing");
        assert!(
            !(self.copies.is_some() && self.is_set()),
            "with unlimited duplication the messages in flight are a set: a cap on copies says nothing"
        );
        assert!(self.partitions.len() <= 60, "a network has at most 60 partitions");
        for partition in &self.partitions {
            for process in partition.sides.iter().flatten() {
                assert!(*process < n, "a partition names process {process}, but there are only {n}");
                assert!(
                    !partition.sides.iter().all(|side| side.contains(process)),
                    "process {process} stands on both sides of a partition"
                );
            }
        }
    }
}
