//! Which headers of a request belong to the request, and which to the connection that it came over.

/// Those of a connection (RFC 9110, section 7.6.1), and those that the client writes itself.
const OF_A_CONNECTION: [&str; 11] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// The lines that go with a request to another receiver: all but those of the connection, of which
/// `Connection` can name further ones.
pub(crate) fn end_to_end<'h>(
    lines: impl Iterator<Item = (&'h str, &'h [u8])> + Clone,
) -> Vec<(String, Vec<u8>)> {
    let connection = lines.clone().filter(|(name, _)| name.eq_ignore_ascii_case("connection"));
    let named: Vec<&[u8]> =
        connection.flat_map(|(_, value)| value.split(|&byte| byte == b',')).collect();
    let is_of_it = |name: &str| {
        OF_A_CONNECTION.iter().any(|of| of.eq_ignore_ascii_case(name))
            || named.iter().any(|of| of.trim_ascii().eq_ignore_ascii_case(name.as_bytes()))
    };
    let lines = lines.filter(|(name, _)| !is_of_it(name));
    lines.map(|(name, value)| (name.to_owned(), value.to_vec())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: bool) {
        let lines = [("Connection", &b"close, X-Hop"[..]), (name, b"x"), ("connection", b"x-two")];
        let kept = end_to_end(lines.into_iter());
        assert_eq!(kept.len(), usize::from(expected), "{name}: {kept:?}");
        assert!(kept.iter().all(|line| *line == (name.to_owned(), b"x".to_vec())), "{kept:?}");
    }

    #[test]
    fn what_is_of_the_connection_stays_behind() {
        for name in ["Webhook-Id", "Content-Type", "Authorization", "x-hop-2"] {
            check(name, true);
        }
        for name in ["x-hop", "X-Two", "TE", "Host", "content-LENGTH", "Transfer-Encoding"] {
            check(name, false);
        }
    }
}
