//! `Content-Range`: what is read makes sense.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| windlass::fuzzing::range(input));
