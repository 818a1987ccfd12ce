//! Processor time and memory of whole explorations, each a process of its own, so that its peak of resident memory is its
//! own. Figures are read from the kernel (Linux).

use std::fs;
use std::process::Command;
use std::time::Instant;

/// How often each exploration is measured; the median counts.
pub const RUNS: usize = 5;

/// What an exploration has cost.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    pub unique: f64,
    pub generated: f64,
    /// Processor time of the exploration, of all threads, in the program and in the kernel, in seconds.
    pub seconds: f64,
    /// Time on the wall, in seconds.
    pub wall: f64,
    /// Peak of resident memory less what was resident before, in bytes.
    pub bytes: f64,
}

/// The cost with the median of the processor times.
pub fn median(mut costs: Vec<Cost>) -> Cost {
    costs.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    costs[costs.len() / 2]
}

/// Runs this program anew with these arguments, whereupon it has to call [`measured`].
pub fn run(arguments: &[&str]) -> Cost {
    let myself = std::env::current_exe().expect("a program knows where it is");
    let output = Command::new(myself).args(arguments).output().expect("the program can run itself");
    let text = String::from_utf8(output.stdout).expect("figures are text");
    let figures: Vec<f64> = text.split_whitespace().filter_map(|figure| figure.parse().ok()).collect();
    let [unique, generated, seconds, wall, bytes] = figures[..] else {
        panic!("{}: {text}{}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
    };
    Cost { unique, generated, seconds, wall, bytes }
}

/// Measures an exploration, which gives its unique and its generated states, and tells the process that waits for it.
pub fn measured(explore: impl FnOnce() -> (u64, u64)) {
    let (ticks, resident, started) = (ticks(), kibibytes("VmHWM:"), Instant::now());
    let (unique, generated) = explore();
    let wall = started.elapsed().as_secs_f64();
    let seconds = (self::ticks() - ticks).max(1.0) / 100.0;
    println!("{unique} {generated} {seconds} {wall} {}", (kibibytes("VmHWM:") - resident) * 1024.0);
}

/// Processor time of this process, in the kernel's units of a hundredth of a second.
fn ticks() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("a kernel that tells what a process has used");
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    // The twelfth and thirteenth field after the name: in user mode, and in the kernel.
    fields[11..13].iter().filter_map(|field| field.parse::<f64>().ok()).sum()
}

fn kibibytes(key: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").expect("a kernel that tells what a process has in use");
    let line = status.lines().find(|line| line.starts_with(key)).expect("the kernel tells the peak");
    line.split_whitespace().nth(1).and_then(|figure| figure.parse().ok()).expect("a number of kibibytes")
}
