//! The decoder of frames on bytes of any kind.

use proptest::prelude::*;
use synod::runtime::transport::tcp::frame::{self, CHUNK, Frames, HEADER};

const LIMIT: usize = 100_000;

/// Lets bytes arrive as they do from a socket: as many at a time as there is room for, and at most so many.
fn arrive(bytes: &[u8], at_most: usize, mut each: impl FnMut(&[u8])) -> Result<(), frame::Oversized> {
    let mut frames = Frames::new(LIMIT);
    let mut rest = bytes;
    while !rest.is_empty() {
        let room = frames.room();
        let free = room.capacity() - room.len();
        assert!(free > 0, "there is room for something");
        let (now, later) = rest.split_at(rest.len().min(free).min(at_most));
        room.extend_from_slice(now);
        rest = later;
        while let Some(frame) = frames.next_frame()? {
            each(frame);
        }
        assert!(frames.capacity() <= CHUNK.max(LIMIT + HEADER), "{} bytes", frames.capacity());
    }
    Ok(())
}

/// The frames in bytes that are all there, and how long the first is said to be that is too long.
fn cut(mut bytes: &[u8]) -> (Vec<&[u8]>, Option<usize>) {
    let mut frames = Vec::new();
    while let Some((header, rest)) = bytes.split_first_chunk::<HEADER>() {
        let length = u32::from_be_bytes(*header) as usize;
        if length > LIMIT {
            return (frames, Some(length));
        }
        let Some((frame, rest)) = rest.split_at_checked(length) else { break };
        frames.push(frame);
        bytes = rest;
    }
    (frames, None)
}

/// A length that may not be that of what follows; often the longest that is allowed, or one more.
fn length() -> impl Strategy<Value = u32> {
    prop_oneof![Just(LIMIT as u32), Just(LIMIT as u32 + 1), any::<u32>()]
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(
        pieces in prop::collection::vec(
            (length(), prop::collection::vec(any::<u8>(), 0..40), prop::bool::weighted(0.9)),
            0..40,
        ),
        at_most in 1_usize..300,
    ) {
        // Most lengths are those of what follows.
        let piece = |(length, bytes, right): &(u32, Vec<u8>, bool)| {
            let length = if *right { bytes.len() as u32 } else { *length };
            [&length.to_be_bytes(), bytes.as_slice()].concat()
        };
        let bytes: Vec<u8> = pieces.iter().flat_map(piece).collect();
        let mut seen = Vec::new();
        let end = arrive(&bytes, at_most, |frame| {
            let _ = frame::decode::<(String, Vec<u64>, Option<Vec<String>>)>(frame);
            seen.push(frame.to_vec());
        });
        let (frames, oversized) = cut(&bytes);
        prop_assert_eq!(seen, frames);
        prop_assert_eq!(end.err().map(|oversized| oversized.length), oversized);
    }

    #[test]
    fn any_lengths_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..2_000), at_most in 1_usize..300) {
        let end = arrive(&bytes, at_most, |_| ());
        prop_assert_eq!(end.err().map(|oversized| oversized.length), cut(&bytes).1);
    }

    #[test]
    fn small_lengths_before_any_bytes_are_read_or_refused(
        frames in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..60),
        at_most in 1_usize..300,
    ) {
        let bytes: Vec<u8> = frames.iter().flat_map(|it| [&(it.len() as u32).to_be_bytes(), &it[..]].concat()).collect();
        let mut seen = Vec::new();
        arrive(&bytes, at_most, |frame| {
            let _ = frame::decode::<(String, Vec<u64>, Option<Vec<String>>)>(frame);
            seen.push(frame.to_vec());
        }).expect("none is too long");
        prop_assert_eq!(seen, frames);
    }

    #[test]
    fn what_is_written_is_read(
        letters in prop::collection::vec((any::<u64>(), prop::collection::vec(any::<u8>(), 0..400)), 0..20),
        longest in 0_usize..LIMIT - 20,
        at_most in 1_usize..200_000,
    ) {
        let letters: Vec<_> = letters.into_iter().chain([(7, vec![1; longest])]).collect();
        let (mut bytes, mut frame) = (Vec::new(), Vec::new());
        for (number, message) in &letters {
            frame::encode(*number, message, LIMIT, &mut frame).expect("it fits");
            bytes.extend_from_slice(&frame);
        }
        let mut read = Vec::new();
        arrive(&bytes, at_most, |frame| read.push(frame::decode::<Vec<u8>>(frame).expect("it was written"))).expect("it fits");
        prop_assert_eq!(read, letters);
    }
}

#[test]
fn memory_follows_what_arrives_and_not_what_is_announced() {
    let mut frames = Frames::new(1 << 30);
    frames.room().extend_from_slice(&(1_u32 << 30).to_be_bytes());
    assert_eq!(frames.next_frame(), Ok(None));
    frames.room();
    assert_eq!(frames.capacity(), CHUNK);
}

#[test]
fn bytes_left_over_and_messages_beyond_the_limit_are_refused() {
    assert_eq!(frame::decode::<u8>(&[3, 4]).ok(), Some((3, 4)));
    assert!(frame::decode::<u8>(&[3, 4, 5]).is_err());
    let error = frame::encode(1, &"milk", 5, &mut Vec::new()).expect_err("6 bytes");
    assert_eq!(error.to_string(), "a message of 6 bytes is longer than the 5 that are allowed");
    assert!(frame::encode(1, &"milk", 6, &mut Vec::new()).is_ok());
}
