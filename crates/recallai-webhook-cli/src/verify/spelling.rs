//! Bodies that may have been signed where the given one was not: the same JSON, written by another
//! program.

use std::fmt::Write as _;

use recallai_webhook_dispatch::spellings;

/// A candidate and how it is written, in words that follow *written*.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) how: String,
    pub(super) body: Vec<u8>,
}

/// White space in every usual way, with characters beyond ASCII as they are, as escapes, and as text.
pub(super) fn candidates(body: &[u8]) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut add = |base: &[u8], words: &str| {
        if base != body {
            candidates.push(Candidate { how: words.trim_start().to_owned(), body: base.to_vec() });
        }
        candidates.extend(spellings(base).map(|spelling| {
            let separator = if words.is_empty() { "" } else { "," };
            Candidate { how: format!("{}{separator}{words}", spelling.how), body: spelling.body }
        }));
    };
    add(body, "");
    if let Ok(text) = std::str::from_utf8(body) {
        add(text.trim_start_matches('\u{feff}').as_bytes(), "");
        add(escaped(text).as_bytes(), " with \\u escapes for what is not ASCII");
        add(unescaped(text).as_bytes(), " without \\u escapes");
        add(text.replace("\r\n", "\n").as_bytes(), " with \\n line ends");
        add(text.replace("\r\n", "\n").replace('\n', "\r\n").as_bytes(), " with \\r\\n line ends");
        add(
            text.replace('/', "\\/").as_bytes(),
            " with slashes escaped, as PHP's json_encode does",
        );
        add(text.replace("\\/", "/").as_bytes(), " without escaped slashes");
    }
    candidates
}

/// As Python's `json.dumps` writes text: every character beyond ASCII as UTF-16 in `\u` escapes.
fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        if c.is_ascii() {
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

    #[test]
    fn a_candidate_is_named_by_what_writes_it() {
        let body = "{\"a\":\"\u{e9}/\"}";
        let named = |wanted: &[u8]| {
            candidates(body.as_bytes()).into_iter().find(|c| c.body == wanted).unwrap().how
        };
        assert_eq!(
            named(b"{\"a\": \"\\u00e9/\"}"),
            "as Python's json.dumps does, with \\u escapes for what is not ASCII"
        );
        assert_eq!(
            named("{\"a\":\"\u{e9}\\/\"}".as_bytes()),
            "with slashes escaped, as PHP's json_encode does"
        );
    }
}
