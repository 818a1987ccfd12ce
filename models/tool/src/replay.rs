//! `synod replay`: what nodes have recorded, run again.

use crate::args;
use crate::exit::{Exit, Refusal};
use crate::nearest;
use crate::output::Output;
use crate::panics;
use crate::text::{counted, steps};
use serde::Serialize;
use synod::runtime::replay::{Records, Replayed};
use synod_models::replay::{Judge, Judgement, Verdict};

/// What came of a node's record, as `--json` prints it.
#[derive(Serialize)]
struct Node {
    node: usize,
    lives: usize,
    unjudged_lives: usize,
    steps: u64,
    difference: Option<String>,
}

/// What the spec says, as `--json` prints it.
#[derive(Serialize)]
struct Spec {
    /// "allowed", "refused", "not judged" or "impossible".
    spec: &'static str,
    steps: Option<usize>,
    crashes: Option<usize>,
    why: Option<String>,
}

/// Judges records.
pub fn run(args: &args::Replay, judges: &[Box<dyn Judge>], out: &mut Output<'_>) -> Result<Exit, Refusal> {
    let names = judges.iter().map(|judge| judge.algorithm());
    let judge = judges
        .iter()
        .find(|judge| judge.algorithm() == args.name)
        .ok_or_else(|| Refusal(nearest::unknown("algorithm whose records can be judged", &args.name, names)))?;
    let records = Records::open(&args.files).map_err(|error| Refusal(error.to_string()))?;
    if records.algorithm != args.name {
        let recorded = records.algorithm.escape_debug();
        return Err(Refusal(format!("these are records of \"{recorded}\", not of {}", args.name)));
    }
    // An actor that panics in a step that it survived when it was recorded is a difference, and told as one.
    let judgement = panics::search(|| judge.judge(&records)).map_err(|error| Refusal(error.to_string()))?;
    let spec = spec(&judgement.spec);
    if args.json {
        judgement.nodes.iter().for_each(|replayed| out.json(&node(replayed)));
        out.json(&spec);
    } else {
        judgement.nodes.iter().for_each(|replayed| tell(replayed, out));
        tell_spec(&spec, judgement.nodes.len(), out);
    }
    Ok(exit(&judgement))
}

fn exit(judgement: &Judgement) -> Exit {
    if !judgement.is_fine() {
        Exit::NotSo
    } else if judgement.nodes.iter().any(|node| node.unjudged > 0) {
        Exit::Incomplete
    } else {
        Exit::Fine
    }
}

fn node(replayed: &Replayed) -> Node {
    let Replayed { node, lives, unjudged, steps, difference } = replayed;
    let difference = difference.as_ref().map(ToString::to_string);
    Node { node: *node, lives: *lives, unjudged_lives: *unjudged, steps: *steps, difference }
}

fn tell(replayed: &Replayed, out: &mut Output<'_>) {
    let Replayed { node, lives, unjudged, difference, .. } = replayed;
    let lives = if *lives == 1 { "1 life".to_string() } else { format!("{lives} lives") };
    let judged = format!("node {node}: {lives}, {}", counted(replayed.steps, "step"));
    match difference {
        None => out.line(format_args!("{judged}: the actor does the same")),
        Some(difference) => out.line(format_args!("{judged}, then the actor differs\n  {difference}")),
    }
    if *unjudged > 0 {
        out.line(format_args!("  {unjudged} more not judged: the beginning of the record was removed"));
    }
}

fn spec(verdict: &Verdict) -> Spec {
    let spec = |spec, why: &str| Spec { spec, steps: None, crashes: None, why: Some(why.to_string()) };
    match verdict {
        Verdict::NotJudged(why) => spec("not judged", why),
        Verdict::Impossible(why) => spec("impossible", why),
        Verdict::Judged { steps, crashes, report } => {
            let why = report.refusal.as_ref().map(ToString::to_string);
            let spec = if why.is_some() { "refused" } else { "allowed" };
            Spec { spec, steps: Some(*steps), crashes: Some(*crashes), why }
        }
    }
}

fn tell_spec(spec: &Spec, nodes: usize, out: &mut Output<'_>) {
    let why = spec.why.as_deref().unwrap_or_default();
    match (spec.steps, spec.crashes) {
        (Some(taken), Some(crashes)) => {
            let (taken, crashes) = (steps(taken), crashes_of(crashes));
            out.line(format_args!("spec: {taken} of {nodes} nodes in one order, {crashes} among them: {}", spec.spec));
            if !why.is_empty() {
                out.line(why);
            }
        }
        _ => out.line(format_args!("spec: {}: {why}", spec.spec)),
    }
}

fn crashes_of(crashes: usize) -> String {
    match crashes {
        0 => "no crash".to_string(),
        1 => "1 crash".to_string(),
        more => format!("{more} crashes"),
    }
}
