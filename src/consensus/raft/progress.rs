//! How far a follower's log has become the leader's, and how much may be sent to it.

use std::collections::VecDeque;

/// What a leader knows of a follower's log, and what is on the way there.
///
/// Invariants: `matched < next`; what is in flight ends before `next`, in ascending order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Progress {
    /// Up to this index the logs are known to agree.
    pub matched: u64,
    /// The index of the next entry to be sent.
    pub next: u64,
    /// How entries are sent.
    pub flow: Flow,
}

crate::rename! { struct Progress { matched, next, flow } }

/// How entries are sent to a follower.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flow {
    /// One message at a time: it is not known yet how far the logs agree.
    Probe {
        /// Whether a message is on the way.
        awaiting: bool,
    },
    /// One message after the other, without waiting for answers.
    Replicate {
        /// The last index of each message that is on the way.
        in_flight: VecDeque<u64>,
    },
    /// It needs entries that are forgotten: a snapshot is sent, one part at a time.
    Snapshot {
        /// Whether a part is on the way.
        awaiting: bool,
    },
}

crate::rename! { enum Flow { Probe { awaiting }, Replicate { in_flight: unchanged }, Snapshot { awaiting } } }

impl Progress {
    /// Of a follower of which nothing is known but where to try first.
    ///
    /// # Panics
    ///
    /// When that is before the first entry.
    pub fn new(next: u64) -> Self {
        assert!(next > 0, "the first entry has index 1");
        Progress { matched: 0, next, flow: Flow::Probe { awaiting: false } }
    }

    /// Whether one more message may be sent, when at most `flight` may be on the way.
    pub fn may_send(&self, flight: usize) -> bool {
        match &self.flow {
            Flow::Probe { awaiting } | Flow::Snapshot { awaiting } => !awaiting,
            Flow::Replicate { in_flight } => in_flight.len() < flight,
        }
    }

    /// A message was sent whose last entry is at `last`, or that has none after `next - 1`.
    pub fn sent(&mut self, last: u64) {
        match &mut self.flow {
            Flow::Probe { awaiting } | Flow::Snapshot { awaiting } => *awaiting = true,
            Flow::Replicate { in_flight } if last >= self.next => {
                in_flight.push_back(last);
                self.next = last + 1;
            }
            Flow::Replicate { .. } => {}
        }
    }

    /// The follower says that the logs agree up to `index`, which stays true while its leader stays. Tells whether that
    /// is news.
    pub fn acknowledged(&mut self, index: u64) -> bool {
        let is_news = index > self.matched;
        self.matched = self.matched.max(index);
        self.next = self.next.max(index + 1);
        match &mut self.flow {
            Flow::Replicate { in_flight } => {
                let acknowledged = in_flight.iter().take_while(|last| **last <= index).count();
                in_flight.drain(..acknowledged);
            }
            // Where a probe has found the end, there may be nothing to be sent; an older answer tells nothing about it.
            Flow::Probe { .. } if is_news || index + 1 == self.next => {
                self.next = self.matched + 1;
                self.flow = Flow::Replicate { in_flight: VecDeque::new() };
            }
            Flow::Snapshot { .. } if is_news => {
                self.next = self.matched + 1;
                self.flow = Flow::Replicate { in_flight: VecDeque::new() };
            }
            Flow::Probe { .. } | Flow::Snapshot { .. } => {}
        }
        is_news
    }

    /// The follower does not have the entry before those of a message, which is at index `rejected`; the logs may agree
    /// up to `agreeing`. Tells whether that is news.
    pub fn rejected(&mut self, rejected: u64, agreeing: u64) -> bool {
        let is_old = match &self.flow {
            Flow::Probe { .. } => rejected + 1 != self.next,
            Flow::Replicate { .. } => rejected >= self.next,
            Flow::Snapshot { .. } => true,
        };
        if is_old || rejected <= self.matched {
            return false;
        }
        self.next = agreeing.max(self.matched) + 1;
        self.flow = Flow::Probe { awaiting: false };
        true
    }

    /// What is on the way and was not answered by now counts as lost.
    pub fn expire(&mut self) {
        match &mut self.flow {
            Flow::Probe { awaiting } | Flow::Snapshot { awaiting } => *awaiting = false,
            Flow::Replicate { in_flight } => {
                in_flight.clear();
                self.next = self.matched + 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FLIGHT: usize = 2;

    #[test]
    fn a_probe_is_alone_on_the_way() {
        let mut progress = Progress::new(5);
        assert!(progress.may_send(FLIGHT));
        progress.sent(6);
        assert!(!progress.may_send(FLIGHT));
        assert_eq!(progress.next, 5);
        progress.expire();
        assert!(progress.may_send(FLIGHT));
    }

    #[test]
    fn an_agreement_opens_the_flow_up_to_its_bound() {
        let mut progress = Progress::new(5);
        progress.sent(4);
        assert!(progress.acknowledged(4));
        for last in [6, 7] {
            assert!(progress.may_send(FLIGHT));
            progress.sent(last);
        }
        assert!(!progress.may_send(FLIGHT));
        assert!(progress.acknowledged(6));
        assert!(progress.may_send(FLIGHT));
        assert_eq!((progress.matched, progress.next), (6, 8));
    }

    #[test]
    fn a_follower_with_an_empty_log_is_found_out() {
        let mut progress = Progress::new(1);
        progress.sent(0);
        assert!(!progress.acknowledged(0));
        assert_eq!(progress.flow, Flow::Replicate { in_flight: VecDeque::new() });
    }

    #[test]
    fn a_rejection_goes_back_no_further_than_what_agrees() {
        let mut progress = Progress::new(9);
        progress.sent(9);
        assert!(progress.rejected(8, 5));
        assert_eq!(progress.next, 6);
        assert!(!progress.rejected(8, 2), "an answer to an earlier probe");
        progress.sent(6);
        assert!(progress.acknowledged(6));
        assert!(!progress.rejected(5, 3), "overtaken by an agreement");
        progress.sent(8);
        assert!(progress.rejected(8, 1));
        assert_eq!((progress.matched, progress.next), (6, 7));
    }

    #[test]
    fn what_is_not_answered_is_sent_again() {
        let mut progress = Progress::new(1);
        progress.sent(1);
        progress.acknowledged(1);
        progress.sent(2);
        progress.sent(3);
        progress.expire();
        assert_eq!(progress.next, 2);
        assert!(progress.may_send(FLIGHT));
    }

    #[derive(Clone, Debug)]
    enum Happens {
        Send(u64),
        Acknowledge(u64),
        Reject(u64, u64),
        Expire,
    }

    fn happens() -> impl Strategy<Value = Happens> {
        prop_oneof![
            (0..3_u64).prop_map(Happens::Send),
            (0..9_u64).prop_map(Happens::Acknowledge),
            (0..9_u64, 0..9_u64).prop_map(|(at, agreeing)| Happens::Reject(at, agreeing)),
            Just(Happens::Expire),
        ]
    }

    proptest! {
        /// Whatever a follower answers, and however late.
        #[test]
        fn the_invariants_hold(first in 1..9_u64, run in proptest::collection::vec(happens(), 0..30)) {
            let mut progress = Progress::new(first);
            for step in run {
                let matched = progress.matched;
                match step {
                    Happens::Send(count) if progress.may_send(FLIGHT) => progress.sent(progress.next + count - 1),
                    Happens::Send(_) => {}
                    Happens::Acknowledge(index) => _ = progress.acknowledged(index),
                    Happens::Reject(at, agreeing) => _ = progress.rejected(at, agreeing.min(at.saturating_sub(1))),
                    Happens::Expire => progress.expire(),
                }
                prop_assert!(progress.matched >= matched);
                prop_assert!(progress.matched < progress.next);
                if let Flow::Replicate { in_flight } = &progress.flow {
                    prop_assert!(in_flight.len() <= FLIGHT);
                    prop_assert!(in_flight.iter().is_sorted());
                    prop_assert!(in_flight.iter().all(|last| progress.matched < *last && *last < progress.next));
                }
            }
        }
    }
}
