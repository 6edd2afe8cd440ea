//! The load: connections that each send a delivery, wait for its reply, and send the next.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use recallai_webhook_hyper::dispatch::Secret;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime;
use tokio::task::JoinSet;

use crate::server::{PATH, SECRET};

/// A usual status event: 450 bytes, with a little metadata.
const BODY: &str = concat!(
    r#"{"event":"transcript.done","data":{"data":{"code":"done","sub_code":null,"#,
    r#""updated_at":"2024-12-04T23:25:56.339940Z"},"transcript":{"id":"7d7387b1-874f-4950-"#,
    r#"a5b9-1ba6660e2f95","metadata":{}},"recording":{"id":"03d06804-0cb2-42f8-a255-5b950dde7"#,
    r#"c57","metadata":{"user_id":"12345","team":"north"}},"bot":{"id":"0b85d2f9-d54a-47f6-b28"#,
    r#"d-4c63229f4035","metadata":{"meeting":"weekly planning of the north team"}}}}"#,
);

/// What a round of load came to.
pub(crate) struct Round {
    pub(crate) deliveries: f64,
    pub(crate) seconds: f64,
}

/// Delivers for as long as `time`. Before, each connection makes one delivery.
pub(crate) fn round(address: SocketAddr, connections: usize, time: Duration) -> io::Result<Round> {
    on_a_runtime(async {
        let open = open(address, connections).await?;
        let start = Instant::now();
        let mut senders = JoinSet::new();
        for mut connection in open {
            senders.spawn(async move {
                let mut sent = 0_u32;
                while start.elapsed() < time {
                    connection.deliver().await?;
                    sent += 1;
                }
                io::Result::Ok(sent)
            });
        }
        let mut sent = 0;
        while let Some(result) = senders.join_next().await {
            sent += result.map_err(io::Error::other)??;
        }
        Ok(Round { deliveries: f64::from(sent), seconds: start.elapsed().as_secs_f64() })
    })
}

/// Opens connections that each have made a delivery, and does something while they are idle.
pub(crate) fn while_idle<T>(
    address: SocketAddr,
    connections: usize,
    look: impl FnOnce() -> io::Result<T>,
) -> io::Result<T> {
    on_a_runtime(async {
        let idle = open(address, connections).await?;
        let seen = look();
        drop(idle);
        seen
    })
}

struct Connection {
    stream: TcpStream,
    request: Vec<u8>,
    reply: Box<[u8; 1024]>,
}

/// Opens connections one after the other; each makes a delivery.
async fn open(address: SocketAddr, connections: usize) -> io::Result<Vec<Connection>> {
    let request = request()?;
    let mut open = Vec::with_capacity(connections);
    for _ in 0..connections {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (request, reply) = (request.clone(), Box::new([0; 1024]));
        let mut connection = Connection { stream, request, reply };
        connection.deliver().await?;
        open.push(connection);
    }
    Ok(open)
}

impl Connection {
    async fn deliver(&mut self) -> io::Result<()> {
        self.stream.write_all(&self.request).await?;
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

/// A delivery as bytes, signed now: it stays fresh for longer than a round takes.
fn request() -> io::Result<Vec<u8>> {
    let secret = Secret::parse(SECRET).map_err(io::Error::other)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_err(io::Error::other)?.as_secs();
    let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    let signature = secret.sign(id, now, BODY.as_bytes()).map_err(io::Error::other)?;
    let len = BODY.len();
    Ok(format!(
        "POST {PATH} HTTP/1.1\r\nhost: hooks.example.com\r\naccept: */*\r\n\
         content-type: application/json\r\nuser-agent: Svix-Webhooks/1.1\r\n\
         content-length: {len}\r\nsvix-id: {id}\r\nsvix-timestamp: {now}\r\n\
         svix-signature: {signature}\r\n\r\n{BODY}"
    )
    .into_bytes())
}

fn on_a_runtime<T>(work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}
