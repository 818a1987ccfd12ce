//! How much memory there is, and how much of it this process takes.
//!
//! Read from the kernel where it tells (Linux); elsewhere there is no default budget, and a given one is compared with
//! what the search itself has allocated for its states.

use std::fs;
use std::path::{Path, PathBuf};

/// Bytes of memory that this process has in use, as far as the system tells.
pub fn resident() -> Option<u64> {
    kibibytes(&fs::read_to_string("/proc/self/status").ok()?, "VmRSS:")
}

/// Bytes of memory that are available to this process: what the machine has free, or what a control group around the
/// process still allows, whichever is least.
pub fn available() -> Option<u64> {
    let machine = kibibytes(&fs::read_to_string("/proc/meminfo").ok()?, "MemAvailable:")?;
    let groups = groups(&fs::read_to_string("/proc/self/cgroup").unwrap_or_default());
    groups.iter().filter_map(|group| group_allows(group)).chain([machine]).min()
}

/// The folders of the control groups that a process is in, given what the kernel lists of them (second or first version).
/// A limit counts for everything within, so the groups around them belong to it; inside a container the list may name
/// folders that cannot be seen there, and the outermost one is the container's own.
fn groups(listed: &str) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for line in listed.lines() {
        let [_, controllers, group] = line.splitn(3, ':').collect::<Vec<_>>()[..] else { continue };
        let root = match controllers {
            "" => "/sys/fs/cgroup",
            some if some.split(',').any(|controller| controller == "memory") => "/sys/fs/cgroup/memory",
            _ => continue,
        };
        let group = format!("{root}{}", group.trim_end_matches('/'));
        folders
            .extend(Path::new(&group).ancestors().take_while(|folder| folder.starts_with(root)).map(Path::to_path_buf));
    }
    folders
}

/// What is left of the limit of a control group. Cached files count as used, but those that nobody has looked at lately
/// make room.
fn group_allows(group: &Path) -> Option<u64> {
    let text = |file: &str| fs::read_to_string(group.join(file)).ok();
    let number = |file: &str| -> Option<u64> { text(file)?.trim().parse().ok() };
    let limit = number("memory.max").or_else(|| number("memory.limit_in_bytes"))?;
    let used = number("memory.current").or_else(|| number("memory.usage_in_bytes"))?;
    let statistics = text("memory.stat").unwrap_or_default();
    let idle = |key: &str| -> Option<u64> {
        statistics.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(' ')?.parse().ok())
    };
    let idle = idle("total_inactive_file").or_else(|| idle("inactive_file")).unwrap_or(0);
    Some(limit.saturating_sub(used.saturating_sub(idle)))
}

fn kibibytes(text: &str, key: &str) -> Option<u64> {
    let line = text.lines().find(|line| line.starts_with(key))?;
    let number = line.split_whitespace().nth(1)?;
    Some(number.parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_s_figures_are_understood() {
        assert_eq!(kibibytes("VmPeak: 9 kB\nVmRSS:\t  12 kB\n", "VmRSS:"), Some(12 * 1024));
        assert_eq!(kibibytes("", "VmRSS:"), None);
    }

    #[test]
    fn the_groups_around_a_process_are_found() {
        let found = |listed| groups(listed).iter().map(|path| path.display().to_string()).collect::<Vec<_>>();
        assert_eq!(found("0::/a/b\n"), ["/sys/fs/cgroup/a/b", "/sys/fs/cgroup/a", "/sys/fs/cgroup"]);
        let first_version = "5:devices:/a\n4:cpu,memory:/b:c\n0::/\n";
        assert_eq!(found(first_version), ["/sys/fs/cgroup/memory/b:c", "/sys/fs/cgroup/memory", "/sys/fs/cgroup"]);
        assert_eq!(found("nonsense\n"), [""; 0]);
    }

    #[test]
    fn what_a_group_still_allows_is_understood() {
        let folder = std::env::temp_dir().join(format!("synod-memory-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let write = |file: &str, text: &str| fs::write(folder.join(file), text).expect("a file");
        write("memory.max", "max\n");
        write("memory.current", "500\n");
        assert_eq!(group_allows(&folder), None, "no limit");
        write("memory.max", "1000\n");
        assert_eq!(group_allows(&folder), Some(500));
        write("memory.stat", "anon 400\ninactive_file_other 7\ninactive_file 100\n");
        assert_eq!(group_allows(&folder), Some(600));
        write("memory.current", "2000\n");
        assert_eq!(group_allows(&folder), Some(0));
        fs::remove_dir_all(&folder).expect("it is there");
    }
}
