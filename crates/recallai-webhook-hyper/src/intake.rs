//! Intake: from a request to a delivery, within the limits.

use std::error::Error;
use std::time::SystemTime;

use bytes::{Buf, Bytes, BytesMut};
use http::request::Parts;
use http::{HeaderMap, Method, header};
use http_body::Body;
use http_body_util::BodyExt;
use recallai_webhook_dispatch::{Delivery, Reply};

use crate::Limits;

impl Limits {
    /// Reads the whole body of a `POST`, byte for byte, in no more than [`body_time`](Self::body_time).
    ///
    /// # Errors
    ///
    /// How the request is to be answered instead: 405 if it is no `POST`; 413 if the body is longer
    /// than [`body_len`](Self::body_len), before a byte of it is asked for where `content-length`
    /// says so; 408 if it takes too long; 400 if it is cut short.
    pub async fn read<B>(&self, parts: &Parts, body: B) -> Result<Bytes, Reply>
    where
        B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>>,
    {
        if parts.method != Method::POST {
            return Err(Reply::MethodNotAllowed);
        }
        // Before the body is asked for, so that `Expect: 100-continue` gets 413 and not 100.
        if content_length(&parts.headers).is_some_and(|len| len > self.body_len as u64) {
            return Err(Reply::TooLarge);
        }
        let body = tokio::time::timeout(self.body_time, collect(body, self.body_len));
        body.await.unwrap_or(Err(Reply::Timeout))
    }
}

/// A delivery of what was read, received now.
pub(crate) fn delivery(parts: &Parts, body: Bytes) -> Delivery<'_, HeaderLines<'_>> {
    Delivery::new(HeaderLines(&parts.headers), body, SystemTime::now())
        .with_query(parts.uri.query())
}

async fn collect<B>(body: B, limit: usize) -> Result<Bytes, Reply>
where
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>>,
{
    let mut body = std::pin::pin!(body);
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| cut_short(error.into().as_ref()))?;
        let Ok(mut data) = frame.into_data() else { continue };
        let len = first.len() + rest.len();
        let more = data.remaining();
        if more > limit - len {
            return Err(Reply::TooLarge);
        }
        // A usual body comes in one piece, which is taken as it is: `Bytes` of `Bytes` copies nothing.
        let data = data.copy_to_bytes(more);
        if len == 0 {
            first = data;
        } else {
            if rest.is_empty() {
                rest.extend_from_slice(&std::mem::take(&mut first));
            }
            rest.extend_from_slice(&data);
        }
    }
    Ok(if rest.is_empty() { first } else { rest.freeze() })
}

fn cut_short(error: &(dyn Error + 'static)) -> Reply {
    tracing::debug!(error, "body cut short");
    Reply::BadRequest
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The lines of a header map, to be gone over as often as it takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HeaderLines<'h>(&'h HeaderMap);

impl<'h> IntoIterator for HeaderLines<'h> {
    type Item = (&'h str, &'h [u8]);
    type IntoIter = std::iter::Map<
        http::header::Iter<'h, http::HeaderValue>,
        fn((&'h http::HeaderName, &'h http::HeaderValue)) -> Self::Item,
    >;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))
    }
}
