//! Sub codes: nothing twice, and each with its meaning.

use std::collections::BTreeSet;

use recallai_webhook_event::{SUB_CODES, SubCode, catalogue, sub_codes};

use crate::support;

#[test]
fn every_row_stands_once_and_is_filled_in() {
    let mut seen = BTreeSet::new();
    for entry in SUB_CODES {
        assert!(seen.insert((entry.event, entry.sub_code)), "{}", entry.sub_code);
        assert!(entry.meaning.ends_with('.') && entry.meaning.len() > 10, "{}", entry.sub_code);
        assert!(catalogue::find(entry.event).is_some(), "{}", entry.event);
        let spelled = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        assert!(entry.sub_code.chars().all(spelled), "{}", entry.sub_code);
    }
}

#[test]
fn every_row_stands_in_the_changelog() {
    for entry in SUB_CODES {
        assert!(support::is_in_changelog(entry.sub_code), "{}", entry.sub_code);
    }
}

#[test]
fn meanings_are_looked_up_by_event() {
    for entry in SUB_CODES {
        let sub_code = SubCode::from(entry.sub_code);
        assert_eq!(sub_code.meaning(entry.event), Some(entry.meaning));
        assert_eq!(sub_code.meaning("recording.failed"), None);
    }
    assert_eq!(SubCode::from("a_reason_of_next_year").meaning("bot.fatal"), None);
    assert!(sub_codes::PROVIDER_CONNECTION_FAILED.meaning("transcript.failed").is_some());
}

/// The list of the vendor's Recording Webhooks page, copied by hand.
#[test]
fn the_sub_codes_of_the_vendor_page_are_in() {
    for sub_code in [
        "provider_connection_failed",
        "zoom_global_captions_disabled",
        "zoom_host_disabled_meeting_captions",
        "zoom_captions_failure",
    ] {
        assert!(SubCode::from(sub_code).meaning("transcript.failed").is_some(), "{sub_code}");
    }
}
