//! A client that writes what it is told, byte for byte, and reads replies.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// When a test that waits for the server has to be given up: a failure, never an expectation.
const HANG: Duration = Duration::from_secs(60);

/// One connection, from the client's end.
pub(crate) struct Wire {
    stream: TcpStream,
    unread: Vec<u8>,
}

/// A reply as it came over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Reply {
    /// The value of a header that occurs at most once.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.head.lines().skip(1).filter_map(|line| {
            let (known, value) = line.split_once(": ")?;
            known.eq_ignore_ascii_case(name).then_some(value)
        });
        let value = values.next();
        assert_eq!(values.next(), None, "{name} more than once");
        value
    }

    /// All but the time at which it was given.
    pub(crate) fn without_date(mut self) -> Self {
        let lines = self.head.split_inclusive("\r\n").filter(|line| !line.starts_with("date: "));
        self.head = lines.collect();
        self
    }
}

impl Wire {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, unread: Vec::new() }
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        guarded(self.stream.write_all(bytes.as_ref())).await.unwrap();
    }

    /// Says that nothing more will be sent; replies can still be read.
    pub(crate) async fn finish_sending(&mut self) {
        self.stream.shutdown().await.unwrap();
    }

    /// The next reply, an interim one (1xx) included.
    pub(crate) async fn reply(&mut self) -> Reply {
        self.next_reply().await.expect("a reply before the connection ends")
    }

    /// The replies until the server ends the connection; nothing follows them.
    pub(crate) async fn replies_until_end(&mut self) -> Vec<Reply> {
        let mut replies = Vec::new();
        while let Some(reply) = self.next_reply().await {
            replies.push(reply);
        }
        replies
    }

    /// Sends a request and reads its reply.
    pub(crate) async fn exchange(&mut self, request: impl AsRef<[u8]>) -> Reply {
        self.send(request).await;
        self.reply().await
    }

    async fn next_reply(&mut self) -> Option<Reply> {
        let head_len = loop {
            if let Some(at) = self.unread.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            if !self.read_more().await {
                assert!(self.unread.is_empty(), "half a reply: {:?}", self.unread);
                return None;
            }
        };
        let head = String::from_utf8(self.unread.drain(..head_len).collect()).unwrap();
        let mut reply = Reply { status: head[9..12].parse().unwrap(), head, body: String::new() };
        assert_eq!(reply.header("webhook-delivery"), None);
        let body_len = reply.header("content-length").map_or(0, |len| len.parse().unwrap());
        while self.unread.len() < body_len {
            assert!(self.read_more().await, "half a body");
        }
        reply.body = String::from_utf8(self.unread.drain(..body_len).collect()).unwrap();
        Some(reply)
    }

    async fn read_more(&mut self) -> bool {
        guarded(self.stream.read_buf(&mut self.unread)).await.unwrap() > 0
    }
}

async fn guarded<T>(waiting: impl Future<Output = T>) -> T {
    tokio::time::timeout(HANG, waiting).await.expect("the server to do something")
}
