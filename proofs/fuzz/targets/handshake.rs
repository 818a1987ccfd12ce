//! See `synod_fuzz::handshake`.
#![no_main]

use synod_fuzz::{handshake, target};

libfuzzer_sys::fuzz_target!(init: target::begin(handshake::seeds), |input: &[u8]| target::run(handshake::read, input));
