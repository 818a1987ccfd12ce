//! What a name on the command line stands for.

use crate::exit::Refusal;
use crate::nearest::unknown;
use synod_models::{Algorithm, Case, Mutant};

/// A system, and the algorithm that it belongs to.
#[derive(Clone, Copy)]
pub struct Chosen<'a> {
    /// The algorithm.
    pub algorithm: &'a Algorithm,
    /// The system.
    pub case: &'a Case,
    /// Whether it was named itself, not only its algorithm.
    pub by_name: bool,
}

impl Chosen<'_> {
    /// NAME/SYSTEM.
    pub fn name(&self) -> String {
        full_name(self.algorithm, self.case.name)
    }
}

/// A mutant, and the algorithm that it belongs to.
#[derive(Clone, Copy)]
pub struct ChosenMutant<'a> {
    /// The algorithm.
    pub algorithm: &'a Algorithm,
    /// The mutant.
    pub mutant: &'a Mutant,
}

impl ChosenMutant<'_> {
    /// The system that it alters, as NAME/SYSTEM.
    pub fn system(&self) -> String {
        full_name(self.algorithm, self.mutant.alters)
    }
}

/// NAME/SYSTEM, or NAME/MUTANT.
pub fn full_name(algorithm: &Algorithm, part: &str) -> String {
    format!("{}/{part}", algorithm.name)
}

/// All systems that one of the names stands for, each once, in the order of the list; without a name all systems.
pub fn systems<'a>(algorithms: &'a [Algorithm], names: &[String]) -> Result<Vec<Chosen<'a>>, Refusal> {
    for name in names {
        known(algorithms, name, "algorithm or system", |algorithm| algorithm.systems.iter().map(|case| case.name))?;
    }
    let all = algorithms.iter().flat_map(|algorithm| algorithm.systems.iter().map(move |case| (algorithm, case)));
    let chosen = all.filter_map(|(algorithm, case)| {
        let by_name = names.contains(&full_name(algorithm, case.name));
        let wanted = by_name || names.is_empty() || names.iter().any(|name| name == algorithm.name);
        wanted.then_some(Chosen { algorithm, case, by_name })
    });
    Ok(chosen.collect())
}

/// The system of this name; of an algorithm's name, the first that the list shows.
pub fn first_system<'a>(algorithms: &'a [Algorithm], name: &str) -> Result<Chosen<'a>, Refusal> {
    let chosen = systems(algorithms, &[name.to_string()])?;
    chosen.into_iter().next().ok_or_else(|| Refusal(format!("{name} has no systems")))
}

/// All mutants that one of the names stands for, each once, in the order of the list; without a name all mutants.
pub fn mutants<'a>(algorithms: &'a [Algorithm], names: &[String]) -> Result<Vec<ChosenMutant<'a>>, Refusal> {
    for name in names {
        known(algorithms, name, "algorithm or mutant", |algorithm| algorithm.mutants.iter().map(|mutant| mutant.name))?;
    }
    let all = algorithms.iter().flat_map(|algorithm| algorithm.mutants.iter().map(move |mutant| (algorithm, mutant)));
    let chosen = all.filter_map(|(algorithm, mutant)| {
        let named = |name: &String| name == algorithm.name || *name == full_name(algorithm, mutant.name);
        (names.is_empty() || names.iter().any(named)).then_some(ChosenMutant { algorithm, mutant })
    });
    Ok(chosen.collect())
}

/// The mutant of an algorithm that has this name.
pub fn mutant<'a>(algorithm: &'a Algorithm, name: &str) -> Result<ChosenMutant<'a>, Refusal> {
    let found = algorithm.mutants.iter().find(|mutant| mutant.name == name);
    let names = algorithm.mutants.iter().map(|mutant| mutant.name);
    let refusal = || Refusal(unknown(&format!("mutant of {}", algorithm.name), name, names));
    found.map(|mutant| ChosenMutant { algorithm, mutant }).ok_or_else(refusal)
}

/// Refuses a name that is neither an algorithm's nor that of one of its parts.
fn known<'a, I>(
    algorithms: &'a [Algorithm],
    name: &str,
    what: &str,
    parts: impl Fn(&'a Algorithm) -> I,
) -> Result<(), Refusal>
where
    I: Iterator<Item = &'a str>,
{
    let full_names = |algorithm: &'a Algorithm| {
        let parts = parts(algorithm).map(move |part| full_name(algorithm, part));
        std::iter::once(algorithm.name.to_string()).chain(parts)
    };
    let all: Vec<String> = algorithms.iter().flat_map(full_names).collect();
    if all.iter().any(|known| known == name) {
        return Ok(());
    }
    // Whose algorithm is known is told of its parts alone.
    let prefix = name.split_once('/').map_or(String::new(), |(algorithm, _)| format!("{algorithm}/"));
    let siblings: Vec<&str> = all.iter().map(String::as_str).filter(|known| known.starts_with(&prefix)).collect();
    let candidates = if siblings.is_empty() { all.iter().map(String::as_str).collect() } else { siblings };
    Err(Refusal(unknown(what, name, candidates)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn names(names: &[&str]) -> Result<Vec<String>, Refusal> {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let algorithms = samples::algorithms();
        systems(&algorithms, &names).map(|chosen| chosen.iter().map(Chosen::name).collect())
    }

    #[test]
    fn a_name_stands_for_all_its_systems_in_the_order_of_the_list() {
        assert_eq!(names(&["flood/fails", "flood"]), names(&["flood"]));
        assert_eq!(names(&["flood/slow", "flood/holds"]).unwrap(), ["flood/holds", "flood/slow"]);
        assert_eq!(names(&[]).unwrap().len(), samples::algorithms().iter().map(|a| a.systems.len()).sum::<usize>());
    }

    #[test]
    fn unknown_names_are_answered_with_the_nearest_ones() {
        let refusal = |name: &str| names(&[name]).unwrap_err().0;
        assert_eq!(refusal("flod"), "there is no algorithm or system \"flod\"; did you mean flood?");
        assert_eq!(refusal("flood/hold"), "there is no algorithm or system \"flood/hold\"; did you mean flood/holds?");
        assert_eq!(refusal("holds"), "there is no algorithm or system \"holds\"; did you mean flood/holds?");
        assert!(refusal("flood/").starts_with("there is no algorithm or system \"flood/\"; "));
    }

    #[test]
    fn mutants_are_chosen_like_systems() {
        let algorithms = samples::algorithms();
        let chosen = |name: &str| mutants(&algorithms, &[name.to_string()]).map(|chosen| chosen.len());
        assert_eq!(chosen("flood"), Ok(algorithms[0].mutants.len()));
        assert_eq!(chosen("flood/deaf"), Ok(1));
        assert!(chosen("flood/def").unwrap_err().0.ends_with("did you mean flood/deaf?"));
        assert!(mutant(&algorithms[0], "daef").is_err_and(|refusal| refusal.0.ends_with("did you mean deaf?")));
    }
}
