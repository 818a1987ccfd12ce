//! Makes the mutants that are given as diffs: applies each to a copy of the algorithm's own source, and compiles the copy
//! as a module of this package.
//!
//! `mutants/ALGORITHM/MUTANT.diff` is a unified diff against one file of the library (`--- src/consensus/paxos/mod.rs`).
//! If that file is the `mod.rs` of a folder, the whole folder is copied. A diff that does not apply fails the build.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed=mutants");
    let here = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let library = here.parent().ok_or("the models stand beside the library")?.to_path_buf();
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let mut modules = String::new();
    for algorithm in sorted(&here.join("mutants"))? {
        writeln!(modules, "pub mod {} {{", name(&algorithm)?)?;
        for diff in sorted(&algorithm)? {
            let made = out.join("mutants").join(name(&algorithm)?).join(name(&diff)?);
            let module = mutate(&library, &diff, &made).map_err(|e| format!("{}: {e}", diff.display()))?;
            writeln!(modules, "    #[path = {module:?}]\n    pub mod {};", name(&diff)?)?;
        }
        writeln!(modules, "}}")?;
    }
    fs::write(out.join("mutated.rs"), modules)?;
    Ok(())
}

/// Makes one mutant in the folder `made`; gives its root file.
fn mutate(library: &Path, diff: &Path, made: &Path) -> Result<PathBuf> {
    let text = fs::read_to_string(diff)?;
    let patch = diffy::Patch::from_str(&text)?;
    let target = patch.original().ok_or("the diff names no file")?;
    let target = library.join(target.strip_prefix("a/").unwrap_or(target));
    if made.exists() {
        fs::remove_dir_all(made)?;
    }
    fs::create_dir_all(made)?;
    // A file inside an algorithm's folder belongs to the module of that folder.
    let folder = target.parent().ok_or("the diff names a file in a folder")?;
    let is_folder = folder.join("mod.rs").exists() && name(folder)? == name(diff_folder(diff)?)?;
    let sources = if is_folder { sorted(folder)? } else { vec![target.clone()] };
    if !sources.contains(&target) {
        return Err(format!("the diff is for {}, which does not exist", target.display()).into());
    }
    for source in sources {
        println!("cargo::rerun-if-changed={}", source.display());
        let original = fs::read_to_string(&source)?;
        let changed = if source == target { diffy::apply(&original, &patch)? } else { original };
        let file = if is_folder { name_with_extension(&source)? } else { "mod.rs".to_string() };
        fs::write(made.join(file), transplant(&changed))?;
    }
    Ok(made.join("mod.rs"))
}

/// The source as it reads outside the library: the crate has a name, and its unit tests stay where they are.
fn transplant(source: &str) -> String {
    let source = source.replace("crate::", "::synod::").replace("#[cfg(test)]", "#[cfg(any())]");
    // An algorithm's own examples speak of the algorithm as it is.
    source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//!"))
        .fold(String::new(), |text, line| text + line + "\n")
}

fn diff_folder(diff: &Path) -> Result<&Path> {
    Ok(diff.parent().ok_or("a diff stands in its algorithm's folder")?)
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut paths = entries.collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> Result<String> {
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    Ok(stem.ok_or_else(|| format!("{} has no readable name", path.display()))?.to_string())
}

fn name_with_extension(path: &Path) -> Result<String> {
    let name = path.file_name().and_then(|name| name.to_str());
    Ok(name.ok_or_else(|| format!("{} has no readable name", path.display()))?.to_string())
}
