//! The arguments of all commands that receive: where, and by which secrets deliveries are verified.

use std::net::SocketAddr;

use clap::Args;
use recallai_webhook_server::config::Sources;

use crate::arguments::Secrets;
use crate::exit::Failure;
use crate::paste;
use crate::secrets::{self, Labelled};

// Macros, since `concat!` takes literals.
macro_rules! address {
    () => {
        "127.0.0.1:8080"
    };
}
macro_rules! path {
    () => {
        "/webhooks/recall"
    };
}

/// Where a command that receives is reached if it was told nothing else.
pub(crate) const DEFAULT_URL: &str = concat!("http://", address!(), path!());

/// Where to receive.
#[derive(Debug, Args)]
pub(crate) struct Listening {
    /// Where to listen; put a proxy that ends TLS in front before opening it to the outside
    #[arg(long = "listen", default_value = address!(), value_name = "ADDRESS")]
    pub(crate) address: SocketAddr,

    /// The URL path to receive at
    #[arg(long, default_value = path!(), value_name = "PATH", value_parser = url_path)]
    pub(crate) path: String,
}

impl Default for Listening {
    fn default() -> Self {
        let address = SocketAddr::from((std::net::Ipv4Addr::LOCALHOST, 8080));
        Self { address, path: path!().to_owned() }
    }
}

pub(crate) fn url_path(text: &str) -> Result<String, String> {
    let plain = text.bytes().all(|b| b.is_ascii_graphic() && b != b'?' && b != b'#');
    match plain && text.starts_with('/') {
        true => Ok(text.to_owned()),
        false => Err("a path starts with `/` and has no white space, `?` or `#`".to_owned()),
    }
}

/// By which secrets to verify.
#[derive(Debug, Args)]
pub(crate) struct Accepted {
    #[command(flatten)]
    secrets: Secrets,

    /// Make up a secret for this run and print the `send` line to try it with
    #[arg(long, conflicts_with_all = ["secret_file", "secret"])]
    dev: bool,
}

impl Accepted {
    /// The secrets that are configured, or one that is made up.
    pub(crate) fn secrets(&self) -> Result<Vec<Labelled>, Failure> {
        match self.dev {
            true => secrets::make_up().map(|secret| vec![secret]),
            false => secrets::load(&self.secrets),
        }
    }

    /// What a configuration is read from, with the secrets of the arguments over it; and the secret that is
    /// made up, if one is.
    pub(crate) fn sources(&self, sources: Sources) -> Result<(Sources, Option<Labelled>), Failure> {
        if self.dev {
            let made = secrets::make_up()?;
            return Ok((sources.with_secrets(vec![made.clone()]), Some(made)));
        }
        Ok((secrets::sources(&self.secrets, sources)?, None))
    }

    /// Prints the line to try a receiver with at `address`, if its secret is made up.
    pub(crate) fn greet(&self, secrets: &[Labelled], address: SocketAddr, path: &str) {
        if let Some(made) = secrets.first().filter(|_| self.dev) {
            paste::show_send(&made.text, address, path);
        }
    }
}
