//! The grammar is that of `serde_json`: both accept the same text, but for the listed limits.

use std::collections::BTreeSet;
use std::fmt;

use recallai_webhook_event::{EventRef, MAX_DEPTH, MAX_NUMBER_LEN};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// The law of the fuzz target `grammar`, of any text as the value of a member.
#[track_caller]
pub(crate) fn check(value: &str) {
    // The name is unknown, so that any value will do.
    let body = format!(r#"{{"event":"x","data":{value}}}"#);
    let ours = EventRef::parse(body.as_bytes());
    let theirs = serde_json::from_str::<&RawValue>(&body);
    assert_eq!(
        ours.is_ok(),
        theirs.is_ok() && !is_listed_difference(&body),
        "{ours:?}, {theirs:?}: {body:?}",
    );
}

/// Everything that `serde_json` accepts and this crate refuses, found without this crate.
///
/// Half of a surrogate pair is no difference: `serde_json` passes over it as this crate does, and
/// refuses it only when it has to decode it.
pub(crate) fn is_listed_difference(text: &str) -> bool {
    let duplicate = serde_json::from_str::<Unique>(text)
        .is_err_and(|error| error.to_string().starts_with(Unique::DUPLICATE));
    let (depth, numbers) = lexemes(text);
    let too_long = numbers.iter().any(|number| number.len() > MAX_NUMBER_LEN);
    let too_large =
        numbers.iter().any(|number| number.parse::<f64>().is_ok_and(|number| number.is_infinite()));
    duplicate || depth > MAX_DEPTH || too_long || too_large
}

/// How deep a well-formed text is nested, and its numbers.
fn lexemes(text: &str) -> (usize, Vec<String>) {
    let (mut depth, mut deepest, mut numbers, mut number) = (0, 0, Vec::new(), String::new());
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        if matches!(c, '0'..='9' | '+' | '-' | '.' | 'e' | 'E') {
            number.push(c);
            continue;
        }
        numbers.push(std::mem::take(&mut number));
        match c {
            '{' | '[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            '}' | ']' => depth -= 1,
            '"' => {
                while let Some(c) = characters.next().filter(|c| *c != '"') {
                    if c == '\\' {
                        characters.next();
                    }
                }
            }
            _ => {}
        }
    }
    (deepest, numbers)
}

/// Any JSON in which no object gives a member twice.
struct Unique;

impl Unique {
    const DUPLICATE: &str = "given twice";
}

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Unique {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        let mut names = BTreeSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if !names.insert(name) {
                return Err(serde::de::Error::custom(Self::DUPLICATE));
            }
            map.next_value::<Self>()?;
        }
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self, A::Error> {
        while seq.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }
}
