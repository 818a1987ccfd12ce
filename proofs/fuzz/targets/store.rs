//! See `synod_fuzz::store`.
#![no_main]

use synod_fuzz::{store, target};

libfuzzer_sys::fuzz_target!(init: target::begin(store::seeds), |input: &[u8]| target::run(store::read, input));
