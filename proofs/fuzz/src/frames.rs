//! A stream of frames, as it arrives from a peer.

use crate::memory::within;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use synod::runtime::transport::tcp::frame::{self, CHUNK, Frames, HEADER, Oversized};

/// A message with something of everything.
#[derive(Debug, Serialize, Deserialize)]
enum Message {
    Nothing,
    Text(String),
    Numbers(Vec<u64>),
    Nested(Option<Vec<Vec<String>>>),
    Map(BTreeMap<(bool, i16), char>),
    Mixed { float: f64, long: u128, bytes: Vec<u8>, result: Result<(), i64> },
}

/// What serde reserves for the elements that a sequence announces, whether they come or not, in each of the sequences within
/// one another.
const CAUTION: usize = 3 << 20;

/// How much larger a message is in memory than on the wire, at most: an empty string takes one byte here and 24 there, and
/// vectors double.
const GROWTH: usize = 100;

/// Reads the stream in portions, against the same cut from the whole stream.
///
/// Of the input, the first bytes say how long a frame may be (4 bytes), how many KiB of the last byte follow at the end, and
/// how much arrives at once.
///
/// # Panics
///
/// When frames are lost, invented, or take more memory than is promised; when a message is not what it says.
pub fn read(input: &[u8]) {
    let Some(([limit @ .., more, portion], bytes)) = input.split_first_chunk::<6>() else { return };
    let limit = u32::from_le_bytes(*limit) as usize;
    let last = bytes.last().copied().unwrap_or(0);
    let stream: Vec<u8> = bytes.iter().copied().chain(std::iter::repeat_n(last, usize::from(*more) << 10)).collect();
    let portion = 1 + usize::from(*portion).pow(2) + (usize::from(*more) << 6);
    let (expected, end) = cut(&stream, limit);
    let mut frames = within(0, || Frames::new(limit));
    let (mut seen, mut rest) = (0, stream.as_slice());
    let ended = loop {
        match frames.next_frame() {
            Ok(Some(frame)) => {
                assert_eq!(Some(&frame), expected.get(seen), "frame {seen}");
                seen += 1;
                within(CAUTION + GROWTH * (frame.len() + 100), || decode(frame));
            }
            Ok(None) if rest.is_empty() => break None,
            Ok(None) => {
                // While a buffer grows there are two.
                let room = within(2 * CHUNK.max(limit.saturating_add(HEADER)), || frames.room());
                let free = room.capacity() - room.len();
                let (now, later) = rest.split_at(rest.len().min(free).min(portion));
                assert!(!now.is_empty(), "there is room for something");
                room.extend_from_slice(now);
                rest = later;
                assert!(frames.capacity() <= CHUNK.max(limit.saturating_add(HEADER)), "{}", frames.capacity());
                assert!(frames.capacity() <= CHUNK.max(2 * stream.len()), "memory follows what has arrived");
            }
            Err(oversized) => break Some(oversized),
        }
    };
    assert_eq!((seen, ended), (expected.len(), end));
}

/// The frames of a stream, and why there are no more.
fn cut(mut stream: &[u8], limit: usize) -> (Vec<&[u8]>, Option<Oversized>) {
    let mut frames = Vec::new();
    while let Some((header, rest)) = stream.split_first_chunk::<HEADER>() {
        let length = u32::from_be_bytes(*header) as usize;
        if length > limit {
            return (frames, Some(Oversized { length, limit }));
        }
        let Some((frame, rest)) = rest.split_at_checked(length) else { break };
        frames.push(frame);
        stream = rest;
    }
    (frames, None)
}

/// What can be read is what would be written. (A number may have been written longer than need be.)
fn decode(frame: &[u8]) {
    let Ok((number, message)) = frame::decode::<Message>(frame) else { return };
    let written = |number, message| {
        let mut bytes = Vec::new();
        frame::encode(number, message, frame.len(), &mut bytes).expect("it is no longer than it was");
        bytes
    };
    let first = written(number, &message);
    let (number, message) = frame::decode::<Message>(&first[HEADER..]).expect("it was written");
    assert_eq!(written(number, &message), first);
}

/// One frame of each message, one after the other, a frame longer than allowed, and a long one.
pub fn seeds() -> Vec<Vec<u8>> {
    let messages = [
        Message::Nothing,
        Message::Text("milk".into()),
        Message::Numbers(vec![0, 300, u64::MAX]),
        Message::Nested(Some(vec![vec![], vec!["tea".into(), String::new()]])),
        Message::Map(BTreeMap::from([((true, -1), 'ä')])),
        Message::Mixed { float: 0.5, long: 1 << 100, bytes: vec![7; 20], result: Err(-1) },
    ];
    let mut stream = Vec::new();
    for (number, message) in (0..).zip(&messages) {
        let mut bytes = Vec::new();
        frame::encode(number, message, 1000, &mut bytes).expect("it is short");
        stream.extend(bytes);
    }
    let input = |limit: u32, more: u8, portion: u8, stream: &[u8]| {
        [&limit.to_le_bytes()[..], &[more, portion], stream].concat()
    };
    vec![
        input(1000, 0, 1, &stream),
        input(1000, 0, 16, &stream),
        input(8, 0, 16, &stream),
        input(200_000, 150, 255, &150_000_u32.to_be_bytes()),
    ]
}
