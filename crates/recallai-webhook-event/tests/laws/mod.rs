//! What holds of every body. The property tests, the fuzz targets and the replay of past findings
//! all ask the same of it.

#![allow(dead_code, reason = "each of them uses a part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a law is broken by panicking")]

pub(crate) mod agreement;
pub(crate) mod building;
pub(crate) mod grammar;
pub(crate) mod parse;
pub(crate) mod tree;
