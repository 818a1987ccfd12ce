//! What a system assumes, in words: it is repeated in every verdict.

use super::{Faults, Limit, Rules, System, Timing};
use crate::event::{Data, Module};

impl<A: Module, H: Data> System<A, H> {
    /// What makes the system finite and what it takes for granted, a line for each assumption.
    pub fn assumptions(&self) -> Vec<String> {
        let mut requests = Vec::new();
        for script in &self.scripts {
            for place in &script.places {
                requests.push(place.len());
            }
        }
        let mut lines = self.rules.describe(&requests);
        lines.extend(self.reduction.describe());
        for (name, _) in &self.cuts {
            lines.push(format!("explored only while {name}"));
        }
        lines
    }
}

impl Rules {
    /// What is assumed of the surroundings of the actors. `requests` says, for each place of each script, how many requests
    /// stand there.
    fn describe(&self, requests: &[usize]) -> Vec<String> {
        let mut lines = vec![counted(self.processes, "process"), self.describe_network()];
        lines.extend(self.describe_partitions());
        lines.extend(describe_faults("crash-stop", &self.stops));
        lines.extend(describe_faults("crash-recovery", &self.recoveries));
        if self.fair_recovery {
            lines.push("who crashes recovers some day".to_string());
        }
        lines.extend(describe_faults("omission", &self.omissions));
        lines.extend(describe_faults("Byzantine", &self.byzantine));
        lines.push(self.describe_timing());
        match self.firings {
            Limit::None => lines.push("no timer ever fires".to_string()),
            Limit::Budget(budget) => lines.push(format!("each timer fires at most {}", counted(budget.into(), "time"))),
            Limit::Unlimited => {}
        }
        lines.push(describe_scripts(requests));
        if self.live {
            lines.push(self.describe_fairness());
        }
        lines
    }

    fn describe_network(&self) -> String {
        let network = &self.network;
        let order = if network.fifo { "FIFO" } else { "unordered" };
        let fair = if network.fair { " but fair" } else { "" };
        let mut line = format!("{order} network, loss {}{fair}, duplication {}", network.loss, network.duplication);
        if let Some(copies) = network.copies {
            line += &format!(", at most {copies} equal copies in flight");
        }
        line
    }

    fn describe_partitions(&self) -> Option<String> {
        let network = &self.network;
        if network.partitions.is_empty() {
            return None;
        }
        let sides = network.partitions.iter().map(|cut| format!("{:?}", cut.sides));
        let sides: Vec<String> = sides.collect();
        let end = if network.lasting { "which may last" } else { "which heals some day" };
        let cuts = counted(network.cuts.into(), "time");
        Some(format!("partition {}, at most {cuts}, {end}", sides.join(" or ")))
    }

    fn describe_timing(&self) -> String {
        match self.timing {
            Timing::Asynchronous => "asynchronous".to_string(),
            Timing::Synchronous { unit } => format!("synchronous, a message takes at most {unit:?}"),
            Timing::PartiallySynchronous { unit } => {
                format!("partially synchronous, a message takes at most {unit:?} in the end")
            }
        }
    }
}

fn describe_scripts(requests: &[usize]) -> String {
    let all = counted(requests.len(), "request");
    match requests.iter().filter(|choices| **choices > 1).count() {
        0 => all,
        choices => format!("{all}, {choices} of them chosen among several"),
    }
}

/// A number and what it counts, in the singular or the plural.
pub(crate) fn counted(count: usize, what: &str) -> String {
    let plural = match what {
        _ if count == 1 => "",
        _ if what.ends_with('s') || what.ends_with("sh") => "es",
        _ => "s",
    };
    format!("{count} {what}{plural}")
}

fn describe_faults(what: &str, faults: &Faults) -> Option<String> {
    if !faults.possible() {
        return None;
    }
    let mut line = format!("{what}: {}", faults.total);
    if let Some(limit) = faults.at_once {
        line += &format!(", {limit} at the same time");
    }
    if let Some(among) = &faults.among {
        line += &format!(", among {among:?}");
    }
    Some(line)
}
