//! A connection: one request after the other, each with its reply.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;

use tokio::io::{AsyncRead, AsyncWrite, ReadHalf, WriteHalf};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::incoming::Incoming;
use super::reply::{self, Heard};
use super::target::Origin;
use super::{WireError, WireRequest, tls};

/// A socket, with TLS or without.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

pub(super) struct Connection {
    incoming: Incoming<ReadHalf<Box<dyn Stream>>>,
    outgoing: WriteHalf<Box<dyn Stream>>,
}

impl Connection {
    /// Connects to the first of the addresses that takes it.
    pub(super) async fn open(
        origin: &Origin,
        connector: Option<&tokio_rustls::TlsConnector>,
    ) -> Result<Self, WireError> {
        let stream = connect(&origin.addresses).await.map_err(WireError::Connect)?;
        // A request is one write; waiting to fill a packet would only delay it.
        let _ = stream.set_nodelay(true);
        let stream: Box<dyn Stream> = match connector {
            Some(connector) => {
                let begun = tls::begin(connector, &origin.host, stream).await;
                Box::new(begun.map_err(WireError::Broken)?)
            }
            None => Box::new(stream),
        };
        let (incoming, outgoing) = tokio::io::split(stream);
        Ok(Self { incoming: Incoming::new(incoming), outgoing })
    }

    /// Whether the receiver has neither closed it nor said anything unasked.
    pub(super) fn is_quiet(&mut self) -> bool {
        self.incoming.is_quiet()
    }

    /// Whether anything has come in answer to the last request.
    pub(super) fn take_heard(&mut self) -> bool {
        self.incoming.take_heard()
    }

    /// Writes a request while it listens for the reply: one that comes before the end of the request is the
    /// answer to it, and no more is written.
    pub(super) async fn exchange(
        &mut self,
        head: Vec<u8>,
        request: &WireRequest,
        deadline: Instant,
    ) -> Result<Heard, WireError> {
        let mut writing = pin!(request.write(head, &mut self.outgoing));
        let mut reading = pin!(reply::read(&mut self.incoming, deadline));
        let (written, heard) = tokio::select! {
            biased;
            // A receiver that reads no further may still have said why.
            written = &mut writing => (written.is_ok(), reading.await?),
            heard = &mut reading => (false, heard?),
        };
        let is_whole = written && request.writing.cut_at.is_none();
        Ok(Heard { keeps: heard.keeps && is_whole, ..heard })
    }
}

async fn connect(addresses: &[SocketAddr]) -> io::Result<TcpStream> {
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for &address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => last = explained(address, &error),
        }
    }
    Err(last)
}

fn explained(address: SocketAddr, error: &io::Error) -> io::Error {
    let text = match error.kind() {
        io::ErrorKind::ConnectionRefused => format!("nobody listens at {address}"),
        _ => format!("no connection to {address}: {error}"),
    };
    io::Error::new(error.kind(), text)
}
