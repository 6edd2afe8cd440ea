//! By which name this host was asked for. A page of another site can have its own name point here, and would
//! then be of one site with us for the browser; what it cannot do is ask by another name than its own.

use std::net::{Ipv4Addr, Ipv6Addr};

use http::header::HOST;
use http::{HeaderMap, Uri};

/// Host and port as the client has them: of the target of the request if it is absolute, else of the one
/// `host` header.
pub(super) fn authority<'r>(uri: &'r Uri, headers: &'r HeaderMap) -> Option<&'r str> {
    if let Some(authority) = uri.authority() {
        return Some(authority.as_str());
    }
    let mut values = headers.get_all(HOST).iter();
    match (values.next(), values.next()) {
        (Some(host), None) => host.to_str().ok(),
        _ => None,
    }
}

/// Whether it is an address, `localhost`, or one of the names that are in small letters.
pub(super) fn is_own(names: &[String], uri: &Uri, headers: &HeaderMap) -> bool {
    let name = authority(uri, headers).and_then(without_port);
    name.is_some_and(|name| is_address(name) || is_local(name) || is_among(names, name))
}

fn without_port(authority: &str) -> Option<&str> {
    let (name, port) = match authority.rfind(']') {
        Some(end) => authority.split_at_checked(end + 1)?,
        None => authority.split_at_checked(authority.find(':').unwrap_or(authority.len()))?,
    };
    let is_port = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_whole = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
    (is_whole && !name.is_empty()).then_some(name)
}

/// Nobody can make an address point elsewhere.
fn is_address(name: &str) -> bool {
    let v6 = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    match v6 {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => name.parse::<Ipv4Addr>().is_ok(),
    }
}

/// RFC 6761, section 6.3: names below `localhost` are this machine's, too.
fn is_local(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

fn is_among(names: &[String], name: &str) -> bool {
    names.iter().any(|own| own.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn only_names_of_this_host_are_own() {
        let names = ["admin.internal".to_owned()];
        for (host, expected) in [
            ("127.0.0.1", true),
            ("127.0.0.1:8081", true),
            ("192.168.1.7:8081", true),
            ("[::1]", true),
            ("[::1]:8081", true),
            ("localhost:8081", true),
            ("LOCALHOST", true),
            ("app.localhost:80", true),
            ("admin.internal:8081", true),
            ("Admin.Internal", true),
            ("evil.example", false),
            ("evil.example:8081", false),
            ("localhost.evil.example", false),
            ("notlocalhost", false),
            ("127.0.0.1.evil.example", false),
            ("admin.internal.evil.example", false),
            ("127.0.0.1:x", false),
            ("evil.example:@localhost", false),
            ("[::1", false),
            ("[evil.example]", false),
            ("", false),
            (":8081", false),
        ] {
            let headers = HeaderMap::from_iter([(HOST, HeaderValue::from_static(host))]);
            assert_eq!(is_own(&names, &Uri::from_static("/"), &headers), expected, "{host}");
        }
    }

    #[test]
    fn a_request_has_one_host() {
        let uri = Uri::from_static("/");
        assert!(!is_own(&[], &uri, &HeaderMap::new()));
        let two = ["localhost", "localhost"].map(|host| (HOST, HeaderValue::from_static(host)));
        let mut headers = HeaderMap::new();
        headers.extend(two);
        headers.append(HOST, HeaderValue::from_static("evil.example"));
        assert!(!is_own(&[], &uri, &headers));
        // By RFC 9112, section 3.2.2, the target wins.
        let absolute = Uri::from_static("http://evil.example/");
        let local = HeaderMap::from_iter([(HOST, HeaderValue::from_static("localhost"))]);
        assert!(!is_own(&[], &absolute, &local));
    }
}
