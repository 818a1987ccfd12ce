//! See `synod_fuzz::frames`.
#![no_main]

use synod_fuzz::{frames, target};

libfuzzer_sys::fuzz_target!(init: target::begin(frames::seeds), |input: &[u8]| target::run(frames::read, input));
