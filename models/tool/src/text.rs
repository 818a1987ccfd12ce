//! Numbers and names as people read them.

/// The digits of a number in groups of three: 1,234,567.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// An amount of memory, in the largest unit that leaves something before the point.
pub fn memory(bytes: u64) -> String {
    let kib = bytes as f64 / 1024.0;
    match bytes {
        0..0x10_0000 => format!("{kib:.0} KiB"),
        0x10_0000..0x4000_0000 => format!("{:.0} MiB", kib / 1024.0),
        _ => format!("{:.1} GiB", kib / 1024.0 / 1024.0),
    }
}

/// "1 step", "5 steps", "2 properties".
pub fn counted(number: u64, thing: &str) -> String {
    let things = match thing.strip_suffix('y') {
        _ if number == 1 => thing.to_string(),
        Some(stem) => format!("{stem}ies"),
        None => format!("{thing}s"),
    };
    format!("{} {things}", grouped(number))
}

/// "1 step", "5 steps".
pub fn steps(number: usize) -> String {
    counted(number as u64, "step")
}

/// "a", "a or b", "a, b or c".
pub fn alternatives(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [name] => name.to_string(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([512, 3 << 20, 5 << 29].map(memory), ["0 KiB", "3 MiB", "2.5 GiB"]);
        assert_eq!([steps(1), steps(0), steps(1200)], ["1 step", "0 steps", "1,200 steps"]);
        assert_eq!([counted(1, "property"), counted(2, "property")], ["1 property", "2 properties"]);
    }

    #[test]
    fn names_are_listed() {
        assert_eq!(alternatives(&["a"]), "a");
        assert_eq!(alternatives(&["a", "b", "c"]), "a, b or c");
    }
}
