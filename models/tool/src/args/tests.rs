//! The command line and its help, held against what there is.

use super::*;
use crate::select;
use clap::CommandFactory;
use synod_models::algorithms;

#[test]
fn the_command_line_is_well_formed() {
    Args::command().debug_assert();
}

fn helps() -> Vec<String> {
    let mut command = Args::command();
    let own = command.render_long_help().to_string();
    let of_commands = command.get_subcommands_mut().map(|command| command.render_long_help().to_string());
    of_commands.chain([own]).collect()
}

/// The words of a line as a shell reads them, as far as the examples need it.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in line.split('"').enumerate() {
        match index % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_string)),
            _ => words.push(part.to_string()),
        }
    }
    words
}

fn is_good(command: &Command) -> bool {
    let algorithms = algorithms();
    match command {
        Command::List(_) | Command::Init(_) | Command::Serve(_) | Command::Cluster(_) => true,
        Command::Check(args) => select::systems(&algorithms, &args.names).is_ok(),
        Command::Simulate(args) => select::systems(&algorithms, &args.names).is_ok(),
        Command::Mutants(args) => select::mutants(&algorithms, &args.names).is_ok(),
        Command::Replay(args) => synod_models::judges().iter().any(|judge| judge.algorithm() == args.name),
        Command::Explore(args) => select::first_system(&algorithms, &args.name).is_ok(),
        Command::Trace(args) => select::first_system(&algorithms, &args.name).is_ok_and(|chosen| {
            let properties = chosen.case.system.properties();
            let mutant = args.mutant.as_ref().map(|name| select::mutant(chosen.algorithm, name));
            args.property.as_ref().is_none_or(|name| properties.iter().any(|(known, _)| known == name))
                && mutant.is_none_or(|mutant| mutant.is_ok_and(|mutant| mutant.system() == chosen.name()))
        }),
    }
}

#[test]
fn the_examples_of_the_help_do_what_they_say() {
    let helps = helps();
    let lines: Vec<&str> = helps.iter().flat_map(|help| help.lines()).collect();
    let examples: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix("  synod ")).collect();
    assert!(examples.len() > 15, "{examples:?}");
    for example in examples {
        // Behind the command stand what it is for, or where its output goes.
        let command = example.split("   ").next().and_then(|command| command.split(" | ").next()).unwrap_or(example);
        let args = Args::try_parse_from(words(&format!("synod {command}"))).expect(command);
        assert!(is_good(&args.command), "{command}");
    }
}

#[test]
fn the_help_fits_into_a_hundred_columns() {
    for help in helps() {
        for line in help.lines() {
            assert!(line.chars().count() <= 100, "{line}");
        }
    }
}
