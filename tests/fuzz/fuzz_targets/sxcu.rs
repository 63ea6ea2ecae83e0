//! Custom uploaders of strangers: refused, or a place that can be written down and stays where it is.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| windlass::fuzzing::sxcu(input));
