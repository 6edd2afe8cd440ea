//! No error ever shows a value of the body, nor a member name that the sender made up.

use recallai_webhook_event::{Event, EventRef};

use crate::laws::tree::Tree;
use crate::support;

const MARKER: &str = "zq7marker";

/// Asserts that no error about the body shows the marker.
fn check(body: &[u8]) -> bool {
    let Err(error) = EventRef::parse(body) else { return false };
    let text = String::from_utf8_lossy(body);
    for shown in [error.to_string(), format!("{error:?}"), format!("{:?}", error.reason())] {
        assert!(!shown.contains(MARKER), "{shown} in {text}");
    }
    if let Err(error) = serde_json::from_slice::<Event>(body) {
        // `serde_json` may be the first to stumble; it knows positions only.
        assert!(!error.to_string().contains(MARKER), "{error} in {text}");
    }
    true
}

/// The fixture with the marker in the place of every string but the name, and as an unknown member
/// of every object.
fn planted(tree: &Tree) -> Tree {
    match tree {
        Tree::Object(members) => {
            let mut members: std::collections::BTreeMap<_, _> = members
                .iter()
                .map(|(name, value)| match name.as_str() {
                    "event" => (name.clone(), value.clone()),
                    _ => (name.clone(), planted(value)),
                })
                .collect();
            members.insert(format!("{MARKER}-name"), Tree::Text(format!("{MARKER}-value")));
            Tree::Object(members)
        }
        Tree::Array(elements) => Tree::Array(elements.iter().map(planted).collect()),
        Tree::Text(_) => Tree::Text(MARKER.to_owned()),
        Tree::Other(_) => tree.clone(),
    }
}

#[test]
fn no_error_shows_the_marker() {
    let mut errors = 0;
    for file in [
        "transcript.done.desktop-sdk.json",
        "recording.done.bot.json",
        "bot.status_change.legacy.json",
        "bot.output_log.documented.json",
        "calendar.sync_events.json",
        "rt.transcript.data.json",
        "sdk_upload.complete.documented.json",
    ] {
        let tree = planted(&Tree::parse(&support::read(file)));
        let body = tree.event_first();
        // Cut short, and with one byte replaced by one that fits nowhere, at every place.
        for at in 0..body.len() {
            errors += usize::from(check(&body.as_bytes()[..at]));
            for byte in [b'\\', b'"', b'\x01', b'}', 0xff] {
                let mut broken = body.clone().into_bytes();
                broken[at] = byte;
                errors += usize::from(check(&broken));
            }
        }
        for path in tree.paths() {
            let marker = |json: &str| Some(Tree::parse(&json.replace('_', MARKER)));
            for value in [None, marker("[\"_\"]"), marker("\"_\""), marker("{\"_\":{\"_\":\"_\"}}")]
            {
                errors += usize::from(check(tree.with(&path, value).to_string().as_bytes()));
            }
        }
        // Every member given twice.
        let twice =
            body.replacen("\"zq7marker-name\"", "\"zq7marker-name\":0,\"zq7marker-name\"", 1);
        assert!(check(twice.as_bytes()));
        // The name itself is a value too.
        let named = tree.with(&["event".to_owned()], Some(Tree::Text(MARKER.to_owned())));
        assert!(check(format!("{named},").as_bytes()));
    }
    assert!(errors > 5000, "{errors}");
}

/// What `Deserialize` says of an unreadable event is the parser's message.
#[test]
fn nor_does_serde() {
    let body = format!(r#"{{"event":"bot.done","data":{{"bot":"{MARKER}"}}}}"#);
    let error = serde_json::from_str::<Event>(&body).unwrap_err();
    assert!(error.to_string().starts_with("data.bot: expected an object"), "{error}");
}
