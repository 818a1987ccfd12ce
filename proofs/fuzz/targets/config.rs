//! See `synod_fuzz::config`.
#![no_main]

use synod_fuzz::{config, target};

libfuzzer_sys::fuzz_target!(init: target::begin(config::seeds), |input: &[u8]| target::run(config::read, input));
