//! Connections to the receiver: only to addresses that may be connected to.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::vec;

use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use tower_service::Service;

use super::address::is_public;
use crate::OutputError;
use crate::broker::{TlsOptions, client_config};

/// Connects to a URL.
pub(super) type Connector = HttpsConnector<HttpConnector<Resolver>>;

pub(super) fn new(tls: &TlsOptions, allow_private: bool) -> Result<Connector, OutputError> {
    let mut config = (*client_config(tls)?).clone();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let mut http =
        HttpConnector::new_with_resolver(Resolver { inner: GaiResolver::new(), allow_private });
    http.enforce_http(false);
    http.set_nodelay(true);
    Ok((http, config).into())
}

/// Looks names up, and gives out only what may be connected to. The connection goes to these addresses:
/// there is no second look, at which a name could lead elsewhere.
#[derive(Debug, Clone)]
pub(super) struct Resolver<R = GaiResolver> {
    inner: R,
    allow_private: bool,
}

type Found = Result<vec::IntoIter<std::net::SocketAddr>, io::Error>;

impl<R> Service<Name> for Resolver<R>
where
    R: Service<Name, Error = io::Error>,
    R::Response: Iterator<Item = std::net::SocketAddr>,
    R::Future: Send + 'static,
{
    type Response = vec::IntoIter<std::net::SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = Found> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let (shown, allow_private) = (name.to_string(), self.allow_private);
        let found = self.inner.call(name);
        Box::pin(async move {
            let found: Vec<_> = found.await?.collect();
            // One is enough: a name that leads both inside and outside is not what it seems.
            match found.iter().find(|address| !allow_private && !is_public(address.ip())) {
                Some(address) => Err(io::Error::other(format!(
                    "{shown} leads to {}, which is not public; `allow_private` allows it",
                    address.ip()
                ))),
                None => Ok(found.into_iter()),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::future::{Ready, ready};
    use std::net::SocketAddr;

    use super::*;

    /// A name that leads where it is told to.
    struct Fixed(&'static [&'static str]);

    impl Service<Name> for Fixed {
        type Response = vec::IntoIter<SocketAddr>;
        type Error = io::Error;
        type Future = Ready<Found>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Name) -> Self::Future {
            let addresses = self.0.iter().map(|ip| SocketAddr::new(ip.parse().unwrap(), 0));
            ready(Ok(addresses.collect::<Vec<_>>().into_iter()))
        }
    }

    async fn check(addresses: &'static [&'static str], allow_private: bool, expected: &str) {
        let mut resolver = Resolver { inner: Fixed(addresses), allow_private };
        let found = match resolver.call("host.example".parse().unwrap()).await {
            Ok(found) => {
                found.map(|address| address.ip().to_string()).collect::<Vec<_>>().join(" ")
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected, "{addresses:?}");
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_refused() {
        check(&["1.1.1.1", "2606:4700::1"], false, "1.1.1.1 2606:4700::1").await;
        let refusal =
            "host.example leads to 10.0.0.1, which is not public; `allow_private` allows it";
        check(&["1.1.1.1", "10.0.0.1"], false, refusal).await;
        check(&["10.0.0.1", "::1"], true, "10.0.0.1 ::1").await;
    }
}
