//! Header lines as they were captured: in their order, repeated ones too, values as bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use recallai_webhook_dispatch::signature::{HeaderFamily, HeaderPart};
use serde_json::{Value, json};

use crate::header_name::{FAMILIES, PARTS};

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

    /// The family that verification takes: the complete one, svix before webhook.
    pub(crate) fn family(&self) -> Option<HeaderFamily> {
        let has = |name: &str| self.value(name).is_some();
        FAMILIES
            .into_iter()
            .find(|family| PARTS.into_iter().all(|part| has(family.header_name(part))))
    }

    /// The id of the message, whether it is signed or not.
    pub(crate) fn message_id(&self) -> Option<String> {
        let families = self.family().into_iter().chain(FAMILIES);
        families.map(|family| family.header_name(HeaderPart::Id)).find_map(|name| self.value(name))
    }

    /// The lines as [`listed`] reads them: none is lost, nor a byte of any.
    pub(crate) fn to_json(&self) -> Value {
        let line = |(name, value)| match std::str::from_utf8(value) {
            Ok(text) => json!({ "name": name, "value": text }),
            Err(_) => json!({ "name": name, "value_base64": STANDARD.encode(value) }),
        };
        self.lines().map(line).collect()
    }

    /// Gives a header one value, where it stands or else at the end.
    pub(crate) fn set(&mut self, name: &str, value: &[u8]) {
        let is_it = |line: &&mut Header| line.0.eq_ignore_ascii_case(name);
        let Some(line) = self.0.iter_mut().find(is_it) else {
            self.0.push((name.to_owned(), value.to_vec()));
            return;
        };
        line.1 = value.to_vec();
        let mut is_first = true;
        self.0.retain(|(other, _)| {
            !other.eq_ignore_ascii_case(name) || std::mem::take(&mut is_first)
        });
    }

    /// Leaves out all lines but those of some names.
    pub(crate) fn retain(&mut self, is_kept: impl Fn(&str) -> bool) {
        self.0.retain(|(name, _)| is_kept(name));
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
    is_name(name).then(|| (name.to_owned(), line[colon + 1..].trim_ascii().to_vec()))
}

fn is_name(name: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_token)
}

/// A header of a JSON form: its value is text, or a number as some write a timestamp. Nothing for null,
/// and for the parts of a request line that HTTP/2 has among its headers.
pub(super) fn named(name: &str, value: &Value) -> Result<Option<Header>, String> {
    let text = match value {
        Value::Null => return Ok(None),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return Err(format!("the header {name} has a value that is no text")),
    };
    match is_name(name) {
        true => Ok(Some((name.to_owned(), text.into_bytes()))),
        false if name.starts_with(':') => Ok(None),
        false => Err(format!("{name} is no name of a header")),
    }
}

/// A header whose value is no text.
fn encoded(item: &Value) -> Result<Option<Header>, String> {
    let header = named(item["name"].as_str().unwrap_or_default(), &item["value_base64"])?;
    let decode = |(name, text): Header| match STANDARD.decode(text) {
        Ok(value) => Ok((name, value)),
        Err(_) => Err(format!("the value of the header {name} is said to be base64, and is not")),
    };
    header.map(decode).transpose()
}

/// Headers of a JSON form: a list of objects with `name` and `value`, of pairs, of lines, or of names and
/// values in turn, as Node's `rawHeaders`.
pub(super) fn listed(items: &[Value]) -> Result<Headers, String> {
    let odd =
        || "a list of headers that is neither of objects with `name` and `value` nor of pairs";
    let text = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(odd);
    let lines = items.iter().map(|item| header(item.as_str()?.as_bytes()));
    if let Some(lines) = lines.collect::<Option<Headers>>() {
        return Ok(lines);
    }
    let headers: Vec<_> = if items.iter().all(Value::is_string) && items.len().is_multiple_of(2) {
        items.chunks(2).map(|pair| named(&text(&pair[0])?, &pair[1])).collect()
    } else {
        let header = |item: &Value| match item.as_array().map(Vec::as_slice) {
            Some([name, value]) => named(&text(name)?, value),
            Some(_) => Err(odd().to_owned()),
            None if item["value_base64"].is_string() => encoded(item),
            None => named(&text(&item["name"])?, &item["value"]),
        };
        items.iter().map(header).collect()
    };
    headers.into_iter().filter_map(Result::transpose).collect()
}
