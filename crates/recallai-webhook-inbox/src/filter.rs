//! Filters: which messages a subscription is about.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use recallai_webhook_event::{ArtifactKind, Code};
use serde::{Deserialize, Serialize};

use crate::{Class, Reading};

/// Which messages a subscription is about: of a class, and of a name, an artifact kind and a status
/// code where such are given.
///
/// ```
/// use recallai_webhook_inbox::{Filter, Reading};
///
/// let filter = Filter::events().with_name("recording.*".parse()?).with_name("bot.done".parse()?);
/// let body = br#"{"event":"bot.done","data":{"data":{"code":"done","sub_code":null,
///     "updated_at":"2024-12-04T23:25:56Z"},"bot":{"id":"b1","metadata":{}}}}"#;
/// assert!(filter.matches(&Reading::of(body)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    classes: BTreeSet<Class>,
    names: BTreeSet<Pattern>,
    kinds: BTreeSet<ArtifactKind>,
    codes: BTreeSet<Code>,
}

impl Filter {
    /// Every event of the catalogue.
    pub fn events() -> Self {
        Self::classes([Class::Event])
    }

    /// Every event whose name is not in the catalogue.
    pub fn unknown() -> Self {
        Self::classes([Class::Unknown])
    }

    /// Every message that is no readable event.
    pub fn unreadable() -> Self {
        Self::classes([Class::Unreadable])
    }

    /// Every message.
    pub fn everything() -> Self {
        Self::classes(Class::ALL)
    }

    /// Every message of these classes.
    pub fn classes(classes: impl IntoIterator<Item = Class>) -> Self {
        Self {
            classes: classes.into_iter().collect(),
            names: BTreeSet::new(),
            kinds: BTreeSet::new(),
            codes: BTreeSet::new(),
        }
    }

    /// Only messages of this name. Given again, of either.
    #[must_use]
    pub fn with_name(mut self, pattern: Pattern) -> Self {
        self.names.insert(pattern);
        self
    }

    /// Only artifact events of this kind. Given again, of either.
    #[must_use]
    pub fn with_kind(mut self, kind: ArtifactKind) -> Self {
        self.kinds.insert(kind);
        self
    }

    /// Only events with this status code. Given again, with either.
    #[must_use]
    pub fn with_code(mut self, code: Code) -> Self {
        self.codes.insert(code);
        self
    }

    /// Whether a message is meant.
    pub fn matches(&self, reading: &Reading) -> bool {
        let facts = reading.facts();
        self.classes.contains(&reading.class())
            && (self.names.is_empty() || reading.event_name().is_some_and(|name| self.names(name)))
            && (self.kinds.is_empty() || facts.artifact().is_some_and(|k| self.kinds.contains(&k)))
            && (self.codes.is_empty() || facts.code().is_some_and(|c| self.codes.contains(c)))
    }

    fn names(&self, name: &str) -> bool {
        self.names.iter().any(|pattern| pattern.matches(name))
    }

    pub(crate) fn to_row(&self) -> FilterRow {
        let text = |texts: &mut dyn Iterator<Item = &str>| texts.map(str::to_owned).collect();
        FilterRow {
            classes: text(&mut self.classes.iter().map(|class| class.as_str())),
            names: text(&mut self.names.iter().map(Pattern::as_str)),
            kinds: text(&mut self.kinds.iter().map(|kind| kind.as_str())),
            codes: text(&mut self.codes.iter().map(Code::as_str)),
        }
    }

    pub(crate) fn from_row(row: &FilterRow) -> Option<Self> {
        Some(Self {
            classes: row.classes.iter().map(|name| name.parse().ok()).collect::<Option<_>>()?,
            names: row.names.iter().map(|name| name.parse().ok()).collect::<Option<_>>()?,
            kinds: row.kinds.iter().map(|name| name.parse().ok()).collect::<Option<_>>()?,
            codes: row.codes.iter().map(|code| Code::from(code.as_str())).collect(),
        })
    }
}

/// A filter as it is stored: members in this order, each sorted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FilterRow {
    classes: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    names: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    kinds: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    codes: Vec<String>,
}

/// An event name in which `*` stands for any text: `recording.*`, `*.failed`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern(Box<str>);

impl Pattern {
    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether an event name is meant.
    pub fn matches(&self, name: &str) -> bool {
        let Some((first, rest)) = self.0.split_once('*') else { return *self.0 == *name };
        let Some(mut name) = name.strip_prefix(first) else { return false };
        let mut parts: Vec<_> = rest.split('*').collect();
        let last = parts.pop().unwrap_or_default();
        for part in parts {
            // The first place that fits leaves most to the parts that follow.
            let Some(at) = name.find(part) else { return false };
            name = &name[at + part.len()..];
        }
        name.ends_with(last)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no [`Pattern`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error("an event name or a pattern such as `recording.*` is not empty and has no white space")]
pub struct PatternError;

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_plain = !text.is_empty() && !text.contains(char::is_whitespace);
        if is_plain { Ok(Self(text.into())) } else { Err(PatternError) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, name, expected) in [
            ("recording.done", "recording.done", true),
            ("recording.done", "recording.done2", false),
            ("recording.*", "recording.done", true),
            ("recording.*", "recordings.done", false),
            ("*.failed", "video_mixed.failed", true),
            ("*.failed", "video_mixed.failed.x", false),
            ("*", "", true),
            ("*", "anything", true),
            ("video_*.d*e", "video_separate.done", true),
            ("video_*.d*e", "video_separate.don", false),
            ("a*a", "a", false),
            ("a*b*b", "a.b", false),
            ("a*b*b", "ab.b", true),
        ] {
            let pattern: Pattern = pattern.parse().unwrap();
            assert_eq!(pattern.matches(name), expected, "{pattern} {name}");
        }
        assert!("".parse::<Pattern>().is_err());
        assert!("a b".parse::<Pattern>().is_err());
    }
}
