//! The admin listener: what it answers with, and when.

use std::convert::Infallible;
use std::fmt;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;

use arc_swap::ArcSwap;
use axum::Router;
use axum::body::Body;
use http::{Request, Response};
use hyper::service::Service;
use recallai_webhook_admin::{Admin, AdminHandle, MOST_LASTING};
use recallai_webhook_dispatch::Token;
use recallai_webhook_dispatch::inbox::Inbox;
use recallai_webhook_hyper::{Incoming, Limits, Server, bind};
use recallai_webhook_telemetry::Telemetry;
use tokio::net::TcpListener;

use super::endpoints::read_token;
use super::error::ServiceError;
use super::serving::Serving;
use crate::config::{Loaded, Problem, Source};

/// How many connections it has at once: half of them for what lasts.
const CONNECTIONS: usize = 2 * MOST_LASTING;

/// What the configuration says of the admin listener, with its token.
pub(super) struct Settings {
    token: Option<Token>,
    hosts: Vec<String>,
    ready_lag: Option<std::time::Duration>,
}

impl Settings {
    pub(super) fn of(loaded: &Loaded) -> Result<Self, Vec<Problem>> {
        let admin = &loaded.config.admin;
        let token = match admin.token.as_ref().map(|place| read_token(loaded, "admin.token", place))
        {
            Some(Err(problems)) if admin.enabled => return Err(problems),
            // A listener from before a reload may need it; where there is none, nobody does.
            Some(read) => read.ok(),
            None => None,
        };
        let (hosts, ready_lag) = (admin.hosts.clone(), admin.ready_lag.map(Into::into));
        Ok(Self { token, hosts, ready_lag })
    }
}

/// Binds the address. `None` if there is to be none, or if the address that nobody has chosen is taken.
pub(super) fn listen(loaded: &Loaded) -> Result<Option<(SocketAddr, TcpListener)>, ServiceError> {
    let admin = &loaded.config.admin;
    if !admin.enabled {
        return Ok(None);
    }
    let address = admin.address;
    match bind(address).and_then(|listener| Ok((listener.local_addr()?, listener))) {
        Ok(bound) => Ok(Some(bound)),
        Err(error)
            if error.kind() == ErrorKind::AddrInUse
                && *loaded.source("admin.address") == Source::Default =>
        {
            tracing::warn!(%address, "the address of the admin listener is taken; going on without it");
            Ok(None)
        }
        Err(source) => Err(ServiceError::Bind { address, source }),
    }
}

/// An admin listener that answers.
pub(super) struct Administration {
    pub(super) address: SocketAddr,
    routes: Routes,
    telemetry: Telemetry,
    has_token: bool,
    handle: Option<AdminHandle>,
    serving: Serving,
}

impl Administration {
    /// Begins to answer, from an inbox that may not be the last one.
    pub(super) fn start(
        (address, listener): (SocketAddr, TcpListener),
        inbox: Arc<dyn Inbox>,
        telemetry: &Telemetry,
        settings: &Settings,
    ) -> Self {
        let routes = Routes::default();
        let mut limits = Limits::default();
        limits.connections = CONNECTIONS;
        // Answers that wait, and streams, end with who asked.
        let server = Server::of(routes.clone(), limits).with_half_close(false);
        let serving = Serving::start(server, listener);
        let telemetry = telemetry.clone();
        let mut administration =
            Self { address, routes, telemetry, has_token: false, handle: None, serving };
        administration.answer_from(inbox, settings);
        tracing::info!(url = %format_args!("http://{address}"), "admin API and dashboard");
        administration
    }

    /// Answers from another inbox.
    pub(super) fn answer_from(&mut self, inbox: Arc<dyn Inbox>, settings: &Settings) {
        let admin = Admin::new(inbox).with_telemetry(self.telemetry.clone());
        if let Some(before) = self.handle.replace(admin.handle()) {
            // Streams of the one before go on with this one.
            before.close();
        }
        self.apply(settings);
        self.routes.0.store(Arc::new(admin.router()));
    }

    /// What is wrong with settings of a reload: the listener stays where it is until a restart, whatever they say
    /// of its address, and whoever was kept out by its token is so until then.
    pub(super) fn check(&self, settings: &Settings, loaded: &Loaded) -> Result<(), Problem> {
        if !self.has_token || settings.token.is_some() {
            return Ok(());
        }
        let reason = format!(
            "the admin listener is open at {} until a restart, and keeps its token until then",
            self.address
        );
        Err(loaded.problem("admin.token", reason))
    }

    /// Has other settings hold.
    pub(super) fn apply(&mut self, settings: &Settings) {
        self.has_token = settings.token.is_some();
        let Some(handle) = &self.handle else { return };
        handle.set_token(settings.token.clone());
        handle.set_hosts(settings.hosts.iter().cloned());
        handle.set_ready_lag(settings.ready_lag);
    }

    /// Says that the process is about to end, and ends streams and waits.
    pub(super) fn close(&self) {
        self.handle.iter().for_each(AdminHandle::close);
    }

    /// Answers what was asked, and ends.
    pub(super) async fn end(self) -> Result<(), ServiceError> {
        self.close();
        self.serving.end().await
    }

    /// Completes when the server has ended of itself, which is a failure.
    pub(super) async fn ended(&mut self) -> ServiceError {
        self.serving.ended().await
    }
}

/// The routes in force.
#[derive(Clone, Default)]
struct Routes(Arc<ArcSwap<Router>>);

impl Service<Request<Incoming>> for Routes {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let mut router = Router::clone(&self.0.load());
        let request = request.map(Body::new);
        // A router is always ready.
        Box::pin(async move { tower_service::Service::call(&mut router, request).await })
    }
}

impl fmt::Debug for Administration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Administration").field("address", &self.address).finish_non_exhaustive()
    }
}
