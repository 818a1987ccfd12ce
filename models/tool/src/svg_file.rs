//! The file that a diagram is written into.

use crate::exit::Refusal;
use std::fmt::Display;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file that can be written. What it holds stays as it is until there is something to write; if there never is, a file
/// that was not there before is gone again.
pub struct SvgFile {
    path: PathBuf,
    file: File,
    is_new: bool,
}

impl SvgFile {
    /// Opens it before a search begins, because a search may take long.
    pub fn open(path: &Path) -> Result<Self, Refusal> {
        let (file, is_new) = match OpenOptions::new().write(true).create_new(true).open(path) {
            Ok(file) => (file, true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                (OpenOptions::new().write(true).open(path).map_err(|error| refusal(path, error))?, false)
            }
            Err(error) => return Err(refusal(path, error)),
        };
        Ok(SvgFile { path: path.to_path_buf(), file, is_new })
    }

    /// Writes the diagram.
    pub fn write(mut self, svg: &str) -> Result<(), Refusal> {
        let written = self.empty().and_then(|()| self.file.write_all(svg.as_bytes()));
        match written {
            Ok(()) => {
                self.is_new = false;
                Ok(())
            }
            Err(error) => Err(refusal(&self.path, error)),
        }
    }

    /// Removes what the file held; a pipe or a device holds nothing.
    fn empty(&self) -> io::Result<()> {
        if self.file.metadata()?.is_file() { self.file.set_len(0) } else { Ok(()) }
    }
}

impl Drop for SvgFile {
    fn drop(&mut self) {
        if self.is_new {
            // It is empty or half written; where it cannot be removed, it can be overwritten the next time.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn refusal(path: &Path, error: impl Display) -> Refusal {
    Refusal(format!("cannot write {}: {error}", path.display().to_string().escape_debug()))
}
