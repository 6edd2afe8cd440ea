//! Fuzz target `headers`: which header lines count, against a model of the rule.
#![no_main]

#[path = "../../tests/laws/mod.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|input: &[u8]| laws::headers::check(input));
