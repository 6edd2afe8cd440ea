//! Streams of bytes to brokers, whether with TLS or without.

use std::io::{Error, ErrorKind};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use super::{Address, Tls};

/// A connection, over which bytes go both ways.
pub(crate) type Stream = Box<dyn Bytes>;

/// What a [`Stream`] can do.
pub(crate) trait Bytes: AsyncRead + AsyncWrite + Send + Sync + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Bytes for T {}

impl Address {
    /// Connects.
    ///
    /// # Errors
    ///
    /// Nobody listens there, or the server cannot show that it is who it should be.
    pub(crate) async fn connect(&self, tls: Option<&Tls>) -> Result<Stream, Error> {
        let tcp = TcpStream::connect((&*self.host, self.port)).await?;
        tcp.set_nodelay(true)?;
        let Some(tls) = tls else { return Ok(Box::new(tcp)) };
        let name = ServerName::try_from(String::from(&*self.host))
            .map_err(|error| Error::new(ErrorKind::InvalidInput, error))?;
        let connector = TlsConnector::from(std::sync::Arc::clone(tls));
        Ok(Box::new(connector.connect(name, tcp).await?))
    }
}
