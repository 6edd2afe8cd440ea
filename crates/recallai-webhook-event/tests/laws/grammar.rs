//! The grammar is that of `serde_json`: both accept the same text, but for the listed limits.

use std::collections::BTreeSet;
use std::fmt;

use recallai_webhook_event::{EventRef, MAX_DEPTH, MAX_NUMBER_LEN};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
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
    let duplicate = serde_json::from_str::<&RawValue>(text).is_ok() && gives_a_member_twice(text);
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

/// Whether an object of a well-formed text gives a member twice.
fn gives_a_member_twice(json: &str) -> bool {
    let json = json.trim();
    match json.as_bytes().first() {
        Some(b'{') => {
            let Members(members) = serde_json::from_str(json).unwrap();
            let names: BTreeSet<_> = members.iter().map(|(name, _)| name).collect();
            names.len() < members.len()
                || members.iter().any(|(_, value)| gives_a_member_twice(value.get()))
        }
        Some(b'[') => {
            let elements: Vec<&RawValue> = serde_json::from_str(json).unwrap();
            elements.iter().any(|element| gives_a_member_twice(element.get()))
        }
        _ => false,
    }
}

/// The members of an object in their order, repeated ones too.
struct Members<'de>(Vec<(Name, &'de RawValue)>);

/// The name of a member as this crate reads it: half of a surrogate pair becomes U+FFFD, so that two
/// names which differ in such halves alone are one.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Name(Vec<u8>);

impl Name {
    /// From UTF-8 in which such halves stand encoded like characters, which begins with 0xED.
    fn new(mut bytes: &[u8]) -> Self {
        let mut name = Vec::new();
        while let [first, rest @ ..] = bytes {
            bytes = match rest {
                [0xa0..=0xbf, _, after @ ..] if *first == 0xed => {
                    name.extend_from_slice("\u{fffd}".as_bytes());
                    after
                }
                _ => {
                    name.push(*first);
                    rest
                }
            };
        }
        Self(name)
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;

        impl Visitor<'_> for Bytes {
            type Value = Name;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_bytes<E>(self, name: &[u8]) -> Result<Name, E> {
                Ok(Name::new(name))
            }

            fn visit_str<E>(self, name: &str) -> Result<Name, E> {
                Ok(Name::new(name.as_bytes()))
            }
        }

        deserializer.deserialize_bytes(Bytes)
    }
}
