//! What must not depend on how a system is explored: by how many threads, in which order, hashed how.

use synod::check::{Report, Verdict};
use synod::system::{Kind, Trace};

/// All of a report that must not.
#[derive(Debug, PartialEq)]
pub struct Found {
    pub verdict: Verdict,
    pub unique: u64,
    pub generated: u64,
    pub depth: usize,
    pub cells: [usize; 3],
    pub quiescent: bool,
    pub panic: Option<String>,
    pub properties: Vec<FoundOfProperty>,
}

/// All of the report of a property.
#[derive(Debug, PartialEq)]
pub struct FoundOfProperty {
    pub name: &'static str,
    pub kind: Kind,
    pub verdict: Verdict,
    pub steps: Option<usize>,
    pub trace: Option<Trace>,
}

impl From<Report> for Found {
    fn from(report: Report) -> Self {
        let Report { verdict, unique, generated, depth, cells, quiescent, panic, properties, .. } = report;
        let property = |p: synod::check::PropertyReport| FoundOfProperty {
            name: p.name,
            kind: p.kind,
            verdict: p.verdict,
            steps: p.steps,
            trace: p.trace,
        };
        let properties = properties.into_iter().map(property).collect();
        Found { verdict, unique, generated, depth, cells, quiescent, panic, properties }
    }
}
