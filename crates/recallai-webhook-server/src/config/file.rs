//! The file: TOML, read with the line of each value.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::tree::{Leaf, Node};
use super::{Problem, Source};

/// Reads the text of a file.
///
/// # Errors
///
/// It is no TOML. The text itself is not repeated: it may hold what it should not.
pub(crate) fn parse(name: &str, text: &str) -> Result<Node, Problem> {
    let lines = Lines::of(name, text);
    let document = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| lines.number(span.start));
        let source = Source::File { file: Arc::clone(&lines.file), line };
        Problem::new(source, "", error.message())
    })?;
    Ok(lines.table(document.get_ref(), document.span().start))
}

/// Reads a value that stands alone, as in `KEY=VALUE`.
pub(crate) fn value(text: &str, source: &Source) -> Option<Node> {
    let value = DeValue::parse(text).ok()?;
    Some(Lines::none(source.clone()).node(&value))
}

/// Tells lines from places in a text, or knows of one source for all.
struct Lines {
    file: Arc<str>,
    /// Where each line begins.
    begins: Vec<usize>,
    only: Option<Source>,
}

impl Lines {
    fn of(name: &str, text: &str) -> Self {
        let begins = std::iter::once(0)
            .chain(
                text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1),
            )
            .collect();
        Self { file: name.into(), begins, only: None }
    }

    fn none(source: Source) -> Self {
        Self { file: "".into(), begins: Vec::new(), only: Some(source) }
    }

    fn number(&self, at: usize) -> usize {
        self.begins.partition_point(|begin| *begin <= at)
    }

    fn source(&self, at: usize) -> Source {
        self.only
            .clone()
            .unwrap_or_else(|| Source::File { file: Arc::clone(&self.file), line: self.number(at) })
    }

    fn table(&self, table: &DeTable<'_>, at: usize) -> Node {
        let entries: BTreeMap<_, _> =
            table.iter().map(|(name, value)| self.entry(name, value)).collect();
        // The table of a document begins nowhere: where the first of its values is, is near enough.
        Node::Table { entries, source: self.source(at) }
    }

    /// A table that others are in is where its own name stands.
    fn entry(&self, name: &Spanned<Cow<'_, str>>, value: &Spanned<DeValue<'_>>) -> (String, Node) {
        let mut node = self.node(value);
        if let Node::Table { source, .. } = &mut node {
            *source = self.source(name.span().start);
        }
        (name.get_ref().to_string(), node)
    }

    fn node(&self, value: &Spanned<DeValue<'_>>) -> Node {
        let at = value.span().start;
        let source = self.source(at);
        let leaf = match value.get_ref() {
            DeValue::Table(table) => return self.table(table, at),
            DeValue::Array(array) => {
                let items = array.iter().map(|item| self.node(item)).collect();
                return Node::Array { items, source };
            }
            DeValue::String(text) => Leaf::Text(text.as_ref().into()),
            DeValue::Boolean(value) => Leaf::Boolean(*value),
            DeValue::Datetime(time) => Leaf::Text(time.to_string().into()),
            DeValue::Integer(number) => {
                let digits = number.as_str();
                match i64::from_str_radix(digits, number.radix()) {
                    Ok(number) => Leaf::Integer(number),
                    // Beyond what any key takes: the one who reads it says so.
                    Err(_) => Leaf::Text(digits.into()),
                }
            }
            DeValue::Float(number) => match number.as_str().parse() {
                Ok(number) => Leaf::Float(number),
                Err(_) => Leaf::Text(number.as_str().into()),
            },
        };
        Node::Leaf { leaf, source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_knows_its_line() {
        let text = "[listen]\n\naddress = \"127.0.0.1:1\"\n\n[endpoints.a]\npath = '/a'\n\
                    secrets = [\n  { file = 'x' },\n]\nexpires = 2026-01-01T00:00:00Z\n";
        let tree = parse("f.toml", text).unwrap();
        for (key, line) in [
            (&["listen", "address"][..], 3),
            (&["endpoints", "a", "path"], 6),
            (&["endpoints", "a"], 5),
            (&["endpoints", "a", "secrets", "0", "file"], 8),
            (&["endpoints", "a", "expires"], 10),
        ] {
            let expected = Source::File { file: "f.toml".into(), line };
            assert_eq!(tree.get(key).map(Node::source), Some(&expected), "{key:?}");
        }
    }

    #[test]
    fn what_is_no_toml_is_not_repeated() {
        let problem = parse("f.toml", "a = 1\nsecret = whsec_canary\n").unwrap_err();
        assert!(problem.to_string().starts_with("f.toml:2: "), "{problem}");
        assert!(!problem.to_string().contains("canary"), "{problem}");
    }
}
