//! Receivers that are away: since when, and why.

use std::time::SystemTime;

/// Since when a receiver is away, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Away {
    /// When its breaker opened.
    pub since: SystemTime,
    /// What the last one heard that tried, as the log has it.
    pub error: Box<str>,
}
