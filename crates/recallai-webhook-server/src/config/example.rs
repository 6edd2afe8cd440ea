//! An example of a configuration, with every key: from the types themselves, as the documentation is.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Key, example_outputs, keys};

const HEAD: &str = "\
# The configuration of `recallai-webhook serve`. Every key is here with what holds if it is not set; remove the
# `#` in front of what you change. `recallai-webhook config check` says what is wrong with it, `recallai-webhook
# config show` what holds and why. Variables such as RECALLAI_WEBHOOK_LISTEN__ADDRESS, and arguments, are laid
# over it. No secret stands here, only where one is found.
";

/// What a name of the user's own is in the example.
const NAMED: [(&str, &str); 2] =
    [("endpoints.NAME", "endpoints.recall"), ("subscriptions.NAME", "subscriptions.archive")];

/// Values of keys for which nothing holds if they are not set.
const VALUES: &[(&str, &str)] = &[
    ("admin.ready_lag", "\"5m\""),
    ("admin.token", "{ file = \"admin.token\" }"),
    ("endpoints.NAME.scope", "\"acme\""),
    ("endpoints.NAME.secrets", "[{ file = \"recall.secret\" }]"),
    ("endpoints.NAME.token", "{ file = \"recall.token\" }"),
    ("retention.realtime", "\"7d\""),
    ("subscriptions.NAME.codes", "[\"done\"]"),
    ("subscriptions.NAME.events", "[\"recording.*\"]"),
    ("subscriptions.NAME.give_up_after", "\"6h\""),
    ("subscriptions.NAME.kinds", "[\"transcript\"]"),
    ("subscriptions.NAME.need", "[\"video_mixed\", \"transcript\"]"),
    ("subscriptions.NAME.on", "[\"ready\", \"failed\"]"),
    (
        "subscriptions.NAME.output",
        "{ type = \"http\", url = \"https://archive.example.com\", secret = { file = \"archive.secret\" } }",
    ),
    ("subscriptions.NAME.time_limit", "\"1m\""),
    ("telemetry.otlp.endpoint", "\"http://127.0.0.1:4318\""),
    ("telemetry.otlp.headers", "{ authorization = { file = \"collector.token\" } }"),
];

/// A file with every key, each a comment with what it says and what holds.
pub fn example() -> String {
    let mut text = HEAD.to_owned();
    let mut sections: BTreeMap<String, Vec<Key>> = BTreeMap::new();
    for key in keys() {
        // What is inside a list is shown with the list.
        if let (Some((section, _)), false) = (key.key.rsplit_once('.'), key.key.contains(".N.")) {
            sections.entry(named(section)).or_default().push(key);
        }
    }
    for (section, keys) in sections {
        // Writing to a string does not fail.
        let _ = writeln!(text, "\n# [{section}]");
        for key in keys {
            let name = key.key.rsplit('.').next().unwrap_or_default();
            let value = VALUES.iter().find(|(known, _)| *known == key.key);
            text.push_str(&assignment(name, &key, value.map(|(_, value)| *value)));
        }
    }
    text + &example_outputs::outputs()
}

/// A key with what it says, and with a value or what holds without one; each line a comment.
pub(super) fn assignment(name: &str, key: &Key, value: Option<&str>) -> String {
    let mut text = String::from("\n");
    for line in wrapped(&key.doc) {
        text.extend(["## ", &line, "\n"]);
    }
    text + &format!("# {name} = {}\n", value.unwrap_or(&key.default))
}

fn named(section: &str) -> String {
    NAMED.iter().fold(section.to_owned(), |section, (name, example)| section.replace(name, example))
}

/// Lines that fit a terminal.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut().filter(|line| line.len() + word.len() < 100) {
            Some(line) => line.extend([" ", word]),
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::keys::{self, OutputKeys};
    use crate::config::{Config, file, reading};

    fn read(text: &str) -> Result<Config, String> {
        let tree = file::parse("example.toml", text).map_err(|problem| problem.to_string())?;
        reading::read(&tree).map_err(|problem| problem.to_string())
    }

    #[test]
    fn as_it_is_written_it_changes_nothing() {
        assert_eq!(read(&example()), Ok(Config::default()));
    }

    /// Every key that there is has a value, and one that it takes.
    #[test]
    fn without_the_marks_it_is_a_configuration_too() {
        let lines = example()
            .lines()
            .map(|line| {
                let line = line
                    .strip_prefix("# ")
                    .filter(|line| line.contains(" = ") || line.starts_with('['));
                line.unwrap_or_default()
            })
            .collect::<Vec<_>>()
            .join("\n");
        let config = read(&lines).unwrap_or_else(|error| panic!("{error}\n{lines}"));
        let without_values = |config: &Config| {
            (
                config.listen.clone(),
                config.limits.clone(),
                config.shutdown.clone(),
                config.log.clone(),
            )
        };
        assert_eq!(without_values(&config), without_values(&Config::default()));
        assert!(config.endpoints.contains_key("recall"));
        assert!(config.subscriptions.contains_key("archive"));
        let outputs = keys::output_keys();
        for OutputKeys { word, .. } in &outputs {
            assert!(config.subscriptions.contains_key(&format!("to-{word}")), "{word}");
        }
        assert!(config.telemetry.otlp.is_some());
    }
}
