//! Where a broker listens.

use std::fmt;

use crate::OutputError;

/// A host and a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) host: Box<str>,
    pub(crate) port: u16,
}

impl Address {
    /// Reads `host` or `host:port`; an IPv6 address with a port stands in brackets.
    ///
    /// # Errors
    ///
    /// It is something else. What it is is not repeated, since a URL may have a password in it.
    pub(crate) fn parse(
        option: &'static str,
        text: &str,
        default_port: u16,
    ) -> Result<Self, OutputError> {
        let wrong = |reason: &str| OutputError::Option { option, reason: reason.into() };
        if text.contains("://") || text.contains('@') {
            return Err(wrong("is a host and a port, no URL; user, password and TLS have options"));
        }
        let (host, port) = split(text).ok_or_else(|| wrong("is not a host, or a host:port"))?;
        let port = match port {
            None => default_port,
            Some(port) => match port.parse() {
                Ok(0) | Err(_) => return Err(wrong("has a port that is no number up to 65535")),
                Ok(port) => port,
            },
        };
        Ok(Self { host: host.into(), port })
    }

    /// Reads a list that is not empty.
    ///
    /// # Errors
    ///
    /// It is empty, or something in it is no address.
    pub(crate) fn parse_all(
        option: &'static str,
        texts: &[String],
        default_port: u16,
    ) -> Result<Vec<Self>, OutputError> {
        if texts.is_empty() {
            return Err(OutputError::Option { option, reason: "is empty".into() });
        }
        texts.iter().map(|text| Self::parse(option, text, default_port)).collect()
    }
}

/// The host without brackets, and the port.
fn split(text: &str) -> Option<(&str, Option<&str>)> {
    let (host, port) = if let Some(rest) = text.strip_prefix('[') {
        let (host, rest) = rest.split_once(']')?;
        (host, if rest.is_empty() { None } else { Some(rest.strip_prefix(':')?) })
    } else {
        match text.split_once(':') {
            // More than one colon: an IPv6 address without brackets.
            Some((_, port)) if port.contains(':') => (text, None),
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        }
    };
    let is_host = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '%');
    (!host.is_empty() && host.chars().all(is_host)).then_some((host, port))
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_and_a_port() {
        for (text, expected) in [
            ("localhost", "localhost:5"),
            ("broker-1.example.com:4222", "broker-1.example.com:4222"),
            ("127.0.0.1:1", "127.0.0.1:1"),
            ("[::1]:65535", "[::1]:65535"),
            ("[::1]", "[::1]:5"),
            ("fe80::1", "[fe80::1]:5"),
        ] {
            assert_eq!(Address::parse("server", text, 5).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn what_is_no_address_is_refused_and_not_repeated() {
        for text in [
            "",
            ":1",
            "host:",
            "host:0",
            "host:65536",
            "host:x",
            "[::1",
            "[::1]x",
            "ho st",
            "a/b:1",
            "amqp://hidden",
            "user:hidden@host",
            "hidden\n",
        ] {
            let error = Address::parse("server", text, 5).unwrap_err().to_string();
            assert!(error.starts_with("server: "), "{text:?}: {error}");
            assert!(!error.contains("hidden"), "{error}");
        }
        assert!(Address::parse_all("servers", &[], 5).is_err());
    }
}
