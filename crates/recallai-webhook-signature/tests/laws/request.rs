//! A delivery as text, so that a seed can be read and a fuzzer can change it: header lines, an empty
//! line, the body.
//!
//! `{signature}` in a header becomes the signature of the delivery's own id, timestamp and body, and
//! `{old}` the same by the second secret: no fuzzer would find one.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use recallai_webhook_signature::Secret;

pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
pub(crate) const OLD_SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
/// When the deliveries are judged.
pub(crate) const SECONDS: u64 = 1_614_265_330;

pub(crate) fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(SECONDS)
}

#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// Reads any bytes; what is no header line is left out.
    pub(crate) fn parse(input: &[u8]) -> Self {
        let mut rest = input;
        let mut headers = Vec::new();
        while !rest.is_empty() {
            let end = rest.iter().position(|&byte| byte == b'\n');
            let (line, after) = match end {
                Some(end) => (&rest[..end], &rest[end + 1..]),
                None => (rest, &rest[rest.len()..]),
            };
            rest = after;
            if line.is_empty() {
                break;
            }
            let Some(colon) = line.iter().position(|&byte| byte == b':') else { continue };
            let Ok(name) = std::str::from_utf8(&line[..colon]) else { continue };
            let value = line[colon + 1..].strip_prefix(b" ").unwrap_or(&line[colon + 1..]);
            headers.push((name.to_owned(), value.to_vec()));
        }
        let mut request = Self { headers, body: rest.to_vec() };
        request.sign();
        request
    }

    /// The header lines as a verifier takes them.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (&str, &[u8])> + Clone {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice()))
    }

    fn sign(&mut self) {
        for (placeholder, secret) in [("{signature}", SECRET), ("{old}", OLD_SECRET)] {
            let secret = Secret::parse(secret).unwrap();
            for index in 0..self.headers.len() {
                let (name, value) = &self.headers[index];
                let Ok(text) = std::str::from_utf8(value) else { continue };
                if !text.contains(placeholder) {
                    continue;
                }
                let family = name.split('-').next().unwrap_or_default();
                if let Some(signature) = self.signature(family, &secret) {
                    self.headers[index].1 = text.replace(placeholder, &signature).into_bytes();
                }
            }
        }
    }

    /// The signature over the first id and timestamp of a family.
    fn signature(&self, family: &str, secret: &Secret) -> Option<String> {
        let value = |part: &str| {
            let name = format!("{family}-{part}");
            let line = self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(&name));
            std::str::from_utf8(&line?.1).ok()
        };
        secret.sign(value("id")?, value("timestamp")?.parse().ok()?, &self.body).ok()
    }
}
