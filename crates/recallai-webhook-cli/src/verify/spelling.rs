//! Bodies that may have been signed where the given one was not: the same JSON, written by another
//! program.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use recallai_webhook_dispatch::spellings;

/// A candidate and how it is written, in words that follow *written*.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) how: String,
    pub(super) body: Vec<u8>,
}

/// How it is written, and what writes it so.
type Change = (&'static str, fn(&str) -> String);

/// What serialisers do to characters, by the kind of character; of each kind at most one is done.
const CHANGES: [[Change; 2]; 3] = [
    [
        ("with \\u escapes for what is not ASCII", escaped),
        ("without \\u escapes for what is not ASCII", unescaped),
    ],
    [
        ("with slashes escaped, as PHP's json_encode does", |text| text.replace('/', "\\/")),
        ("without escaped slashes", |text| text.replace("\\/", "/")),
    ],
    [
        ("with <, > and & escaped, as Go's json.Marshal does", |text| {
            MARKUP.iter().fold(text.to_owned(), |text, (plain, escape)| text.replace(plain, escape))
        }),
        ("without escapes for <, > and &", |text| {
            MARKUP.iter().fold(text.to_owned(), |text, (plain, escape)| text.replace(escape, plain))
        }),
    ],
];

const MARKUP: [(&str, &str); 5] = [
    ("<", "\\u003c"),
    (">", "\\u003e"),
    ("&", "\\u0026"),
    ("\u{2028}", "\\u2028"),
    ("\u{2029}", "\\u2029"),
];

/// A longer body is not tried in every way: with all its characters escaped it would be too long for its
/// white space to be changed.
pub(super) const WHOLE: usize = 10 << 10;

/// The longest body that is written anew: twice what a receiver accepts.
const MAX_BODY_LEN: usize = 1 << 20;

/// White space in every usual way, together with every usual way to write characters; and the body
/// before it was packed into something else.
pub(super) fn candidates(body: &[u8]) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    if body.len() > MAX_BODY_LEN {
        return candidates;
    }
    let mut seen = BTreeSet::from([body.to_vec()]);
    let mut add = |base: &[u8], how: &[&str]| {
        let mut add = |how: Vec<&str>, body: Vec<u8>| {
            if !how.is_empty() && seen.insert(body.clone()) {
                candidates.push(Candidate { how: how.join(", "), body });
            }
        };
        add(how.to_vec(), base.to_vec());
        for spelling in spellings(base) {
            // As files on a disk end.
            let ended = [&spelling.body[..], b"\n"].concat();
            add([&[spelling.how], how].concat(), spelling.body);
            add([&[spelling.how], how, &["with a line end"]].concat(), ended);
        }
    };
    let Ok(text) = std::str::from_utf8(body) else {
        add(body, &[]);
        return candidates;
    };
    for (packed, text) in unpacked(text) {
        for (how, text) in changed(&text) {
            add(text.as_bytes(), &[&how, packed].concat());
        }
    }
    let unix = text.replace("\r\n", "\n");
    add(unix.as_bytes(), &["with \\n line ends"]);
    add(unix.replace('\n', "\r\n").as_bytes(), &["with \\r\\n line ends"]);
    candidates
}

/// The text itself, and what it may have been packed from.
fn unpacked(text: &str) -> Vec<(&'static [&'static str], String)> {
    let mut texts: Vec<(&[&str], _)> = vec![(&[], text.to_owned())];
    if let Some(text) = text.strip_prefix('\u{feff}') {
        texts.push((&["without the byte order mark in front"], text.to_owned()));
    }
    if let Ok(text) = serde_json::from_str(text) {
        texts.push((&["as it was before it became a JSON string"], text));
    }
    let whole: String = text.split_ascii_whitespace().collect();
    if let Some(text) = STANDARD.decode(whole).ok().and_then(|bytes| String::from_utf8(bytes).ok())
    {
        texts.push((&["as it was before it was encoded in base64"], text));
    }
    texts
}

/// The text with every choice of changes, the text itself first.
fn changed(text: &str) -> Vec<(Vec<&'static str>, String)> {
    CHANGES.iter().fold(vec![(Vec::new(), text.to_owned())], |texts, changes| {
        let mut all = texts.clone();
        for (words, change) in changes {
            all.extend(texts.iter().filter_map(|(how, text)| {
                let changed = change(text);
                (changed != *text).then(|| ([how.clone(), vec![*words]].concat(), changed))
            }));
        }
        all
    })
}

/// As Python's `json.dumps` writes text: every character beyond ASCII as UTF-16 in `\u` escapes.
fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        if c.is_ascii() && c != '\u{7f}' {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
        out
    })
}

/// The reverse: escapes of what is not ASCII become characters, all others stay.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        // Two units where the first is half of a pair.
        let units = unit(rest).map(|first| (first, unit(rest.get(6..).unwrap_or_default())));
        let units =
            units.into_iter().flat_map(|(first, second)| std::iter::once(first).chain(second));
        match char::decode_utf16(units).next() {
            Some(Ok(c)) if !c.is_ascii() => {
                out.push(c);
                rest = &rest[6 * c.len_utf16()..];
            }
            // An escape of two characters, so that the second backslash of `\\u` begins none.
            _ => {
                let end = rest.char_indices().nth(2).map_or(rest.len(), |(end, _)| end);
                out.push_str(&rest[..end]);
                rest = &rest[end..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The UTF-16 unit of an escape at the beginning of the text.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_go_both_ways() {
        let text = "{\"a\":\"\u{e9}\u{1f600} \\\\u00e9 \\n\"}";
        let dumps = r#"{"a":"\u00e9\ud83d\ude00 \\u00e9 \n"}"#;
        assert_eq!(escaped(text), dumps);
        assert_eq!(unescaped(dumps), text);
        for odd in ["\\", "\\u", "\\u00", "\\ud83d", "\\ud83dx\\u0041", "\\u+123", "\u{e9}\\\u{e9}"]
        {
            assert!(unescaped(odd).len() >= odd.len().saturating_sub(4), "{odd}");
        }
    }

    #[track_caller]
    fn check(received: &str, signed: &str, how: &str) {
        let candidates = candidates(received.as_bytes());
        let found = candidates.iter().find(|candidate| candidate.body == signed.as_bytes());
        assert_eq!(found.map(|candidate| candidate.how.as_str()), Some(how), "{received}");
    }

    /// The expectations are what Python, PHP and Go print.
    #[test]
    fn a_candidate_is_named_by_what_writes_it() {
        let dumps = "{\"a\": \"\\u00e9/\"}";
        let non_ascii = "with \\u escapes for what is not ASCII";
        check("{\"a\":\"\u{e9}/\"}", dumps, &format!("as Python's json.dumps does, {non_ascii}"));
        let php = "with slashes escaped, as PHP's json_encode does";
        check("{\"a\":\"\u{e9}/\"}", "{\"a\":\"\\u00e9\\/\"}", &format!("{non_ascii}, {php}"));
        check(
            "{\"a\":\"\\u00e9\\/\"}",
            "{\"a\":\"\u{e9}/\"}",
            "without \\u escapes for what is not ASCII, without escaped slashes",
        );
        check("[\"\\u0026\"]", "[\"&\"]", "without escapes for <, > and &");
        check("\u{feff}{}", "{}", "without the byte order mark in front");
        check(r#""{\"a\": 1}""#, r#"{"a": 1}"#, "as it was before it became a JSON string");
        check("eyJhIjoxfQ==", r#"{"a":1}"#, "as it was before it was encoded in base64");
        check("{\"a\":[]}", "{\n  \"a\": []\n}\n", "with an indent of two, with a line end");
        let bom = "without the byte order mark in front";
        check("\u{feff}{\"a\":1}", "{\"a\": 1}", &format!("as Python's json.dumps does, {bom}"));
    }
}
