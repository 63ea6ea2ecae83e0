//! What an extension of a browser says: each link becomes a harmless request. Needs `--features app`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| windlass::fuzzing::browser(input));
