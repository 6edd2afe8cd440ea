//! Every member of a payload can be set when it is made, by its constructor or by a `with_*`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use recallai_webhook_event::CATALOGUE;

use crate::laws::building::check;
use crate::laws::tree::Tree;
use crate::support;

const PAYLOADS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/payload");

#[test]
fn every_example_can_be_built() {
    for entry in CATALOGUE {
        check(entry.example().as_bytes());
    }
}

/// With members that are absent or null as well.
#[test]
fn every_readable_mutation_of_a_fixture_can_be_built() {
    for fixture in support::events() {
        check(fixture.body.as_bytes());
        for mutation in Tree::parse(&fixture.body).mutations() {
            check(mutation.to_string().as_bytes());
        }
    }
}

/// The code of a source file: its lines without indentation and comments.
struct Source(String);

impl Source {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let code = text.lines().map(str::trim).filter(|line| !line.starts_with("//"));
        Self(code.flat_map(|line| [line, "\n"]).collect())
    }

    /// The structs that are a payload or a part of one, and so have `extra`, with their other fields.
    /// Those of a macro go by the names of its variables.
    fn structs(&self) -> Vec<(&str, Vec<&str>)> {
        let bodies = self.0.split("pub struct ").skip(1).filter_map(|rest| rest.split_once('}'));
        let bodies = bodies.filter_map(|(body, _)| body.split_once(" {\n"));
        let structs = bodies.filter_map(|(name, body)| {
            let fields = body.lines().filter_map(|line| line.strip_prefix("pub "));
            let fields = fields.filter_map(|field| Some(field.split_once(": ")?.0));
            let (extra, fields): (Vec<_>, Vec<_>) = fields.partition(|field| *field == "extra");
            (!extra.is_empty()).then_some((name, fields))
        });
        structs.collect()
    }

    /// What can be set when a struct is made: the parameters of all that gives one, and what stands
    /// after `with_` in its name.
    fn settable(&self, name: &str) -> BTreeSet<&str> {
        let head = format!("{name} {{");
        let blocks = self.0.split("\nimpl ").filter_map(|block| block.strip_prefix(&head));
        let functions = blocks.flat_map(|block| block.split("\npub fn ").skip(1));
        let made = functions.filter_map(|function| Some(function.split_once(" -> Self {")?.0));
        let signatures = made.filter(|signature| !signature.contains('}'));
        let words = signatures.flat_map(|s| s.split(|c: char| c == '(' || c.is_whitespace()));
        words.filter_map(|word| word.strip_suffix(':').or(word.strip_prefix("with_"))).collect()
    }

    /// The fields that nothing sets.
    fn forgotten(&self) -> Vec<String> {
        let mut forgotten = Vec::new();
        for (name, fields) in self.structs() {
            let settable = self.settable(name);
            let missing = fields.into_iter().filter(|field| !settable.contains(field));
            forgotten.extend(missing.map(|field| format!("{name}.{field}")));
        }
        forgotten
    }
}

/// The bodies above cannot tell of a member that none of them has, nor of a part that is passed on
/// whole.
#[test]
fn every_field_can_be_set() {
    let mut structs = 0;
    for file in fs::read_dir(PAYLOADS).unwrap() {
        let path = file.unwrap().path();
        let source = Source::read(&path);
        let forgotten = source.forgotten();
        assert!(forgotten.is_empty(), "nothing sets {forgotten:?} in {}", path.display());
        let found = source.structs().len();
        assert_eq!(found, source.0.matches("pub extra:").count(), "in {}", path.display());
        structs += found;
    }
    assert!(structs >= 13, "{structs} structs found");
}
