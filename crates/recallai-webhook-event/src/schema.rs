//! The JSON Schema of every event (draft 2020-12), made from the catalogue.
//!
//! It is as open as the parser: unknown events, codes and members are allowed. It says of a body's
//! shape what the parser says; limits and members given twice are beyond what a schema can express.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::ArtifactKind;
use crate::catalogue::{self, CATALOGUE, Entry, Family};
use crate::grammar::{artifact_codes, target_member};

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema of all events: one alternative for each known name, and one for all unknown names.
pub fn document() -> Value {
    let known: Vec<&str> = CATALOGUE.iter().map(|entry| entry.name).collect();
    let mut alternatives: Vec<Value> = CATALOGUE.iter().map(row).collect();
    alternatives.push(json!({
        "title": "unknown event",
        "description": "An event that the catalogue does not know yet.",
        "properties": { "event": { "not": { "enum": known } } },
    }));
    let mut definitions = shared();
    for entry in CATALOGUE {
        definitions.entry(entry.family.name()).or_insert_with(|| shape(entry.family));
    }
    json!({
        "$schema": DRAFT,
        "title": "Recall.ai webhook event",
        "type": "object",
        "properties": { "event": { "type": "string" } },
        "required": ["event"],
        "oneOf": alternatives,
        "$defs": definitions,
    })
}

/// The schema of one event by its name; `None` for a name that is not in the catalogue.
pub fn event(name: &str) -> Option<Value> {
    let entry = catalogue::find(name)?;
    let mut definitions = shared();
    definitions.insert(entry.family.name().to_owned(), shape(entry.family));
    let mut schema = row(entry);
    schema["$schema"] = json!(DRAFT);
    schema["type"] = json!("object");
    schema["$defs"] = Value::Object(definitions);
    Some(schema)
}

/// What one row adds to the shape of its family: its name, and what depends on the name.
fn row(entry: &Entry) -> Value {
    let mut data = reference(entry.family.name());
    if let Some(code) = entry.code().filter(|_| entry.artifact_kind().is_some()) {
        let others: BTreeSet<&str> = artifact_codes().filter(|other| *other != code).collect();
        data["properties"] = json!({
            "data": { "properties": { "code": { "not": { "enum": others } } } },
        });
    }
    if let Some(member) = target_member(entry).filter(|_| entry.family.is_realtime()) {
        data["properties"][member] = reference("nullable_resource");
    }
    json!({
        "title": entry.name,
        "description": entry.meaning,
        "properties": { "event": { "const": entry.name }, "data": data },
        "required": ["event", "data"],
    })
}

/// The shape of `data` in a family.
fn shape(family: Family) -> Value {
    let status = || reference("status");
    let resource = || reference("resource");
    let nullable = || reference("nullable_resource");
    match family {
        Family::Artifact(ArtifactKind::Recording) => object(
            &["data", "recording"],
            json!({
                "data": status(), "recording": resource(),
                "bot": nullable(), "sdk_upload": nullable(),
            }),
        ),
        Family::Artifact(kind) => media(kind),
        Family::Bot => object(&["data", "bot"], json!({ "data": status(), "bot": resource() })),
        Family::SlackTeam => {
            object(&["data", "slack_team"], json!({ "data": status(), "slack_team": resource() }))
        }
        Family::SdkUpload => object(
            &["data", "sdk_upload"],
            json!({ "data": status(), "sdk_upload": resource(), "recording": nullable() }),
        ),
        Family::RealtimeEndpoint => object(
            &["data", "realtime_endpoint"],
            json!({
                "data": status(), "realtime_endpoint": resource(),
                "recording": nullable(), "bot": nullable(),
            }),
        ),
        Family::BotStatusChange => object(
            &["bot_id", "status"],
            json!({ "bot_id": string(), "status": object(
                &["code", "created_at"],
                json!({
                    "code": string(), "created_at": string(), "sub_code": nullable_string(),
                    "message": nullable_string(), "recording_id": nullable_string(),
                }),
            )}),
        ),
        Family::BotLog => object(
            &["log"],
            json!({ "bot_id": nullable_string(), "job_id": nullable_string(), "log": object(
                &[],
                json!({
                    "level": nullable_string(), "message": nullable_string(),
                    "output_id": nullable_string(), "created_at": nullable_string(),
                }),
            )}),
        ),
        Family::BotTranscription => object(
            &["transcript"],
            json!({ "bot_id": nullable_string(), "recording_id": nullable_string() }),
        ),
        Family::Calendar => object(
            &["calendar_id"],
            json!({ "calendar_id": string(), "last_updated_ts": nullable_string() }),
        ),
        Family::SlackHuddle => json!(true),
        Family::ParticipantAction | Family::TranscriptStream | Family::MediaStream => object(
            &["data"],
            json!({
                "recording": nullable(), "bot": nullable(),
                "sdk_upload": nullable(), "realtime_endpoint": nullable(),
            }),
        ),
    }
}

/// A media object stands under its own key, or under `transcript` as the vendor page prints it.
fn media(kind: ArtifactKind) -> Value {
    let own = kind.as_str();
    let present = |member: &str| json!({ "required": [member], "properties": { member: { "type": "object" } } });
    let mut schema = object(
        &["data", "recording"],
        json!({
            "data": reference("status"), "recording": reference("resource"),
            "transcript": reference("nullable_resource"), own: reference("nullable_resource"),
            "bot": reference("nullable_resource"), "sdk_upload": reference("nullable_resource"),
        }),
    );
    schema["anyOf"] = json!([present(own), present("transcript")]);
    schema
}

/// Definitions that several families use.
fn shared() -> Map<String, Value> {
    let resource =
        object(&["id"], json!({ "id": string(), "metadata": { "type": ["object", "null"] } }));
    let status = object(
        &["code", "updated_at"],
        json!({ "code": string(), "sub_code": nullable_string(), "updated_at": string() }),
    );
    Map::from_iter([
        ("resource".to_owned(), resource),
        (
            "nullable_resource".to_owned(),
            json!({ "anyOf": [reference("resource"), { "type": "null" }] }),
        ),
        ("status".to_owned(), status),
    ])
}

fn object(required: &[&str], properties: Value) -> Value {
    let mut schema = json!({ "type": "object", "required": required });
    schema["properties"] = properties;
    schema
}

fn string() -> Value {
    json!({ "type": "string" })
}

fn nullable_string() -> Value {
    json!({ "type": ["string", "null"] })
}

fn reference(definition: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{definition}") })
}
