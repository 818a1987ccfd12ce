//! `synod init`: makes the store of a node, once.

use super::args::Init;
use super::config::Settings;
use super::member::Store;
use super::refusal;
use crate::exit::{Exit, Refusal};
use crate::output::Output;

/// Makes the store that the configuration names.
pub fn run(args: &Init, out: &mut Output<'_>) -> Result<Exit, Refusal> {
    let settings = Settings::load(&args.config)?;
    drop(Store::create(&settings.data, &settings.owner()).map_err(refusal)?);
    let (owner, data, config) = (settings.owner(), settings.data.display(), args.config.display());
    out.line(format_args!("the store of {owner} is in {data}; synod serve --config {config}"));
    Ok(Exit::Fine)
}
