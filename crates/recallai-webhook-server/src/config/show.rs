//! The merged configuration for a person: each value, and where it comes from.

use serde_json::Value;

use super::{Loaded, Source};

/// A value of the configuration.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Shown {
    /// The key, such as `endpoints.recall.path`.
    pub key: String,
    /// The value as JSON; a part that may be secret is `…`.
    pub value: Value,
    /// Where it comes from.
    pub source: Source,
}

/// What stands for a part that is not shown.
const HIDDEN: &str = "…";

pub(super) fn show(loaded: &Loaded) -> Vec<Shown> {
    let mut shown = Vec::new();
    // Texts, numbers and tables by name only: they can be written.
    let config = serde_json::to_value(&loaded.config).unwrap_or_default();
    collect(loaded, String::new(), &config, &mut shown);
    shown
}

fn collect(loaded: &Loaded, key: String, value: &Value, shown: &mut Vec<Shown>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, value) in members {
                let key = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
                collect(loaded, key, value, shown);
            }
        }
        Value::Object(_) => {}
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for (index, value) in items.iter().enumerate() {
                collect(loaded, format!("{key}.{index}"), value, shown);
            }
        }
        _ => {
            let source = loaded.source(&key).clone();
            let value = redacted(&key, value);
            shown.push(Shown { key, value, source });
        }
    }
}

/// A value without what may be secret in it: who writes a secret where none belongs is not to find it in
/// a terminal or a ticket.
fn redacted(key: &str, value: &Value) -> Value {
    match value {
        Value::String(_) if is_hidden(key) => Value::String(HIDDEN.to_owned()),
        // Webhooks of many services are secret by their path.
        Value::String(text) if key.ends_with(".output.url") => Value::String(host(text)),
        Value::String(text) => Value::String(without_secrets(text)),
        Value::Array(items) => items.iter().map(|item| redacted(key, item)).collect(),
        other => other.clone(),
    }
}

/// Whether a value is for somebody else, who may take it for a secret: what a program or a receiver is given.
fn is_hidden(key: &str) -> bool {
    // The place of a secret says where it is, not what.
    let place = key.rsplit_once('.').filter(|(_, name)| matches!(*name, "file" | "env"));
    let is_place = place.is_some_and(|(header, _)| !header.ends_with(".headers"));
    key.ends_with(".output.arguments")
        || key.contains(".output.environment.")
        || key.contains(".headers.") && !is_place
}

/// A URL to its host and port.
fn host(text: &str) -> String {
    let mut text = without_secrets(text);
    let begin = text.find("://").map_or(0, |at| at + 3);
    if let Some(path) = text[begin..].find(['/', '?', '#']).map(|at| begin + at + 1)
        && path < text.len()
    {
        text.truncate(path);
        text.push_str(HIDDEN);
    }
    text
}

/// A text without verification secrets, without the password of a URL and without its query.
fn without_secrets(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(at) = text.find("whsec_") {
        text.truncate(at + "whsec_".len());
        text.push_str(HIDDEN);
    }
    let Some(begin) = text.find("://").map(|at| at + 3) else { return text };
    if let Some(query) = text[begin..].find('?').map(|at| begin + at + 1) {
        text.truncate(query);
        text.push_str(HIDDEN);
    }
    let end = text[begin..].find(['/', '?', '#']).map_or(text.len(), |at| begin + at);
    if let Some(at) = text[begin..end].rfind('@') {
        text.replace_range(begin..begin + at, HIDDEN);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_secret_is_not_shown() {
        for (text, expected) in [
            ("/webhooks/recall", "/webhooks/recall"),
            ("https://a.example/x", "https://a.example/x"),
            ("https://user:canary@a.example/x@y", "https://…@a.example/x@y"),
            ("https://a.example/x?token=canary", "https://a.example/x?…"),
            ("label=whsec_canary", "label=whsec_…"),
        ] {
            assert_eq!(without_secrets(text), expected);
        }
        let key = "subscriptions.a.output.headers.authorization";
        assert_eq!(redacted(key, &"Bearer canary".into()), Value::from("…"));
        assert_eq!(redacted(&format!("{key}.file"), &"token".into()), Value::from("token"));
        for key in ["headers.file", "environment.TOKEN", "environment.file", "arguments"] {
            let key = format!("subscriptions.a.output.{key}");
            assert_eq!(redacted(&key, &"canary".into()), Value::from("…"), "{key}");
            let many = Value::from(vec!["canary", "canary"]);
            assert_eq!(redacted(&key, &many), Value::from(vec!["…", "…"]), "{key}");
        }
        for (url, expected) in [
            ("https://hooks.example/services/canary?canary=canary", "https://hooks.example/…"),
            ("https://canary:canary@hooks.example:8443?canary", "https://…@hooks.example:8443?…"),
            ("https://hooks.example#canary", "https://hooks.example#…"),
            ("https://hooks.example/", "https://hooks.example/"),
            ("hooks.example/canary", "hooks.example/…"),
        ] {
            assert_eq!(redacted("subscriptions.a.output.url", &url.into()), Value::from(expected));
        }
    }
}
