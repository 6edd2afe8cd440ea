//! The shape of every body is the documented one, as the event crate's examples have it.

use std::collections::BTreeSet;

use recallai_webhook_event::catalogue;
use serde_json::Value;

use crate::{builtins, meeting};

/// Events whose shape nobody publishes.
const SHAPELESS: [&str; 2] = ["slack.huddle_state", "transcript.provider_data"];

/// Members that a body may have beyond its example, each with its reason.
const MORE: &[(&str, &str)] = &[
    ("data.breakout_room", "the scenario adds it"),
    ("data.sdk_upload", "recordings of the Desktop SDK name their upload"),
    ("data.transcript.words.confidence", "documented, and not in the example"),
];

/// Members that a body may lack, each with its reason.
const LESS: &[(&str, &str)] = &[
    ("data.bot", "null for recordings of the Desktop SDK"),
    ("data.recording", "null for an upload that failed"),
    ("data.status.recording_id", "absent until there is a recording"),
];

/// The path of every member, in arrays too. What is in `metadata` is anybody's.
fn paths(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                if key != "metadata" {
                    paths(value, &path, found);
                }
                found.insert(path);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| paths(value, path, found)),
        _ => {}
    }
}

fn members(body: &[u8]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    paths(&serde_json::from_slice(body).unwrap(), "", &mut found);
    found
}

/// Those of one set that the other does not have and that are not excepted.
fn beyond(
    set: &BTreeSet<String>,
    other: &BTreeSet<String>,
    except: &[(&str, &str)],
) -> Vec<String> {
    let excepted = |path: &str| {
        except.iter().any(|(member, _)| {
            path.strip_prefix(member).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    };
    set.difference(other).filter(|path| !excepted(path)).cloned().collect()
}

#[test]
fn every_body_has_the_members_of_its_example() {
    for scenario in builtins() {
        let name = scenario.name().to_owned();
        for message in meeting(scenario, 1).messages {
            let Some(entry) = catalogue::find(&message.event) else { continue };
            if SHAPELESS.contains(&entry.name) {
                continue;
            }
            let (ours, example) = (members(&message.body), members(entry.example().as_bytes()));
            let place = format!("{name}: {}", message.event);
            // The page that prints five kinds under `transcript` has a scenario of its own.
            let page = name == "vendor-page-spellings" && !ours.is_superset(&example);
            if !page {
                assert_eq!(beyond(&ours, &example, MORE), [""; 0], "{place} has more");
                assert_eq!(beyond(&example, &ours, LESS), [""; 0], "{place} has less");
            }
        }
    }
}
