//! The OpenAPI document: what holds of all operations, and where it is served.

use axum::Router;
use axum::routing::get;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use utoipa::PartialSchema;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::schema::Schema;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::{Tag, TagBuilder};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathsBuilder, Ref,
    RefOr, Response, ResponseBuilder, SecurityRequirement,
};

use super::BASE;
use crate::model::Cursor;
use crate::problem::Problem;

/// What the document says of itself.
const DESCRIPTION: &str = "What the webhooks of Recall.ai have told: recordings and what is ready of them, \
    bots, every message, and the dead letters that wait for a person.\n\n\
    Lists come in pages: `next` is the `cursor` of the page behind, and null at the end. Times are RFC 3339 in \
    UTC with milliseconds. What is wrong is answered as `application/problem+json` (RFC 9457); unknown \
    parameters are an error. A member may be added to any answer at any time.\n\n\
    This is an unofficial project; Recall.ai does not endorse it.";

/// Groups of operations.
const TAGS: [(&str, &str); 7] = [
    ("recordings", "Recordings, and what is ready of each."),
    ("bots", "Bots, and what came of each."),
    ("uploads", "Uploads of the Desktop SDK."),
    ("messages", "Everything that was delivered and verified."),
    ("dead letters", "Jobs that used up their attempts and wait for a person."),
    ("subscriptions", "What jobs are made for, and how far the work has come."),
    ("receiver", "What is stored, and what was counted."),
];

/// What any operation may answer, beside its own: the status, the name of the answer, and what it says.
const ANYWHERE: [(&str, &str, &str); 5] = [
    ("400", "BadRequest", "A parameter, or the body, cannot be read."),
    ("401", "Unauthorized", "The token is missing or wrong."),
    ("403", "Forbidden", "The request came by another name of this host, or from another site."),
    ("500", "Failed", "The store is damaged, or cannot do this."),
    (
        "503",
        "Unavailable",
        "The store does not answer at the moment, the process ends, or too many streams and waits are open. Try again.",
    ),
];

/// What an operation with a body may answer, too.
const WITH_BODY: [(&str, &str, &str); 4] = [
    ("408", "TooSlow", "The body took too long."),
    ("413", "TooLarge", "The body is longer than 64 KiB."),
    ("415", "NoJson", "The body is not of type `application/json`."),
    ("422", "Unprocessable", "The body is JSON, but does not say what is asked for."),
];

/// The schemas of bodies of requests, whose members may be left out.
const ORDERS: [&str; 2] = ["Letters", "ReplayOrder"];

/// The name of the security scheme.
const TOKEN: &str = "token";

/// The document without operations.
pub(super) fn base() -> OpenApi {
    let info = InfoBuilder::new().title("recallai-webhook").version("1");
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer);
    let bearer = bearer.description(Some("The token of the configuration, if it names one."));
    let components = ComponentsBuilder::new()
        .security_scheme(TOKEN, SecurityScheme::Http(bearer.build()))
        // Found by no route on its own.
        .schema("Cursor", Cursor::schema())
        .schema("Problem", Problem::schema());
    let components = ANYWHERE
        .iter()
        .chain(&WITH_BODY)
        .fold(components, |all, (_, name, text)| all.response(*name, problem(text)));
    OpenApiBuilder::new()
        .info(info.description(Some(DESCRIPTION)).build())
        .tags(Some(TAGS.map(tag)))
        .paths(PathsBuilder::new())
        .components(Some(components.build()))
        // A token, or nothing where none was configured.
        .security(Some([
            SecurityRequirement::new::<_, _, &str>(TOKEN, []),
            SecurityRequirement::default(),
        ]))
        .build()
}

fn tag((name, description): (&str, &str)) -> Tag {
    TagBuilder::new().name(name).description(Some(description)).build()
}

/// An answer that is a problem.
fn problem(description: &str) -> Response {
    let schema = Ref::from_schema_name("Problem");
    let content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new().description(description).content(Problem::TYPE, content).build()
}

/// Serves the document, once all operations are in it.
pub(crate) fn serve<S: Clone + Send + Sync + 'static>(document: OpenApi) -> Router<S> {
    // Text and numbers only, and writing to memory does not fail.
    let text = Bytes::from(serde_json::to_vec(&finish(document)).unwrap_or_default());
    let answer = async move || ([(CONTENT_TYPE, "application/json")], text);
    Router::new().route(&format!("{BASE}/openapi.json"), get(answer))
}

/// Adds what any operation may answer to each.
fn finish(mut document: OpenApi) -> OpenApi {
    let schemas = document.components.as_mut().map(|components| &mut components.schemas);
    for (name, schema) in schemas.into_iter().flatten() {
        if !ORDERS.contains(&name.as_str()) {
            require_all(schema);
        }
    }
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            add_common(operation);
        }
    }
    document
}

/// No member of an answer is ever left out: what is not known is null.
fn require_all(schema: &mut RefOr<Schema>) {
    let parts = match schema {
        RefOr::T(Schema::Object(object)) => {
            object.required = object.properties.keys().cloned().collect();
            return;
        }
        RefOr::T(Schema::AllOf(all)) => &mut all.items,
        RefOr::T(Schema::OneOf(one)) => &mut one.items,
        _ => return,
    };
    parts.iter_mut().for_each(require_all);
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.delete].into_iter().flatten()
}

fn add_common(operation: &mut Operation) {
    let with_body: &[_] = if operation.request_body.is_some() { &WITH_BODY } else { &[] };
    for (status, name, _) in ANYWHERE.iter().chain(with_body) {
        let known = operation.responses.responses.entry((*status).to_owned());
        known.or_insert_with(|| RefOr::Ref(Ref::from_response_name(*name)));
    }
}
