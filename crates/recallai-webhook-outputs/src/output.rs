//! The contract of an output.

use async_trait::async_trait;

use crate::{Away, Outgoing, OutputError};

/// Passes on what a subscription hands to it. One that is shared by many jobs at a time.
///
/// Connections are made when they are first needed, and made anew when they are lost: an output whose
/// receiver is away is an error of [`send`](Self::send), which is then tried again.
#[async_trait]
pub trait Output: Send + Sync + 'static {
    /// Sends one thing. Completes once the receiver has confirmed that it has it; until then it may have
    /// it or not, and sending it again is right, since its key stays the same.
    ///
    /// Dropping the future gives it up.
    ///
    /// # Errors
    ///
    /// It was not confirmed. A permanent error says that another attempt would end alike.
    async fn send(&self, outgoing: &Outgoing) -> Result<(), OutputError>;

    /// Whether the receiver can be reached, as far as that can be told without sending anything.
    ///
    /// # Errors
    ///
    /// It cannot, and why.
    async fn probe(&self) -> Result<(), OutputError>;

    /// Since when the receiver is taken to be away, and why, so that sends wait for it. `None` while it answers, and of
    /// an output that does not wait.
    fn away(&self) -> Option<Away> {
        None
    }

    /// Lets go what another output that takes the place of this one needs, such as the lock of a file. What is
    /// still sent is sent, and takes it back for that.
    async fn release(&self) {}

    /// Finishes what was accepted and lets the connections go.
    async fn close(&self) {}
}
