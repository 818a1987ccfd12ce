//! `synod mutants`: known-wrong variants of the algorithms, each of which must be caught.

use crate::args;
use crate::exit::{Exit, Refusal};
use crate::interrupt::Interrupt;
use crate::judge::finding;
use crate::output::Output;
use crate::search::Search;
use crate::select::{self, ChosenMutant, full_name};
use crate::text;
use serde::Serialize;
use synod::check::{Report, Verdict};
use synod_models::{Algorithm, Mutant};

/// A mutant, as `--json` prints it.
#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    mutant: &'a str,
    system: String,
    property: &'a str,
    caught: bool,
    steps: Option<usize>,
    expected_steps: usize,
}

/// A mutant that was checked.
struct Checked<'a> {
    chosen: ChosenMutant<'a>,
    report: Report,
    exit: Exit,
}

impl Checked<'_> {
    fn name(&self) -> String {
        full_name(self.chosen.algorithm, self.chosen.mutant.name)
    }
}

/// Checks the mutants that are chosen.
pub fn run(
    args: &args::Mutants,
    algorithms: &[Algorithm],
    interrupt: &Interrupt,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let wanted = select::mutants(algorithms, &args.names)?;
    let search = Search::new(&args.effort, interrupt, out)?;
    let (mut done, mut refused) = (Vec::new(), Exit::Fine);
    for chosen in &wanted {
        if interrupt.has_come() || !out.is_read() {
            break;
        }
        let checked = match check(*chosen, &search) {
            Ok(checked) => checked,
            Err(refusal) => {
                refused = refusal.tell(out);
                continue;
            }
        };
        if args.json {
            out.json(&row(&checked));
        } else {
            describe(&checked, out);
        }
        done.push(checked);
    }
    if args.json {
        remark_on(&done, out);
    } else {
        summarise(&done, wanted.len(), out);
    }
    let worst = done.iter().map(|checked| checked.exit).max().unwrap_or(Exit::Fine);
    let left_out = if done.len() == wanted.len() { Exit::Fine } else { Exit::Incomplete };
    let ended = if interrupt.has_come() { Exit::Interrupted } else { Exit::Fine };
    Ok(worst.max(left_out).max(refused).max(ended))
}

fn check<'a>(chosen: ChosenMutant<'a>, search: &Search) -> Result<Checked<'a>, Refusal> {
    let mutant = chosen.mutant;
    let name = full_name(chosen.algorithm, mutant.name);
    let report = search.run(&name, None, |options| mutant.try_check(options))?;
    let exit = match report.verdict {
        _ if mutant.is_caught_by(&report) => Exit::Fine,
        Verdict::Incomplete => Exit::Incomplete,
        _ => Exit::NotSo,
    };
    Ok(Checked { chosen, report, exit })
}

fn row<'a>(checked: &Checked<'a>) -> Row<'a> {
    let ChosenMutant { algorithm, mutant } = checked.chosen;
    Row {
        name: algorithm.name,
        mutant: mutant.name,
        system: checked.chosen.system(),
        property: mutant.property,
        caught: checked.exit == Exit::Fine,
        steps: violated_in(mutant, &checked.report),
        expected_steps: mutant.steps,
    }
}

/// After how many steps the mutant's own property is violated.
fn violated_in(mutant: &Mutant, report: &Report) -> Option<usize> {
    let property = report.property(mutant.property);
    property.steps.filter(|_| property.verdict == Verdict::Violated)
}

/// Two lines: what became of it, and what is wrong with it.
fn describe(checked: &Checked<'_>, out: &mut Output<'_>) {
    let mutant = checked.chosen.mutant;
    out.line(format_args!("{}: {}", checked.name(), outcome(checked)));
    out.line(format_args!("    {}", mutant.about));
    if checked.exit != Exit::Fine {
        out.line(checked.report.to_string().trim_end());
    }
}

fn outcome(checked: &Checked<'_>) -> String {
    let mutant = checked.chosen.mutant;
    let expected = format!("{} in {}", mutant.property, text::steps(mutant.steps));
    match checked.exit {
        Exit::Fine => format!("caught in {}: {expected}", checked.chosen.system()),
        Exit::Incomplete => finding(&checked.report),
        _ => format!("NOT CAUGHT: expected {expected}, ending with {}; {}", last(mutant.last), found(checked)),
    }
}

/// What was found instead. Where the verdict is the expected one, only the last step can be another.
fn found(checked: &Checked<'_>) -> String {
    let mutant = checked.chosen.mutant;
    let trace = checked.report.property(mutant.property).trace.as_ref();
    match trace.and_then(|trace| trace.steps.last()) {
        Some(step) if checked.report.violates(mutant.property, mutant.steps) => {
            format!("it ends with {}", last((step.kind, step.process)))
        }
        _ => format!("it is {}", finding(&checked.report)),
    }
}

fn last((kind, process): (&str, Option<usize>)) -> String {
    process.map_or(kind.to_string(), |process| format!("{kind} at p{process}"))
}

fn summarise(done: &[Checked<'_>], wanted: usize, out: &mut Output<'_>) {
    let caught = done.iter().filter(|checked| checked.exit == Exit::Fine).count();
    let mutants = text::counted(wanted as u64, "mutant");
    if !done.is_empty() {
        out.line("");
    }
    match (wanted, wanted - caught) {
        (1, 0) => out.line("1 mutant: caught"),
        (_, 0) => out.line(format_args!("{mutants}: all caught")),
        (_, others) if done.len() == wanted => {
            out.line(format_args!("{mutants}: {caught} caught, {others} not ({})", escaped(done).join(", ")));
        }
        _ => out.line(format_args!("{mutants}: {caught} caught, {} not checked", wanted - done.len())),
    }
}

fn escaped(done: &[Checked<'_>]) -> Vec<String> {
    done.iter().filter(|checked| checked.exit != Exit::Fine).map(Checked::name).collect()
}

/// What the lines of JSON do not say.
fn remark_on(done: &[Checked<'_>], out: &mut Output<'_>) {
    for checked in done.iter().filter(|checked| checked.exit != Exit::Fine) {
        out.remark(format_args!("{}: {}", checked.name(), outcome(checked)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Effort;
    use crate::samples;

    fn checked(name: &str, json: bool) -> (Exit, String) {
        let args = args::Mutants { names: vec![name.to_string()], json, effort: Effort::default() };
        let (exit, text, remarks) =
            Output::of(|out| run(&args, &samples::algorithms(), &Interrupt::default(), out).expect("a known name"));
        assert_eq!(remarks.is_empty(), exit == Exit::Fine || !json, "{remarks}");
        (exit, text)
    }

    #[test]
    fn a_mutant_that_is_caught_passes() {
        let (exit, text) = checked("flood/deaf", false);
        assert_eq!(exit, Exit::Fine);
        let caught = "flood/deaf: caught in flood/holds: delivered at most once in 2 steps";
        assert_eq!(text, format!("{caught}\n    delivers what it should not\n\n1 mutant: caught\n"));
    }

    #[test]
    fn a_mutant_that_falls_otherwise_is_not_caught() {
        let (exit, text) = checked("flood", false);
        assert_eq!(exit, Exit::NotSo);
        assert!(text.contains("flood/missed: NOT CAUGHT: expected delivered at most twice in 2 steps"), "{text}");
        assert!(text.contains("it is violated: delivered at most once in 2 steps"), "{text}");
        assert!(text.ends_with("2 mutants: 1 caught, 1 not (flood/missed)\n"), "{text}");
    }

    #[test]
    fn a_mutant_that_cannot_be_checked_is_refused_in_a_line() {
        let args = args::Mutants { names: vec![], json: false, effort: Effort::default() };
        let algorithms = samples::refused();
        let (exit, text, remarks) =
            Output::of(|out| run(&args, &algorithms, &Interrupt::default(), out).expect("all mutants"));
        assert_eq!((exit, text.as_str()), (Exit::Usage, "1 mutant: 0 caught, 1 not checked\n"));
        assert!(remarks.starts_with("synod: error: flood/refused cannot be checked: "), "{remarks}");
        assert_eq!(remarks.lines().count(), 1);
    }

    #[test]
    fn a_line_of_json_has_the_fields_that_are_promised() {
        let (_, text) = checked("flood", true);
        let rest = r#""property":"delivered at most once","caught":true,"steps":2,"expected_steps":2}"#;
        let first = format!(r#"{{"name":"flood","mutant":"deaf","system":"flood/holds",{rest}"#);
        assert_eq!(text.lines().next(), Some(first.as_str()));
        assert!(text.lines().nth(1).is_some_and(|line| line.contains(r#""caught":false,"steps":null"#)), "{text}");
    }
}
