//! Resume data: whatever it is, it is refused, or written and read again as the same.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| windlass::fuzzing::resume_data(input));
