//! What nodes spend, as they and the operating system say.

use crate::Error;
use crate::client::Connection;
use crate::side::Side;
use http_body_util::Full;
use hyper::Request;
use rustix::fs::{FsWord, statfs};
use rustix::param::clock_ticks_per_second;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

/// What all nodes of a cluster have spent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spent {
    /// How often they have waited for the disk to have what they wrote.
    pub syncs: f64,
    /// Processor time.
    pub processor: Duration,
}

impl Spent {
    /// What was spent since then.
    pub fn since(&self, before: &Spent) -> Spent {
        Spent { syncs: self.syncs - before.syncs, processor: self.processor - before.processor }
    }
}

/// How often a node has synced, from its own metrics.
pub async fn syncs(side: Side, node: SocketAddr) -> Result<f64, Error> {
    let names: &[&str] = match side {
        // Each commit is one sync.
        Side::Synod => &["synod_commit_seconds_count"],
        Side::Etcd => {
            &["etcd_disk_wal_fsync_duration_seconds_count", "etcd_disk_backend_commit_duration_seconds_count"]
        }
    };
    let request = Request::get("/metrics").body(Full::default())?;
    let (_, body) = Connection::open(node).await?.ask(request).await?;
    let text = String::from_utf8_lossy(&body);
    names.iter().map(|name| metric(&text, name).ok_or_else(|| format!("{node} has no metric {name}").into())).sum()
}

/// The sum of what a metric says under all its labels.
fn metric(text: &str, name: &str) -> Option<f64> {
    let value = |line: &str| {
        let rest = line.strip_prefix(name)?;
        rest.starts_with([' ', '{']).then(|| rest.rsplit(' ').next()?.parse::<f64>().ok())?
    };
    text.lines().filter_map(value).reduce(|sum, value| sum + value)
}

/// The processor time that a process has used, all its threads together.
pub fn processor_time(process: u32) -> Result<Duration, Error> {
    let text = fs::read_to_string(format!("/proc/{process}/stat"))?;
    processor_ticks(&text)
        .map(|ticks| Duration::from_secs_f64(ticks as f64 / clock_ticks_per_second() as f64))
        .ok_or_else(|| format!("/proc/{process}/stat cannot be understood").into())
}

/// The user's and the system's: the fields 14 and 15, of which the second, a name in brackets, may hold anything.
fn processor_ticks(stat: &str) -> Option<u64> {
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
}

/// How many processes want to run, on average of the last minute.
pub fn machine_load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_string()
}

/// Whether a folder is in memory, and not on a disk.
pub fn is_in_memory(folder: &Path) -> Result<bool, Error> {
    const TMPFS: FsWord = 0x0102_1994;
    let there = statfs(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(there.f_type == TMPFS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_is_the_sum_over_its_labels() {
        let text = "# TYPE commits counter\ncommits_total 7\ncommits{node=\"0\"} 2\ncommits{node=\"1\"} 3.5\n";
        assert_eq!(metric(text, "commits"), Some(5.5));
        assert_eq!(metric(text, "commits_total"), Some(7.0));
        assert_eq!(metric(text, "other"), None);
    }

    #[test]
    fn the_name_of_a_program_may_hold_anything() {
        let stat = "12 (a) b) S 1 2 3 4 5 6 7 8 9 10 250 17 0 0";
        assert_eq!(processor_ticks(stat), Some(267));
        assert_eq!(processor_ticks("12 (a"), None);
    }
}
