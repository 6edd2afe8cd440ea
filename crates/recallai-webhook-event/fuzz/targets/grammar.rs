//! Fuzz target `grammar`: the JSON grammar is that of `serde_json`, but for the listed limits.
#![no_main]

#[path = "../../tests/laws/mod.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|value: &str| laws::grammar::check(value));
