//! Problems: what is answered when something is wrong, by RFC 9457.

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, header};
use recallai_webhook_dispatch::inbox::InboxError;
use serde::Serialize;
use utoipa::ToSchema;

/// When to try again, in seconds.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Always `about:blank`: the status says what kind of problem it is.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The status in words.
    title: &'static str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong, for a person.
    detail: Cow<'static, str>,
    #[serde(skip)]
    code: StatusCode,
}

impl Problem {
    /// The media type of a problem.
    pub(crate) const TYPE: &'static str = "application/problem+json";

    pub(crate) fn new(code: StatusCode, detail: impl Into<Cow<'static, str>>) -> Self {
        let title = code.canonical_reason().unwrap_or("Error");
        Self { kind: "about:blank", title, status: code.as_u16(), detail: detail.into(), code }
    }

    /// 400: a parameter or a body that cannot be read.
    pub(crate) fn bad_request(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 404: what was named is not there.
    pub(crate) fn not_found(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// 409: things stand otherwise than the request takes for granted.
    pub(crate) fn conflict(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT, detail)
    }

    /// 422: JSON that does not say what is asked for.
    pub(crate) fn unprocessable(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }

    /// 405: the `allow` header of the answer says which methods there are.
    pub(crate) fn method_not_allowed(method: &Method) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, format!("there is no {method} here"))
    }

    /// 503: it may go better in a moment.
    pub(crate) fn unavailable(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, detail)
    }

    /// 503: the process ends.
    pub(crate) fn closing() -> Self {
        Self::unavailable("shutting down")
    }
}

impl From<InboxError> for Problem {
    fn from(error: InboxError) -> Self {
        let code = match &error {
            InboxError::Unavailable { .. } | InboxError::Overloaded | InboxError::Closed => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            InboxError::UnknownSubscription { .. } => StatusCode::NOT_FOUND,
            InboxError::SubscriptionInUse { .. } => StatusCode::CONFLICT,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        if code.is_server_error() {
            tracing::warn!(%error, "the inbox did not answer");
        }
        Self::new(code, error.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        // Text and a number only, and writing to memory does not fail.
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let kind = HeaderValue::from_static(Self::TYPE);
        let mut response = (self.code, [(header::CONTENT_TYPE, kind)], body).into_response();
        if self.code == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
        }
        response
    }
}
