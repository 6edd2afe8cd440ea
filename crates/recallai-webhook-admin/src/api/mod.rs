//! The routes of `/api/v1`, and the document that describes them.

mod bots;
mod dead_letters;
mod document;
mod messages;
mod recordings;
mod scan;
mod store;
mod subjects;
mod subscriptions;
mod waits;

use axum::Router;
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::problem::Problem;
use crate::shared::Shared;

pub(crate) use document::serve;

/// Where the routes are.
pub(crate) const BASE: &str = "/api/v1";

/// The routes, and what the document says of them. Whoever has more routes adds them to both, and gives the
/// document out with [`serve`].
pub(crate) fn api() -> (Router<Shared>, OpenApi) {
    let routes = OpenApiRouter::new()
        .routes(routes!(recordings::list))
        .routes(routes!(recordings::get))
        .routes(routes!(recordings::history))
        .routes(routes!(waits::recording))
        .routes(routes!(bots::bots))
        .routes(routes!(bots::bot))
        .routes(routes!(waits::bot))
        .routes(routes!(bots::uploads))
        .routes(routes!(bots::upload))
        .routes(routes!(waits::upload))
        .routes(routes!(messages::list))
        .routes(routes!(messages::get))
        .routes(routes!(messages::raw))
        .routes(routes!(messages::replay))
        .routes(routes!(dead_letters::list))
        .routes(routes!(dead_letters::retry_all))
        .routes(routes!(dead_letters::discard_all))
        .routes(routes!(dead_letters::get))
        .routes(routes!(dead_letters::retry))
        .routes(routes!(dead_letters::discard))
        .routes(routes!(subscriptions::list))
        .routes(routes!(subscriptions::get, subscriptions::remove))
        .routes(routes!(store::stats))
        .routes(routes!(store::health))
        .fallback(not_found);
    let (router, document) =
        OpenApiRouter::with_openapi(document::base()).nest(BASE, routes).split_for_parts();
    (router.method_not_allowed_fallback(method_not_allowed), document)
}

async fn not_found() -> Problem {
    Problem::not_found("there is nothing of this name")
}

/// Which methods there are, the `allow` header says; that is all that OPTIONS asks for.
async fn method_not_allowed(method: Method) -> Response {
    match method {
        Method::OPTIONS => StatusCode::NO_CONTENT.into_response(),
        method => Problem::method_not_allowed(&method).into_response(),
    }
}
