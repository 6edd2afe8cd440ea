//! Cases: the rows of the check.

use std::fmt;

use recallai_webhook_event::{CATALOGUE, Entry};

use super::Bug;
use super::variant::{Body, ORDINARY, Variant};
use super::watch::Watch;

/// One row of the check.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Case {
    /// Its name on a command line, such as `empty-signature`. HeaderNames stay what they are.
    pub name: &'static str,
    /// What it is about.
    pub group: Group,
    /// What a failure means.
    pub grade: Grade,
    /// What is sent.
    pub sent: &'static str,
    /// What the receiver should answer.
    pub expected: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// The mistake that a failure shows, if the answer does not show another one.
    pub bug: Bug,
    pub(super) sends: Sends,
    pub(super) watch: Option<Watch>,
    /// The cases whose failure explains one of this, the likeliest first.
    pub(super) explained_by: &'static [&'static str],
    /// Whether it says something only of a receiver that reads both families of headers.
    pub(super) needs_both_families: bool,
}

/// What the failure of a case means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Grade {
    /// It stops deliveries, loses messages or acts on them twice, or lets a forgery in.
    Must,
    /// It costs something: advice.
    Should,
}

/// What a case is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Group {
    /// Ordinary deliveries.
    Ordinary,
    /// The same message again, and many messages at once.
    Repeats,
    /// What an event may look like.
    Events,
    /// The bytes of a body.
    Bodies,
    /// Forged and mistaken signatures.
    Signatures,
    /// The timestamp.
    Timestamps,
    /// The three headers.
    Headers,
    /// More than one signature.
    Rotation,
    /// What a request may cost.
    Limits,
    /// The answers themselves.
    Answers,
}

/// What a case sends.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sends {
    /// Nothing of its own.
    Nothing,
    /// One after the other.
    InTurn(&'static [Variant]),
    /// All at once.
    AtOnce(&'static [Variant]),
    /// As many different ordinary messages, all at once.
    Burst(u16),
    /// The example of each event that is chosen, one after the other.
    Examples(fn(&Entry) -> bool),
}

impl Case {
    pub(super) const fn must(group: Group, name: &'static str, bug: Bug) -> Self {
        Self {
            name,
            group,
            grade: Grade::Must,
            sent: "",
            expected: "",
            why: "",
            bug,
            sends: Sends::Nothing,
            watch: None,
            explained_by: &[],
            needs_both_families: false,
        }
    }

    pub(super) const fn should(group: Group, name: &'static str, bug: Bug) -> Self {
        Self { grade: Grade::Should, ..Self::must(group, name, bug) }
    }

    pub(super) const fn sends(self, sent: &'static str, sends: Sends) -> Self {
        Self { sent, sends, ..self }
    }

    pub(super) const fn expects(self, expected: &'static str) -> Self {
        Self { expected, ..self }
    }

    pub(super) const fn because(self, why: &'static str) -> Self {
        Self { why, ..self }
    }

    /// Judges it by more than the answers to what it sends.
    pub(super) const fn watches(self, watch: Watch) -> Self {
        Self { watch: Some(watch), ..self }
    }

    pub(super) const fn explained_by(self, names: &'static [&'static str]) -> Self {
        Self { explained_by: names, ..self }
    }

    pub(super) const fn of_both_families(self) -> Self {
        Self { needs_both_families: true, ..self }
    }

    /// What it sends, in rounds: those of one round at once, one round after the other.
    pub(super) fn rounds(&self) -> Vec<Vec<Variant>> {
        match self.sends {
            Sends::Nothing => Vec::new(),
            Sends::InTurn(variants) => variants.iter().map(|variant| vec![*variant]).collect(),
            Sends::AtOnce(variants) => vec![variants.to_vec()],
            Sends::Burst(count) => vec![(0..count).map(|number| ORDINARY.of(number)).collect()],
            Sends::Examples(is_chosen) => {
                let chosen = CATALOGUE.iter().filter(|entry| is_chosen(entry));
                let variant = |(number, entry)| ORDINARY.with(Body::Example(entry)).of(number);
                (0..).zip(chosen).map(|it| vec![variant(it)]).collect()
            }
        }
    }
}

impl Grade {
    /// Its name: `must` or `should`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
        }
    }
}

impl Group {
    /// Its name, such as `signatures`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::Repeats => "repeats",
            Self::Events => "events",
            Self::Bodies => "bodies",
            Self::Signatures => "signatures",
            Self::Timestamps => "timestamps",
            Self::Headers => "headers",
            Self::Rotation => "rotation",
            Self::Limits => "limits",
            Self::Answers => "answers",
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
