//! Each colour and size of the dashboard is said once, for both themes.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn each_token_is_said_once() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("dashboard/tokens.css");
    let css = std::fs::read_to_string(path).unwrap();
    let mut seen = BTreeSet::new();
    for line in
        css.lines().filter_map(|line| line.strip_prefix("  --").or(line.strip_prefix("    --")))
    {
        let (name, _) = line.split_once(':').unwrap();
        assert!(seen.insert(name), "--{name} is said twice");
    }
    assert!(seen.contains("text") && seen.contains("ground"), "{seen:?}");
}
