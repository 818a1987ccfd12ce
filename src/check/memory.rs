//! How much memory there is, and how much of it this process takes.
//!
//! Read from the kernel where it tells (Linux); elsewhere there is no default budget, and a given one is compared with
//! what the search itself has allocated for its states.

use std::fs;
use std::path::Path;

/// Bytes of memory that this process has in use, as far as the system tells.
pub fn resident() -> Option<u64> {
    kibibytes(&fs::read_to_string("/proc/self/status").ok()?, "VmRSS:")
}

/// Bytes of memory that are available to this process: what the machine has free, or what its control group still
/// allows, whichever is less.
pub fn available() -> Option<u64> {
    let machine = kibibytes(&fs::read_to_string("/proc/meminfo").ok()?, "MemAvailable:")?;
    let group = ["/sys/fs/cgroup", "/sys/fs/cgroup/memory"].iter().filter_map(|root| group_allows(root));
    group.chain([machine]).min()
}

/// What is left of the limit of a control group, in its second or first version.
fn group_allows(root: &str) -> Option<u64> {
    let number =
        |file: &str| -> Option<u64> { fs::read_to_string(Path::new(root).join(file)).ok()?.trim().parse().ok() };
    let limit = number("memory.max").or_else(|| number("memory.limit_in_bytes"))?;
    let used = number("memory.current").or_else(|| number("memory.usage_in_bytes"))?;
    Some(limit.saturating_sub(used))
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
}
