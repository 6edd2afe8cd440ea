//! Scenarios: what happens in one meeting, as people write it.

mod builtin;
mod cast;
mod document;
mod error;
mod labelled;
mod life;
mod offset;
mod steps;
mod warnings;
mod written;

use std::sync::Arc;
use std::time::Duration;

pub use builtin::BUILTIN;
pub use error::ScenarioError;

use crate::meeting::Script;
use document::Document;

/// What happens in one meeting, or around it: things such as bots and recordings, and the events that tell of
/// them, each at its time.
///
/// It is written as TOML or as JSON of the same shape. [`BUILTIN`] has examples of every kind; the crate's
/// documentation describes the format.
#[derive(Debug, Clone)]
pub struct Scenario {
    name: Arc<str>,
    description: Arc<str>,
    script: Arc<Script>,
    warnings: Arc<[String]>,
}

impl Scenario {
    /// Reads a scenario that is written as TOML.
    ///
    /// # Errors
    ///
    /// The text is not TOML, does not have the shape of a scenario (unknown keys are errors), or
    /// contradicts itself: it names a thing that is not there, or ends before it starts. The error has
    /// line and column.
    pub fn from_toml(text: &str) -> Result<Self, ScenarioError> {
        let document =
            toml::from_str(text).map_err(|error| ScenarioError::of_toml(text, &error))?;
        Self::new(document).map_err(|error| error.placed(text))
    }

    /// Reads a scenario that is written as JSON, in the same shape.
    ///
    /// # Errors
    ///
    /// Those of [`Scenario::from_toml`]. A contradiction has the key and no line.
    pub fn from_json(text: &str) -> Result<Self, ScenarioError> {
        let document =
            serde_json::from_str(text).map_err(|error| ScenarioError::of_json(text, &error))?;
        Self::new(document)
    }

    /// The scenario of this name in [`BUILTIN`].
    ///
    /// # Errors
    ///
    /// There is none of this name; the error lists those that there are.
    pub fn builtin(name: &str) -> Result<Self, ScenarioError> {
        match BUILTIN.iter().find(|(builtin, _)| *builtin == name) {
            Some((_, text)) => Self::from_toml(text),
            None => {
                let names = cast::list(BUILTIN.iter().map(|(name, _)| *name));
                let problem = format!("there is no scenario `{name}`; expected one of {names}");
                Err(ScenarioError { place: None, key: None, problem })
            }
        }
    }

    fn new(document: Document) -> Result<Self, ScenarioError> {
        let mut script = cast::read(&document)?;
        life::add(&document, &mut script)?;
        steps::add(&document, &mut script)?;
        if script.moments.is_empty() {
            return Err(ScenarioError::at(
                "steps",
                "nothing happens; expected steps, or a recording with `start` and `end`",
            ));
        }
        // What is written at one time happens in the order in which it is written.
        script.moments.sort_by_key(|moment| moment.at);
        let warnings = warnings::of(&script).into();
        Ok(Self {
            name: document.name.into(),
            description: document.description.into(),
            script: Arc::new(script),
            warnings,
        })
    }

    /// The name: letters, digits, `-` and `_`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What happens, for people.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The event names in the order in which they happen, each as often as it happens.
    pub fn events(&self) -> impl Iterator<Item = &str> {
        self.script.moments.iter().map(|moment| moment.what.event())
    }

    /// How many recordings it tells of.
    pub fn recordings(&self) -> usize {
        self.script.recordings.len()
    }

    /// From the beginning to the last event, without jitter.
    pub fn duration(&self) -> Duration {
        self.script.moments.last().map_or(Duration::ZERO, |moment| moment.at)
    }

    /// What is allowed but looks like a mistake, one sentence each: a status that goes backwards, a thing of
    /// which no event tells.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    pub(crate) fn script(&self) -> &Script {
        &self.script
    }
}
