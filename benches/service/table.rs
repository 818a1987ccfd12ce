//! How figures are shown.

use crate::Cell;
use crate::figures::Figures;
use crate::side::Side;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What the columns are.
const HEAD: &str =
    "operation connections  side    per second   p50 ms   p99 ms    fsyncs  processor µs  errors   × etcd\n";

/// What they mean.
const FOOT: &str = "fsyncs and processor time: for each operation, of the three nodes together\n";

/// The figures of all rows, ours beside etcd's.
pub fn whole(cells: &BTreeMap<Cell, Figures>) -> String {
    let mut text = format!("\n{HEAD}");
    for (cell, figures) in cells {
        let other = cells.get(&Cell { side: Side::Etcd, ..*cell }).filter(|_| cell.side == Side::Synod);
        let _ = writeln!(text, "{}", line(cell, figures, other.map(|other| figures.rate / other.rate)));
    }
    text + FOOT
}

/// One row, and how it compares.
pub fn line(cell: &Cell, figures: &Figures, ratio: Option<f64>) -> String {
    let Cell { operation, connections, side } = cell;
    let Figures { rate, p50, p99, syncs, processor, errors } = figures;
    let ratio = ratio.map_or(String::new(), |ratio| format!("{ratio:.2}"));
    let load = format!("{operation:<9}{connections:>12}  {side:<7}{rate:>11.0}{p50:>9.2}{p99:>9.2}");
    format!("{load}{syncs:>10.2}{processor:>14.0}{errors:>8}{ratio:>9}").trim_end().to_string()
}
