//! What holds of every delivery. The property tests, the fuzz targets and the replay of past
//! findings all ask the same of it.

#![allow(dead_code, reason = "each of them uses a part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a law is broken by panicking")]

pub(crate) mod headers;
pub(crate) mod request;
pub(crate) mod svix;
pub(crate) mod verify;
