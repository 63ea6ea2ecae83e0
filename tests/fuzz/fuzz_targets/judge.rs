//! Headers of answers: nothing is granted but what was asked for.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| windlass::fuzzing::judge(input));
