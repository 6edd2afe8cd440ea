//! The load: connections that each send a delivery, wait for its reply, and send the next.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::shared::wire::{Connection, on_a_runtime};
use crate::times::Times;

/// What a round of load came to.
pub(crate) struct Round {
    pub(crate) times: Times,
    pub(crate) took: Duration,
}

/// Delivers for as long as `time`, or until nothing is left. Before, each connection makes one delivery.
pub(crate) fn round(
    address: SocketAddr,
    connections: usize,
    requests: Vec<Vec<u8>>,
    time: Duration,
) -> io::Result<Round> {
    on_a_runtime(async {
        let mut requests = requests.into_iter();
        let mut open = Vec::with_capacity(connections);
        for request in requests.by_ref().take(connections) {
            let mut connection = Connection::open(address).await?;
            connection.deliver(&request).await?;
            open.push(connection);
        }
        let requests = Arc::new(Mutex::new(requests));
        let start = Instant::now();
        let mut senders = JoinSet::new();
        for mut connection in open {
            let requests = Arc::clone(&requests);
            senders.spawn(async move {
                let mut times = Times::default();
                while start.elapsed() < time {
                    let next = requests.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some(request) = next else { break };
                    let sent = Instant::now();
                    connection.deliver(&request).await?;
                    times.add(sent.elapsed());
                }
                io::Result::Ok(times)
            });
        }
        let mut times = Times::default();
        while let Some(result) = senders.join_next().await {
            times.extend(result.map_err(io::Error::other)??);
        }
        Ok(Round { times, took: start.elapsed() })
    })
}
