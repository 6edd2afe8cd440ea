//! Limits: what a request, a connection and a shutdown may cost.

use std::time::Duration;

/// What requests and connections may cost. Start from [`Limits::default`] and change fields.
///
/// The first two hold wherever the service or an extractor runs; the rest is for
/// [`Server`](crate::Server), which owns the sockets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The longest body, in bytes; over it the answer is 413. Default 512 KiB: the sender's own
    /// limit is about 350 kB, a status event has under 2 kB. Raising it raises the memory that
    /// each open request may hold, before anything is verified.
    pub body_len: usize,
    /// How long a body may take to arrive, from head to last byte; over it the answer is 408.
    /// Default 10 seconds: the sender gives up at 15. Raising it keeps slow senders' requests open
    /// for longer.
    pub body_time: Duration,
    /// How long the head of a request may take, and how long an idle connection is kept; over it a
    /// head that was begun is answered 408. Default 15 seconds.
    pub head_time: Duration,
    /// The longest request head, in bytes; over it the answer is 431. Default 32 KiB. Each open
    /// connection may hold that much, and 8 KiB in any case, beside the body it is sending.
    pub head_len: usize,
    /// The most header lines; over it the answer is 431. Default 100.
    pub header_lines: usize,
    /// How many connections are open at once. Default 1024. For one more, the connection is closed that has
    /// waited longest for a request, for the rest of its head, or for its body, which is answered 408; while
    /// all have a whole request that is being answered, it waits.
    pub connections: usize,
    /// How long requests may take to finish once a shutdown began; what is left then is dropped.
    /// Default 20 seconds: longer than the handlers' time limit, shorter than the 30 seconds that
    /// orchestrators wait before they kill.
    pub shutdown_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_len: 512 * 1024,
            body_time: Duration::from_secs(10),
            head_time: Duration::from_secs(15),
            head_len: 32 * 1024,
            header_lines: 100,
            connections: 1024,
            shutdown_time: Duration::from_secs(20),
        }
    }
}
