//! The verdict is the official library's, but for the differences listed here.

use http::{HeaderMap, HeaderName, HeaderValue};
use recallai_webhook_signature::{Secret, Verifier, danger};
use svix::webhooks::Webhook;

use super::request::{Request, SECRET, now};

/// Header lines of the two families, as (name, value).
type Lines<'a> = [(&'a str, &'a [u8])];

const NAMES: [&str; 6] = [
    "svix-id",
    "svix-timestamp",
    "svix-signature",
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
];

/// The law of the fuzz target `svix`.
pub(crate) fn check(input: &[u8]) {
    let Request { headers, body } = Request::parse(input);
    let mut map = HeaderMap::new();
    for (name, value) in &headers {
        // What is no header cannot be received.
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value)) {
            map.append(name, value);
        }
    }
    let secret = Secret::parse(SECRET).unwrap();
    verdicts_agree(secret, &Webhook::new(SECRET).unwrap(), &map, &body);
}

/// Ours and theirs, of one delivery, whatever its age. Tells whether we accepted it.
pub(crate) fn verdicts_agree(
    secret: Secret,
    official: &Webhook,
    map: &HeaderMap,
    body: &[u8],
) -> bool {
    let builder = Verifier::builder().secret("default", secret);
    let verifier = danger::without_age_check(builder).build().unwrap();
    let lines = map.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let lines: Vec<_> = lines.filter(|(name, _)| NAMES.contains(name)).collect();
    let ours = verifier.verify(lines.iter().copied(), body, now());
    let theirs = official.verify_ignoring_timestamp(body, map);
    match (&ours, &theirs) {
        (Ok(_), Err(_)) => assert!(more_lenient(&lines, body), "{ours:?} {theirs:?}"),
        (Err(_), Ok(())) => assert!(stricter(&lines), "{ours:?} {theirs:?}"),
        _ => {}
    }
    ours.is_ok()
}

/// Why the library may accept what we refuse.
fn stricter(lines: &Lines<'_>) -> bool {
    let all = |part: &'static str| {
        let lines = lines.iter().filter(move |(name, _)| name.ends_with(part));
        lines.map(|(_, value)| String::from_utf8_lossy(value))
    };
    let reformatted = |text: &str| {
        text.parse::<i64>().is_ok_and(|seconds| seconds <= 0 || seconds.to_string() != text)
    };
    let repeated_differently = |part| {
        NAMES.iter().filter(|name| name.ends_with(part)).any(|name| {
            let mut values = lines.iter().filter(|(other, _)| other == name).map(|line| line.1);
            let first = values.next();
            values.any(|value| Some(value) != first)
        })
    };
    let unprintable_below = |name: &str| {
        let mut values =
            lines.iter().filter(|(other, _)| *other == name).map(|line| line.1).skip(1);
        values.any(|value| !value.iter().all(|byte| matches!(byte, b'\t' | b' '..=b'~')))
    };
    // It takes each header from whichever family has it.
    both_families(lines)
        // It accepts ids that are empty, have a dot (one signature, two readings) or a tab.
        || all("-id").any(|id| id.is_empty() || id.contains(['.', '\t']))
        // It signs the number it read, not the text it got: `+1`, `01`; and takes 0 and less for times.
        || all("-timestamp").any(|text| reformatted(&text))
        // It reads the first of several differing lines, without a word.
        || repeated_differently("-id")
        || repeated_differently("-timestamp")
        // It does not see a further signature line, nor that it is not printable.
        || ["svix-signature", "webhook-signature"].into_iter().any(unprintable_below)
        // It reads any number of tokens.
        || all("-signature").map(|line| line.split(' ').filter(|t| !t.is_empty()).count()).sum::<usize>() > 32
}

/// Why we may accept what the library refuses.
fn more_lenient(lines: &Lines<'_>, body: &[u8]) -> bool {
    let count = |name: &str| lines.iter().filter(|(other, _)| *other == name).count();
    let joined = |line: &[u8]| line.windows(2).any(|pair| pair == b", ");
    // It wants UTF-8.
    str::from_utf8(body).is_err()
        // It reads the first signature line only.
        || count("svix-signature") > 1
        || count("webhook-signature") > 1
        // It does not know how proxies join lines.
        || lines.iter().any(|(name, line)| name.ends_with("-signature") && joined(line))
        // It mixes the families, and so takes an incomplete one before the complete one.
        || both_families(lines)
}

fn both_families(lines: &Lines<'_>) -> bool {
    let has = |family| lines.iter().any(|(name, _)| name.starts_with(family));
    has("svix") && has("webhook")
}
