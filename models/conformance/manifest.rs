//! What `tla/manifest.toml` pins.

use serde::Deserialize;

/// The runs of TLC, as pinned.
#[derive(Clone, Debug, Deserialize)]
pub struct Manifest {
    #[serde(rename = "run")]
    runs: Vec<Run>,
}

/// One run of TLC, as far as it concerns the conformance of the actors; the rest is `tla/check`'s.
#[derive(Clone, Debug, Deserialize)]
pub struct Run {
    /// The specification, without ".tla".
    pub spec: String,
    /// The configuration, without ".cfg".
    pub config: String,
    /// The states that TLC finds, in a run that ends well.
    pub distinct: Option<u64>,
    /// The states that the actors reach in the instance with the same constants.
    pub mapped_states: Option<u64>,
    /// The disjuncts of `Next`, in the first run of each spec.
    pub actions: Option<Vec<String>>,
}

impl Manifest {
    /// Reads it.
    ///
    /// # Panics
    ///
    /// When it is missing or malformed.
    pub fn read() -> Self {
        let file = super::directory().join("manifest.toml");
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    }

    /// The run of a configuration.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub fn run(&self, config: &str) -> &Run {
        let run = self.runs.iter().find(|run| run.config == config);
        run.unwrap_or_else(|| panic!("manifest.toml has no run of {config}"))
    }

    /// The actions of a spec.
    ///
    /// # Panics
    ///
    /// When none are listed.
    pub fn actions(&self, spec: &str) -> &[String] {
        let actions = self.runs.iter().filter(|run| run.spec == spec).find_map(|run| run.actions.as_deref());
        actions.unwrap_or_else(|| panic!("manifest.toml lists no actions of {spec}"))
    }

    /// The configurations with which actors are compared.
    pub fn mapped(&self) -> impl Iterator<Item = &Run> {
        self.runs.iter().filter(|run| run.mapped_states.is_some())
    }
}
