//! Header lines as they were captured: in their order, repeated ones too, values as bytes.

use serde_json::Value;

/// Name and value.
pub(crate) type Header = (String, Vec<u8>);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Headers(Vec<Header>);

impl Headers {
    /// The lines as a verifier takes them.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (&str, &[u8])> + Clone {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_slice()))
    }

    /// The first value of a name in any case, for people.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        let (_, value) = self.lines().find(|(other, _)| other.eq_ignore_ascii_case(name))?;
        Some(String::from_utf8_lossy(value).into_owned())
    }

    /// Puts lines in the place of all lines of their names.
    pub(crate) fn replace(&mut self, lines: Vec<Header>) {
        let given = |name: &str| lines.iter().any(|(other, _)| other.eq_ignore_ascii_case(name));
        self.0.retain(|(name, _)| !given(name));
        self.0.extend(lines);
    }
}

impl FromIterator<Header> for Headers {
    fn from_iter<I: IntoIterator<Item = Header>>(lines: I) -> Self {
        Self(lines.into_iter().collect())
    }
}

impl Extend<Header> for Headers {
    fn extend<I: IntoIterator<Item = Header>>(&mut self, lines: I) {
        self.0.extend(lines);
    }
}

/// Reads `Name: value`.
pub(crate) fn header(line: &[u8]) -> Option<Header> {
    let colon = line.iter().position(|&byte| byte == b':')?;
    let name = std::str::from_utf8(&line[..colon]).ok()?.trim_end();
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    (!name.is_empty() && name.bytes().all(is_token))
        .then(|| (name.to_owned(), line[colon + 1..].trim_ascii().to_vec()))
}

/// A header of a JSON form, if its value is text.
pub(super) fn named(name: &str, value: &Value) -> Option<Header> {
    Some((name.to_owned(), value.as_str()?.as_bytes().to_vec()))
}

/// Headers of a JSON form: a list of objects with `name` and `value`.
pub(super) fn listed(list: &Value) -> Headers {
    let items = list.as_array().map_or(&[][..], Vec::as_slice);
    items.iter().filter_map(|item| named(item["name"].as_str()?, &item["value"])).collect()
}
