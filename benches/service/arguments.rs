//! The command line.

use crate::Error;
use crate::meters;
use crate::side::{Program, Side};
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Measures the key-value store of `synod` beside etcd: puts and linearizable gets of 100 bytes, three nodes on loopback.
#[derive(Debug, clap::Parser)]
#[command(after_help = "\
Examples:
  service-bench                                  a look, in about a minute
  service-bench --seconds 30 --rounds 3          what the README says, in about twenty
  service-bench --only synod --connections 16    one side

etcd has to be installed: Debian has it as etcd-server. Without it, our figures stand alone.")]
pub struct Arguments {
    /// Measures each row for so long in each round
    #[arg(long, value_name = "S", default_value = "4")]
    pub seconds: NonZeroU64,
    /// How many rounds, of which the median is shown
    #[arg(long, value_name = "N", default_value = "1")]
    pub rounds: NonZeroUsize,
    /// Numbers of connections
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_value = "1,16,64", value_parser = connections)]
    pub connections: Vec<usize>,
    /// How many keys there are
    #[arg(long, value_name = "N", default_value = "1000")]
    pub keys: NonZeroUsize,
    /// Measures one side alone
    #[arg(long, value_name = "SIDE")]
    only: Option<Side>,
    /// The program of our side [default: the one beside this, after it was built]
    #[arg(long, value_name = "FILE")]
    synod: Option<PathBuf>,
    /// The program of the other side
    #[arg(long, value_name = "FILE", default_value = "etcd")]
    etcd: PathBuf,
    /// Keeps the data beneath this folder while it runs [default: the one of this program]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

fn connections(text: &str) -> Result<usize, String> {
    const MAX: usize = 1024;
    match text.parse() {
        Ok(number) if (1..=MAX).contains(&number) => Ok(number),
        _ => Err(format!("a number from 1 to {MAX} is wanted")),
    }
}

impl Arguments {
    /// How long each row is measured in a round.
    pub fn span(&self) -> Duration {
        Duration::from_secs(self.seconds.get())
    }

    /// How long it runs before it is measured.
    pub fn warm_up(&self) -> Duration {
        (self.span() / 10).max(Duration::from_millis(500))
    }

    /// The sides that are measured, in the order in which they take turns.
    pub fn programs(&self) -> Result<Vec<Program>, Error> {
        let mut programs = Vec::new();
        if self.only != Some(Side::Etcd) {
            programs.push(match &self.synod {
                Some(file) => Program::synod(file)?,
                None => Program::built()?,
            });
        }
        if self.only != Some(Side::Synod) {
            match Program::etcd(&self.etcd) {
                Ok(program) => programs.push(program),
                Err(error) if self.only.is_some() => return Err(error),
                Err(error) => println!("{error}; our figures stand alone"),
            }
        }
        Ok(programs)
    }

    /// Where the data is kept.
    pub fn folder(&self) -> Result<PathBuf, Error> {
        let own = || -> Result<PathBuf, Error> {
            let program = std::env::current_exe()?;
            Ok(program.parent().ok_or("this program lies in no folder")?.to_path_buf())
        };
        self.data.clone().map_or_else(own, Ok)
    }

    /// What is measured, and where.
    pub fn summary(&self, folder: &Path) -> Result<String, Error> {
        let (seconds, rounds, keys) = (self.seconds, self.rounds, self.keys);
        let medium = if meters::is_in_memory(folder)? { "in MEMORY, where syncing costs nothing:" } else { "on disk:" };
        let cores = std::thread::available_parallelism()?;
        let folder = folder.display();
        Ok(format!("{rounds} × {seconds} s, {keys} keys, {cores} cores, data {medium} {folder}"))
    }
}
