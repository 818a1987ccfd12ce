//! Dense numbers for the rows that a thread has written, in the order in which they stand there.
//!
//! One bit for each quad of the arena says where rows begin, and a count every 64 quads makes the number of a row a matter
//! of two look-ups: an eighth of a byte and a sixteenth for each quad, where a table of places would take eight for each
//! row, and a search in it.

use crate::check::visited::{Place, Visited, parts};

/// The numbers of rows.
pub(super) struct Numbering {
    /// Where the thread's rows begin.
    first: Place,
    begins: Vec<u64>,
    /// How many rows begin before each word of `begins`.
    before: Vec<u32>,
}

impl Numbering {
    pub fn of(visited: &Visited, thread: usize) -> Self {
        let mut begins = vec![0_u64; visited.quads(thread) / 64 + 1];
        for place in visited.places(visited.begin(thread)..visited.end(thread)) {
            let (_, offset) = parts(place);
            begins[(offset / 64) as usize] |= 1 << (offset % 64);
        }
        let mut count = 0;
        let before = begins.iter().map(|word| {
            let before = count;
            count += word.count_ones();
            before
        });
        let before = before.collect();
        Numbering { first: visited.begin(thread), begins, before }
    }

    /// The bytes that the numberings of all rows will take.
    pub fn bytes(visited: &Visited) -> usize {
        (0..visited.threads()).map(|thread| visited.quads(thread) / 64 * 12).sum()
    }

    /// How many rows there are.
    pub fn count(&self) -> usize {
        let last = self.begins.last().map_or(0, |last| last.count_ones());
        self.before.last().map_or(0, |before| before + last) as usize
    }

    /// The number of the row at this place.
    pub fn number(&self, place: Place) -> u32 {
        let offset = place - self.first;
        let word = (offset / 64) as usize;
        self.before[word] + (self.begins[word] & ((1 << (offset % 64)) - 1)).count_ones()
    }

    /// The place of the row with this number.
    pub fn place(&self, number: u32) -> Place {
        let word = self.before.partition_point(|before| *before <= number) - 1;
        let mut bits = self.begins[word];
        for _ in self.before[word]..number {
            bits &= bits - 1;
        }
        self.first + word as Place * 64 + Place::from(bits.trailing_zeros())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::rows::Word;

    #[test]
    fn numbers_and_places_belong_together() {
        let mut visited = Visited::new(1, 0);
        let row = |number: u32| vec![number as Word; 1 + number as usize * 7 % 150];
        let count = 30_000;
        for number in 0..count {
            visited.add(&row(number));
        }
        let numbering = Numbering::of(&visited, 0);
        assert_eq!(numbering.count(), count as usize);
        for number in 0..count {
            let place = visited.find(&row(number)).expect("it was added");
            assert_eq!(numbering.number(place), number);
            assert_eq!(numbering.place(number), place);
        }
    }
}
