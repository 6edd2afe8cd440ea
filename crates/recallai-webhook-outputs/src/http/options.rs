//! Options of HTTP.

use std::collections::BTreeMap;
use std::net::IpAddr;

use http::Uri;
use recallai_webhook_dispatch::Secret;
use serde::{Deserialize, Serialize};

use super::address::is_public;
use super::headers::HttpHeader;
use crate::broker::TlsOptions;
use crate::{Credential, OutputError, Period};

/// How to post to a URL.
///
/// ```
/// use recallai_webhook_outputs::{Credential, Http, HttpOptions};
///
/// let file = std::env::temp_dir().join("recallai-webhook-doc-http");
/// std::fs::write(&file, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
/// let secret = Credential::File(file);
/// let options = HttpOptions::new("https://example.com/hooks").with_secret(secret);
/// let http = Http::new(options)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct HttpOptions {
    /// The URL, with `https://` or `http://`. It is no place for a secret: that belongs into a header.
    pub url: String,
    /// The secret to sign with, `whsec_` and base64, as Standard Webhooks has it. It has to be there unless
    /// `unsigned` is set: without a signature the receiver cannot tell us from anybody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<Credential>,
    /// Sends without a signature.
    #[serde(default)]
    pub unsigned: bool,
    /// Headers to add. The output's own, and those of a connection, cannot be among them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, HttpHeader>,
    /// How long a send may take until it is answered, connecting included. The default is 15 s.
    #[serde(default = "HttpOptions::default_timeout")]
    pub timeout: Period,
    /// Whether the receiver may be at an address that is not of the internet: of this machine, of a private
    /// network, link-local. Whoever can choose a URL could otherwise reach what only this machine can. The
    /// default is `false`.
    #[serde(default)]
    pub allow_private: bool,
    /// TLS, if the URL has it.
    #[serde(default)]
    pub tls: TlsOptions,
}

impl HttpOptions {
    /// To this URL.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            secret: None,
            unsigned: false,
            headers: BTreeMap::new(),
            timeout: Self::default_timeout(),
            allow_private: false,
            tls: TlsOptions::new(),
        }
    }

    /// The same with a secret to sign with.
    #[must_use]
    pub fn with_secret(mut self, secret: Credential) -> Self {
        self.secret = Some(secret);
        self
    }

    /// The same without a signature.
    #[must_use]
    pub fn with_unsigned(mut self) -> Self {
        self.unsigned = true;
        self
    }

    /// The same with another header.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<HttpHeader>) -> Self {
        self.headers.insert(name.into(), value.into());
        self
    }

    /// The same with another limit on the time of a send.
    #[must_use]
    pub fn with_timeout(mut self, timeout: impl Into<Period>) -> Self {
        self.timeout = timeout.into();
        self
    }

    /// The same to addresses that are not of the internet, too.
    #[must_use]
    pub fn with_private(mut self) -> Self {
        self.allow_private = true;
        self
    }

    /// The same with TLS of one's own.
    #[must_use]
    pub fn with_tls(mut self, tls: TlsOptions) -> Self {
        self.tls = tls;
        self
    }

    fn default_timeout() -> Period {
        Period::from_secs(15)
    }

    /// The URL, which is not repeated in an error: there may be a password in it.
    pub(super) fn read_url(&self) -> Result<Uri, OutputError> {
        let wrong = |reason: &str| OutputError::option("url", reason);
        let url: Uri = self.url.parse().map_err(|error| wrong(&format!("is no URL: {error}")))?;
        let is_tls = match url.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(wrong("begins neither with https:// nor with http://")),
        };
        if self.tls != TlsOptions::new() && !is_tls {
            return Err(OutputError::option("tls", "is of no use, the URL begins with http://"));
        }
        let authority = url.authority().map(http::uri::Authority::as_str).unwrap_or_default();
        if authority.contains('@') {
            return Err(wrong("has a user in it; a header can say who sends"));
        }
        let host = url.host().unwrap_or_default();
        let behind = authority.get(host.len()..).unwrap_or_default();
        if host.is_empty() || (!behind.is_empty() && !matches!(url.port_u16(), Some(1..))) {
            return Err(wrong("has no host, or an odd port"));
        }
        // An address is not looked up, so the resolver does not see it.
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        match address {
            Ok(address) if !self.allow_private && !is_public(address) => {
                Err(wrong("has an address that is not public; `allow_private` allows it"))
            }
            _ => Ok(url),
        }
    }

    pub(super) fn read_secret(&self) -> Result<Option<Secret>, OutputError> {
        let wrong = |reason: &str| OutputError::option("secret", reason);
        match (&self.secret, self.unsigned) {
            (None, true) => Ok(None),
            (None, false) => Err(wrong("is missing; `unsigned` sends without a signature")),
            (Some(_), true) => Err(wrong("is there, and so is `unsigned`")),
            (Some(credential), false) => {
                let secret = Secret::parse(&credential.read()?);
                secret.map(Some).map_err(|error| wrong(&error.to_string()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Http;

    fn check(options: &HttpOptions, expected: &str) {
        assert_eq!(Http::new(options.clone()).unwrap_err().to_string(), expected, "{options:?}");
    }

    #[test]
    fn a_url_that_cannot_be_posted_to_is_refused_and_not_repeated() {
        for (url, reason) in [
            ("ftp://a.example", "begins neither with https:// nor with http://"),
            ("/hooks", "begins neither with https:// nor with http://"),
            ("https://user:hunter2@a.example", "has a user in it; a header can say who sends"),
            ("https://a.example:0", "has no host, or an odd port"),
            ("https://a.example:99999/", "has no host, or an odd port"),
            ("https://a example/hunter2", "is no URL: invalid uri character"),
        ] {
            check(&HttpOptions::new(url).with_unsigned(), &format!("url: {reason}"));
        }
        for host in ["127.0.0.1:80", "169.254.169.254", "[::1]:80", "[::ffff:10.0.0.1]"] {
            let options = HttpOptions::new(format!("http://{host}/")).with_unsigned();
            check(&options, "url: has an address that is not public; `allow_private` allows it");
            Http::new(options.with_private()).unwrap();
        }
        let tls = TlsOptions::new().with_ca_file("/ca.pem");
        let options = HttpOptions::new("http://a.example").with_unsigned().with_tls(tls);
        check(&options, "tls: is of no use, the URL begins with http://");
    }

    #[test]
    fn nothing_is_sent_unsigned_by_mistake() {
        let options = HttpOptions::new("https://a.example/");
        check(&options, "secret: is missing; `unsigned` sends without a signature");
        let secret = Credential::Env("RECALLAI_WEBHOOK_OUTPUTS_NOT_SET".into());
        let both = options.clone().with_secret(secret.clone()).with_unsigned();
        check(&both, "secret: is there, and so is `unsigned`");
        check(&options.with_secret(secret), "$RECALLAI_WEBHOOK_OUTPUTS_NOT_SET is not set");
    }

    #[test]
    fn options_are_read_from_a_configuration() {
        let options: HttpOptions = serde_json::from_str(
            r#"{"url":"https://a.example","secret":{"env":"S"},"headers":{"x-a":"1"}}"#,
        )
        .unwrap();
        let expected = HttpOptions::new("https://a.example")
            .with_secret(Credential::Env("S".into()))
            .with_header("x-a", "1");
        assert_eq!(options, expected);
        assert!(serde_json::from_str::<HttpOptions>(r#"{"url":"https://a","fax":1}"#).is_err());
    }
}
