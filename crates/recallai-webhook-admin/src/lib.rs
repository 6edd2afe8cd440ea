//! Admin API, live stream and dashboard of what Recall.ai webhooks have told: recordings, messages, dead letters.
//!
//! [`Admin`] makes an axum router over any inbox. What it answers is described by an OpenAPI 3.1 document, at
//! `/api/v1/openapi.json` and in this package as `openapi.json`.
//!
//! ```
//! use std::sync::Arc;
//! use recallai_webhook_admin::Admin;
//! use recallai_webhook_dispatch::inbox::MemoryInbox;
//! # use axum::body::{Body, to_bytes};
//! # use tower::ServiceExt;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let router = Admin::new(Arc::new(MemoryInbox::new())).router();
//!
//! let request = http::Request::get("/api/v1/recordings?need=transcript&readiness=ready")
//!     .header("host", "localhost")
//!     .body(Body::empty())?;
//! let response = router.oneshot(request).await?;
//! assert_eq!(response.status(), 200);
//! let body = to_bytes(response.into_body(), 1024).await?;
//! assert_eq!(body, r#"{"items":[],"next":null}"#);
//! # Ok(())
//! # }
//! ```
//!
//! # The API
//!
//! Below `/api/v1/`:
//!
//! | path | what |
//! |---|---|
//! | `recordings` | recordings, filtered by scope, id, and how a `need` stands |
//! | `recordings/{scope}/{id}` | one, with its artifacts, messages and jobs |
//! | `recordings/{scope}/{id}/timeline` | what was reported of it, and when |
//! | `recordings/{scope}/{id}/wait` | answers when the `need` is ready, failed or gone, or at the `timeout` |
//! | `bots`, `bots/{scope}/{id}`, `…/wait` | bots, and what came of each |
//! | `uploads`, `uploads/{scope}/{id}`, `…/wait` | uploads of the Desktop SDK |
//! | `messages`, `messages/{seq}` | everything that was delivered and verified |
//! | `messages/{seq}/raw` | the body, byte for byte |
//! | POST `messages/{seq}/replay` | runs its jobs once more |
//! | `dead-letters`, `dead-letters/{id}` | jobs that used up their attempts |
//! | POST `dead-letters/{id}/retry`, `…/discard` | settles one |
//! | POST `dead-letters/retry`, `…/discard` | settles some, or all of a subscription |
//! | `subscriptions`, `subscriptions/{name}` | what jobs are made for, and how far behind the work is; DELETE removes a parked one |
//! | `stats`, `health` | what is stored, and what was counted |
//! | `stream` | messages as they are stored, as server-sent events |
//!
//! Lists are `{"items": […], "next": …}`, where `next` is the `cursor` of the page behind. Times are RFC 3339 in UTC
//! with milliseconds. What is wrong is answered as `application/problem+json` (RFC 9457), and parameters that are
//! not known are wrong.
//!
//! It opens no port and knows no configuration: `recallai-webhook-server` does. It knows no kind of store: whatever
//! implements the contract of `recallai-webhook-inbox` will do. What is counted comes from
//! `recallai-webhook-telemetry`.
//!
//! This is an unofficial project; Recall.ai does not endorse it.

mod admin;
mod api;
mod dashboard;
mod extract;
mod guard;
mod lasting;
mod model;
mod probes;
mod problem;
mod settings;
mod shared;
mod stream;

pub use admin::Admin;
pub use dashboard::dashboard;
pub use lasting::MOST_LASTING;
pub use settings::AdminHandle;
