//! Who is in the cluster, and which of them decide.

use crate::quorum::{ProcessSet, majority};
use serde::{Deserialize, Serialize};
use stateright::actor::Id;
use std::error::Error;
use std::fmt::{self, Display, Formatter};

/// The servers of a cluster: those who vote, and those who only learn.
///
/// While the voters are exchanged for others, the configuration is *joint*: both the old and the new voters are in
/// force, and whatever is decided takes a majority of each.
///
/// Invariants: there are voters; no learner is a voter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Configuration {
    /// The voters; in a joint configuration, the new ones.
    voters: ProcessSet,
    /// In a joint configuration the old voters; empty otherwise.
    outgoing: ProcessSet,
    /// Those who are sent the log and do not count. In a joint configuration those of the new one, old voters among them.
    learners: ProcessSet,
}

crate::rename! { struct Configuration { voters, outgoing, learners } }

impl Configuration {
    /// These voters, and nobody else.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::NoVoter`] when there are none.
    pub fn new(voters: ProcessSet) -> Result<Self, ConfigurationError> {
        Self::with_learners(voters, ProcessSet::new())
    }

    /// These voters, and others who only learn.
    ///
    /// # Errors
    ///
    /// - [`ConfigurationError::NoVoter`] when nobody votes;
    /// - [`ConfigurationError::VotingLearner`] when one is both.
    pub fn with_learners(voters: ProcessSet, learners: ProcessSet) -> Result<Self, ConfigurationError> {
        if voters.is_empty() {
            return Err(ConfigurationError::NoVoter);
        }
        if let Some(process) = voters.intersection(learners).iter().next() {
            return Err(ConfigurationError::VotingLearner { process });
        }
        Ok(Configuration { voters, outgoing: ProcessSet::new(), learners })
    }

    /// The joint configuration that leads from this one to `next`: the voters of both vote, the learners of `next` learn.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::Joint`] when this one or `next` is joint: one change at a time.
    pub fn towards(self, next: Configuration) -> Result<Self, ConfigurationError> {
        if self.is_joint() || next.is_joint() {
            return Err(ConfigurationError::Joint);
        }
        Ok(Configuration { voters: next.voters, outgoing: self.voters, learners: next.learners })
    }

    /// The configuration to which a joint one leads; a simple one is that itself.
    pub fn left(self) -> Self {
        Configuration { outgoing: ProcessSet::new(), ..self }
    }

    /// Whether two sets of voters are in force.
    pub fn is_joint(self) -> bool {
        !self.outgoing.is_empty()
    }

    /// All who vote, old or new.
    pub fn voters(self) -> ProcessSet {
        self.voters.union(self.outgoing)
    }

    /// Those who only learn.
    pub fn learners(self) -> ProcessSet {
        self.learners.difference(self.voters())
    }

    /// All who are sent the log.
    pub fn members(self) -> ProcessSet {
        self.voters().union(self.learners)
    }

    /// Whether these decide: a majority of the voters, in a joint configuration of the old and of the new ones.
    pub fn is_quorum(self, processes: ProcessSet) -> bool {
        has_majority(self.voters, processes) && (!self.is_joint() || has_majority(self.outgoing, processes))
    }

    /// The largest index that a quorum has reached, when each process has reached `index_of` it.
    pub fn reached_by_quorum(self, index_of: impl Fn(Id) -> u64) -> u64 {
        let index = reached_by_majority(self.voters, &index_of);
        if self.is_joint() { index.min(reached_by_majority(self.outgoing, &index_of)) } else { index }
    }
}

/// Whether more than half of `voters`, who are not none, are among `processes`.
pub fn has_majority(voters: ProcessSet, processes: ProcessSet) -> bool {
    voters.intersection(processes).len() >= majority(voters.len())
}

/// The largest index that more than half of `voters`, who are not none, have reached. Nothing is allocated.
///
/// # Panics
///
/// When there are no voters.
pub fn reached_by_majority(voters: ProcessSet, index_of: impl Fn(Id) -> u64) -> u64 {
    let mut indices = [0; ProcessSet::LIMIT];
    for (place, voter) in indices.iter_mut().zip(voters) {
        *place = index_of(voter);
    }
    let indices = &mut indices[..voters.len()];
    let most_behind_of_a_majority = voters.len() - majority(voters.len());
    *indices.select_nth_unstable(most_behind_of_a_majority).1
}

/// Why there is no such configuration.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigurationError {
    /// Nobody votes.
    NoVoter,
    /// A process is to vote and only to learn.
    VotingLearner {
        /// The process.
        process: Id,
    },
    /// A change is to begin in the middle of another, or to end there.
    Joint,
}

impl Display for ConfigurationError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoVoter => {
                f.write_str("the configuration has no voter, so nothing could ever be decided: name at least one")
            }
            Self::VotingLearner { process } => write!(
                f,
                "process {} is to vote and only to learn: name it in one of the two lists",
                usize::from(*process)
            ),
            Self::Joint => f.write_str("the membership is being changed already: wait until that change has ended"),
        }
    }
}

impl Error for ConfigurationError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(bits: u64) -> ProcessSet {
        ProcessSet::from_bits(bits)
    }

    /// All configurations of four processes, joint ones too.
    fn configurations() -> Vec<Configuration> {
        let sets = || (0..16).map(set);
        let simple = || {
            sets().flat_map(move |voters| {
                sets().filter_map(move |learners| Configuration::with_learners(voters, learners).ok())
            })
        };
        let joint = simple().flat_map(|old| simple().map(move |new| old.towards(new).expect("neither is joint")));
        simple().chain(joint).collect()
    }

    #[test]
    fn refuses_what_makes_no_cluster() {
        assert_eq!(Configuration::new(set(0)), Err(ConfigurationError::NoVoter));
        let both = Configuration::with_learners(set(0b011), set(0b110)).unwrap_err();
        assert_eq!(both, ConfigurationError::VotingLearner { process: Id::from(1) });
        assert_eq!(both.to_string(), "process 1 is to vote and only to learn: name it in one of the two lists");
        let (one, other) = (Configuration::new(set(1)).unwrap(), Configuration::new(set(2)).unwrap());
        let joint = one.towards(other).unwrap();
        assert_eq!(joint.towards(other), Err(ConfigurationError::Joint));
        assert_eq!(other.towards(joint), Err(ConfigurationError::Joint));
    }

    #[test]
    fn quorums_meet() {
        for configuration in configurations() {
            for (a, b) in (0..16).flat_map(|a| (0..16).map(move |b| (set(a), set(b)))) {
                let meet = !a.intersection(b).intersection(configuration.voters()).is_empty();
                assert!(!configuration.is_quorum(a) || !configuration.is_quorum(b) || meet);
            }
        }
    }

    /// What is decided before, during and after a change of membership is never decided by two disjoint sets: each
    /// quorum of a joint configuration meets each of the old one, and each of the new one.
    #[test]
    fn quorums_of_a_joint_configuration_meet_those_before_and_after() {
        let simple: Vec<_> = configurations().into_iter().filter(|c| !c.is_joint()).collect();
        for (old, new) in simple.iter().flat_map(|old| simple.iter().map(move |new| (*old, *new))) {
            let joint = old.towards(new).unwrap();
            for (a, b) in (0..16).flat_map(|a| (0..16).map(move |b| (set(a), set(b)))) {
                let apart = a.intersection(b).is_empty();
                assert!(!(joint.is_quorum(a) && (old.is_quorum(b) || new.is_quorum(b)) && apart));
            }
        }
    }

    /// The index is one that a quorum has reached, and no quorum has reached the next.
    #[test]
    fn an_index_is_reached_by_a_quorum_and_the_next_is_not() {
        for configuration in configurations().into_iter().step_by(7) {
            for reached in 0..81_u64 {
                let index_of = |process: Id| reached / 3_u64.pow(usize::from(process) as u32) % 3;
                let who = |index| (0..4).map(Id::from).filter(|id| index_of(*id) >= index).collect();
                let index = configuration.reached_by_quorum(index_of);
                assert!(configuration.is_quorum(who(index)));
                assert!(!configuration.is_quorum(who(index + 1)));
            }
        }
    }

    #[test]
    fn a_joint_configuration_leads_to_the_new_one() {
        for (old, new) in configurations()
            .into_iter()
            .flat_map(|old| configurations().into_iter().map(move |new| (old, new)))
            .step_by(3)
        {
            if let Ok(joint) = old.towards(new) {
                assert_eq!(joint.left(), new);
                assert_eq!(joint.voters(), old.voters().union(new.voters()));
                assert!(joint.learners().intersection(joint.voters()).is_empty());
                assert!(new.members().is_subset(joint.members()));
            }
        }
    }

    #[test]
    fn learners_and_strangers_do_not_count() {
        let configuration = Configuration::with_learners(set(0b0111), set(0b1000)).unwrap();
        assert!(!configuration.is_quorum(set(0b1111_1001)));
        assert!(configuration.is_quorum(set(0b0011)));
        assert_eq!(configuration.reached_by_quorum(|process| usize::from(process) as u64), 1);
        assert_eq!(configuration.members(), set(0b1111));
    }
}
