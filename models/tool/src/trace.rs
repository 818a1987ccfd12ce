//! `synod trace`: a shortest run that violates a property, or that reaches something.

use crate::args;
use crate::exit::{Exit, Refusal};
use crate::interrupt::Interrupt;
use crate::judge::{self, cut, violation};
use crate::nearest::unknown;
use crate::output::Output;
use crate::search::Search;
use crate::select::{self, Chosen};
use crate::svg_file::SvgFile;
use crate::text;
use serde::Serialize;
use synod::check::{Limit, Options, PropertyReport, Report, Verdict};
use synod::system::{Kind, NO_PANIC, Trace, TraceStep, svg};
use synod_models::{Algorithm, Checkable};

/// A run, as `--json` prints it.
#[derive(Serialize)]
struct Row<'a> {
    system: &'a str,
    property: &'a str,
    steps: Vec<StepRow<'a>>,
    loop_start: Option<usize>,
    state: &'a str,
}

#[derive(Serialize)]
struct StepRow<'a> {
    number: usize,
    process: Option<usize>,
    kind: &'a str,
    text: &'a str,
}

/// What is to be traced.
struct Subject<'a> {
    /// The system, as NAME/SYSTEM.
    system: String,
    /// What is searched, with a mutant's name where it is one.
    title: String,
    searched: &'a dyn Checkable,
    /// How many states are expected.
    states: Option<u64>,
    /// The property whose run is wanted.
    property: Option<String>,
    /// Whether only that run will do.
    was_asked_for: bool,
}

/// Prints the run that is asked for.
pub fn run(
    args: &args::Trace,
    algorithms: &[Algorithm],
    interrupt: &Interrupt,
    out: &mut Output<'_>,
) -> Result<Exit, Refusal> {
    let subject = subject(args, algorithms)?;
    let search = Search::new(&args.effort, interrupt, out)?;
    let diagram = args.svg.as_deref().map(SvgFile::open).transpose()?;
    let report = search.run(&subject.title, subject.states, |options| {
        subject.searched.try_check(&Options { trace: subject.property.clone(), ..options.clone() })
    })?;
    let found = found(&report, &subject);
    if let Some((property, trace)) = found {
        print(&subject, property, trace, args.json, out);
        if let Some(file) = diagram {
            file.write(&svg(trace))?;
        }
    } else {
        out.remark(format_args!("{}: {}", subject.title, why_not(&report, &subject)));
    }
    Ok(match found {
        _ if interrupt.has_come() => Exit::Interrupted,
        Some(_) => Exit::Fine,
        None if report.verdict == Verdict::Incomplete => Exit::Incomplete,
        None => Exit::NotSo,
    })
}

fn subject<'a>(args: &args::Trace, algorithms: &'a [Algorithm]) -> Result<Subject<'a>, Refusal> {
    let chosen = select::first_system(algorithms, &args.name)?;
    match (&args.mutant, chosen.by_name) {
        (Some(mutant), _) => subject_of_mutant(mutant, chosen),
        (None, true) => subject_of_system(args.property.as_deref(), chosen),
        (None, false) => {
            let systems = chosen.algorithm.systems.iter().map(|case| select::full_name(chosen.algorithm, case.name));
            let systems: Vec<String> = systems.collect();
            Err(Refusal(format!("\"{}\" has several systems, say which: {}", args.name, systems.join(", "))))
        }
    }
}

fn subject_of_mutant<'a>(name: &str, chosen: Chosen<'a>) -> Result<Subject<'a>, Refusal> {
    let mutant = select::mutant(chosen.algorithm, name)?;
    let system = mutant.system();
    if chosen.by_name && system != chosen.name() {
        return Err(Refusal(format!("the mutant {name} alters {system}: say 'synod trace {system} --mutant {name}'")));
    }
    let mutant = mutant.mutant;
    Ok(Subject {
        title: format!("{system} with {name}"),
        system,
        searched: &*mutant.system,
        states: None,
        property: Some(mutant.property.to_string()),
        was_asked_for: false,
    })
}

fn subject_of_system<'a>(property: Option<&str>, chosen: Chosen<'a>) -> Result<Subject<'a>, Refusal> {
    let (name, case) = (chosen.name(), chosen.case);
    let properties = case.system.properties();
    let names = || properties.iter().map(|(name, _)| *name).chain([NO_PANIC]);
    if let Some(property) = property.filter(|property| names().all(|name| name != *property)) {
        return Err(Refusal(unknown(&format!("property of {name}"), property, names())));
    }
    let first_sometimes = || properties.iter().find(|(_, kind)| *kind == Kind::Sometimes).map(|(name, _)| *name);
    Ok(Subject {
        title: name.clone(),
        system: name,
        searched: &*case.system,
        states: Some(case.unique),
        property: property.or_else(first_sometimes).map(str::to_string),
        was_asked_for: property.is_some(),
    })
}

/// The run that is asked for; unless only that will do, the one that violates the first property that is violated.
fn found<'a>(report: &'a Report, subject: &Subject<'_>) -> Option<(&'a PropertyReport, &'a Trace)> {
    let wanted = || report.properties.iter().find(|property| Some(property.name) == subject.property.as_deref());
    let violated = report.first_violation().filter(|_| !subject.was_asked_for);
    let with_trace = |property: &'a PropertyReport| Some((property, property.trace.as_ref()?));
    violated.and_then(with_trace).or_else(|| wanted().and_then(with_trace))
}

fn print(subject: &Subject<'_>, property: &PropertyReport, trace: &Trace, json: bool, out: &mut Output<'_>) {
    if json {
        out.json(&Row {
            system: &subject.system,
            property: property.name,
            steps: trace.steps.iter().map(step).collect(),
            loop_start: trace.loop_start,
            state: &trace.state,
        });
        return;
    }
    let outcome = if property.kind == Kind::Sometimes { "is reached" } else { "is violated" };
    let steps = text::steps(trace.steps.len());
    out.line(format_args!("{}: {} {outcome} in {steps}\n", subject.title, property.name));
    out.line(trace.to_string().trim_end());
}

fn step(step: &TraceStep) -> StepRow<'_> {
    StepRow { number: step.number, process: step.process, kind: step.kind, text: &step.text }
}

/// Why there is no run to show.
fn why_not(report: &Report, subject: &Subject<'_>) -> String {
    let first = report.first_violation();
    let Some(name) = &subject.property else {
        return match (first, report.limit) {
            (Some(first), _) => no_run(first),
            (None, Some(limit)) => undecided(limit),
            (None, None) => "nothing is violated, and it has no 'sometimes' that could be reached".to_string(),
        };
    };
    let property = report.property(name);
    match (property.verdict, report.limit, first) {
        (Verdict::Verified, _, _) => format!("{name} holds in every state: no run violates it"),
        (Verdict::Violated, _, _) => no_run(property),
        (Verdict::Incomplete, _, Some(first)) => {
            format!("{name} was not decided, because another property falls before: {}", violation(first))
        }
        (Verdict::Incomplete, Some(limit), None) => format!("{name} was not decided: {}", undecided(limit)),
        (Verdict::Incomplete, None, None) => match property.undecided {
            Some(why) => judge::undecided(property, why),
            None => format!("{name} was not decided"),
        },
    }
}

/// A violation that no single run shows.
fn no_run(property: &PropertyReport) -> String {
    let why = match property.kind {
        Kind::Sometimes => "is never reached",
        _ => "is violated because no state is quiescent",
    };
    format!("{} {why}: there is no run to show", property.name)
}

fn undecided(limit: Limit) -> String {
    format!("no run was found, and {}", cut(limit))
}

#[cfg(test)]
mod tests;
