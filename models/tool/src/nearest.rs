//! The names that somebody may have meant.

use crate::text::alternatives;

/// From this similarity on (1 is equal) a name may be what was meant.
const SIMILAR: f64 = 0.5;
/// Names that are less similar than the most similar one by more than this were not meant.
const MARGIN: f64 = 0.2;
const NAMES_MAX: usize = 3;
/// So many names are listed where none is similar.
const LISTED_MAX: usize = 12;

/// A line that refuses a name: what is not there, and what may have been meant instead.
pub fn unknown<'a>(what: &str, wanted: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let near = nearest(wanted, &names);
    // What was given may be anything, and the line must stay one line.
    let wanted = wanted.escape_debug();
    match (near.as_slice(), names.as_slice()) {
        ([], []) => format!("there is no {what} \"{wanted}\"; there is none at all"),
        ([], few) if few.len() <= LISTED_MAX => {
            format!("there is no {what} \"{wanted}\"; there is {}", alternatives(few))
        }
        ([], many) => {
            let few = many[..LISTED_MAX].join(", ");
            format!("there is no {what} \"{wanted}\"; there is {few}, …: see 'synod list'")
        }
        (near, _) => format!("there is no {what} \"{wanted}\"; did you mean {}?", alternatives(near)),
    }
}

/// The names that are most similar to what is wanted, the most similar one first.
fn nearest<'a>(wanted: &str, names: &[&'a str]) -> Vec<&'a str> {
    let mut near: Vec<(f64, &str)> = names.iter().map(|name| (similarity(wanted, name), *name)).collect();
    near.retain(|(similarity, _)| *similarity >= SIMILAR);
    near.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let best = near.first().map_or(0.0, |(similarity, _)| *similarity);
    near.retain(|(similarity, _)| *similarity >= best - MARGIN);
    near.into_iter().map(|(_, name)| name).take(NAMES_MAX).collect()
}

/// How similar two names are: as wholes, or in what follows their last slash.
fn similarity(wanted: &str, name: &str) -> f64 {
    let (wanted, name) = (plain(wanted), plain(name));
    let whole = strsim::normalized_damerau_levenshtein(&wanted, &name);
    let last = |text: &str| text.rsplit('/').next().unwrap_or_default().to_string();
    // Who gives no more than the second half is understood, but the whole comes first.
    let part = if last(&wanted).is_empty() {
        0.0
    } else {
        0.95 * strsim::normalized_damerau_levenshtein(&last(&wanted), &last(&name))
    };
    whole.max(part)
}

fn plain(name: &str) -> String {
    name.to_lowercase().replace(['-', ' '], "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 6] = ["paxos", "paxos/grid", "paxos/lossy", "eager", "eager/two", "eager/lossy"];

    #[test]
    fn a_slip_is_understood() {
        assert_eq!(nearest("paxso", &NAMES), ["paxos"]);
        assert_eq!(nearest("Eager", &NAMES)[0], "eager");
        assert_eq!(nearest("paxos/gird", &NAMES)[0], "paxos/grid");
    }

    #[test]
    fn half_a_name_is_understood() {
        assert_eq!(nearest("lossy", &NAMES), ["paxos/lossy", "eager/lossy"]);
    }

    #[test]
    fn where_nothing_is_similar_everything_is_named() {
        assert_eq!(unknown("system", "zzz", ["a", "b"]), "there is no system \"zzz\"; there is a or b");
        assert_eq!(unknown("mutant", "x", []), "there is no mutant \"x\"; there is none at all");
        assert!(unknown("system", "zzz", ["a"; 40]).ends_with(", …: see 'synod list'"));
    }

    #[test]
    fn a_refusal_is_one_line_whatever_was_given() {
        assert!(!unknown("system", "a\nb\u{1b}[31m", NAMES).contains(['\n', '\u{1b}']));
        assert!(!unknown("system", "", NAMES).is_empty());
    }
}
