//! What holds of reading a body, whatever it is, and of writing a readable one again.

use recallai_webhook_event::{Event, EventRef};

use super::tree::Tree;

/// The law of the fuzz target `parse`: no panic, and what was read survives being written.
pub(crate) fn check(body: &[u8]) {
    read(body);
    let Ok(text) = std::str::from_utf8(body) else { return };
    // Half of a surrogate pair is all that does not survive, and the tree cannot hold it either.
    let is_whole = serde_json::from_str::<serde_json::Value>(text).is_ok();
    match Event::parse(body) {
        Ok(_) if is_whole => survives(text),
        Ok(event) => {
            let written = event.to_json();
            assert_eq!(Event::parse(written.as_bytes()).unwrap().to_json(), written);
        }
        Err(_) => {}
    }
}

/// Reads a body both ways and looks at everything that can be asked of the outcome.
pub(crate) fn read(body: &[u8]) {
    match EventRef::parse(body) {
        Ok(event) => {
            let _ = (event.artifact(), event.recording_id(), event.bot_id(), event.sdk_upload_id());
            let event = event.to_event();
            let _ = (event.status(), event.differing_code(), event.data(), event.to_json());
            let _ = format!("{event:?}");
        }
        Err(error) => {
            assert!(error.offset() <= body.len());
            let shown = error.to_string();
            assert!(shown.contains(&error.reason().to_string()));
            assert!(shown.starts_with(error.path()));
        }
    }
    let _ = Event::parse(body);
}

/// Writing an event gives a body equivalent to the one it was read from.
#[track_caller]
pub(crate) fn survives(body: &str) {
    let event = Event::parse(body.as_bytes()).unwrap_or_else(|error| panic!("{error} in {body}"));
    let written = event.to_json();
    assert_eq!(Tree::parse(&written), Tree::parse(body), "{body}");
    assert_eq!(written, serde_json::to_string(&event).unwrap());
    // What is read back is the same event, by either way in.
    let again = Event::parse(written.as_bytes()).unwrap();
    assert_eq!(again.to_json(), written);
    assert_eq!(serde_json::from_str::<Event>(body).unwrap(), event);
}
