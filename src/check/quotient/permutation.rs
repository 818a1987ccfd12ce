//! Permutations of the interchangeable processes of a system.
//!
//! The interchangeable processes are its *members*, numbered group by group, each group in the order of ids.

/// Who the members are.
pub(super) struct Members {
    /// Their ids.
    pub ids: Vec<usize>,
    /// The group of each.
    pub groups: Vec<usize>,
    /// By id, which member a process is, if it is one.
    pub by_id: Vec<Option<usize>>,
}

impl Members {
    pub fn new(processes: usize, groups: &[Vec<usize>]) -> Self {
        let ids: Vec<usize> = groups.concat();
        let mut by_id = vec![None; processes];
        for (member, id) in ids.iter().enumerate() {
            by_id[*id] = Some(member);
        }
        let groups = groups.iter().enumerate().flat_map(|(group, ids)| vec![group; ids.len()]).collect();
        Members { ids, groups, by_id }
    }

    pub fn count(&self) -> usize {
        self.ids.len()
    }

    /// The members of each group, as a range.
    pub fn ranges(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        self.groups.chunk_by(|one, other| one == other).scan(0, |start, group| {
            *start += group.len();
            Some(*start - group.len()..*start)
        })
    }

    /// How many permutations leave every member in its group.
    pub fn permutations(&self) -> u128 {
        self.ranges().map(|group| factorial(group.len())).product()
    }

    /// All of them.
    pub fn all(&self) -> Vec<Permutation> {
        let mut all = vec![Permutation::identity(self.count())];
        for group in self.ranges() {
            for place in group.clone() {
                let swaps = (place..group.end).map(|other| {
                    move |permutation: &Permutation| {
                        let mut to = permutation.to.clone();
                        to.swap(place, other);
                        Permutation { to }
                    }
                });
                all = swaps.flat_map(|swap| all.iter().map(swap).collect::<Vec<_>>()).collect();
            }
        }
        all
    }

    /// One of them, other than the identity.
    pub fn draw(&self, draws: &mut Draws) -> Permutation {
        loop {
            let mut drawn = Permutation::identity(self.count());
            for group in self.ranges() {
                for place in group.clone() {
                    drawn.to.swap(place, place + draws.below(group.end - place));
                }
            }
            if !drawn.is_identity() {
                return drawn;
            }
        }
    }

    /// A permutation in words: `0 → 2, 2 → 0`.
    pub fn show(&self, permutation: &Permutation) -> String {
        let moved = permutation.to.iter().enumerate().filter(|(from, to)| from != *to);
        moved.map(|(from, to)| format!("{} → {}", self.ids[from], self.ids[*to])).collect::<Vec<_>>().join(", ")
    }
}

pub(super) fn factorial(n: usize) -> u128 {
    (1..=n as u128).product()
}

/// A permutation of the members: who takes whose name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Permutation {
    pub to: Vec<usize>,
}

impl Permutation {
    pub fn identity(members: usize) -> Self {
        Permutation { to: (0..members).collect() }
    }

    pub fn swapping(members: usize, one: usize, other: usize) -> Self {
        let mut permutation = Permutation::identity(members);
        permutation.to.swap(one, other);
        permutation
    }

    pub fn is_identity(&self) -> bool {
        self.to.iter().enumerate().all(|(from, to)| from == *to)
    }

    /// The members that it moves, a bit for each.
    pub fn moved(&self) -> u32 {
        self.to.iter().enumerate().filter(|(from, to)| from != *to).map(|(from, _)| 1 << from).sum()
    }

    /// Swaps that amount to it, one after the other.
    pub fn swaps(&self) -> Vec<(usize, usize)> {
        let mut now: Vec<usize> = (0..self.to.len()).collect();
        let mut swaps = Vec::new();
        for member in 0..now.len() {
            let (from, to) = (now[member], self.to[member]);
            if from == to {
                continue;
            }
            for place in &mut now {
                *place = if *place == from {
                    to
                } else if *place == to {
                    from
                } else {
                    *place
                };
            }
            swaps.push((from.min(to), from.max(to)));
        }
        swaps
    }
}

/// Numbers that look random, the same in every run.
pub(super) struct Draws(u64);

impl Draws {
    pub fn new() -> Self {
        Draws(0x9E37_79B9_7F4A_7C15)
    }

    fn below(&mut self, bound: usize) -> usize {
        // Xorshift: enough for drawing, and nothing to depend on.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 16) % bound as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn all_permutations_of_all_groups_are_found_once() {
        let members = Members::new(8, &[vec![1, 2, 5], vec![0, 7], vec![3, 4]]);
        let all = members.all();
        assert_eq!((all.len(), members.permutations()), (24, 24));
        let different: HashSet<_> = all.iter().map(|permutation| permutation.to.clone()).collect();
        assert_eq!(different.len(), 24);
        for permutation in &all {
            assert!(permutation.to.iter().enumerate().all(|(from, to)| members.groups[from] == members.groups[*to]));
        }
    }

    #[test]
    fn swaps_amount_to_the_permutation() {
        for permutation in Members::new(5, &[vec![0, 1, 2, 3, 4]]).all() {
            let mut now: Vec<usize> = (0..5).collect();
            for (one, other) in permutation.swaps() {
                for place in &mut now {
                    *place = Permutation::swapping(5, one, other).to[*place];
                }
            }
            assert_eq!(now, permutation.to);
        }
    }

    #[test]
    fn what_is_drawn_moves_somebody_and_reaches_everything() {
        let members = Members::new(5, &[vec![0, 1, 2], vec![3, 4]]);
        let mut draws = Draws::new();
        let drawn: HashSet<_> = (0..500).map(|_| members.draw(&mut draws).to).collect();
        assert_eq!(drawn.len(), 11, "all but the identity");
    }
}
