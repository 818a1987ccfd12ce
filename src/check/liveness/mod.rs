//! Liveness under fairness: judged on the graph of all states, when a search has found them.
//!
//! A run may do nothing for ever in any state, unless fairness forbids it. So a liveness property is violated when there is
//! a fair run that stays where it is not satisfied: a way into a strongly connected component in which the run can go on
//! for ever without neglecting a fair action ([`fair`]). It is shown as a lasso: the least of the shortest ways into such
//! a component ([`route`]), and a circle in it that is fair, and short ([`circle`]). What is fair is said in
//! [`System::fairness`](crate::system::System::fairness).
//!
//! `always possibly` needs no fairness: a state from which the goal is out of reach violates it ([`question`]).
//!
//! The algorithms know no systems; they work on any [`Graph`], and so are tested on hand-made ones.
//!
//! Where states are compared in a normal form, what fairness means is looked at on states as they are ([`unrolled`]).
//!
//! # What it costs
//!
//! Four bytes for each step and about fourteen for each state, while it lasts, beside what the search holds; one more
//! expansion of every state, by as many threads as have searched, and another of the states in components of more than one
//! state, for each property, by one thread.
//!
//! # What it proves
//!
//! When a limit ended the search, or is hit here, nothing. When a cut has left something out, a lasso is still a run of the
//! system; but that there is none proves nothing, and the verdict is `Incomplete`.
//!
//! Where states stand for others of the same [normal form](crate::system::System::normalise), see `unrolled`.

mod bits;
mod circle;
mod components;
mod fair;
mod graph;
mod numbering;
mod question;
mod route;
mod steps;
mod stored;
mod unrolled;

#[cfg(test)]
mod tests;

pub(super) use graph::Promise;

use super::common::Common;
use super::interned::{NumberedStep, Source};
use super::report::{Undecided, Verdict};
use super::share::Explored;
use crate::system::{Kind, Trace};
use bits::Bits;
use graph::{Graph, Leg};
use question::{Lasso, Question};
use stored::{Facts, Stored};

/// What became of a liveness property.
pub(super) struct Finding {
    pub verdict: Verdict,
    /// Why it was left open, if it was.
    pub undecided: Option<Undecided>,
    /// The run that violates it.
    run: Option<Run>,
}

struct Run {
    steps: Vec<NumberedStep>,
    /// The number, from 1 on, of the step to which it goes back for ever, or at which it rests; for a run that violates
    /// the property by its last state, nothing.
    goes_back_to: Option<usize>,
}

impl Finding {
    fn violated(run: Run) -> Self {
        Finding { verdict: Verdict::Violated, undecided: None, run: Some(run) }
    }

    fn verified() -> Self {
        Finding { verdict: Verdict::Verified, undecided: None, run: None }
    }

    fn open(why: Undecided) -> Self {
        Finding { verdict: Verdict::Incomplete, undecided: Some(why), run: None }
    }

    /// The length of the run that violates it, all steps of its circle included.
    pub fn steps(&self) -> Option<usize> {
        self.run.as_ref().map(|run| run.steps.len())
    }

    pub fn trace(&self, source: &dyn Source) -> Option<Trace> {
        let run = self.run.as_ref()?;
        Some(Trace { loop_start: run.goes_back_to, ..source.trace(&run.steps) })
    }
}

/// Judges the liveness properties on what a complete search has found; a finding for each property of this kind, by the
/// places of the properties.
pub(super) fn judge(common: &Common<'_>, explored: &Explored) -> Vec<Option<Finding>> {
    let conditions = &common.conditions;
    let live: Vec<usize> =
        (0..conditions.properties.len()).filter(|p| conditions.properties[*p].is_liveness()).collect();
    let premises = conditions.premises.iter().map(|(_, index)| *index);
    let asked: Vec<usize> = live.iter().copied().chain(premises).collect();
    let mut findings: Vec<Option<Finding>> = conditions.properties.iter().map(|_| None).collect();
    let Some((mut graph, facts)) = Stored::build(common, explored, &asked) else { return findings };
    let holds = |condition: usize| {
        let place = asked.iter().position(|asked| *asked == condition);
        &facts.holds[place.expect("every condition of a liveness property was asked for")]
    };
    for property in live {
        if !common.allows(graph.count() * 6) {
            break;
        }
        let premise = conditions.premises.iter().find(|(of, _)| *of == property).map(|(_, index)| holds(*index));
        let answer = answer(&mut graph, &facts, conditions.properties[property], premise, holds(property));
        if !graph.is_given_up() {
            findings[property] = Some(match answer {
                Answer::Violated(run) => Finding::violated(run),
                Answer::Holds if facts.left_out.is_empty() => Finding::verified(),
                Answer::Holds => Finding::open(Undecided::Cut),
                Answer::Open => Finding::open(Undecided::NormalForm),
            });
        }
    }
    findings
}

/// What the graph says of a property.
enum Answer {
    Violated(Run),
    Holds,
    /// On normal forms it cannot be told.
    Open,
}

/// Whether a run violates a property of this kind, of these states.
fn answer(graph: &mut Stored<'_>, facts: &Facts, kind: Kind, premise: Option<&Bits>, holds: &Bits) -> Answer {
    let question = match (kind, premise) {
        (Kind::Eventually, _) => question::eventually(graph, holds),
        (Kind::LeadsTo, Some(premise)) => question::leads_to(graph, premise, holds),
        (Kind::EventuallyAlways, _) => question::eventually_always(graph, holds),
        (Kind::AlwaysPossibly, _) => return out_of_reach(graph, facts, holds).map_or(Answer::Holds, Answer::Violated),
        _ => unreachable!("no other kind speaks of runs, and what leads to something has a premise"),
    };
    if graph.is_of_normal_forms() {
        return answer_of_normal_forms(graph, &question);
    }
    let run = question::fair_run(graph, &question).map(|Lasso { prefix, circle }| Run {
        goes_back_to: Some(prefix.len() + 1),
        steps: prefix.into_iter().chain(circle).map(|leg| leg.step).collect(),
    });
    run.map_or(Answer::Holds, Answer::Violated)
}

/// The answer where states stand for others: see [`unrolled`].
fn answer_of_normal_forms(graph: &mut Stored<'_>, question: &Question) -> Answer {
    let mut answer = Answer::Holds;
    for overlook in [false, true] {
        graph.overlook_data(overlook);
        let lasso = question::fair_run(graph, question);
        graph.overlook_data(false);
        let Some(lasso) = lasso else { continue };
        if let Some(steps) = unrolled::unrolled(graph, &lasso) {
            return Answer::Violated(Run { steps, goes_back_to: Some(lasso.prefix.len() + 1) });
        }
        answer = Answer::Open;
    }
    answer
}

/// A run to a state from which none is reachable in which it holds. Behind what a cut leaves out there might be one.
fn out_of_reach(graph: &mut Stored<'_>, facts: &Facts, holds: &Bits) -> Option<Run> {
    let mut good = holds.clone();
    good.extend(facts.left_out.iter());
    let hopeless = question::hopeless(graph, &good);
    let way: Vec<Leg<NumberedStep>> = question::way_to(graph, &hopeless)?;
    let steps = match graph.is_of_normal_forms() {
        true => unrolled::along(graph, &way),
        false => way.into_iter().map(|leg| leg.step).collect(),
    };
    Some(Run { steps, goes_back_to: None })
}
