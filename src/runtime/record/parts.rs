//! The files of a record: parts of a bounded size, of which the oldest are removed.

use super::form::Head;
use super::settings::Settings;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The files that one life of a node writes.
#[derive(Debug)]
pub(super) struct Parts {
    folder: PathBuf,
    limit: u64,
    keep: usize,
    head: Head,
    file: File,
    written: u64,
}

impl Parts {
    /// Begins the first part of a life, in a folder that is made if it is not there. A file is never written over.
    pub fn begin(folder: &Path, settings: &Settings, head: Head) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let keep = settings.parts.get();
        let (file, written) = part(folder, &head)?;
        let parts = Parts { folder: folder.to_path_buf(), limit: settings.part_bytes.get(), keep, head, file, written };
        parts.prune()?;
        Ok(parts)
    }

    /// Writes whole lines, of which the first is line `first` of the life. When this returns they are the operating system's.
    pub fn write(&mut self, lines: &[u8], first: u64) -> io::Result<()> {
        let length = lines.len() as u64;
        if first > self.head.line && self.written + length > self.limit {
            self.head.part += 1;
            self.head.line = first;
            (self.file, self.written) = part(&self.folder, &self.head)?;
            self.prune()?;
        }
        self.file.write_all(lines)?;
        self.written += length;
        Ok(())
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Removes the node's oldest parts beyond those that are kept.
    fn prune(&self) -> io::Result<()> {
        let mut there = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let name = entry?.file_name();
            let place = name.to_str().and_then(|name| place(name, self.head.node));
            there.extend(place.map(|place| (place, name)));
        }
        there.sort();
        let surplus = there.len().saturating_sub(self.keep);
        there[..surplus].iter().try_for_each(|(_, name)| fs::remove_file(self.folder.join(name)))
    }
}

/// A new part, with its head, and how long that is.
fn part(folder: &Path, head: &Head) -> io::Result<(File, u64)> {
    let name = format!("node-{}.life-{}.part-{}.ndjson", head.node, head.incarnation, head.part);
    let mut file = File::options().append(true).create_new(true).open(folder.join(name))?;
    let mut line = serde_json::to_vec(head)?;
    line.push(b'\n');
    file.write_all(&line)?;
    Ok((file, line.len() as u64))
}

/// Which life and which part of the node's record a file is, by its name.
fn place(name: &str, node: usize) -> Option<(u64, u64)> {
    let rest = name.strip_prefix(&format!("node-{node}.life-"))?.strip_suffix(".ndjson")?;
    let (life, part) = rest.split_once(".part-")?;
    Some((life.parse().ok()?, part.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::super::form::FORMAT;
    use super::*;
    use std::num::{NonZeroU64, NonZeroUsize};

    fn head(node: usize, incarnation: u64) -> Head {
        let (algorithm, cluster) = ("paxos".to_string(), "test".to_string());
        Head { record: FORMAT, algorithm, cluster, node, incarnation, part: 0, line: 0 }
    }

    fn names(folder: &Path) -> Vec<String> {
        let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
        let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(name).collect();
        names.sort();
        names
    }

    #[test]
    fn parts_are_bounded_in_size_and_in_number() {
        let folder = tempfile::tempdir().unwrap();
        let settings =
            Settings { folder: None, part_bytes: NonZeroU64::new(200).unwrap(), parts: NonZeroUsize::new(3).unwrap() };
        fs::write(folder.path().join("node-0.life-x.part-0.ndjson"), "somebody else's").unwrap();
        let other = Parts::begin(folder.path(), &settings, head(10, 1)).unwrap();
        let mut parts = Parts::begin(folder.path(), &settings, head(0, 9)).unwrap();
        parts.write(&[b'x'; 150], 0).unwrap();
        drop(parts);
        // As a number, 10 is later than 9.
        let mut parts = Parts::begin(folder.path(), &settings, head(0, 10)).unwrap();
        parts.write(&[b'x'; 1000], 0).unwrap();
        parts.write(&[b'y'; 10], 4).unwrap();
        parts.write(&[b'z'; 10], 5).unwrap();
        let expected = [
            "node-0.life-10.part-0.ndjson",
            "node-0.life-10.part-1.ndjson",
            "node-0.life-9.part-0.ndjson",
            "node-0.life-x.part-0.ndjson",
            "node-10.life-1.part-0.ndjson",
        ];
        assert_eq!(names(folder.path()), expected);
        parts.write(&[b'z'; 200], 6).unwrap();
        assert!(!folder.path().join(expected[2]).exists() && folder.path().join(expected[0]).exists());
        let second = fs::read_to_string(folder.path().join(expected[1])).unwrap();
        let (first_line, rest) = second.split_once('\n').unwrap();
        assert_eq!(serde_json::from_str::<Head>(first_line).unwrap(), Head { part: 1, line: 4, ..head(0, 10) });
        assert_eq!(rest, "yyyyyyyyyyzzzzzzzzzz");
        assert_eq!(other.folder(), folder.path());
    }

    #[test]
    fn nothing_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        Parts::begin(folder.path(), &Settings::default(), head(0, 1)).unwrap();
        let again = Parts::begin(folder.path(), &Settings::default(), head(0, 1));
        assert_eq!(again.unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    }
}
