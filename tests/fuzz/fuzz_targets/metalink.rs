//! Metalinks and lists of checksums: nothing leads out of the folder, and all of it agrees.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| windlass::fuzzing::metalink(input));
