//! Fuzz target `parse`: no body panics, and what was read survives being written.
#![no_main]

#[path = "../../tests/laws/mod.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|body: &[u8]| laws::parse::check(body));
