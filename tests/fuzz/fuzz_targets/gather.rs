//! Pasted text: what is found in it can be asked for.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| windlass::fuzzing::gather(input));
