//! Answers in bytes.

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, header};
use utoipa::ToSchema;

/// Bytes as they were received.
#[derive(Debug, ToSchema)]
#[schema(value_type = String, format = Binary)]
pub(crate) struct Raw(pub(crate) Bytes);

impl IntoResponse for Raw {
    fn into_response(self) -> Response {
        let kind = HeaderValue::from_static("application/octet-stream");
        ([(header::CONTENT_TYPE, kind)], self.0).into_response()
    }
}
