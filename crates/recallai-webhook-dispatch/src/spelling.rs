//! Other spellings of a JSON body: what a sender may have signed before somebody wrote it anew.
//!
//! The commonest reason why a signature does not match is a body that was parsed and serialised
//! again on its way. If one of these verifies, that is what happened.

/// Where white space goes in a spelling.
struct Style {
    how: &'static str,
    after_comma: &'static str,
    after_colon: &'static str,
    /// Whether each member and item stands on a line of its own, and by how much it is indented.
    indent: Option<usize>,
}

const STYLES: [Style; 4] = [
    Style {
        how: "as JavaScript's JSON.stringify does",
        after_comma: "",
        after_colon: "",
        indent: None,
    },
    Style { how: "as Python's json.dumps does", after_comma: " ", after_colon: " ", indent: None },
    Style { how: "with an indent of two", after_comma: "", after_colon: " ", indent: Some(2) },
    Style { how: "with an indent of four", after_comma: "", after_colon: " ", indent: Some(4) },
];

/// Another spelling of a body, and what writes it so.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Spelling {
    /// How it is written, in words that follow *written*: `as Python's json.dumps does`.
    pub how: &'static str,
    /// The whole body.
    pub body: Vec<u8>,
}

/// The longest body that is spelled anew. Those of status events have under 2 kB.
const MAX_BODY_LEN: usize = 64 * 1024;

/// Spellings of a body that differ from it in white space only, made one at a time: the candidates
/// for [`Verifier::diagnose`](recallai_webhook_signature::Verifier::diagnose), which tell a body that
/// was written anew from a wrong secret.
///
/// Text that is not JSON gives spellings that are not JSON either, which verify no more than it does.
/// Nobody has vouched for the body, so one of more than 64 KiB has none.
///
/// ```
/// let mut spellings = recallai_webhook_dispatch::spellings(b"{\"a\": 1}");
/// let compact = spellings.find(|spelling| spelling.how.contains("JSON.stringify"));
/// assert_eq!(compact.unwrap().body, b"{\"a\":1}");
/// ```
pub fn spellings(body: &[u8]) -> impl Iterator<Item = Spelling> {
    let body = if body.len() <= MAX_BODY_LEN { body } else { &[] };
    let styles = STYLES.iter().map(|style| Spelling { how: style.how, body: respell(body, style) });
    let endings = [b"\n".as_slice(), b"\r\n"].into_iter().flat_map(move |ending| {
        let added =
            Spelling { how: "with the line end that was lost", body: [body, ending].concat() };
        let removed = body.strip_suffix(ending).map(|body| Spelling {
            how: "without the line end that was added",
            body: body.to_vec(),
        });
        std::iter::once(added).chain(removed)
    });
    // The smallest change comes first.
    endings.chain(styles).filter(move |spelling| !body.is_empty() && spelling.body != body)
}

/// White space makes a body longer, by far if it is nested for no other reason; such a spelling ends
/// early.
const MAX_GROWTH: usize = 8;

fn respell(body: &[u8], style: &Style) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut tokens = Tokens { body }.peekable();
    let mut depth = 0_usize;
    while let Some(token) = tokens.next() {
        if out.len() > MAX_GROWTH * body.len() {
            break;
        }
        match token {
            b"{" | b"[" => {
                out.extend_from_slice(token);
                let close: &[u8] = if token == b"{" { b"}" } else { b"]" };
                if let Some(end) = tokens.next_if_eq(&close) {
                    out.extend_from_slice(end);
                } else {
                    depth += 1;
                    line(&mut out, style, depth);
                }
            }
            b"}" | b"]" => {
                depth = depth.saturating_sub(1);
                line(&mut out, style, depth);
                out.extend_from_slice(token);
            }
            b"," => {
                out.push(b',');
                out.extend_from_slice(style.after_comma.as_bytes());
                line(&mut out, style, depth);
            }
            b":" => {
                out.push(b':');
                out.extend_from_slice(style.after_colon.as_bytes());
            }
            _ => out.extend_from_slice(token),
        }
    }
    out
}

fn line(out: &mut Vec<u8>, style: &Style, depth: usize) {
    // A body nested deeper than any event is not worth the white space.
    if let Some(indent) = style.indent.filter(|_| depth <= 64) {
        out.push(b'\n');
        out.resize(out.len() + indent * depth, b' ');
    }
}

/// Strings, brackets, commas, colons, and runs of anything else; without the space between them.
struct Tokens<'a> {
    body: &'a [u8],
}

impl<'a> Iterator for Tokens<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<Self::Item> {
        self.body = self.body.trim_ascii_start();
        let len = match self.body.first()? {
            b'"' => string_len(self.body),
            b'{' | b'}' | b'[' | b']' | b',' | b':' => 1,
            _ => self
                .body
                .iter()
                .position(|b| b.is_ascii_whitespace() || b"{}[],:\"".contains(b))
                .unwrap_or(self.body.len()),
        };
        let (token, rest) = self.body.split_at(len);
        self.body = rest;
        Some(token)
    }
}

fn string_len(body: &[u8]) -> usize {
    let mut escaped = false;
    for (at, byte) in body.iter().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    body.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expectations are what Node's `JSON.stringify` and Python's `json.dumps` print.
    #[test]
    fn the_spellings_are_those_of_common_serialisers() {
        let body = br#"{ "a":[1, 2],"b" : {}, "c":"x, \"y\": z" }"#;
        let spellings: Vec<_> =
            spellings(body).map(|s| String::from_utf8(s.body).unwrap()).skip(2).collect();
        assert_eq!(spellings[0], r#"{"a":[1,2],"b":{},"c":"x, \"y\": z"}"#);
        assert_eq!(spellings[1], r#"{"a": [1, 2], "b": {}, "c": "x, \"y\": z"}"#);
        assert_eq!(
            spellings[2],
            "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {},\n  \"c\": \"x, \\\"y\\\": z\"\n}"
        );
    }

    #[test]
    fn text_that_is_not_json_is_no_trouble() {
        for body in [&b""[..], b"\"", b"\"\\", b"}}}]", b"\xff\xfe", b"{{{{", b"a b c"] {
            assert!(spellings(body).count() > 0 || body.is_empty());
        }
    }

    /// A body made to be long when it is indented, from a sender that nobody knows.
    #[test]
    fn a_hostile_body_costs_little() {
        let nested = |numbers: usize| {
            [&b"[".repeat(64), &b"1,".repeat(numbers)[..], b"1", &b"]".repeat(64)].concat()
        };
        let body = nested(30_000);
        let longest = spellings(&body).map(|spelling| spelling.body.len()).max();
        assert!(longest.unwrap() < 9 * body.len(), "{longest:?}");
        assert_eq!(spellings(&nested(260_000)).count(), 0, "too long to be spelled anew");
    }
}
