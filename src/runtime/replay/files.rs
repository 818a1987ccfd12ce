//! The files of records: sorted by node, life and part, and read line by line.

use super::error::{Error, Place};
use crate::runtime::record::form::{FORMAT, Head, Line};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// A line, whose values are not understood yet.
pub(super) type Raw = Line<Box<RawValue>, Box<RawValue>, Box<RawValue>, Box<RawValue>>;

/// The records of some nodes of a cluster.
#[derive(Clone, Debug)]
pub struct Records {
    /// The name of the algorithm.
    pub algorithm: String,
    /// The name of the cluster.
    pub cluster: String,
    /// Each node, in the order of their ids.
    pub nodes: Vec<Record>,
}

/// The record of one node.
#[derive(Clone, Debug)]
pub struct Record {
    /// The node's id.
    pub node: usize,
    /// Its lives, in their order.
    pub lives: Vec<Life>,
}

/// The record of one life of a node.
#[derive(Clone, Debug)]
pub struct Life {
    /// The number of the life.
    pub incarnation: u64,
    parts: Vec<(PathBuf, Head)>,
}

impl Records {
    /// Finds out what these files are, in whatever order they are given. A folder stands for all files in it that end in
    /// `.ndjson`. Only the heads are read.
    ///
    /// # Errors
    ///
    /// [`Error`] when one of them is no part of a record, or they do not belong together.
    pub fn open(paths: impl IntoIterator<Item = impl AsRef<Path>>) -> Result<Self, Error> {
        let mut records: Option<Records> = None;
        let mut lives = BTreeMap::<(usize, u64), BTreeMap<u64, (PathBuf, Head)>>::new();
        for path in paths {
            for file in files(path.as_ref())? {
                let head = head(&file)?;
                let known = records.get_or_insert_with(|| Records::of(&head));
                let foreign = |reason| Error::Mixed { file: file.clone(), reason };
                if (&head.algorithm, &head.cluster) != (&known.algorithm, &known.cluster) {
                    let (mine, theirs) = (described(&head.algorithm, &head.cluster), known.described());
                    return Err(foreign(format!("it is about {mine}, they are about {theirs}")));
                }
                let parts = lives.entry((head.node, head.incarnation)).or_default();
                if let Some((other, _)) = parts.insert(head.part, (file.clone(), head)) {
                    return Err(foreign(format!("{} is the same part of the same record", other.display())));
                }
            }
        }
        let mut records = records.ok_or(Error::Nothing)?;
        for ((node, incarnation), parts) in lives {
            if records.nodes.last().is_none_or(|record| record.node != node) {
                records.nodes.push(Record { node, lives: Vec::new() });
            }
            let record = records.nodes.last_mut().expect("one was just added");
            record.lives.push(Life { incarnation, parts: parts.into_values().collect() });
        }
        Ok(records)
    }

    fn of(head: &Head) -> Self {
        Records { algorithm: head.algorithm.clone(), cluster: head.cluster.clone(), nodes: Vec::new() }
    }

    fn described(&self) -> String {
        described(&self.algorithm, &self.cluster)
    }
}

fn described(algorithm: &str, cluster: &str) -> String {
    format!("{algorithm} in cluster \"{}\"", cluster.escape_debug())
}

impl Life {
    /// Whether its beginning is there. The oldest parts of a record are removed when there are too many.
    pub fn is_whole(&self) -> bool {
        self.parts.first().is_some_and(|(_, head)| head.line == 0)
    }

    /// Its lines, up to one that was cut off by a crash.
    pub(super) fn lines(&self) -> Lines<'_> {
        let next = self.parts.first().map_or(0, |(_, head)| head.line);
        Lines { parts: self.parts.iter(), reading: None, next }
    }
}

/// Reads the lines of a life.
pub(super) struct Lines<'l> {
    parts: std::slice::Iter<'l, (PathBuf, Head)>,
    reading: Option<Reading>,
    /// The number that the next line must have.
    next: u64,
}

/// A part that is being read.
struct Reading {
    text: BufReader<File>,
    place: Place,
}

impl Lines<'_> {
    /// The next line and where it is; none after the last.
    pub fn next(&mut self) -> Result<Option<(Place, Raw)>, Error> {
        loop {
            let Some(reading) = &mut self.reading else {
                let Some((file, head)) = self.parts.next() else { return Ok(None) };
                let mut reading = Reading::open(file)?;
                reading.line()?;
                self.numbered(head.line, &reading.place)?;
                self.reading = Some(reading);
                continue;
            };
            let Some(text) = reading.line()? else {
                self.reading = None;
                continue;
            };
            let place = reading.place.clone();
            let Some(whole) = text.strip_suffix('\n') else {
                // A crash has cut the last line of the last part; after any other there is more.
                if self.parts.len() == 0 {
                    self.reading = None;
                    return Ok(None);
                }
                return Err(Error::Line { place, reason: "it has no end, but the record goes on".to_string() });
            };
            let line: Raw = serde_json::from_str(whole)
                .map_err(|error| Error::Line { place: place.clone(), reason: error.to_string() })?;
            self.numbered(line.number(), &place)?;
            self.next += 1;
            return Ok(Some((place, line)));
        }
    }

    fn numbered(&self, found: u64, place: &Place) -> Result<(), Error> {
        if found == self.next {
            return Ok(());
        }
        Err(Error::Gap { place: place.clone(), expected: self.next, found })
    }
}

impl Reading {
    fn open(file: &Path) -> Result<Self, Error> {
        let opened = File::open(file).map_err(|error| unreadable(file, &error))?;
        Ok(Reading { text: BufReader::new(opened), place: Place { file: file.to_path_buf(), line: 0 } })
    }

    /// The next line with its end, if it has one.
    fn line(&mut self) -> Result<Option<String>, Error> {
        let mut bytes = Vec::new();
        let length = self.text.read_until(b'\n', &mut bytes).map_err(|error| unreadable(&self.place.file, &error))?;
        self.place.line += 1;
        let text = String::from_utf8(bytes);
        let text = text.map_err(|error| Error::Line { place: self.place.clone(), reason: error.to_string() })?;
        Ok((length > 0).then_some(text))
    }
}

/// The files that a path stands for.
fn files(path: &Path) -> Result<Vec<PathBuf>, Error> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let entries = std::fs::read_dir(path).map_err(|error| unreadable(path, &error))?;
    let mut files = Vec::new();
    for entry in entries {
        let file = entry.map_err(|error| unreadable(path, &error))?.path();
        if file.extension().is_some_and(|extension| extension == "ndjson") {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

fn head(file: &Path) -> Result<Head, Error> {
    let no_record = |reason: String| Error::NoRecord { file: file.to_path_buf(), reason };
    let first = match Reading::open(file)?.line() {
        Ok(first) => first.ok_or_else(|| no_record("it is empty".to_string()))?,
        Err(Error::Line { reason, .. }) => return Err(no_record(reason)),
        Err(error) => return Err(error),
    };
    // Of another version nothing is known but where its number stands.
    let version = serde_json::from_str::<serde_json::Value>(&first).ok().and_then(|head| head.get("record")?.as_u64());
    match version {
        Some(version) if version != u64::from(FORMAT) => Err(Error::OtherFormat { file: file.to_path_buf(), version }),
        _ => serde_json::from_str(&first).map_err(|error| no_record(error.to_string())),
    }
}

fn unreadable(file: &Path, error: &std::io::Error) -> Error {
    Error::Unreadable { file: file.to_path_buf(), reason: error.to_string() }
}
