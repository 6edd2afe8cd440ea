//! The keys of an endpoint: the one it signs with, and those that rotation has left valid for a while.

use std::time::Duration;

use super::RotateError;
use crate::SigningSecret;

/// How many old keys may be valid at once.
const MAX_OLD_KEYS: usize = 10;
/// The longest time that an old key may stay valid.
const MAX_GRACE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The keys of one endpoint.
#[derive(Debug)]
pub(crate) struct Keys {
    current: Option<SigningSecret>,
    /// Old keys and when they end, newest first.
    old: Vec<(SigningSecret, Duration)>,
}

impl Keys {
    pub(crate) fn new(current: Option<SigningSecret>) -> Self {
        Self { current, old: Vec::new() }
    }

    /// The keys that are valid at a time, newest first. At the end of its grace a key is not.
    pub(crate) fn valid(&self, at: Duration) -> Vec<SigningSecret> {
        let old = self.old.iter().filter(|(_, end)| *end > at).map(|(secret, _)| secret);
        self.current.iter().chain(old).cloned().collect()
    }

    /// Makes `secret` the current key, and keeps the one before it for `grace`.
    pub(crate) fn rotate(
        &mut self,
        secret: SigningSecret,
        grace: Duration,
        at: Duration,
    ) -> Result<(), RotateError> {
        if grace > MAX_GRACE {
            return Err(RotateError::GraceTooLong);
        }
        self.old.retain(|(_, end)| *end > at);
        if self.old.len() >= MAX_OLD_KEYS {
            return Err(RotateError::TooManyOldKeys);
        }
        if let Some(before) = self.current.replace(secret) {
            self.old.insert(0, (before, at.saturating_add(grace)));
        }
        Ok(())
    }
}
