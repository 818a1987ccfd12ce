//! Dense numbers for the rows of an arena, in the order in which they stand there.
//!
//! One bit for each word of the arena says where rows begin, and a count every 64 words makes the number of a row a matter
//! of two look-ups: an eighth of a byte and a sixteenth for each word, where a table of places would take eight for each
//! row, and a search in it.

use crate::check::rows::{Place, Rows};

/// The numbers of rows.
pub(super) struct Numbering {
    begins: Vec<u64>,
    /// How many rows begin before each word of `begins`.
    before: Vec<u32>,
}

impl Numbering {
    pub fn of(rows: &Rows) -> Self {
        let mut begins = vec![0_u64; (rows.end() / 64 + 1) as usize];
        let mut place = 0;
        while let Some(row) = rows.next(place, rows.end()) {
            begins[(row / 64) as usize] |= 1 << (row % 64);
            place = rows.behind(row);
        }
        let mut count = 0;
        let before = begins.iter().map(|word| {
            let before = count;
            count += word.count_ones();
            before
        });
        let before = before.collect();
        Numbering { begins, before }
    }

    /// The bytes that the numbering of these rows will take.
    pub fn bytes(rows: &Rows) -> usize {
        rows.end() as usize / 64 * 12
    }

    /// The number of the row at this place.
    pub fn number(&self, place: Place) -> u32 {
        let word = (place / 64) as usize;
        self.before[word] + (self.begins[word] & ((1 << (place % 64)) - 1)).count_ones()
    }

    /// The place of the row with this number.
    pub fn place(&self, number: u32) -> Place {
        let word = self.before.partition_point(|before| *before <= number) - 1;
        let mut bits = self.begins[word];
        for _ in self.before[word]..number {
            bits &= bits - 1;
        }
        word as Place * 64 + Place::from(bits.trailing_zeros())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::rows::{Mail, Word};

    #[test]
    fn numbers_and_places_belong_together() {
        let mut rows = Rows::new(0);
        let row = |number: u32| vec![number as Word; 1 + number as usize * 7 % 150];
        let count = 30_000;
        let mut mail = Mail::default();
        for number in 0..count {
            mail.push(rows.hash(&row(number)), &row(number));
        }
        rows.insert_all(&mail);
        let numbering = Numbering::of(&rows);
        for number in 0..count {
            let place = rows.find(rows.hash(&row(number)), &row(number)).expect("it was inserted");
            assert_eq!(numbering.number(place), number);
            assert_eq!(numbering.place(number), place);
        }
    }
}
