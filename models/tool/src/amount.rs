//! Amounts on the command line: how many, how much, how long. Zero is refused, and so is what nobody can mean.

use std::num::NonZeroUsize;
use std::time::Duration;

/// More threads than that only stand in one another's way.
const THREADS_MAX: usize = 512;
/// 1 PiB; the states of a search are addressed with less.
const MEMORY_MAX: f64 = (1u64 << 50) as f64;
const TIME_MAX: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// A number of threads.
pub fn threads(text: &str) -> Result<NonZeroUsize, String> {
    let threads = whole(text)?;
    usize::try_from(threads)
        .ok()
        .and_then(NonZeroUsize::new)
        .filter(|threads| threads.get() <= THREADS_MAX)
        .ok_or_else(|| format!("between 1 and {THREADS_MAX} threads can explore"))
}

/// A number of states.
pub fn states(text: &str) -> Result<u64, String> {
    positive(text)
}

/// A depth, counted in states.
pub fn depth(text: &str) -> Result<usize, String> {
    usize::try_from(positive(text)?).map_err(|_| "no run is as long as that".to_string())
}

/// A number of random walks.
pub fn walks(text: &str) -> Result<u64, String> {
    positive(text)
}

/// The length of a run, in steps.
pub fn steps(text: &str) -> Result<usize, String> {
    depth(text)
}

/// A number of events of a simulation.
pub fn events(text: &str) -> Result<u64, String> {
    positive(text)
}

/// A seed: any whole number.
pub fn seed(text: &str) -> Result<u64, String> {
    whole(text)
}

/// An amount of memory with its unit, in bytes.
pub fn memory(text: &str) -> Result<u64, String> {
    let (number, unit) = split(text);
    let unit = match unit.to_ascii_lowercase().as_str() {
        "kib" => 1u64 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        "" => return Err("say the unit too: KiB, MiB or GiB".to_string()),
        _ => return Err(format!("the units are KiB, MiB and GiB, not \"{unit}\"")),
    };
    let bytes = decimal(number)? * unit as f64;
    if bytes > MEMORY_MAX {
        return Err("no machine has as much as that".to_string());
    }
    match bytes as u64 {
        0 => Err("a search takes some memory".to_string()),
        bytes => Ok(bytes),
    }
}

/// A time: seconds, or with its unit.
pub fn time(text: &str) -> Result<Duration, String> {
    let (number, unit) = split(text);
    let unit = match unit {
        "" | "s" => 1.0,
        "ms" => 0.001,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err(format!("the units are ms, s, min and h, not \"{unit}\"")),
    };
    let time = Duration::try_from_secs_f64(decimal(number)? * unit).map_err(|_| NO_TIME.to_string())?;
    match time {
        Duration::ZERO => Err("a search takes some time".to_string()),
        time if time > TIME_MAX => Err(NO_TIME.to_string()),
        time => Ok(time),
    }
}

const NO_TIME: &str = "nobody waits as long as that";

fn positive(text: &str) -> Result<u64, String> {
    match whole(text)? {
        0 => Err("it is at least 1".to_string()),
        number => Ok(number),
    }
}

/// A whole number, whose digits may be grouped: 1_000_000.
fn whole(text: &str) -> Result<u64, String> {
    let digits = text.replace('_', "");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("that is no whole number".to_string());
    }
    digits.parse().map_err(|_| "that is beyond all numbers of this program".to_string())
}

/// A number that may have a fraction.
fn decimal(text: &str) -> Result<f64, String> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    text.parse().ok().filter(|_| plain).ok_or_else(|| "that is no number".to_string())
}

/// A number and what follows it.
fn split(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    (text[..end].trim(), &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read() {
        assert_eq!(threads("8").map(NonZeroUsize::get), Ok(8));
        assert_eq!(states("1_000_000"), Ok(1_000_000));
        assert_eq!(depth("7"), Ok(7));
        assert_eq!((walks("2_000"), steps("50"), seed("0")), (Ok(2_000), Ok(50), Ok(0)));
        assert_eq!(memory("20480KiB"), Ok(20 << 20));
        assert_eq!(memory("150mib"), Ok(150 << 20));
        assert_eq!(memory("1.5 GiB"), Ok(3 << 29));
        assert_eq!(time("90"), Ok(Duration::from_secs(90)));
        assert_eq!(time("1.5min"), Ok(Duration::from_secs(90)));
        assert_eq!(time("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(time("2h"), Ok(Duration::from_secs(7200)));
    }

    #[test]
    fn zero_is_refused() {
        assert!(threads("0").is_err());
        assert!(states("0").is_err());
        assert!(depth("0").is_err());
        assert!(walks("0").is_err());
        assert!(steps("0").is_err());
        assert!(memory("0GiB").is_err());
        assert!(time("0s").is_err());
    }

    #[test]
    fn what_nobody_can_mean_is_refused() {
        for text in ["", "-1", "+1", "1.5", "many", "513", "99999999999999999999999"] {
            assert!(threads(text).is_err(), "{text}");
        }
        for text in ["", "-1", "0x7", "1.5", "dice", "18446744073709551616"] {
            assert!(seed(text).is_err(), "{text}");
        }
        for text in ["", "7", "7MB", "9999999999GiB", "-4GiB", "nanGiB", "infGiB", "1e9GiB", "GiB", "1.2.3GiB"] {
            assert!(memory(text).is_err(), "{text}");
        }
        for text in ["", "soon", "5d", "-1s", "99999999h", "1e400s"] {
            assert!(time(text).is_err(), "{text}");
        }
        assert!(states("18446744073709551616").is_err());
    }
}
