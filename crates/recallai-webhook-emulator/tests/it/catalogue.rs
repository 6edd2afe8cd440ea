//! Every event that the catalogue knows is sent by some scenario.

use std::collections::BTreeSet;

use recallai_webhook_event::CATALOGUE;

use crate::builtins;

/// Names that no scenario sends, each with its reason.
const NOT_SENT: &[(&str, &str)] = &[
    ("audio_mixed_raw.data", "over a WebSocket only"),
    ("audio_separate_raw.data", "over a WebSocket only"),
    ("video_separate_png.data", "over a WebSocket only"),
    ("video_separate_h264.data", "over a WebSocket only"),
];

#[test]
fn every_name_is_sent_by_a_scenario_or_has_a_reason_not_to_be() {
    let sent: BTreeSet<String> = builtins()
        .flat_map(|scenario| scenario.events().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    for entry in CATALOGUE {
        let excepted = NOT_SENT.iter().any(|(name, _)| *name == entry.name);
        assert_ne!(sent.contains(entry.name), excepted, "{}", entry.name);
    }
    for (name, _) in NOT_SENT {
        assert!(
            CATALOGUE.iter().any(|entry| entry.name == *name),
            "{name} is not in the catalogue"
        );
    }
}
