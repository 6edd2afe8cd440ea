//! The exported schema accepts what the parser reads and refuses what the parser calls missing or
//! mistyped, judged by a validator that knows nothing of this crate.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

#[path = "laws/agreement.rs"]
mod agreement;
#[path = "laws/building.rs"]
mod building;
mod support;
#[path = "laws/tree.rs"]
mod tree;

use std::collections::BTreeSet;

use boon::{Compiler, SchemaIndex, Schemas};
use recallai_webhook_event::{CATALOGUE, Entry, EventRef, Reason, schema};
use serde_json::{Value, json};
use tree::Tree;

struct Validator {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Validator {
    fn new(schema: Value) -> Self {
        const URL: &str = "https://example.com/events.json";
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.add_resource(URL, schema).unwrap();
        let index = compiler.compile(URL, &mut schemas).unwrap();
        Self { schemas, index }
    }

    fn accepts(&self, body: &str) -> bool {
        self.schemas.validate(&serde_json::from_str(body).unwrap(), self.index).is_ok()
    }
}

#[test]
fn every_fixture_fits_and_a_body_of_another_interface_does_not() {
    let validator = Validator::new(schema::document());
    for fixture in support::all() {
        assert_eq!(validator.accepts(&fixture.body), !fixture.is_rest(), "{}", fixture.file);
    }
}

#[test]
fn every_row_has_a_schema_of_its_own_that_its_example_fits() {
    for entry in CATALOGUE {
        let validator = Validator::new(schema::event(entry.name).unwrap());
        assert!(validator.accepts(&entry.example()), "{}", entry.name);
        assert!(!validator.accepts(r#"{"event":"another.event","data":{}}"#), "{}", entry.name);
    }
    assert_eq!(schema::event("recording.unheard_of"), None);
}

#[test]
fn unknown_events_fit() {
    let validator = Validator::new(schema::document());
    assert!(validator.accepts(r#"{"event":"recording.unheard_of"}"#));
    assert!(validator.accepts(r#"{"event":"recording.unheard_of","data":[1],"more":true}"#));
}

/// Each member of each fixture is taken out, and each value is replaced by one of another type:
/// the schema and the parser give the same verdict every time.
#[test]
fn schema_and_parser_agree_on_every_mutation() {
    let (mut accepted, mut refused) = (0, 0);
    for fixture in support::events() {
        let name = EventRef::parse(fixture.body.as_bytes()).unwrap().name().to_owned();
        let validator = Validator::new(schema::event(&name).unwrap());
        let named =
            |tree: &mut Tree| tree.member(&["event"]) == Some(&mut Tree::Text(name.clone()));
        for mut mutation in Tree::parse(&fixture.body).mutations() {
            if !named(&mut mutation) {
                continue;
            }
            let body = mutation.to_string();
            let read = EventRef::parse(body.as_bytes());
            match &read {
                Ok(_) => accepted += 1,
                Err(error) => {
                    refused += 1;
                    let shape = matches!(
                        error.reason(),
                        Reason::Missing { .. } | Reason::WrongType { .. } | Reason::CodeConflict
                    );
                    assert!(shape, "{error} in {body}");
                }
            }
            assert_eq!(validator.accepts(&body), read.is_ok(), "{read:?} in {body}");
        }
    }
    assert!(accepted > 1000 && refused > 1000, "{accepted} accepted, {refused} refused");
}

#[test]
fn the_code_of_another_artifact_event_does_not_fit() {
    let validator = Validator::new(schema::document());
    let body = |event: &str, code: &str| {
        json!({ "event": event, "data": {
            "data": { "code": code, "updated_at": "2024-12-04T23:25:56Z" },
            "recording": { "id": "r" }, "sdk_upload": { "id": "u" },
        }})
        .to_string()
    };
    assert!(validator.accepts(&body("recording.done", "done")));
    assert!(validator.accepts(&body("recording.done", "a_code_of_next_year")));
    assert!(!validator.accepts(&body("recording.done", "failed")));
    assert!(validator.accepts(&body("sdk_upload.completed", "complete")));
}

/// The paths of all members that a schema names, below what it refers to.
fn members(whole: &Value, part: &Value, path: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    if let Some(reference) = part["$ref"].as_str() {
        let definition = whole.pointer(reference.trim_start_matches('#')).unwrap();
        found.extend(members(whole, definition, path));
    }
    for alternative in part["anyOf"].as_array().into_iter().flatten() {
        found.extend(members(whole, alternative, path));
    }
    for (name, part) in part["properties"].as_object().into_iter().flatten() {
        let path = [path, std::slice::from_ref(name)].concat();
        found.extend(members(whole, part, &path));
        found.push(path);
    }
    found
}

/// Documented members that no example of some family has, and why.
const NOT_IN_EXAMPLES: [(&str, &str); 4] = [
    ("sdk_upload", "a recording is of a bot, as in the examples, or of an upload"),
    ("transcript", "it stands in for the artifact's own key"),
    ("job_id", "a log is of a bot, as in the examples, or of a job"),
    ("output_id", "not every log is of an output"),
];

#[test]
fn every_member_of_the_schema_stands_in_an_example() {
    for family in CATALOGUE.chunk_by(|a, b| a.family == b.family) {
        let examples: BTreeSet<Vec<String>> =
            family.iter().flat_map(|entry| Tree::parse(&entry.example()).paths()).collect();
        let schema = schema::event(family[0].name).unwrap();
        for path in members(&schema, &schema, &[]) {
            let listed = NOT_IN_EXAMPLES.iter().any(|(name, _)| path.iter().any(|p| p == name));
            assert!(listed || examples.contains(&path), "{}: {path:?}", family[0].name);
        }
    }
}

/// The example with a value at a path, whatever stood there or on the way.
fn planted(entry: &Entry, path: &[String], value: &str) -> String {
    let mut body = Tree::parse(&entry.example());
    for len in 1..path.len() {
        let parent: Vec<&str> = path[..len].iter().map(String::as_str).collect();
        if !matches!(body.member(&parent), Some(Tree::Object(_))) {
            body = body.with(&path[..len], Some(Tree::parse("{}")));
        }
    }
    body.with(path, Some(Tree::Other(value.to_owned()))).to_string()
}

/// Members that no fixture has are damaged as well.
#[test]
fn schema_and_parser_agree_on_every_member_of_the_schema() {
    for entry in CATALOGUE {
        let schema = schema::event(entry.name).unwrap();
        let validator = Validator::new(schema.clone());
        for path in members(&schema, &schema, &[]).into_iter().filter(|path| *path != ["event"]) {
            for value in ["null", "true", "7", r#""x""#, "[]", "{}", r#"{"id":"x"}"#] {
                let body = planted(entry, &path, value);
                let read = EventRef::parse(body.as_bytes());
                assert_eq!(validator.accepts(&body), read.is_ok(), "{read:?} in {body}");
                // Its id, say, is where both readings look for it.
                agreement::check(body.as_bytes());
                // And what it became can be built.
                building::check(body.as_bytes());
            }
        }
    }
}

/// An error that cannot spell a member shows `*` in its place.
#[test]
fn errors_spell_every_member_of_the_schema() {
    for entry in CATALOGUE {
        let schema = schema::event(entry.name).unwrap();
        for path in members(&schema, &schema, &[]) {
            let body = planted(entry, &path, "not json");
            let error = EventRef::parse(body.as_bytes()).unwrap_err();
            assert_eq!(error.path(), path.join("."), "{}", entry.name);
        }
    }
}
