//! `synod check`: explores systems exhaustively, or at random, and tells whether each is as it should be.

mod json;
mod table;

use crate::args::{self, Effort};
use crate::exit::{Exit, Refusal};
use crate::interrupt::Interrupt;
use crate::judge::{Judgement, judge};
use crate::output::Output;
use crate::search::Search;
use crate::select::{self, Chosen};
use std::num::NonZeroUsize;
use synod::check::{Report, Walks};
use synod_models::Algorithm;

/// A system that was checked.
struct Checked<'a> {
    name: String,
    chosen: Chosen<'a>,
    report: Report,
    judgement: Judgement,
}

/// The names of systems that were not checked.
struct Others {
    /// Something ended the program before.
    left: Vec<String>,
    /// They cannot be checked.
    refused: Vec<String>,
    /// They are slow.
    skipped: Vec<String>,
}

/// Checks the systems that are chosen.
pub fn run(
    args: &args::Check,
    algorithms: &[Algorithm],
    interrupt: &Interrupt,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let chosen = select::systems(algorithms, &args.names)?;
    let (wanted, skipped): (Vec<_>, Vec<_>) =
        chosen.into_iter().partition(|chosen| !chosen.case.slow || chosen.by_name || args.slow);
    let walks = args.walking.walks();
    let search = Search::new(&effort(args), interrupt, out)?;
    let table = (!args.json).then(|| table::Table::begin(&wanted, out));
    let (mut done, mut refused) = (Vec::new(), Vec::new());
    for chosen in &wanted {
        if interrupt.has_come() || !out.is_read() {
            break;
        }
        let checked = match check(*chosen, walks, &search) {
            Ok(checked) => checked,
            Err(refusal) => {
                refusal.tell(out);
                refused.push(chosen.name());
                continue;
            }
        };
        match &table {
            Some(table) => table.row(&checked, out),
            None => json::row(&checked, out),
        }
        done.push(checked);
    }
    let others = Others { left: names(&wanted[done.len() + refused.len()..]), skipped: names(&skipped), refused };
    match table {
        Some(table) => table.end(&done, &others, out),
        None => remark_on(&done, &others, out),
    }
    Ok(outcome(&done, &others, interrupt))
}

/// How much may be spent. One thread walks.
fn effort(args: &args::Check) -> Effort {
    let walks = args.walking.walks.is_some();
    Effort { threads: if walks { Some(NonZeroUsize::MIN) } else { args.effort.threads }, ..args.effort.clone() }
}

fn check<'a>(chosen: Chosen<'a>, walks: Option<Walks>, search: &Search) -> Result<Checked<'a>, Refusal> {
    let (name, case) = (chosen.name(), chosen.case);
    let report = search.run(&name, Some(case.unique), |options| match walks {
        Some(walks) => case.walk(options, walks),
        None => case.try_check(options),
    })?;
    let judgement = judge(case, &report);
    Ok(Checked { name, chosen, report, judgement })
}

fn names(chosen: &[Chosen<'_>]) -> Vec<String> {
    chosen.iter().map(Chosen::name).collect()
}

/// The worst of the outcomes; whatever was left out was not verified.
fn outcome(done: &[Checked<'_>], others: &Others, interrupt: &Interrupt) -> Exit {
    let worst = done.iter().map(|checked| checked.judgement.exit).max().unwrap_or(Exit::Fine);
    let left_out = if others.left.is_empty() { Exit::Fine } else { Exit::Incomplete };
    let refused = if others.refused.is_empty() { Exit::Fine } else { Exit::Usage };
    let ended = if interrupt.has_come() { Exit::Interrupted } else { Exit::Fine };
    worst.max(left_out).max(refused).max(ended)
}

/// What the lines of JSON do not say.
fn remark_on(done: &[Checked<'_>], Others { left, skipped, .. }: &Others, out: &mut Output<'_>) {
    for Checked { name, judgement, .. } in done.iter().filter(|checked| checked.judgement.exit != Exit::Fine) {
        out.remark(format_args!("{name}: {}", judgement.words));
    }
    if !left.is_empty() {
        out.remark(format_args!("not checked: {}", left.join(", ")));
    }
    if !skipped.is_empty() {
        out.remark(format_args!("skipped, because slow: {}", skipped.join(", ")));
    }
}

#[cfg(test)]
mod tests;
