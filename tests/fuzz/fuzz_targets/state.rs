//! State files: what is read can be written and read again.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| windlass::fuzzing::state(input));
