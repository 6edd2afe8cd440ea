//! HTTP: posts to a URL, signed anew.

mod address;
mod answer;
mod connector;
mod headers;
mod options;

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::{HeaderName, HeaderValue, Request, Uri};
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use recallai_webhook_dispatch::Secret;
use tokio::time::timeout;
use tower_service::Service as _;

use crate::broker::{label_name, labels};
use crate::{Outgoing, Output, OutputError};

use connector::Connector;
pub use headers::HttpHeader;
pub use options::HttpOptions;

/// What we are to receivers.
const AGENT: &str = concat!("recallai-webhook/", env!("CARGO_PKG_VERSION"));

/// How many connections are kept while nobody uses them.
const IDLE: usize = 32;

/// How long one is kept. Receivers close idle connections themselves, many after five seconds; a request that
/// meets that would fail.
const IDLE_TIME: Duration = Duration::from_secs(4);

/// Posts to a URL, signed as [Standard Webhooks](https://www.standardwebhooks.com) says, and takes a status of
/// 2xx for the confirmation.
///
/// The body goes as it is. `webhook-id` is the idempotency key, in which all but visible ASCII, and `.` and `%`
/// too, is written as `%` and its code; `webhook-timestamp` is the time of the attempt, and `webhook-signature`
/// the signature with the secret. The attributes are headers under `recallai-webhook-` and their name, the trace
/// is `traceparent`.
///
/// | answer | what it comes to |
/// |---|---|
/// | 2xx | it is confirmed |
/// | 408, 429, 5xx, none in time, no connection | the receiver is [away](OutputError::is_outage); [`Guarded`](crate::Guarded) keeps to `retry-after` up to a minute, [`Forward`](crate::Forward) up to an hour |
/// | 410, 413 | permanent: the receiver wants no more, or never a body of that size |
/// | anything else | an error, tried again; redirects are not followed |
pub struct Http {
    url: Uri,
    /// The URL for people: without path and query, in which there may be a token.
    origin: Box<str>,
    secret: Option<Secret>,
    headers: Vec<(HeaderName, HeaderValue)>,
    timeout: Duration,
    connector: Connector,
    client: Client<Connector, Full<Bytes>>,
}

impl Http {
    /// Makes the output. Connects when it is first used.
    ///
    /// # Errors
    ///
    /// An option makes no sense, or a credential or the file of authorities cannot be read.
    #[expect(clippy::needless_pass_by_value, reason = "every output is made of its options")]
    pub fn new(options: HttpOptions) -> Result<Self, OutputError> {
        let url = options.read_url()?;
        let connector = connector::new(&options.tls, options.allow_private)?;
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_TIME)
            .pool_max_idle_per_host(IDLE)
            .build(connector.clone());
        let scheme = url.scheme_str().unwrap_or_default();
        let authority = url.authority().map(http::uri::Authority::as_str).unwrap_or_default();
        Ok(Self {
            origin: format!("{scheme}://{authority}").into(),
            secret: options.read_secret()?,
            headers: headers::read(&options.headers)?,
            timeout: options.timeout.duration(),
            url,
            connector,
            client,
        })
    }

    fn request(&self, outgoing: &Outgoing) -> Result<Request<Full<Bytes>>, OutputError> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let id =
            headers::fit(&outgoing.idempotency_key, |byte| byte.is_ascii_graphic() && byte != b'.');
        let mut request = Request::post(&self.url)
            .header(CONTENT_TYPE, outgoing.content_type)
            .header(USER_AGENT, AGENT)
            .header("webhook-id", &*id)
            .header("webhook-timestamp", now);
        if let Some(secret) = &self.secret {
            let signature = secret.sign(&id, now, &outgoing.body);
            let signature = signature
                .map_err(|error| OutputError::permanent(format!("cannot be signed: {error}")))?;
            request = request.header("webhook-signature", signature);
        }
        for (attribute, value) in labels(outgoing) {
            let value = headers::fit(value, |byte| matches!(byte, b' '..=b'~'));
            request = request.header(&*label_name(attribute), &*value);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(outgoing.body.clone()));
        request.map_err(|error| OutputError::permanent(format!("cannot be sent: {error}")))
    }

    fn posting(&self) -> String {
        format!("posting to {}", self.origin)
    }

    fn unreachable(&self, error: &(dyn std::error::Error + 'static)) -> OutputError {
        // What a client wraps around the cause says less than the cause.
        let mut cause = error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        OutputError::unreachable(self.posting(), cause.to_string())
    }
}

#[async_trait]
impl Output for Http {
    async fn send(&self, outgoing: &Outgoing) -> Result<(), OutputError> {
        let request = self.request(outgoing)?;
        let answered = timeout(self.timeout, self.client.request(request)).await;
        let answer = answered.map_err(|_| OutputError::timed_out(self.posting()))?;
        answer::judge(&self.origin, answer.map_err(|error| self.unreachable(&error))?).await
    }

    /// Connects, with TLS if the URL has it.
    async fn probe(&self) -> Result<(), OutputError> {
        let connected = timeout(self.timeout, self.connector.clone().call(self.url.clone())).await;
        let what = || OutputError::timed_out(format!("connecting to {}", self.origin));
        connected.map_err(|_| what())?.map(drop).map_err(|error| self.unreachable(&*error))
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("origin", &self.origin).finish_non_exhaustive()
    }
}
