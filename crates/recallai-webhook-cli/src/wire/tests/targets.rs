//! URLs that may be sent to, and others.

use super::*;

#[test]
fn a_url_of_this_machine_is_taken() {
    for (url, host, path, shown) in [
        (
            "http://127.0.0.1:8080/a/b?c=d#e",
            "127.0.0.1:8080",
            "/a/b?c=d",
            "http://127.0.0.1:8080/a/b",
        ),
        ("http://127.0.0.1", "127.0.0.1", "/", "http://127.0.0.1/"),
        ("http://127.0.0.1:80/", "127.0.0.1", "/", "http://127.0.0.1/"),
        ("https://127.0.0.1:80/", "127.0.0.1:80", "/", "https://127.0.0.1:80/"),
        ("https://localhost:443?t", "localhost", "/?t", "https://localhost/"),
        ("http://[::1]:99/x", "[::1]:99", "/x", "http://[::1]:99/x"),
    ] {
        let target = Target::parse(url, false).unwrap();
        assert_eq!((target.host(), target.path_and_query()), (host, path), "{url}");
        assert_eq!(target.shown(), shown);
    }
    let origin = Target::parse("http://[::1]:99/x", false).unwrap();
    assert_eq!(origin.origin().addresses, ["[::1]:99".parse().unwrap()]);
}

#[test]
fn any_other_is_refused() {
    for (url, expected) in [
        ("ftp://127.0.0.1/", "begins with http"),
        ("127.0.0.1:80/hook", "begins with http"),
        ("http://", "no URL"),
        ("http:///path", "no URL"),
        ("http://127.0.0.1/a b", "no URL"),
        ("http://127.0.0.1:99999/", "no port"),
        ("http://127.0.0.1:0/", "no port"),
        ("http://192.0.2.1/", "--allow-remote"),
        ("http://[2001:db8::1]/", "--allow-remote"),
        ("http://0.0.0.0/", "--allow-remote"),
        ("http://user:pa55@127.0.0.1/", "leave it out"),
        ("http://127.0.0.1@192.0.2.1/", "leave it out"),
    ] {
        let error = Target::parse(url, false).unwrap_err().to_string();
        assert!(error.contains(expected) && !error.contains("pa55"), "{url}: {error}");
    }
    assert!(Target::parse("http://192.0.2.1/", true).is_ok());
}
