//! Fuzz target `agreement`: the owned and the borrowed reading say the same.
#![no_main]

#[path = "../../tests/laws/mod.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|body: &[u8]| laws::agreement::check(body));
