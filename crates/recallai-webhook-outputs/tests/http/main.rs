//! The HTTP output against a receiver that listens on this machine.

#![allow(clippy::disallowed_methods, reason = "it measures")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "figures")]

#[path = "../brokers/certificates.rs"]
mod certificates;
mod connecting;
#[path = "../many/mod.rs"]
mod many;
mod receiver;
mod sending;
mod working;

use std::path::Path;

use recallai_webhook_outputs::{Credential, HttpOptions};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// To a URL of this machine, signed.
fn options(directory: &Path, url: impl Into<String>) -> HttpOptions {
    let file = directory.join("secret");
    std::fs::write(&file, SECRET).unwrap();
    HttpOptions::new(url).with_secret(Credential::File(file)).with_private()
}
