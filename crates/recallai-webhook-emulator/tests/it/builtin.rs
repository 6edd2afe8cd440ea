//! The built-in scenarios.

use recallai_webhook_emulator::{BUILTIN, Channel, Scenario};
use recallai_webhook_event::{CATALOGUE, EventName, SUB_CODES};

use crate::{builtins, events, meeting};

#[test]
fn each_can_be_read_is_called_like_its_file_and_describes_itself() {
    for (name, text) in BUILTIN {
        let scenario = Scenario::from_toml(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(scenario.name(), *name);
        assert!(scenario.description().ends_with('.'), "{name}");
        assert_eq!(BUILTIN.iter().filter(|(other, _)| other == name).count(), 1, "{name}");
    }
    let error = Scenario::builtin("no-such").unwrap_err().to_string();
    assert!(
        error.starts_with("there is no scenario `no-such`; expected one of `plain-bot`"),
        "{error}"
    );
}

#[test]
fn every_file_is_built_in() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios");
    for file in std::fs::read_dir(directory).unwrap() {
        let file = file.unwrap().file_name().into_string().unwrap();
        let name = file.strip_suffix(".toml").unwrap();
        assert!(BUILTIN.iter().any(|(builtin, _)| *builtin == name), "{file}");
    }
}

/// What a test or a demonstration is built on has no loose end; a warning would be a mistake in the file.
#[test]
fn none_has_a_warning_that_its_story_does_not_call_for() {
    for scenario in builtins() {
        assert_eq!(scenario.warnings(), [""; 0], "{}", scenario.name());
    }
}

/// Everything can be read, and is known but for the events whose point it is not to be.
#[test]
fn every_body_is_of_its_event_and_channel() {
    for scenario in builtins() {
        let name = scenario.name().to_owned();
        let trace = meeting(scenario, 1);
        for (message, event) in trace.messages.iter().zip(events(&trace)) {
            assert_eq!(event.name(), &*message.event, "{name}");
            let family = EventName::new(&message.event).family();
            assert!(family.is_some() || name == "unknown-event", "{name}: {}", message.event);
            let is_live = family.is_some_and(|family| {
                family.channel() == recallai_webhook_event::Channel::Realtime
            });
            let channel = if is_live { Channel::Realtime } else { Channel::Dashboard };
            assert_eq!(message.channel, channel, "{name}: {}", message.event);
        }
    }
}

#[test]
fn unknown_events_are_between_known_ones() {
    let trace = meeting(crate::builtin("unknown-event"), 1);
    let unknown = events(&trace).iter().filter(|event| event.entry().is_none()).count();
    assert_eq!(unknown, 3);
    assert!(CATALOGUE.iter().all(|entry| entry.name != "summary.done"), "known by now");
}

#[test]
fn a_transcript_fails_for_every_documented_reason() {
    let trace = meeting(crate::builtin("transcript-failed"), 1);
    let failed = events(&trace).into_iter().filter(|event| *event.name() == "transcript.failed");
    let mut reasons: Vec<String> = failed
        .map(|event| event.status().unwrap().sub_code.as_ref().unwrap().as_str().to_owned())
        .collect();
    let documented = SUB_CODES.iter().filter(|entry| entry.event == "transcript.failed");
    let mut documented: Vec<&str> = documented.map(|entry| entry.sub_code).collect();
    reasons.sort_unstable();
    documented.sort_unstable();
    assert_eq!(reasons, documented);
}

/// Circulating made-up sub codes would teach receivers what is never sent.
#[test]
fn only_documented_sub_codes_are_sent() {
    for scenario in builtins() {
        let name = scenario.name().to_owned();
        let trace = meeting(scenario, 1);
        for event in events(&trace).iter().filter(|event| event.entry().is_some()) {
            let sub_code = event.status().and_then(|status| status.sub_code.as_ref());
            if let Some(sub_code) = sub_code {
                let meaning = sub_code.meaning(event.name().as_str());
                assert!(meaning.is_some(), "{name}: {} with {sub_code}", event.name());
            }
        }
    }
}
