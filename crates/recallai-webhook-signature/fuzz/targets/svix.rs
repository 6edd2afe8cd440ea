//! Fuzz target `svix`: the verdict is the official library's, but for the listed differences.
#![no_main]

#[path = "../../tests/laws/mod.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|input: &[u8]| laws::svix::check(input));
