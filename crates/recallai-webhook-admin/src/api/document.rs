//! The OpenAPI document: what is said of all operations, and where it is served.

use axum::Router;
use axum::routing::get;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathsBuilder, SecurityRequirement,
};

use super::BASE;

/// The document without operations.
pub(super) fn base() -> OpenApi {
    let info = InfoBuilder::new().title("recallai-webhook").version("1").description(Some(
        "What Recall.ai webhooks have told: recordings, messages, dead letters.",
    ));
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    let components =
        ComponentsBuilder::new().security_scheme("token", SecurityScheme::Http(bearer));
    OpenApiBuilder::new()
        .info(info)
        .paths(PathsBuilder::new())
        .components(Some(components.build()))
        .security(Some([SecurityRequirement::new::<_, _, &str>("token", [])]))
        .build()
}

/// What holds of every operation is added to each.
pub(super) fn finish(document: OpenApi) -> OpenApi {
    document
}

/// Serves the document.
pub(crate) fn serve<S: Clone + Send + Sync + 'static>(document: &OpenApi) -> Router<S> {
    // Text and numbers only, and writing to memory does not fail.
    let text = Bytes::from(serde_json::to_vec(document).unwrap_or_default());
    let answer = async move || ([(CONTENT_TYPE, "application/json")], text);
    Router::new().route(&format!("{BASE}/openapi.json"), get(answer))
}
