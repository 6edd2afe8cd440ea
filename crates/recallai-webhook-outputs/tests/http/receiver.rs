//! A receiver of webhooks, which answers as it is told and remembers what it got.

use std::convert::Infallible;
use std::future::pending;
use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// What came.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// An answer; `None` is silence.
pub(crate) type Answer = Option<Response<Full<Bytes>>>;

type Answering = Box<dyn Fn(usize) -> Answer + Send + Sync>;

struct Shared {
    received: watch::Sender<Vec<Received>>,
    connections: Mutex<usize>,
    answering: Answering,
}

/// Listens on a port of its own.
pub(crate) struct Receiver {
    pub(crate) port: u16,
    shared: Arc<Shared>,
    tls: Option<TlsAcceptor>,
    task: Option<JoinHandle<()>>,
}

pub(crate) fn status(status: u16) -> Response<Full<Bytes>> {
    Response::builder().status(status).body(Full::default()).unwrap()
}

impl Receiver {
    /// Answers each request by its number, from 0.
    pub(crate) async fn answering(
        answering: impl Fn(usize) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::start(Box::new(answering), None).await
    }

    /// Takes everything.
    pub(crate) async fn new() -> Self {
        Self::answering(|_| Some(status(204))).await
    }

    /// Takes everything over TLS, with a certificate and its key.
    pub(crate) async fn with_tls(certificate: &Path, key: &Path) -> Self {
        let certificate = CertificateDer::from_pem_file(certificate).unwrap();
        let key = PrivateKeyDer::from_pem_file(key).unwrap();
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let tls = TlsAcceptor::from(Arc::new(config));
        Self::start(Box::new(|_| Some(status(204))), Some(tls)).await
    }

    async fn start(answering: Answering, tls: Option<TlsAcceptor>) -> Self {
        let received = watch::Sender::default();
        let shared = Arc::new(Shared { received, connections: Mutex::new(0), answering });
        let mut receiver = Self { port: 0, shared, tls, task: None };
        receiver.listen().await;
        receiver
    }

    /// Listens on the port that it had, if it had one.
    pub(crate) async fn listen(&mut self) {
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await.unwrap();
        self.port = listener.local_addr().unwrap().port();
        let (shared, tls) = (Arc::clone(&self.shared), self.tls.clone());
        self.task = Some(tokio::spawn(async move {
            // The connections end with it.
            let mut connections = JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                *shared.connections.lock().unwrap() += 1;
                let (shared, tls) = (Arc::clone(&shared), tls.clone());
                connections.spawn(async move {
                    match tls {
                        None => serve(socket, shared).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(socket).await {
                                serve(stream, shared).await;
                            }
                        }
                    }
                });
                while connections.try_join_next().is_some() {}
            }
        }));
    }

    /// Breaks all connections and listens no more.
    pub(crate) async fn stop(&mut self) {
        let task = self.task.take().unwrap();
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.shared.received.borrow().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        *self.shared.connections.lock().unwrap()
    }

    /// Returns once so many requests have come.
    pub(crate) async fn has_received(&self, count: usize) {
        let mut received = self.shared.received.subscribe();
        let come = received.wait_for(|received| received.len() >= count);
        timeout(Duration::from_secs(300), come).await.unwrap().unwrap();
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, shared: Arc<Shared>) {
    let service = service_fn(|request: Request<Incoming>| {
        let shared = Arc::clone(&shared);
        async move {
            let (head, body) = request.into_parts();
            let Ok(body) = body.collect().await else { return pending().await };
            let (path, body) = (head.uri.to_string(), body.to_bytes());
            let mut number = 0;
            shared.received.send_modify(|received| {
                number = received.len();
                received.push(Received { path, headers: head.headers, body });
            });
            match (shared.answering)(number) {
                Some(answer) => Ok::<_, Infallible>(answer),
                None => pending().await,
            }
        }
    });
    // The other side may go at any time.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}
