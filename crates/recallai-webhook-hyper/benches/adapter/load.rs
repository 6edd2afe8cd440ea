//! The load: connections that each send a delivery, wait for its reply, and send the next.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use recallai_webhook_hyper::dispatch::Secret;
use tokio::task::JoinSet;

use crate::shared::wire::{Connection, SECRET, on_a_runtime, request};

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
        let request: Arc<[u8]> = usual_request()?.into();
        let open = open(address, connections, &request).await?;
        let start = Instant::now();
        let mut senders = JoinSet::new();
        for mut connection in open {
            let request = Arc::clone(&request);
            senders.spawn(async move {
                let mut sent = 0_u32;
                while start.elapsed() < time {
                    connection.deliver(&request).await?;
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
        let idle = open(address, connections, &usual_request()?).await?;
        let seen = look();
        drop(idle);
        seen
    })
}

/// Opens connections one after the other; each makes a delivery.
async fn open(
    address: SocketAddr,
    connections: usize,
    request: &[u8],
) -> io::Result<Vec<Connection>> {
    let mut open = Vec::with_capacity(connections);
    for _ in 0..connections {
        let mut connection = Connection::open(address).await?;
        connection.deliver(request).await?;
        open.push(connection);
    }
    Ok(open)
}

/// A delivery signed now: it stays fresh for longer than a round takes.
fn usual_request() -> io::Result<Vec<u8>> {
    let secret = Secret::parse(SECRET).map_err(io::Error::other)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_err(io::Error::other)?.as_secs();
    request(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", now, BODY)
}
