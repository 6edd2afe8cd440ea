//! The grammar against `serde_json`: both accept the same text, but for the listed limits.

use proptest::collection::vec;
use proptest::prelude::*;
use recallai_webhook_event::{Json, MAX_DEPTH, MAX_NUMBER_LEN};
use serde::de::IgnoredAny;

use crate::generate;
use crate::laws::grammar::{check, is_listed_difference};
use crate::laws::tree::Tree;

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

    /// The tree sorts its members, and `serde_json` reads its strings.
    #[test]
    fn the_canonical_spelling_is_that_of_a_tree(value in generate::value()) {
        let canonical = Json::parse(&value).unwrap().to_canonical();
        prop_assert_eq!(&Json::parse(&canonical).unwrap().to_canonical(), &canonical);
        prop_assert_eq!(canonical, Tree::parse(&value).to_string());
    }

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
