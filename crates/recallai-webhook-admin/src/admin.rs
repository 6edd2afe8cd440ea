//! Everything together: the routes, and who may use which.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use recallai_webhook_dispatch::Token;
use recallai_webhook_dispatch::inbox::Inbox;
use recallai_webhook_telemetry::Telemetry;

use crate::lasting::Lasting;
use crate::problem::Problem;
use crate::settings::AdminHandle;
use crate::shared::Shared;
use crate::{api, dashboard, guard, probes, stream};

/// The admin API, the live stream, the dashboard and the probes, as one [`Router`].
///
/// | path | what | who |
/// |---|---|---|
/// | `/`, `/assets/…` | the dashboard, which holds no data | everybody |
/// | `/healthz` | 200 while the process lives | everybody |
/// | `/readyz` | 200, or 503; why not is told to those with the token | everybody |
/// | `/metrics` | what Prometheus reads | with the token |
/// | `/api/v1/…` | recordings, bots, messages, dead letters, `stream`, `openapi.json` | with the token |
///
/// No more than 128 live streams and waits are open at once; beyond that they are answered 503. Whoever serves
/// the router with more connections than that keeps the probes within reach.
///
/// # Who may ask
///
/// With a token, requests have to carry `authorization: Bearer …`. Missing and wrong are answered 401 with one
/// text, and compared in constant time.
///
/// Without one, whoever reaches the socket may read all, replay, discard and remove. So serve it on a loopback
/// address only: anything else needs a token, which whoever binds the socket has to see to. What a page of
/// another site could do through a browser on the same machine is refused in any case: the `host` has to be an
/// address, `localhost` or one of [`with_hosts`](Self::with_hosts), so that no foreign name can be made to
/// point here, and a request that changes something must not come from another site.
#[derive(Debug, Clone)]
pub struct Admin {
    inbox: Shelf,
    telemetry: Option<Telemetry>,
    handle: AdminHandle,
}

/// An inbox, which need not be able to show itself.
#[derive(Clone)]
struct Shelf(Arc<dyn Inbox>);

impl std::fmt::Debug for Shelf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("dyn Inbox")
    }
}

impl Admin {
    /// Answers from an inbox.
    pub fn new(inbox: Arc<dyn Inbox>) -> Self {
        Self { inbox: Shelf(inbox), telemetry: None, handle: AdminHandle::new() }
    }

    /// Shows what was counted, too: at `/metrics` and `/api/v1/health`.
    #[must_use]
    pub fn with_telemetry(mut self, telemetry: Telemetry) -> Self {
        self.telemetry = Some(telemetry);
        self
    }

    /// Asks for a token. The default is none.
    #[must_use]
    pub fn with_token(self, token: Token) -> Self {
        self.handle.set_token(Some(token));
        self
    }

    /// By which names this host is asked for where there is no token, such as `admin.internal`, without a
    /// port. Addresses and `localhost` need not be named. The default is none.
    #[must_use]
    pub fn with_hosts<H: Into<String>>(self, hosts: impl IntoIterator<Item = H>) -> Self {
        self.handle.set_hosts(hosts);
        self
    }

    /// How old the oldest job of a subscription that is not parked may be before `/readyz` answers 503. The
    /// default is any age: a receiver that is behind still has to receive.
    #[must_use]
    pub fn with_ready_lag(self, lag: Duration) -> Self {
        self.handle.set_ready_lag(Some(lag));
        self
    }

    /// What changes it while it serves. All handles of an admin change the same.
    pub fn handle(&self) -> AdminHandle {
        self.handle.clone()
    }

    /// The routes. Needs a tokio runtime with time enabled.
    pub fn router(self) -> Router {
        let Self { inbox: Shelf(inbox), telemetry, handle } = self;
        let closing = handle.closing.subscribe();
        let shared = Shared { inbox, telemetry, closing, lasting: Lasting::new(), handle };
        let (routes, document) = api::api();
        let (streams, more) = stream::routes();
        let document = document.merge_from(more);
        let guarded = routes
            .merge(streams)
            .merge(api::serve(document))
            .merge(probes::metrics())
            .layer(from_fn_with_state(shared.clone(), guard::guard));
        let open =
            dashboard::dashboard().fallback(async || Problem::not_found("there is no such page"));
        open.merge(guarded.merge(probes::probes()).with_state(shared))
    }
}
