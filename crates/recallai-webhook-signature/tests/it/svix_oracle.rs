//! On random deliveries and mutations of them, the verdict is the official library's, but for the
//! differences listed in `laws::svix`.

use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;
use proptest::sample::Index;
use recallai_webhook_signature::Secret;
use svix::webhooks::Webhook;

use crate::delivery::SECONDS;
use crate::laws::svix::verdicts_agree;

/// Header lines in order, as (name, value).
type Headers = Vec<(&'static str, String)>;

const SVIX: [&str; 3] = ["svix-id", "svix-timestamp", "svix-signature"];
const WEBHOOK: [&str; 3] = ["webhook-id", "webhook-timestamp", "webhook-signature"];

#[derive(Clone, Debug)]
enum Mutation {
    FlipBodyBit(Index),
    TruncateBody(Index),
    Id(String),
    Timestamp(String),
    Signature(String),
    FlipSignatureCharacter(Index, u8),
    PrefixTokens(Vec<String>),
    SuffixTokens(Vec<String>),
    JoinByComma(String),
    Drop(Index),
    Repeat(Index),
    RepeatChanged(Index, String),
    RenameToOtherFamily(Index),
    AddOtherFamily,
}

fn token() -> impl Strategy<Value = String> {
    prop_oneof![
        "v1,[A-Za-z0-9+/]{43}=",
        "v1,[A-Za-z0-9+/=]{0,50}",
        "v1a,[A-Za-z0-9+/]{86}==",
        "v[0-9]{1,2},[A-Za-z0-9+/]{43}=",
        "[a-z,]{0,8}",
    ]
}

fn mutation() -> impl Strategy<Value = Mutation> {
    use Mutation::*;
    let timestamp = prop_oneof![
        "[+-]?[0-9]{0,12}",
        any::<i64>().prop_map(|seconds| seconds.to_string()),
        (SECONDS - 2..SECONDS + 2).prop_map(|seconds| seconds.to_string()),
        Just(format!("+{SECONDS}")),
        Just(format!("0{SECONDS}")),
    ];
    prop_oneof![
        any::<Index>().prop_map(FlipBodyBit),
        any::<Index>().prop_map(TruncateBody),
        "[a-z_.\t]{0,6}".prop_map(Id),
        timestamp.prop_map(Timestamp),
        token().prop_map(Signature),
        (any::<Index>(), b'!'..=b'~').prop_map(|(index, byte)| FlipSignatureCharacter(index, byte)),
        prop::collection::vec(token(), 1..40).prop_map(PrefixTokens),
        prop::collection::vec(token(), 1..40).prop_map(SuffixTokens),
        token().prop_map(JoinByComma),
        any::<Index>().prop_map(Drop),
        any::<Index>().prop_map(Repeat),
        (any::<Index>(), "[a-z0-9]{0,3}").prop_map(|(index, text)| RepeatChanged(index, text)),
        any::<Index>().prop_map(RenameToOtherFamily),
        Just(AddOtherFamily),
    ]
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        any::<String>().prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..600),
        "[ -~]{0,300}".prop_map(String::into_bytes),
    ]
}

impl Mutation {
    fn apply(&self, headers: &mut Headers, body: &mut Vec<u8>) {
        let value = |headers: &mut Headers, part: &str, change: &dyn Fn(&str) -> String| {
            for (_, value) in headers.iter_mut().filter(|(name, _)| name.ends_with(part)) {
                *value = change(value);
            }
        };
        match self {
            Self::FlipBodyBit(at) if !body.is_empty() => {
                let bit = at.index(body.len() * 8);
                body[bit / 8] ^= 1 << (bit % 8);
            }
            Self::TruncateBody(at) if !body.is_empty() => body.truncate(at.index(body.len())),
            Self::Id(id) => value(headers, "-id", &|_| id.clone()),
            Self::Timestamp(text) => value(headers, "-timestamp", &|_| text.clone()),
            Self::Signature(token) => value(headers, "-signature", &|_| token.clone()),
            Self::FlipSignatureCharacter(at, byte) => value(headers, "-signature", &|line| {
                let mut line = line.as_bytes().to_vec();
                if !line.is_empty() {
                    let at = at.index(line.len());
                    line[at] = *byte;
                }
                String::from_utf8(line).unwrap()
            }),
            Self::PrefixTokens(tokens) => {
                value(headers, "-signature", &|line| format!("{} {line}", tokens.join(" ")));
            }
            Self::SuffixTokens(tokens) => {
                value(headers, "-signature", &|line| format!("{line} {}", tokens.join(" ")));
            }
            Self::JoinByComma(token) => {
                value(headers, "-signature", &|line| format!("{token}, {line}, {token}"));
            }
            Self::Drop(at) if !headers.is_empty() => {
                headers.remove(at.index(headers.len()));
            }
            Self::Repeat(at) if !headers.is_empty() => {
                let line = headers[at.index(headers.len())].clone();
                headers.push(line);
            }
            Self::RepeatChanged(at, text) if !headers.is_empty() => {
                let name = headers[at.index(headers.len())].0;
                headers.push((name, text.clone()));
            }
            Self::RenameToOtherFamily(at) if !headers.is_empty() => {
                let at = at.index(headers.len());
                headers[at].0 = other(headers[at].0);
            }
            Self::AddOtherFamily => {
                let copies: Headers =
                    headers.iter().map(|(name, value)| (other(name), value.clone())).collect();
                headers.extend(copies);
            }
            _ => {}
        }
    }
}

/// The name of the same part in the other family.
fn other(name: &str) -> &'static str {
    let pairs = || SVIX.into_iter().zip(WEBHOOK);
    pairs()
        .find_map(|(svix, webhook)| match name {
            _ if name == svix => Some(webhook),
            _ if name == webhook => Some(svix),
            _ => None,
        })
        .unwrap()
}

fn header_map(headers: &Headers) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    }
    map
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn verdicts_agree_but_for_known_differences(
        key in prop::collection::vec(any::<u8>(), 24..=75),
        id in "[ -~&&[^.]]{1,40}",
        seconds in 1..=u64::from(u32::MAX),
        body in body(),
        names in prop_oneof![Just(SVIX), Just(WEBHOOK)],
        mutations in prop::collection::vec(mutation(), 0..3),
    ) {
        let secret = Secret::from_bytes(&key).unwrap();
        let official = Webhook::from_bytes(key).unwrap();

        let signature = secret.sign(&id, seconds, &body).unwrap();
        if str::from_utf8(&body).is_ok() {
            let theirs = official.sign(&id, i64::try_from(seconds).unwrap(), &body).unwrap();
            prop_assert_eq!(&signature, &theirs);
        }

        let values = [id, seconds.to_string(), signature];
        let mut headers: Headers = names.into_iter().zip(values).collect();
        let mut received = body;
        for mutation in &mutations {
            mutation.apply(&mut headers, &mut received);
        }

        let accepted = verdicts_agree(secret, &official, &header_map(&headers), &received);
        if mutations.is_empty() {
            prop_assert!(accepted);
        }
    }
}

/// With the clock, too, which the library reads itself.
#[test]
#[allow(clippy::disallowed_methods, reason = "the library reads the clock, and must read the same")]
fn age_is_judged_alike() {
    let now = std::time::SystemTime::now();
    let seconds = now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let secret = crate::delivery::secret();
    let verifier = recallai_webhook_signature::Verifier::new(secret.clone());
    let official = Webhook::new(crate::delivery::SECRET).unwrap();
    // Far enough from the limits that a slow machine does not cross one between the two.
    for offset in [-100_000, -400, -200, 0, 200, 400, 100_000] {
        let timestamp = seconds.checked_add_signed(offset).unwrap();
        let signature = secret.sign("msg_1", timestamp, b"{}").unwrap();
        let values = ["msg_1".into(), timestamp.to_string(), signature];
        let map = header_map(&WEBHOOK.into_iter().zip(values).collect());
        let lines = map.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        let ours = verifier.verify(lines, b"{}", now).is_ok();
        assert_eq!(ours, official.verify(b"{}", &map).is_ok(), "{offset}");
        assert_eq!(ours, offset.abs() <= 300);
    }
}
