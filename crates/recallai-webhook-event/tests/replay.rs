//! The seeds of the fuzz targets, and every input that one of them ever failed on, on any toolchain.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]
#![allow(clippy::print_stdout, reason = "shown when a law is broken: which input did it")]

mod laws;

use std::path::Path;

/// Every file of `fuzz/seeds/<seeds>` and `fuzz/crashes/<target>`.
fn replay(target: &str, seeds: &str, law: impl Fn(&[u8])) {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let seeds = inputs(&fuzz.join("seeds").join(seeds));
    assert!(!seeds.is_empty(), "no seeds");
    for (name, input) in seeds.iter().chain(&inputs(&fuzz.join("crashes").join(target))) {
        println!("{name}");
        law(input);
    }
}

/// Name and content of each file; none where the directory is missing.
fn inputs(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.map(|path| (path.display().to_string(), std::fs::read(path).unwrap())).collect()
}

#[test]
fn parse() {
    replay("parse", "bodies", laws::parse::check);
}

#[test]
fn agreement() {
    replay("agreement", "bodies", laws::agreement::check);
}

#[test]
fn grammar() {
    replay("grammar", "values", |input| laws::grammar::check(&String::from_utf8_lossy(input)));
}
