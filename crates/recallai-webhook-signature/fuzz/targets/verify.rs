//! Fuzz target `verify`: what is accepted was signed, with a configured key, over these bytes, at this time.
#![no_main]

#[path = "../../tests/laws/mod.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|input: &[u8]| laws::verify::check(input));
