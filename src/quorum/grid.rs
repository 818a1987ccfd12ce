//! Quorums on a grid.

use super::{ProcessSet, QuorumError, Quorums, checked_size};

/// Whether all processes of some row are in `answered`.
///
/// # Panics
///
/// If the grid has more than [`ProcessSet::LIMIT`] places.
pub const fn holds_row(rows: usize, columns: usize, answered: ProcessSet) -> bool {
    let mut row = 0;
    while row < rows {
        let ends_before = ProcessSet::all(row * columns);
        let ends_with = ProcessSet::all((row + 1) * columns);
        if ends_with.difference(ends_before).is_subset(answered) {
            return true;
        }
        row += 1;
    }
    false
}

/// Whether all processes of some column are in `answered`.
///
/// # Panics
///
/// If the grid has more than [`ProcessSet::LIMIT`] places.
pub const fn holds_column(rows: usize, columns: usize, answered: ProcessSet) -> bool {
    let mut first = ProcessSet::new();
    let mut row = 0;
    while row < rows {
        first = ProcessSet::from_bits(first.bits() | 1 << (row * columns));
        row += 1;
    }
    let mut column = 0;
    while column < columns {
        if ProcessSet::from_bits(first.bits() << column).is_subset(answered) {
            return true;
        }
        column += 1;
    }
    false
}

/// Processes on a grid: a read quorum is a full row, a write quorum a full column.
///
/// Every row crosses every column in one process. With as many rows as columns a quorum has `√n` processes, far fewer
/// than half, and the load of each process falls as the grid grows; the price is that a silent process in every row
/// stops the reads, and one in every column the writes. Two rows are disjoint, as are two columns.
///
/// Process `row · columns + column` stands in that row and column: with 2 rows and 3 columns, the rows are `{0, 1, 2}`
/// and `{3, 4, 5}`, the columns `{0, 3}`, `{1, 4}` and `{2, 5}`.
///
/// Source: Cheung, Ammar and Ahamad, *The grid protocol* (ICDE 1990), in its simplest form; as a quorum configuration:
/// Lynch, MIT 6.852 (2009), class 23; on quorums other than majorities: Kleppmann, *Distributed Systems* (Cambridge
/// 2021/22), section 5.2.
///
/// ```
/// use stateright::actor::Id;
/// use synod::quorum::{Grid, ProcessSet, Quorums};
///
/// let grid = Grid::new(2, 3)?;
/// assert!(grid.is_read_quorum(ProcessSet::all(3)));
/// assert!(!grid.is_write_quorum(ProcessSet::all(3)));
/// assert!(grid.is_write_quorum([Id::from(1), Id::from(4)].into_iter().collect()));
/// # Ok::<(), synod::quorum::QuorumError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grid {
    rows: usize,
    columns: usize,
}

impl Grid {
    /// A grid of so many rows and columns.
    ///
    /// # Errors
    ///
    /// [`QuorumError::Size`] if there is no process or there are more than [`ProcessSet::LIMIT`].
    pub fn new(rows: usize, columns: usize) -> Result<Self, QuorumError> {
        checked_size(rows.saturating_mul(columns))?;
        Ok(Self { rows, columns })
    }
}

impl Quorums for Grid {
    fn processes(&self) -> usize {
        self.rows * self.columns
    }

    fn is_read_quorum(&self, answered: ProcessSet) -> bool {
        holds_row(self.rows, self.columns, answered)
    }

    fn is_write_quorum(&self, answered: ProcessSet) -> bool {
        holds_column(self.rows, self.columns, answered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_sizes_beyond_the_limit() {
        assert_eq!(Grid::new(0, 3), Err(QuorumError::Size { processes: 0 }));
        assert_eq!(Grid::new(13, 5), Err(QuorumError::Size { processes: 65 }));
        assert_eq!(Grid::new(usize::MAX, 2), Err(QuorumError::Size { processes: usize::MAX }));
    }

    #[test]
    fn the_largest_grids_have_their_last_row_and_column() {
        let last_row = ProcessSet::all(64).difference(ProcessSet::all(56));
        assert!(Grid::new(8, 8).unwrap().is_read_quorum(last_row));
        let last_column = ProcessSet::from_bits(0x8080_8080_8080_8080);
        assert!(Grid::new(8, 8).unwrap().is_write_quorum(last_column));
        assert!(Grid::new(1, 64).unwrap().is_write_quorum(ProcessSet::from_bits(1 << 63)));
        assert!(Grid::new(64, 1).unwrap().is_read_quorum(ProcessSet::from_bits(1 << 63)));
    }
}
