//! What an inbox in a file promises beyond the contract.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

mod attached;
mod bodies;
mod differential;
mod erasing;
mod files;
mod full;
mod places;
mod restart;
mod runtimes;
