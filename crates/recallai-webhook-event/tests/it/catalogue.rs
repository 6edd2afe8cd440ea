//! The catalogue is whole: nothing twice, nothing forgotten.

use std::collections::BTreeSet;

use proptest::prelude::*;
use recallai_webhook_event::{
    ArtifactKind, CATALOGUE, Channel, EventData, EventName, Family, catalogue, names,
};

use crate::support;

/// The tables of the vendor's Recording Webhooks page, copied by hand, and `recording.paused`, which
/// its sample apps know.
const VENDOR_PAGE: [&str; 33] = [
    "recording.processing",
    "recording.done",
    "recording.failed",
    "recording.deleted",
    "recording.paused",
    "transcript.processing",
    "transcript.done",
    "transcript.failed",
    "transcript.deleted",
    "participant_events.processing",
    "participant_events.done",
    "participant_events.failed",
    "participant_events.deleted",
    "video_mixed.processing",
    "video_mixed.done",
    "video_mixed.failed",
    "video_mixed.deleted",
    "video_separate.processing",
    "video_separate.done",
    "video_separate.failed",
    "video_separate.deleted",
    "audio_mixed.processing",
    "audio_mixed.done",
    "audio_mixed.failed",
    "audio_mixed.deleted",
    "audio_separate.processing",
    "audio_separate.done",
    "audio_separate.failed",
    "audio_separate.deleted",
    "meeting_metadata.processing",
    "meeting_metadata.done",
    "meeting_metadata.failed",
    "meeting_metadata.deleted",
];

#[test]
fn the_artifact_families_are_those_of_the_vendor_page() {
    let ours: BTreeSet<&str> = CATALOGUE
        .iter()
        .filter(|entry| entry.artifact_kind().is_some())
        .map(|entry| entry.name)
        .collect();
    assert_eq!(ours, BTreeSet::from(VENDOR_PAGE));
}

/// In `ALL`, in what an unknown kind is told, and of one name with its family.
#[test]
fn every_kind_of_artifact_is_listed() {
    let told = "no kind".parse::<ArtifactKind>().unwrap_err().to_string();
    for entry in CATALOGUE {
        let Some(kind) = entry.artifact_kind() else { continue };
        assert_eq!(entry.family.name().parse(), Ok(kind), "{}", entry.name);
        assert!(ArtifactKind::ALL.contains(&kind), "{}", entry.name);
        assert!(told.contains(kind.as_str()), "{told}");
        assert_eq!(entry.name.split_once('.').unwrap().0, kind.as_str());
    }
}

#[test]
fn no_name_and_no_constant_stands_twice() {
    let mut names = BTreeSet::new();
    let mut constants = BTreeSet::new();
    for entry in CATALOGUE {
        assert!(names.insert(entry.name), "{}", entry.name);
        assert!(constants.insert(entry.constant), "{}", entry.constant);
        assert_eq!(entry.constant, entry.name.replace('.', "_").to_uppercase());
    }
}

#[test]
fn every_row_is_filled_in() {
    for entry in CATALOGUE {
        assert!(entry.meaning.ends_with('.'), "{}", entry.name);
        assert!(!entry.since.is_empty() && !entry.source.is_empty(), "{}", entry.name);
        assert!(!entry.family.name().is_empty() && !entry.channel().name().is_empty());
        assert_eq!(entry.code().is_some(), entry.family.has_status(), "{}", entry.name);
    }
}

#[test]
fn every_row_has_a_fixture() {
    let have: BTreeSet<String> = support::events()
        .iter()
        .map(|fixture| {
            let body: serde_json::Value = serde_json::from_str(&fixture.body).unwrap();
            body["event"].as_str().unwrap().to_owned()
        })
        .collect();
    let rows: BTreeSet<String> = CATALOGUE.iter().map(|entry| entry.name.to_owned()).collect();
    assert_eq!(have, rows);
}

/// Users look there for what they can register for since which version.
#[test]
fn every_row_stands_in_the_changelog() {
    for entry in CATALOGUE {
        assert!(support::is_in_changelog(entry.name), "{}", entry.name);
    }
}

#[test]
fn real_time_fixtures_are_marked_in_their_name() {
    for fixture in support::events() {
        let event = recallai_webhook_event::EventRef::parse(fixture.body.as_bytes()).unwrap();
        let family = event.family().unwrap();
        let realtime = family.channel() != Channel::Dashboard && family != Family::BotTranscription;
        assert_eq!(fixture.file.starts_with("rt."), realtime, "{}", fixture.file);
    }
}

fn example(entry: &recallai_webhook_event::Entry) -> recallai_webhook_event::Event {
    recallai_webhook_event::Event::parse(entry.example().as_bytes())
        .unwrap_or_else(|error| panic!("{}: {error}", entry.name))
}

#[test]
fn every_row_has_an_example_of_its_type() {
    for entry in CATALOGUE {
        let event = example(entry);
        assert_eq!(event.entry(), Some(entry));
        let opaque = matches!(event.data(), EventData::Opaque(_));
        assert_eq!(opaque, entry.family == Family::SlackHuddle, "{}", entry.name);
        if let Some(status) = event.status() {
            let alias = entry.name == "sdk_upload.completed";
            assert_eq!(event.differing_code().is_some(), alias, "{}", entry.name);
            assert!(status.extra.is_empty());
            assert!(status.updated_at.instant().is_some());
        }
    }
}

#[test]
fn constants_carry_the_type_of_their_payload() {
    let done = example(catalogue::find(names::RECORDING_DONE.as_str()).unwrap());
    fn is<P: recallai_webhook_event::Payload>(
        event: &recallai_webhook_event::Event,
        _: recallai_webhook_event::Name<P>,
    ) -> bool {
        event.payload::<P>().is_some()
    }
    assert!(is(&done, names::RECORDING_DONE));
    assert!(!is(&done, names::BOT_DONE));
    assert_eq!(names::families::TRANSCRIPT_STREAM.family(), Family::TranscriptStream);
}

#[test]
fn find_finds_each_row() {
    for entry in CATALOGUE {
        assert!(std::ptr::eq(catalogue::find(entry.name).unwrap(), entry), "{}", entry.name);
        assert_eq!(EventName::new(entry.name).family(), Some(entry.family));
    }
}

/// Whether `find` says what a walk over the table says.
fn check(name: &str) {
    let walked = CATALOGUE.iter().find(|entry| entry.name == name);
    assert_eq!(catalogue::find(name), walked, "{name:?}");
    assert_eq!(EventName::new(name).as_str(), name);
}

proptest! {
    #[test]
    fn find_finds_nothing_else(name in any::<String>()) {
        check(&name);
    }

    #[test]
    fn find_is_not_taken_in_by_a_near_miss(
        row in 0..CATALOGUE.len(),
        place in any::<prop::sample::Index>(),
        with in "[a-z._]{0,2}",
    ) {
        let mut name = CATALOGUE[row].name.to_owned();
        let at = place.index(name.len());
        name.replace_range(at..=at, &with);
        check(&name);
        check(&CATALOGUE[row].name[..at]);
    }
}

#[test]
fn a_family_finds_its_own_names_only() {
    let found = names::families::BOT.name("bot.done").unwrap();
    assert_eq!(found.as_str(), names::BOT_DONE.as_str());
    assert!(names::families::BOT.name("bot.log").is_none(), "the name of another family");
    assert!(names::families::TRANSCRIPT.name("transcript.data").is_none());
    assert!(names::families::BOT.name("bot.teleported").is_none());
}
