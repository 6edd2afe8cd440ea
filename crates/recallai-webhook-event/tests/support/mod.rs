//! The fixtures: files of `fixtures/payloads`, whole or respelled.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::fs;
use std::path::Path;

/// Where the payloads are.
pub(crate) const PAYLOADS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/payloads");

/// One payload.
pub(crate) struct Fixture {
    /// The name of the file.
    pub(crate) file: String,
    /// Its text.
    pub(crate) body: String,
}

impl Fixture {
    /// Whether it is a body of the REST API, put there because it is not an event.
    pub(crate) fn is_rest(&self) -> bool {
        self.file.starts_with("rest.")
    }
}

/// All payloads, by file name.
pub(crate) fn all() -> Vec<Fixture> {
    let mut fixtures: Vec<Fixture> = fs::read_dir(PAYLOADS)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|file| file.ends_with(".json"))
        .map(|file| Fixture { body: read(&file), file })
        .collect();
    fixtures.sort_by(|a, b| a.file.cmp(&b.file));
    assert!(fixtures.len() >= 90, "fixtures are missing");
    fixtures
}

/// All payloads that are events.
pub(crate) fn events() -> Vec<Fixture> {
    all().into_iter().filter(|fixture| !fixture.is_rest()).collect()
}

/// The text of one file.
pub(crate) fn read(file: &str) -> String {
    fs::read_to_string(Path::new(PAYLOADS).join(file)).unwrap()
}

/// Whether the changelog of the crate has a name, spelled as code.
pub(crate) fn is_in_changelog(name: &str) -> bool {
    include_str!("../../CHANGELOG.md").contains(&format!("`{name}`"))
}

/// The same JSON without white space between its parts, members in their order.
pub(crate) fn compact(json: &str) -> String {
    let (mut inside, mut escaped) = (false, false);
    let keep = |c: &char| {
        match (inside, *c) {
            (true, _) if escaped => escaped = false,
            (true, '\\') => escaped = true,
            (_, '"') => inside = !inside,
            (false, ' ' | '\n' | '\r' | '\t') => return false,
            _ => {}
        }
        true
    };
    json.chars().filter(keep).collect()
}
