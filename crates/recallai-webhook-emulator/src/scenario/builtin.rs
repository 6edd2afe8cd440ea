//! The scenarios that come with the crate.

/// Pairs each file with its name.
macro_rules! builtin {
    ($($name:literal,)+) => {
        /// The built-in scenarios: name and TOML, the plainest first.
        pub const BUILTIN: &[(&str, &str)] = &[$((
            $name,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/", $name, ".toml")),
        ),)+];
    };
}

builtin! {
    "plain-bot",
    "pause-and-resume",
    "stop-and-start",
    "separate-tracks",
    "async-transcript",
    "several-transcripts",
    "transcript-failed",
    "recording-failed",
    "bot-denied",
    "bot-kicked",
    "bot-never-admitted",
    "bot-fatal",
    "breakout-rooms",
    "desktop-upload",
    "desktop-upload-failed",
    "retention-delete",
    "calendar-updates",
    "slack-team",
    "realtime-traffic",
    "realtime-endpoint-failed",
    "unknown-event",
    "legacy-names",
    "vendor-page-spellings",
}
