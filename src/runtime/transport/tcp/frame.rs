//! Messages as frames: four bytes that say how long it is, most significant first, then the message in postcard's format.
//!
//! A frame of length zero is a sign of life. A message's own number precedes it within the frame.
//!
//! [`Frames`] cuts a stream of bytes, which may be anything, into frames: without input or output, without a panic, and
//! without more memory than the longest frame that is allowed, or [`CHUNK`].
//!
//! What a message takes in memory once it is decoded is up to its type. Nothing is allocated for elements that are not there
//! beyond what serde is cautious about (1 MiB); but a sequence of elements that take no bytes can be as long as it pleases,
//! and a type that contains itself can be as deep. Messages of actors are neither.

use serde::{Serialize, de::DeserializeOwned};
use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::mem;

/// How many bytes of a frame say how long it is.
pub const HEADER: usize = 4;

/// How many bytes are read or written at once, where they are there.
pub const CHUNK: usize = 64 << 10;

/// The frame that only says that its sender lives.
pub const SIGN_OF_LIFE: [u8; HEADER] = [0; HEADER];

/// A frame is announced that is longer than allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Oversized {
    /// What was announced, in bytes.
    pub length: usize,
    /// What is allowed.
    pub limit: usize,
}

impl Display for Oversized {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "a message of {} bytes is longer than the {} that are allowed", self.length, self.limit)
    }
}

impl Error for Oversized {}

/// Bytes that arrive, cut into frames.
#[derive(Debug)]
pub struct Frames {
    limit: usize,
    bytes: Vec<u8>,
    /// Where the next frame begins.
    start: usize,
}

impl Frames {
    /// Allows frames of up to `limit` bytes, without the four that say how long they are.
    pub fn new(limit: usize) -> Self {
        Frames { limit, bytes: Vec::new(), start: 0 }
    }

    /// The next frame, if all of it has arrived: what is in it.
    ///
    /// # Errors
    ///
    /// [`Oversized`], as soon as its length has arrived. Nothing can be read after that.
    pub fn next_frame(&mut self) -> Result<Option<&[u8]>, Oversized> {
        let Some(length) = self.announced() else { return Ok(None) };
        if length > self.limit {
            return Err(Oversized { length, limit: self.limit });
        }
        let (start, end) = (self.start + HEADER, self.start + HEADER + length);
        if end > self.bytes.len() {
            return Ok(None);
        }
        self.start = end;
        Ok(Some(&self.bytes[start..end]))
    }

    /// Where to append what arrives next: at the end, and no more than it has room for. Frames that are complete must have been
    /// taken.
    pub fn room(&mut self) -> &mut Vec<u8> {
        self.bytes.drain(..mem::take(&mut self.start));
        let frame = self.announced().map_or(CHUNK, |length| HEADER + length.min(self.limit));
        if self.bytes.is_empty() && self.bytes.capacity() > CHUNK {
            self.bytes = Vec::new();
        }
        if self.bytes.len() == self.bytes.capacity() {
            // Memory follows what has arrived, not what was announced.
            let capacity = (2 * self.bytes.len()).min(frame).max(CHUNK).max(self.bytes.len() + 1);
            self.bytes.reserve_exact(capacity - self.bytes.len());
        }
        &mut self.bytes
    }

    /// How many bytes of memory it has.
    pub fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    /// How long the next frame says it is.
    fn announced(&self) -> Option<usize> {
        let header = self.bytes[self.start..].first_chunk::<HEADER>()?;
        Some(u32::from_be_bytes(*header) as usize)
    }
}

/// Writes a message and its number as a frame into `frame`, in place of what was there.
///
/// # Errors
///
/// When the message does not serialise, or is longer than `limit`.
pub fn encode<W: Serialize>(number: u64, message: &W, limit: usize, frame: &mut Vec<u8>) -> Result<(), Box<dyn Error>> {
    let mut bytes = mem::take(frame);
    bytes.clear();
    bytes.extend_from_slice(&SIGN_OF_LIFE);
    let mut bytes = postcard::to_extend(&(number, message), bytes)?;
    let length = bytes.len() - HEADER;
    if length > limit {
        return Err(Oversized { length, limit }.into());
    }
    let announced = u32::try_from(length)?;
    bytes[..HEADER].copy_from_slice(&announced.to_be_bytes());
    *frame = bytes;
    Ok(())
}

/// The number and the message in a frame.
///
/// # Errors
///
/// When it is anything else, or has bytes left over.
pub fn decode<W: DeserializeOwned>(frame: &[u8]) -> Result<(u64, W), postcard::Error> {
    match postcard::take_from_bytes(frame)? {
        (letter, []) => Ok(letter),
        _ => Err(postcard::Error::DeserializeBadEncoding),
    }
}
