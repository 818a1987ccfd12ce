//! How the values of an actor are put into JSON, and out of it again.

use super::form::{In, Line, LineOf, Out, Packed, Sent};
use crate::event::Module;
use crate::runtime::Runnable;
use crate::step::Effects;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::fmt::Write;

/// Writes a line of actor `A`, with its end of line.
///
/// # Panics
///
/// When a value cannot be serialised at all, not even as it is on the wire.
pub fn write<A: Runnable>(line: &LineOf<'_, A>, into: &mut Vec<u8>) {
    let start = into.len();
    if serde_json::to_writer(&mut *into, line).is_err() {
        into.truncate(start);
        serde_json::to_writer(&mut *into, &packed::<A>(line)).expect("strings and numbers are valid JSON");
    }
    into.push(b'\n');
}

/// Reads a value that was written in a line.
///
/// # Errors
///
/// What is wrong with it.
pub fn read<T: DeserializeOwned>(value: &RawValue, packed: bool) -> Result<T, String> {
    if !packed {
        return serde_json::from_str(value.get()).map_err(|error| error.to_string());
    }
    let Packed(digits) = serde_json::from_str(value.get()).map_err(|error| error.to_string())?;
    let bytes = bytes(&digits).ok_or_else(|| "an odd number of hexadecimal digits, or others".to_string())?;
    postcard::from_bytes(&bytes).map_err(|error| error.to_string())
}

/// What came out of a step, as it is written. The first message has the number `sent`; `changed` is written in the place of what
/// was saved.
pub fn out<A: Module>(
    effects: &Effects<A>,
    sent: u64,
    changed: Option<String>,
) -> Out<&A::Wire, &A::Indication, &A::Storage> {
    let numbered = (sent..).zip(&effects.sent);
    Out {
        saved: effects.saved.as_ref().filter(|_| changed.is_none()),
        changed: changed.map(|text| RawValue::from_string(text).expect("what was written as JSON is JSON")),
        sent: numbered.map(|(number, (to, message))| Sent { to: usize::from(*to), number, message }).collect(),
        told: effects.indications.iter().collect(),
        changes: effects.changes.iter().map(|change| format!("{change:?}")).collect(),
    }
}

/// The values of what came out, each as it would be written.
pub fn texts<A: Runnable>(
    out: &Out<&A::Wire, &A::Indication, &A::Storage>,
    packed: bool,
) -> Out<String, String, String> {
    let message =
        |sent: &Sent<&A::Wire>| Sent { to: sent.to, number: sent.number, message: text(sent.message, packed) };
    Out {
        saved: out.saved.map(|value| text(value, packed)),
        changed: out.changed.clone(),
        sent: out.sent.iter().map(message).collect(),
        told: out.told.iter().map(|indication| text(*indication, packed)).collect(),
        changes: out.changes.clone(),
    }
}

/// A value as it would be written.
pub fn text<T: Serialize>(value: &T, packed: bool) -> String {
    let plain = if packed { None } else { serde_json::to_string(value).ok() };
    plain.unwrap_or_else(|| format!("\"{}\"", pack(value).0))
}

type PackedLine = Line<Packed, Packed, Packed, Packed>;

fn packed<A: Runnable>(line: &LineOf<'_, A>) -> PackedLine {
    match line {
        Line::Start { line, processes, storage, out, .. } => Line::Start {
            line: *line,
            processes: *processes,
            storage: storage.map(pack),
            out: out.as_ref().map(packed_out::<A>),
            packed: true,
        },
        Line::Step { line, input, out, .. } => {
            let input = match input {
                In::Request(request) => In::Request(pack(*request)),
                In::Message { from, incarnation, number, message } => {
                    let message = pack(*message);
                    In::Message { from: *from, incarnation: *incarnation, number: *number, message }
                }
                In::Timer(timer) => In::Timer(timer.clone()),
                In::Choice { key, place, value } => {
                    In::Choice { key: key.clone(), place: *place, value: value.clone() }
                }
            };
            Line::Step { line: *line, input, out: out.as_ref().map(packed_out::<A>), packed: true }
        }
        Line::Admit { line, processes } => Line::Admit { line: *line, processes: *processes },
        Line::Commit { line, time } => Line::Commit { line: *line, time: *time },
        Line::End { line } => Line::End { line: *line },
    }
}

fn packed_out<A: Runnable>(out: &Out<&A::Wire, &A::Indication, &A::Storage>) -> Out<Packed, Packed, Packed> {
    let message = |sent: &Sent<&A::Wire>| Sent { to: sent.to, number: sent.number, message: pack(sent.message) };
    Out {
        saved: out.saved.map(pack),
        changed: out.changed.clone(),
        sent: out.sent.iter().map(message).collect(),
        told: out.told.iter().map(|indication| pack(*indication)).collect(),
        changes: out.changes.clone(),
    }
}

fn pack<T: Serialize>(value: &T) -> Packed {
    let bytes = postcard::to_stdvec(value).expect("a value that is sent and stored can be serialised");
    let mut digits = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(digits, "{byte:02x}");
    }
    Packed(digits)
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.len().is_multiple_of(2).then(|| digits.as_bytes().chunks(2).map(pair).collect())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn what_json_cannot_say_is_packed_and_read_again() {
        let map = BTreeMap::from([((1u8, 2u8), "x".to_string())]);
        assert!(serde_json::to_string(&map).is_err());
        let written = serde_json::to_string(&pack(&map)).unwrap();
        let raw = RawValue::from_string(written).unwrap();
        assert_eq!(read::<BTreeMap<(u8, u8), String>>(&raw, true), Ok(map));
        for wrong in ["\"0\"", "\"0g\"", "\"\"", "7", "\"+1\""] {
            let raw = RawValue::from_string(wrong.to_string()).unwrap();
            assert!(read::<BTreeMap<(u8, u8), String>>(&raw, true).is_err(), "{wrong}");
        }
    }
}
