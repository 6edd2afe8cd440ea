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
        Value::String(_) if is_hidden(key) => HIDDEN.into(),
        Value::String(text) => without_secrets(text).into(),
        Value::Array(items) => items.iter().map(|item| redacted(key, item)).collect(),
        other => other.clone(),
    }
}

/// What a receiver or a program is told, of which anything may be a secret. Where a header is found is none.
fn is_hidden(key: &str) -> bool {
    let is_place = key.ends_with(".file") || key.ends_with(".env");
    (key.contains(".headers.") && !is_place)
        || key.contains(".output.environment.")
        || key.ends_with(".output.arguments")
}

/// A text without verification secrets; of a URL, the scheme and the host.
fn without_secrets(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(at) = text.find("whsec_") {
        text.truncate(at + "whsec_".len());
        text.push_str(HIDDEN);
    }
    let Some(begin) = text.find("://").map(|at| at + 3) else { return text };
    let end = text[begin..].find(['/', '?', '#']).map_or(text.len(), |at| begin + at);
    if text.len() > end + 1 {
        text.truncate(end + 1);
        text.push_str(HIDDEN);
    }
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
            ("https://a.example", "https://a.example"),
            ("https://a.example/", "https://a.example/"),
            ("https://a.example/canary/x", "https://a.example/…"),
            ("https://user:canary@a.example/x@y", "https://…@a.example/…"),
            ("https://a.example?token=canary", "https://a.example?…"),
            ("label=whsec_canary", "label=whsec_…"),
        ] {
            assert_eq!(without_secrets(text), expected);
        }
        let key = "subscriptions.a.output.headers.authorization";
        assert_eq!(redacted(key, &"Bearer canary".into()), Value::from("…"));
        assert_eq!(redacted(&format!("{key}.file"), &"token".into()), Value::from("token"));
        for key in ["environment.KEY", "environment.file", "arguments"] {
            let key = format!("subscriptions.a.output.{key}");
            assert_eq!(redacted(&key, &"--token=canary".into()), Value::from("…"), "{key}");
        }
    }
}
