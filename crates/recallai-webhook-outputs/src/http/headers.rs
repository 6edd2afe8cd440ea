//! Headers: those that are added, and values that fit into one.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use http::{HeaderName, HeaderValue};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess};
use serde::{Deserialize, Deserializer, Serialize};

use crate::{Credential, OutputError};

/// The value of a header that is added.
///
/// In a configuration it is a text, or where a secret is found, as a [`Credential`] is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum HttpHeader {
    /// This text. For headers that by their name hold a secret, it is refused.
    Plain(String),
    /// What is found there.
    Secret(Credential),
}

impl From<&str> for HttpHeader {
    fn from(text: &str) -> Self {
        Self::Plain(text.to_owned())
    }
}

impl From<Credential> for HttpHeader {
    fn from(credential: Credential) -> Self {
        Self::Secret(credential)
    }
}

impl<'de> Deserialize<'de> for HttpHeader {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = HttpHeader;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "a text, or where a secret is: { file = \"PATH\" } or { env = \"NAME\" }",
                )
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<HttpHeader, E> {
                Ok(text.into())
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<HttpHeader, A::Error> {
                Credential::deserialize(MapAccessDeserializer::new(map)).map(HttpHeader::Secret)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// Headers that are written by us, or are of the connection (RFC 9110, section 7.6.1).
const OURS: [&str; 14] = [
    "connection",
    "content-length",
    "content-type",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-connection",
    "te",
    "traceparent",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

/// What names of ours begin with.
const OUR_PREFIXES: [&str; 3] = ["recallai-webhook-", "svix-", "webhook-"];

/// What is in the name of a header that holds a secret.
const SECRET: [&str; 7] =
    ["api-key", "apikey", "authorization", "cookie", "password", "secret", "token"];

/// Reads the headers that are added, secrets included.
pub(super) fn read(
    headers: &BTreeMap<String, HttpHeader>,
) -> Result<Vec<(HeaderName, HeaderValue)>, OutputError> {
    let wrong =
        |name: &str, reason: &str| OutputError::option("headers", format!("{name:?} {reason}"));
    let mut all: Vec<(HeaderName, HeaderValue)> = Vec::with_capacity(headers.len());
    for (name, value) in headers {
        let parsed: HeaderName = name.parse().map_err(|_| {
            // A whole header, perhaps, with its value.
            OutputError::option("headers", "a name among them is no header's name")
        })?;
        let is_ours = OURS.contains(&parsed.as_str())
            || OUR_PREFIXES.iter().any(|prefix| parsed.as_str().starts_with(prefix));
        if is_ours {
            return Err(wrong(name, "is written by the output itself"));
        }
        if all.iter().any(|(other, _)| *other == parsed) {
            return Err(wrong(name, "is there twice"));
        }
        let value = match value {
            HttpHeader::Plain(_) if SECRET.iter().any(|word| parsed.as_str().contains(word)) => {
                let reason = "holds a secret: say where it is, as { file = \"PATH\" } or \
                              { env = \"NAME\" }";
                return Err(wrong(name, reason));
            }
            HttpHeader::Plain(text) => HeaderValue::from_str(text),
            HttpHeader::Secret(credential) => HeaderValue::from_str(&credential.read()?),
        };
        let mut value = value.map_err(|_| wrong(name, "has a value that is not one line"))?;
        value.set_sensitive(true);
        all.push((parsed, value));
    }
    Ok(all)
}

/// A value as ASCII. What is not kept is written as `%` and the code of each byte, and so is `%`: two values
/// that differ stay different.
pub(super) fn fit(value: &str, keeps: impl Fn(u8) -> bool) -> Cow<'_, str> {
    let stays = |byte: u8| byte.is_ascii() && byte != b'%' && keeps(byte);
    if value.bytes().all(&stays) {
        return value.into();
    }
    let mut fitted = String::with_capacity(value.len() + 8);
    for byte in value.bytes() {
        if stays(byte) {
            fitted.push(char::from(byte));
        } else {
            fitted.push_str(&format!("%{byte:02X}"));
        }
    }
    fitted.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(name: &str, value: impl Into<HttpHeader>) -> String {
        read(&BTreeMap::from([(name.to_owned(), value.into())])).unwrap_err().to_string()
    }

    #[test]
    fn a_header_that_is_not_to_be_added_is_refused() {
        for name in ["Webhook-Id", "svix-signature", "Content-Type", "HOST", "TE", "Upgrade"] {
            let expected = format!("headers: {name:?} is written by the output itself");
            assert_eq!(refused(name, "x"), expected);
        }
        for name in ["Authorization", "Cookie", "X-Api-Key", "x-auth-token"] {
            let error = refused(name, "hunter2");
            assert!(error.contains("{ env = \"NAME\" }") && !error.contains("hunter2"), "{error}");
        }
        let error = refused("Authorization: Bearer hunter2", "");
        assert_eq!(error, "headers: a name among them is no header's name");
        let error = refused("x-a", "hunter2\r\nx-b: 1");
        assert_eq!(error, "headers: \"x-a\" has a value that is not one line");
        let twice = [("X-A".to_owned(), "1".into()), ("x-a".to_owned(), "2".into())];
        let error = read(&BTreeMap::from(twice)).unwrap_err().to_string();
        assert_eq!(error, "headers: \"x-a\" is there twice");
    }

    #[test]
    fn a_header_is_a_text_or_the_place_of_a_secret() {
        let text = r#"{"a":"x","b":{"env":"TOKEN"}}"#;
        let headers: BTreeMap<String, HttpHeader> = serde_json::from_str(text).unwrap();
        assert_eq!(headers["a"], "x".into());
        assert_eq!(headers["b"], Credential::Env("TOKEN".into()).into());
        assert_eq!(serde_json::to_string(&headers).unwrap(), text);
        let error = serde_json::from_str::<HttpHeader>(r#"{"secret":"hunter2"}"#).unwrap_err();
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }

    #[test]
    fn values_that_differ_stay_different() {
        let id = |value: &'static str| fit(value, |byte| byte.is_ascii_graphic() && byte != b'.');
        assert_eq!(id("notify:recall:msg_1"), "notify:recall:msg_1");
        assert_eq!(id("a.b c\u{e4}\n"), "a%2Eb%20c%C3%A4%0A");
        assert_eq!(id("a%2Eb"), "a%252Eb");
    }
}
