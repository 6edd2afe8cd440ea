//! The grammar against `serde_json`: both accept the same text, but for the listed limits.

use std::collections::BTreeSet;
use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;
use recallai_webhook_event::{EventRef, MAX_DEPTH, MAX_NUMBER_LEN};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::generate;

/// Everything that `serde_json` accepts and this crate refuses, found without this crate.
///
/// Half of a surrogate pair is no difference: `serde_json` passes over it as this crate does, and
/// refuses it only when it has to decode it.
fn is_listed_difference(text: &str) -> bool {
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

#[track_caller]
fn check(value: &str) {
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

/// Nothing is listed that does not differ.
#[test]
fn the_listed_differences_are_differences() {
    for value in [
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"\u0061":1}"#,
        &"[".repeat(MAX_DEPTH).replace('[', "[ ").replace(' ', "").to_owned(),
    ] {
        let closed = format!("{value}{}", "]".repeat(value.matches('[').count()));
        check(&closed);
        assert!(is_listed_difference(&format!(r#"{{"data":{closed}}}"#)), "{closed}");
        assert!(serde_json::from_str::<IgnoredAny>(&closed).is_ok(), "{closed}");
    }
    for number in ["1e309", "-1e999", &"1".repeat(MAX_NUMBER_LEN + 1)] {
        check(number);
        assert!(is_listed_difference(&format!("[{number}]")), "{number}");
    }
    for value in [r#""\ud800""#, r#""\udc00\ud800""#, "1e308", &"1".repeat(MAX_NUMBER_LEN)] {
        check(value);
        assert!(!is_listed_difference(&format!("[{value}]")), "{value}");
    }
}

#[test]
fn spellings_that_are_nearly_json() {
    for value in [
        "",
        " ",
        "01",
        "-",
        "-01",
        "1.",
        ".5",
        "1e",
        "1e+",
        "+1",
        "0x10",
        "NaN",
        "Infinity",
        "nul",
        "nulll",
        "True",
        "'a'",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{,}",
        r#"{"a"}"#,
        r#"{"a":}"#,
        r#"{"a":1,}"#,
        r#"{"a" 1}"#,
        "{a:1}",
        r#"{1:1}"#,
        r#""\x41""#,
        r#""\u12""#,
        r#""\u12G4""#,
        "\"\t\"",
        "\"\u{7f}\"",
        "\"\u{2028}\"",
        "1 // c",
        "1 /* c */",
        "\u{feff}1",
        "1\u{a0}",
        "\u{c}1",
        "]",
        "}",
        "}{",
        "1}",
        "[[]",
        "[]]",
        r#""a" "b""#,
        r#""\"#,
        r#""\\"#,
        r#""\\""#,
    ] {
        check(value);
    }
}

/// Strings are looked through several bytes at a time: each character has its turn at each place.
#[test]
fn every_character_at_every_place_of_a_string() {
    for character in ('\0'..='\u{100}').chain(['\u{7ff}', '\u{ffff}', '\u{1f600}']) {
        for before in 0..10 {
            for after in ["", "\"", "\\", "\u{1f}", "\u{80}", "aaaaaaaaa"] {
                check(&format!("\"{}{character}{after}bbbbbbbbb\"", "a".repeat(before)));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn on_json(value in generate::value()) {
        check(&value);
    }

    #[test]
    fn on_tokens_in_any_order(tokens in vec(prop::sample::select(vec![
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\"a\"", "\"b\"", "\"\\u0061\"", "\\u00e9", "\\ud800",
        "true", "null", "false", "0", "1", "-", ".", "e", "E+3", "1e400", "\"a\":1", " ", "\n", "\u{0}",
        "\u{e9}", "\u{1f600}", "x",
    ]), 0..12)) {
        check(&tokens.concat());
    }

    #[test]
    fn on_json_with_one_character_changed(
        value in generate::value(),
        place in any::<prop::sample::Index>(),
        with in "[\\PC\"\\\\{}\\[\\],:0-9eE.+-]?",
    ) {
        let mut characters: Vec<String> = value.chars().map(String::from).collect();
        let at = place.index(characters.len());
        characters[at] = with;
        check(&characters.concat());
    }
}
