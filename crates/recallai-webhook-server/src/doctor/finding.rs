//! What was found.

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Level {
    /// It is as it should be.
    Ok,
    /// It works, and a person should look at it.
    Warning,
    /// It does not work, or does not for long.
    Failure,
}

impl Level {
    /// The level in a word: `ok`, `warning` or `failure`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failure => "failure",
        }
    }
}

/// Something that was looked at, and how it is. No secret is in it; names of events are the sender's text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What was looked at, in a word, such as `disk`.
    pub check: &'static str,
    /// How much it matters.
    pub level: Level,
    /// What was found.
    pub what: Box<str>,
    /// What a person can do about it.
    pub advice: Option<Box<str>>,
}

impl Finding {
    /// It is as it should be.
    pub fn ok(check: &'static str, what: impl Into<Box<str>>) -> Self {
        Self { check, level: Level::Ok, what: what.into(), advice: None }
    }

    /// A person should look at it.
    pub fn warning(check: &'static str, what: impl Into<Box<str>>) -> Self {
        Self { level: Level::Warning, ..Self::ok(check, what) }
    }

    /// It does not work.
    pub fn failure(check: &'static str, what: impl Into<Box<str>>) -> Self {
        Self { level: Level::Failure, ..Self::ok(check, what) }
    }

    /// The same with what to do.
    #[must_use]
    pub fn with_advice(mut self, advice: impl Into<Box<str>>) -> Self {
        self.advice = Some(advice.into());
        self
    }
}
