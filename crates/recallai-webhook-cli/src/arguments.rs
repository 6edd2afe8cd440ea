//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Receive Recall.ai webhooks: verified, typed, one line each. Unofficial.
#[derive(Debug, Parser)]
#[command(name = "recallai-webhook", version)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// What to log to standard error: a level, or levels by target such as `info,hyper=debug`
    #[arg(long, global = true, default_value = "info", value_name = "FILTER")]
    pub(crate) log: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Receive webhooks and print each verified event to standard output
    Serve(Serve),
    /// Sign the example body of an event as Recall.ai does, and post it
    Send(Send),
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Where to listen; put a proxy that ends TLS in front before opening it to the outside
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub(crate) listen: SocketAddr,

    /// The URL path to receive at
    #[arg(long, default_value = "/webhooks/recall", value_name = "PATH", value_parser = url_path)]
    pub(crate) path: String,

    #[command(flatten)]
    pub(crate) secrets: Secrets,

    /// Make up a secret for this run and print the `send` line to try it with
    #[arg(long, conflicts_with = "secret_file")]
    pub(crate) dev: bool,

    /// How to print events
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct Send {
    /// The event, such as `recording.done`
    #[arg(value_name = "EVENT")]
    pub(crate) event: String,

    /// Where to post it
    #[arg(default_value = "http://127.0.0.1:8080/webhooks/recall", value_name = "URL")]
    pub(crate) url: String,

    #[command(flatten)]
    pub(crate) secrets: Secrets,

    /// Post to an address that is not of this machine
    #[arg(long)]
    pub(crate) allow_remote: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Secrets {
    /// A file with secrets, one a line, `whsec_…` or `label=whsec_…`; can be given several times.
    /// Without one, RECALLAI_WEBHOOK_SECRET is read: secrets in the same form, with white space or
    /// commas between them
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_file: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One line for people
    Human,
    /// One JSON object a line
    Json,
}

fn url_path(text: &str) -> Result<String, String> {
    let plain = text.bytes().all(|b| b.is_ascii_graphic() && b != b'?' && b != b'#');
    match plain && text.starts_with('/') {
        true => Ok(text.to_owned()),
        false => Err("a path starts with `/` and has no white space, `?` or `#`".to_owned()),
    }
}
