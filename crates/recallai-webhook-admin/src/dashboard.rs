//! The dashboard: static files, compiled in, and the headers that keep them to themselves.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::routing::get;
use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

/// What the page may do: run and show what comes from here, and talk to nobody else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// What every file is sent with. It may be kept, and is asked for anew each time: a file of another
/// version never meets the page.
const HEADERS: [(HeaderName, &str); 7] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (CACHE_CONTROL, "no-cache"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// A file: what it is called below `/assets/`, and what is in it.
struct File {
    name: &'static str,
    text: &'static str,
}

/// One row for each file of the directory; a test finds the ones that were forgotten.
macro_rules! files {
    ($($name:literal)*) => {
        const FILES: &[File] =
            &[$(File { name: $name, text: include_str!(concat!("../dashboard/", $name)) }),*];
    };
}

files! {
    "index.html"
    "mark.svg"
    "tokens.css"
    "layout.css"
    "parts.css"
    "drawings.css"
    "app.js"
    "announce.js"
    "api.js"
    "bars.js"
    "body.js"
    "dialog.js"
    "dom.js"
    "feed.js"
    "job.js"
    "links.js"
    "message_row.js"
    "need.js"
    "page.js"
    "parts.js"
    "removing.js"
    "replay.js"
    "settling.js"
    "status.js"
    "stream.js"
    "theme.js"
    "time.js"
    "timeline.js"
    "token.js"
    "values.js"
    "views/bot.js"
    "views/bots.js"
    "views/dead_letters.js"
    "views/health.js"
    "views/live.js"
    "views/message.js"
    "views/messages.js"
    "views/recording.js"
    "views/recordings.js"
}

/// What is shown at `/`.
const PAGE: &str = "index.html";

/// The page at `/` and its files below `/assets/`. They hold nothing of what is stored, and so need no
/// token: the page asks for it, and sends it with each request to the API of the same host.
pub fn dashboard() -> Router {
    Router::new()
        .route("/", get(async |headers: HeaderMap| answer(PAGE, &headers)))
        .route("/assets/{*name}", get(asset))
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response<Body> {
    answer(&name, &headers)
}

/// The file; 304 if the client has it; 404 if there is none.
fn answer(name: &str, headers: &HeaderMap) -> Response<Body> {
    let Some(file) = FILES.iter().find(|file| file.name == name) else {
        return response(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", "no such file\n");
    };
    let tag = file.tag();
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut known = known.flat_map(|tags| tags.split(',').map(str::trim));
    let mut answer = if known.any(|known| known.trim_start_matches("W/") == tag || known == "*") {
        response(StatusCode::NOT_MODIFIED, file.content_type(), "")
    } else {
        response(StatusCode::OK, file.content_type(), file.text)
    };
    if let Ok(tag) = HeaderValue::try_from(tag) {
        answer.headers_mut().insert(ETAG, tag);
    }
    answer
}

fn response(status: StatusCode, content_type: &'static str, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

impl File {
    fn content_type(&self) -> &'static str {
        match self.name.rsplit('.').next() {
            Some("html") => "text/html; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("svg") => "image/svg+xml",
            _ => "application/octet-stream",
        }
    }

    /// Another text, another tag. Who could choose the text could choose the page, so no more than chance
    /// has to be kept out.
    fn tag(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.text.hash(&mut hasher);
        format!("\"{:016x}\"", hasher.finish())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use axum::body::to_bytes;
    use http::Request;
    use tower::ServiceExt;

    use super::*;

    fn directory() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("dashboard")
    }

    /// The files of a directory and of those below it, named from its root.
    fn names(directory: &Path, before: &str, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(directory).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{before}{}", entry.file_name().to_str().unwrap());
            if entry.file_type().unwrap().is_dir() {
                names(&entry.path(), &format!("{name}/"), found);
            } else {
                found.insert(name);
            }
        }
    }

    async fn get(path: &str, tag: Option<&HeaderValue>) -> (StatusCode, HeaderMap, String) {
        let mut request = Request::get(path);
        if let Some(tag) = tag {
            request = request.header(IF_NONE_MATCH, tag);
        }
        let request = request.body(Body::empty()).unwrap();
        let (head, body) = dashboard().oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        (head.status, head.headers, String::from_utf8(body.to_vec()).unwrap())
    }

    #[test]
    fn every_file_of_the_directory_has_a_row() {
        let mut found = BTreeSet::new();
        names(&directory(), "", &mut found);
        let rows: BTreeSet<_> = FILES.iter().map(|file| file.name.to_owned()).collect();
        assert_eq!(rows, found);
        assert_eq!(rows.len(), FILES.len(), "a row is there twice");
    }

    #[tokio::test]
    async fn every_file_is_served_with_its_type_and_the_policy() {
        for file in FILES {
            let (status, headers, body) = get(&format!("/assets/{}", file.name), None).await;
            assert_eq!(status, StatusCode::OK, "{}", file.name);
            assert_eq!(body, file.text, "{}", file.name);
            assert_eq!(headers[CONTENT_TYPE], file.content_type());
            assert_ne!(headers[CONTENT_TYPE], "application/octet-stream", "{}", file.name);
            for (name, value) in HEADERS {
                assert_eq!(headers[&name], value, "{}: {name}", file.name);
            }
        }
        let (_, headers, page) = get("/", None).await;
        assert_eq!(headers[CONTENT_TYPE], "text/html; charset=utf-8");
        assert!(page.starts_with("<!doctype html>"));
    }

    #[tokio::test]
    async fn what_a_client_has_is_not_sent_again() {
        let (_, headers, _) = get("/assets/app.js", None).await;
        let tag = &headers[ETAG];
        let (status, headers, body) = get("/assets/app.js", Some(tag)).await;
        assert_eq!((status, &*body), (StatusCode::NOT_MODIFIED, ""));
        assert_eq!(headers[ETAG], tag);
        let several = HeaderValue::try_from(format!("\"0\", W/{}", tag.to_str().unwrap())).unwrap();
        assert_eq!(get("/assets/app.js", Some(&several)).await.0, StatusCode::NOT_MODIFIED);
        assert_eq!(get("/assets/api.js", Some(tag)).await.0, StatusCode::OK);
    }

    #[tokio::test]
    async fn nothing_else_is_served() {
        for path in
            ["/assets/", "/assets/none.js", "/assets/../Cargo.toml", "/assets/%2e%2e/src/lib.rs"]
        {
            assert_eq!(get(path, None).await.0, StatusCode::NOT_FOUND, "{path}");
        }
    }

    /// No file names another host, and none has what the policy would stop.
    #[test]
    fn nothing_is_asked_of_another_host() {
        for File { name, text } in FILES {
            // The name of a vocabulary, which nobody connects to.
            let text = text.replace("http://www.w3.org/2000/svg", "");
            for foreign in ["://", "\"//", "'//", "url(", "@import"] {
                assert!(!text.contains(foreign), "{name}: {foreign}");
            }
            for inline in
                ["<style", "style=\"", "javascript:", "onclick=\"", "innerHTML", "outerHTML"]
            {
                assert!(!text.contains(inline), "{name}: {inline}");
            }
            for unsafe_call in ["insertAdjacentHTML", "document.write", "eval(", "new Function"] {
                assert!(!text.contains(unsafe_call), "{name}: {unsafe_call}");
            }
        }
    }

    /// The page loads scripts and styles by name, and modules each other: each name is a file.
    #[test]
    fn what_files_name_is_there() {
        for file in FILES.iter().filter(|file| file.name.ends_with(".js")) {
            let base = file.name.rsplit_once('/').map_or("", |(directory, _)| directory);
            let imports = file.text.split("from '").skip(1);
            for import in imports.filter_map(|rest| rest.split('\'').next()) {
                let name = match (import.strip_prefix("../"), import.strip_prefix("./")) {
                    (Some(above), _) => above.to_owned(),
                    (_, Some(beside)) if base.is_empty() => beside.to_owned(),
                    (_, Some(beside)) => format!("{base}/{beside}"),
                    _ => panic!("{}: {import}", file.name),
                };
                assert!(FILES.iter().any(|file| file.name == name), "{}: {import}", file.name);
            }
        }
        let page = FILES.iter().find(|file| file.name == PAGE).unwrap().text;
        for name in page.split("\"/assets/").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(FILES.iter().any(|file| file.name == name), "{name}");
        }
    }
}
