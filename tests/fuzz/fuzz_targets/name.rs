//! Names from headers and addresses: a plain file in the folder.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| windlass::fuzzing::name(input));
