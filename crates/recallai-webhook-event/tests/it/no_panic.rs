//! No input panics, and every error can be shown.

use proptest::collection::vec;
use proptest::prelude::*;
use recallai_webhook_event::{Event, EventRef, Timestamp};

use crate::{generate, support};

/// Reads a body both ways and looks at everything that can be asked of the outcome.
fn read(body: &[u8]) {
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

#[test]
fn no_fixture_cut_short_at_any_byte() {
    for fixture in support::all() {
        let body = fixture.body.trim_end().as_bytes();
        for end in 0..body.len() {
            read(&body[..end]);
            assert!(EventRef::parse(&body[..end]).is_err(), "{} to byte {end}", fixture.file);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn no_bytes(body in vec(any::<u8>(), 0..200)) {
        read(&body);
    }

    #[test]
    fn no_damaged_fixture(body in generate::damaged()) {
        read(&body);
    }

    #[test]
    fn no_time(text in any::<String>()) {
        let _ = Timestamp::new(&text).instant();
    }
}
