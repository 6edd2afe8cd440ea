//! Who may ask: the bearer token, or else only those who come by a name of this host; and nothing is changed
//! on behalf of a page of another site.

mod admitted;
mod host;
mod origin;
mod token;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};

pub(crate) use admitted::Admitted;

use crate::problem::Problem;
use crate::settings::Settings;
use crate::shared::Shared;

/// What every answer is sent with: it is data, for whoever asked and nobody else.
const HEADERS: [(HeaderName, &str); 3] = [
    (CACHE_CONTROL, "no-store"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Lets a request through, with an [`Admitted`], or answers 401 or 403.
pub(crate) async fn guard(
    State(shared): State<Shared>,
    mut request: Request,
    next: Next,
) -> Response {
    let (refusal, turn) = {
        let settings = shared.handle.settings.borrow();
        (refuse(&settings, &request), settings.turn)
    };
    let mut response = match refusal {
        Some(refusal) => refusal,
        None => {
            let admitted = Admitted::new(shared.handle.settings.subscribe(), turn);
            request.extensions_mut().insert(admitted);
            next.run(request).await
        }
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Whether whoever asks may be told what the process is about.
pub(crate) fn is_trusted(settings: &Settings, uri: &Uri, headers: &HeaderMap) -> bool {
    match &settings.token {
        Some(token) => token::is_given(token, headers),
        None => host::is_own(&settings.hosts, uri, headers),
    }
}

fn refuse(settings: &Settings, request: &Request) -> Option<Response> {
    if !is_trusted(settings, request.uri(), request.headers()) {
        return Some(match settings.token {
            Some(_) => unauthorized(),
            None => forbidden("this host is not known by that name here"),
        });
    }
    let is_safe = request.method().is_safe();
    if !is_safe && !origin::is_own(request.uri(), request.headers()) {
        return Some(forbidden("the request comes from a page of another site"));
    }
    None
}

/// One text for a token that is missing and one that is wrong.
fn unauthorized() -> Response {
    let problem = Problem::new(StatusCode::UNAUTHORIZED, "the token is missing or wrong");
    let mut response = problem.into_response();
    let scheme = HeaderValue::from_static("Bearer realm=\"recallai-webhook\"");
    response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
    response
}

fn forbidden(text: &'static str) -> Response {
    Problem::new(StatusCode::FORBIDDEN, text).into_response()
}
