//! What cannot be asked of a sender.

use std::sync::Arc;

/// The sender knows no such attempt, or has been told its result before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such attempt is under way")]
#[non_exhaustive]
pub struct UnknownAttempt;

/// Why a key was not rotated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RotateError {
    /// The endpoint is another sender's.
    #[error("no such endpoint")]
    UnknownEndpoint,
    /// The old key would stay valid for more than 7 days.
    #[error("an old key stays valid for 7 days at most")]
    GraceTooLong,
    /// There are 10 old keys that are still valid.
    #[error("10 old keys are still valid, and the sender keeps no more")]
    TooManyOldKeys,
}

/// Why nothing was sent by hand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ManualError {
    /// The endpoint is another sender's.
    #[error("no such endpoint")]
    UnknownEndpoint,
    /// The endpoint has never had such a message to get, or not yet.
    #[error("endpoint has no message {id}")]
    UnknownMessage {
        /// The id that was asked for.
        id: Arc<str>,
    },
    /// The endpoint is disabled: enable it first.
    #[error("endpoint is disabled: enable it first")]
    Disabled,
    /// The real-time channel has no sending by hand.
    #[error("real-time messages cannot be sent by hand")]
    Realtime,
}
