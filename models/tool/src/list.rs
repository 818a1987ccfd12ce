//! `synod list`: what there is.

use crate::args;
use crate::exit::Exit;
use crate::output::Output;
use crate::select::full_name;
use crate::text;
use serde::Serialize;
use synod_models::{Algorithm, Case, Expectation};

/// A system, as `--json` prints it.
#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    family: &'a str,
    system: String,
    slow: bool,
    unique: u64,
    orbits: Option<u64>,
    properties: Vec<&'static str>,
    mutants: Vec<&'static str>,
    spec: &'a str,
}

/// Lists the systems.
pub fn run(args: &args::List, algorithms: &[Algorithm], out: &mut Output<'_>) -> Exit {
    for (index, algorithm) in algorithms.iter().enumerate() {
        if args.json {
            algorithm.systems.iter().for_each(|case| out.json(&row(algorithm, case)));
        } else {
            if index > 0 {
                out.line("");
            }
            describe(algorithm, out);
        }
    }
    Exit::Fine
}

fn row<'a>(algorithm: &'a Algorithm, case: &'a Case) -> Row<'a> {
    Row {
        name: algorithm.name,
        family: algorithm.family,
        system: full_name(algorithm, case.name),
        slow: case.slow,
        unique: case.unique,
        orbits: case.orbits,
        properties: case.system.properties().into_iter().map(|(name, _)| name).collect(),
        mutants: algorithm.mutants.iter().map(|mutant| mutant.name).collect(),
        spec: algorithm.spec,
    }
}

fn describe(algorithm: &Algorithm, out: &mut Output<'_>) {
    let Algorithm { name, family, summary, spec, .. } = algorithm;
    let mutants = text::counted(algorithm.mutants.len() as u64, "mutant");
    out.line(format_args!("{name} ({family}): {summary}"));
    out.line(format_args!("  specified in {spec}, {mutants}"));
    let names: Vec<String> = algorithm.systems.iter().map(|case| full_name(algorithm, case.name)).collect();
    let width = names.iter().map(String::len).max().unwrap_or(0);
    for (case, name) in algorithm.systems.iter().zip(&names) {
        let properties = text::counted(case.system.properties().len() as u64, "property");
        let unique = text::counted(case.unique, "state");
        out.line(format_args!("  {name:<width$}  {unique:>18}  {properties:>13}{}", remarks(case)));
    }
}

fn remarks(case: &Case) -> String {
    let slow = if case.slow { ", slow" } else { "" };
    let classes =
        case.orbits.map_or(String::new(), |orbits| format!(", classes of {}", text::counted(orbits, "state")));
    match case.expects {
        Expectation::Verified => format!("{classes}{slow}"),
        Expectation::Violated { property, .. } => format!("{classes}{slow}, expects \"{property}\" to be violated"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn listed(json: bool) -> String {
        let (exit, text, remarks) = Output::of(|out| run(&args::List { json }, &samples::algorithms(), out));
        assert_eq!((exit, remarks.as_str()), (Exit::Fine, ""));
        text
    }

    #[test]
    fn every_system_has_a_line_of_json() {
        let text = listed(true);
        let first =
            r#"{"name":"flood","family":"broadcast","system":"flood/holds","slow":false,"unique":3,"orbits":null,"#;
        let properties = r#""properties":["delivered at most twice","delivered once","delivered twice"],"#;
        let rest = r#""mutants":["deaf","missed"],"spec":"Flood.tla"}"#;
        assert_eq!(text.lines().next(), Some(format!("{first}{properties}{rest}").as_str()));
        assert_eq!(text.lines().count(), samples::algorithms()[0].systems.len());
    }

    #[test]
    fn every_system_has_a_line_for_people() {
        let text = listed(false);
        assert!(text.starts_with("flood (broadcast): a broadcast to two processes\n"), "{text}");
        let slow = "  flood/slow                     3 states   3 properties, slow";
        let fails = "  flood/fails                    3 states     1 property, expects \"delivered at most once\" to be violated";
        assert_eq!(text.lines().skip(3).take(2).collect::<Vec<_>>(), [slow, fails]);
    }
}
