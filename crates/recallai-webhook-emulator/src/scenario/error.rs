//! What is wrong with a scenario, and where.

use std::fmt;

use toml::de::{DeTable, DeValue};

/// A scenario that cannot be used: where in its text, at which key, and what was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScenarioError {
    /// Line and column in the text, both from 1; columns count characters. `None` where only the key
    /// is known, as for what is well-formed JSON and no scenario.
    pub place: Option<(usize, usize)>,
    /// The key, such as `steps[3].of`. `None` where the text is not even TOML or JSON, or does not have
    /// the shape of a scenario.
    pub key: Option<String>,
    /// What is wrong and what was expected.
    pub problem: String,
}

impl ScenarioError {
    pub(super) fn at(key: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { place: None, key: Some(key.into()), problem: problem.into() }
    }

    pub(super) fn of_toml(text: &str, error: &toml::de::Error) -> Self {
        let place = error.span().map(|span| line_and_column(text, span.start));
        Self { place, key: None, problem: error.message().to_owned() }
    }

    pub(super) fn of_json(text: &str, error: &serde_json::Error) -> Self {
        // Its columns count the bytes of the line up to the one it stopped at.
        let line = text.split('\n').nth(error.line().saturating_sub(1)).unwrap_or_default();
        let read = line.as_bytes().get(..error.column()).unwrap_or(line.as_bytes());
        let column = String::from_utf8_lossy(read).chars().count().max(1);
        let place = (error.line() > 0).then_some((error.line(), column));
        // The message ends with the place, which is told by itself.
        let problem = error.to_string();
        let problem = match problem.rsplit_once(" at line ") {
            Some((problem, _)) => problem.to_owned(),
            None => problem,
        };
        Self { place, key: None, problem }
    }

    /// The same with the place of its key, looked up in the TOML that the scenario was read from. A key
    /// that is not there leads to the table that lacks it.
    pub(super) fn placed(mut self, text: &str) -> Self {
        if let (Some(key), Ok(table)) = (&self.key, DeTable::parse(text)) {
            let start = locate(key, table.span().start, table.get_ref());
            self.place = Some(line_and_column(text, start));
        }
        self
    }
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((line, column)) = self.place {
            write!(f, "line {line}, column {column}: ")?;
        }
        if let Some(key) = &self.key {
            write!(f, "{key}: ")?;
        }
        f.write_str(&self.problem)
    }
}

impl std::error::Error for ScenarioError {}

/// Where the value of a key begins, or the innermost thing around it.
fn locate(key: &str, start: usize, table: &DeTable<'_>) -> usize {
    let mut parts = key.split(['.', '[', ']']).filter(|part| !part.is_empty());
    let Some(found) = parts.next().and_then(|part| table.get(part)) else { return start };
    let mut start = found.span().start;
    let mut value = found.get_ref();
    for part in parts {
        let next = match value {
            DeValue::Table(table) => table.get(part),
            DeValue::Array(array) => part.parse().ok().and_then(|index: usize| array.get(index)),
            _ => None,
        };
        let Some(next) = next else { break };
        start = next.span().start;
        value = next.get_ref();
    }
    start
}

fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    (line, column)
}
