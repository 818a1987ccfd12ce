//! A line of JSON for each system that was checked.

use super::Checked;
use crate::output::Output;
use serde::Serialize;
use synod::check::{PropertyReport, Walked};
use synod_models::Expectation;

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    verdict: &'static str,
    expected: &'static str,
    unique: u64,
    interchangeable: usize,
    orbits: Option<u128>,
    generated: u64,
    depth: usize,
    seconds: f64,
    bytes_per_state: f64,
    threads: usize,
    assumptions: &'a [String],
    limit: Option<&'static str>,
    walked: Option<WalkedRow>,
    properties: Vec<PropertyRow>,
}

/// Random walks: those that were wanted, and how they went.
#[derive(Serialize)]
struct WalkedRow {
    seed: u64,
    count: u64,
    steps: usize,
    begun: u64,
    ended: u64,
    longest: usize,
    share: Option<f64>,
}

#[derive(Serialize)]
struct PropertyRow {
    name: &'static str,
    kind: &'static str,
    verdict: &'static str,
    undecided: Option<&'static str>,
    steps: Option<usize>,
}

/// Prints the line of a system.
pub fn row(checked: &Checked<'_>, out: &mut Output<'_>) {
    let report = &checked.report;
    out.json(&Row {
        name: &checked.name,
        verdict: report.verdict.name(),
        expected: match checked.chosen.case.expects {
            Expectation::Verified => "verified",
            Expectation::Violated { .. } => "violated",
        },
        unique: report.unique,
        interchangeable: report.interchangeable,
        orbits: report.orbits,
        generated: report.generated,
        depth: report.depth,
        seconds: report.time.as_secs_f64(),
        bytes_per_state: report.bytes_per_state,
        threads: report.threads,
        assumptions: &report.assumptions,
        limit: report.limit.map(|limit| limit.name()),
        walked: report.walked.map(walked),
        properties: report.properties.iter().map(property).collect(),
    });
}

fn walked(walked: Walked) -> WalkedRow {
    let Walked { walks, begun, ended, longest, share } = walked;
    WalkedRow { seed: walks.seed, count: walks.count, steps: walks.steps, begun, ended, longest, share }
}

fn property(report: &PropertyReport) -> PropertyRow {
    PropertyRow {
        name: report.name,
        kind: report.kind.name(),
        verdict: report.verdict.name(),
        undecided: report.undecided.map(|why| why.name()),
        steps: report.steps,
    }
}
