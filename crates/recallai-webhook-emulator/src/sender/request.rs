//! What goes on the wire.

use std::sync::Arc;
use std::time::Duration;

use crate::SigningSecret;

/// The user agent of the sender's public code; the hosted service adds what is in parentheses.
pub(crate) const USER_AGENT: &str = "Svix-Webhooks/1.84.0 (sender-9YMgn)";

/// Which names the three signature headers have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HeaderFamily {
    /// `Svix-Id`, `Svix-Timestamp`, `Svix-Signature`: dashboard webhooks of workspaces made before
    /// 2025-12-15.
    Svix,
    /// `Webhook-Id`, `Webhook-Timestamp`, `Webhook-Signature`: all others.
    #[default]
    Webhook,
}

impl HeaderFamily {
    /// What the names of its headers begin with: `svix` or `webhook`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Svix => "svix",
            Self::Webhook => "webhook",
        }
    }

    /// The names of the headers for id, timestamp and signature, as the sender spells them.
    pub const fn names(self) -> [&'static str; 3] {
        match self {
            Self::Svix => ["Svix-Id", "Svix-Timestamp", "Svix-Signature"],
            Self::Webhook => ["Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"],
        }
    }

    /// The other family.
    pub const fn other(self) -> Self {
        match self {
            Self::Svix => Self::Webhook,
            Self::Webhook => Self::Svix,
        }
    }
}

/// One request to an endpoint, all but what the connection adds: the target, `Host` and `Content-Length`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// `POST`; only one case of a [check](crate::check) has another.
    pub method: &'static str,
    /// The headers, in the order and the spelling of the sender. `Host` comes before them.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte.
    pub body: Arc<[u8]>,
    /// How the body is written. Only faults change it.
    pub writing: Writing,
}

/// How a body is written. The default is whole, at once, with its own length in `Content-Length`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Writing {
    /// How long to take over the body, evenly, from its first byte to its last. A reply that comes earlier
    /// is the answer to the request.
    pub over: Duration,
    /// How many bytes of the body to write before the sending side of the connection is closed; `None` for
    /// all of them. `Content-Length` still counts the whole body.
    pub cut_at: Option<usize>,
}

impl Request {
    /// The first header of that name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let line = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        line.map(|(_, value)| value.as_str())
    }

    pub(crate) fn set_header(&mut self, name: &str, value: String) {
        if let Some(line) = self.headers.iter_mut().find(|(key, _)| key == name) {
            line.1 = value;
        }
    }

    pub(crate) fn remove_header(&mut self, name: &str) {
        self.headers.retain(|(key, _)| key != name);
    }
}

/// What an endpoint's requests are made with at one moment.
#[derive(Debug, Clone)]
pub(crate) struct Signer {
    /// The keys that are valid, newest first. Without any, requests carry no signature headers.
    pub(crate) secrets: Vec<SigningSecret>,
    pub(crate) family: HeaderFamily,
    pub(crate) user_agent: Arc<str>,
    /// Headers that the owner of the endpoint has added.
    pub(crate) headers: Arc<[(String, String)]>,
}

impl Signer {
    /// Makes the request of one attempt.
    pub(crate) fn request(&self, id: &str, timestamp: u64, body: &Arc<[u8]>) -> Request {
        let mut headers = vec![
            ("Accept".to_owned(), "*/*".to_owned()),
            ("Content-Type".to_owned(), "application/json".to_owned()),
            ("User-Agent".to_owned(), self.user_agent.as_ref().to_owned()),
        ];
        if !self.secrets.is_empty() {
            let signatures: Vec<_> =
                self.secrets.iter().map(|secret| secret.sign(id, timestamp, body)).collect();
            let values = [id.to_owned(), timestamp.to_string(), signatures.join(" ")];
            headers.extend(self.family.names().map(str::to_owned).into_iter().zip(values));
        }
        headers.extend(self.headers.iter().cloned());
        Request { method: "POST", headers, body: Arc::clone(body), writing: Writing::default() }
    }
}
