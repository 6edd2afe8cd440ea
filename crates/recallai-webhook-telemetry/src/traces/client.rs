//! The client: posts what was encoded to the collector.

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as Connections;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use prost::Message as _;
use tokio_rustls::rustls::crypto::ring;

use super::options::{TraceError, TraceOptions};
use super::wire::{ExportRequest, ExportResponse};

/// Where spans are posted below the base URL.
const PATH: &str = "/v1/traces";

const PROTOBUF: HeaderValue = HeaderValue::from_static("application/x-protobuf");

/// How much of an answer is read.
const ANSWER: usize = 64 * 1024;

pub(super) struct Client {
    uri: Uri,
    headers: HeaderMap,
    connections: Connections<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

/// Why spans were not taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum PostError {
    #[error("the collector cannot be reached: {0}")]
    Connection(String),
    #[error("the collector answered {0}")]
    Status(StatusCode),
    #[error("the answer of the collector was not read: {0}")]
    Answer(String),
}

impl Client {
    pub(super) fn new(options: &TraceOptions) -> Result<Self, TraceError> {
        let uri = uri(&options.endpoint)?;
        let mut headers = HeaderMap::new();
        for (name, value) in &options.headers {
            let wrong = |reason| TraceError::Header { name: name.clone(), reason };
            let key = HeaderName::try_from(name).map_err(|_| wrong("has no name of a header"))?;
            let mut value = HeaderValue::from_str(value)
                .map_err(|_| wrong("has a value that no header can have"))?;
            value.set_sensitive(true);
            headers.append(key, value);
        }
        headers.insert(CONTENT_TYPE, PROTOBUF);
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(ring::default_provider())
            .map_err(|_| TraceError::Endpoint { reason: "cannot be connected to with TLS" })?
            .https_or_http()
            .enable_http1()
            .build();
        let connections = Connections::builder(TokioExecutor::new()).build(connector);
        Ok(Self { uri, headers, connections })
    }

    /// Posts spans; says how many of them the collector did not take.
    pub(super) async fn post(&self, request: &ExportRequest) -> Result<u64, PostError> {
        let mut encoded = BytesMut::with_capacity(request.encoded_len());
        // A buffer that grows is never too small.
        let _ = request.encode(&mut encoded);
        let mut post = Request::new(Full::new(encoded.freeze()));
        *post.method_mut() = http::Method::POST;
        *post.uri_mut() = self.uri.clone();
        post.headers_mut().clone_from(&self.headers);
        let answer = self.connections.request(post).await;
        let answer = answer.map_err(|error| PostError::Connection(causes(&error)))?;
        let status = answer.status();
        if !status.is_success() {
            return Err(PostError::Status(status));
        }
        let body = Limited::new(answer.into_body(), ANSWER).collect().await;
        let body = body.map_err(|error| PostError::Answer(error.to_string()))?.to_bytes();
        // Some collectors answer in JSON whatever they were sent; that they took it is in the status.
        let taken = ExportResponse::decode(body).unwrap_or_default();
        let rejected = taken.partial_success.map_or(0, |partial| partial.rejected_spans);
        Ok(u64::try_from(rejected).unwrap_or_default())
    }
}

fn uri(endpoint: &str) -> Result<Uri, TraceError> {
    let wrong = |reason| TraceError::Endpoint { reason };
    let base: Uri = endpoint.parse().map_err(|_| wrong("is no URL"))?;
    if !matches!(base.scheme_str(), Some("http" | "https")) {
        return Err(wrong("does not begin with http:// or https://"));
    }
    if base.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Err(wrong("has a password in it, which belongs in a header"));
    }
    if base.query().is_some() {
        return Err(wrong("has a query"));
    }
    let path = base.path().trim_end_matches('/');
    let path = if path.ends_with(PATH) { path.to_owned() } else { format!("{path}{PATH}") };
    let mut parts = base.into_parts();
    parts.path_and_query = Some(path.parse().map_err(|_| wrong("is no URL"))?);
    Uri::from_parts(parts).map_err(|_| wrong("is no URL"))
}

/// An error with what caused it: "client error" alone tells nobody that a connection was refused.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the specification of the exporter has it for `OTEL_EXPORTER_OTLP_ENDPOINT`.
    #[test]
    fn the_path_is_added_to_the_base() {
        for (endpoint, expected) in [
            ("http://localhost:4318", "http://localhost:4318/v1/traces"),
            ("http://localhost:4318/", "http://localhost:4318/v1/traces"),
            ("https://otlp.example/otlp", "https://otlp.example/otlp/v1/traces"),
            ("https://otlp.example/v1/traces", "https://otlp.example/v1/traces"),
        ] {
            assert_eq!(uri(endpoint).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn what_cannot_be_posted_to_is_refused_and_not_repeated() {
        for endpoint in
            ["", "localhost:4318", "ftp://host", "http://user:hunter2@host", "http://h/?k=hunter2"]
        {
            let error = uri(endpoint).unwrap_err().to_string();
            assert!(error.starts_with("the endpoint of traces "), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
