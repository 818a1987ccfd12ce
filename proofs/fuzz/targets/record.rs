//! See `synod_fuzz::record`.
#![no_main]

use synod_fuzz::{record, target};

libfuzzer_sys::fuzz_target!(init: target::begin(record::seeds), |input: &[u8]| target::run(record::read, input));
