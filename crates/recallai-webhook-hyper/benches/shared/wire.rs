//! Deliveries as bytes, and connections that make one after the other.

use std::io;
use std::net::SocketAddr;

use recallai_webhook_hyper::dispatch::Secret;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime;

pub(crate) const PATH: &str = "/webhooks/recall";
pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A delivery as a request of the sender, signed at this time.
pub(crate) fn request(secret: &Secret, id: &str, now: u64, body: &str) -> io::Result<Vec<u8>> {
    let signature = secret.sign(id, now, body.as_bytes()).map_err(io::Error::other)?;
    let len = body.len();
    Ok(format!(
        "POST {PATH} HTTP/1.1\r\nhost: hooks.example.com\r\naccept: */*\r\n\
         content-type: application/json\r\nuser-agent: Svix-Webhooks/1.1\r\n\
         content-length: {len}\r\nsvix-id: {id}\r\nsvix-timestamp: {now}\r\n\
         svix-signature: {signature}\r\n\r\n{body}"
    )
    .into_bytes())
}

/// A connection that waits for each reply.
pub(crate) struct Connection {
    stream: TcpStream,
    reply: Box<[u8; 1024]>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, reply: Box::new([0; 1024]) })
    }

    pub(crate) async fn deliver(&mut self, request: &[u8]) -> io::Result<()> {
        self.stream.write_all(request).await?;
        let mut len = 0;
        // A 204 has no body: it ends with its head.
        while !self.reply[..len].ends_with(b"\r\n\r\n") {
            match self.stream.read(&mut self.reply[len..]).await? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                more => len += more,
            }
        }
        match self.reply.starts_with(b"HTTP/1.1 204") {
            true => Ok(()),
            false => Err(io::Error::other(String::from_utf8_lossy(&self.reply[..len]))),
        }
    }
}

pub(crate) fn on_a_runtime<T>(work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}
