//! Where a request comes from that changes something. Browsers tell it and pages cannot change that; who is no
//! browser says nothing of it, and acts for nobody else.

use http::header::ORIGIN;
use http::{HeaderMap, HeaderName, Uri};

use super::host::authority;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether nothing says that it comes from another site.
pub(super) fn is_own(uri: &Uri, headers: &HeaderMap) -> bool {
    let own = authority(uri, headers);
    let mut sites = headers.get_all(FETCH_SITE).iter();
    let mut origins = headers.get_all(ORIGIN).iter();
    sites.all(|site| site == "same-origin" || site == "none")
        && origins.all(|origin| {
            let origin = origin.to_str().ok().and_then(without_scheme);
            origin.zip(own).is_some_and(|(origin, own)| origin.eq_ignore_ascii_case(own))
        })
}

/// The scheme is not compared: behind something that ends TLS, it is another here.
fn without_scheme(origin: &str) -> Option<&str> {
    origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use http::header::HOST;

    use super::*;

    #[test]
    fn what_a_page_of_another_site_sends_is_told_by_either_header() {
        for (site, origin, expected) in [
            (None, None, true),
            (Some("same-origin"), None, true),
            (Some("none"), None, true),
            (None, Some("http://localhost:8081"), true),
            (None, Some("https://LocalHost:8081"), true),
            (Some("same-origin"), Some("http://localhost:8081"), true),
            (Some("cross-site"), None, false),
            (Some("same-site"), None, false),
            (Some("cross-site"), Some("http://localhost:8081"), false),
            (Some("same-origin"), Some("http://evil.example"), false),
            (None, Some("http://localhost"), false),
            (None, Some("http://localhost:3000"), false),
            (None, Some("http://localhost:8081.evil.example"), false),
            (None, Some("null"), false),
            (None, Some(""), false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static("localhost:8081"));
            headers.extend(site.map(|site| (FETCH_SITE, HeaderValue::from_static(site))));
            headers.extend(origin.map(|origin| (ORIGIN, HeaderValue::from_static(origin))));
            let is_own = is_own(&Uri::from_static("/"), &headers);
            assert_eq!(is_own, expected, "{site:?} {origin:?}");
        }
    }
}
