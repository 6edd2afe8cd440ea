//! Posting as the sender does, with its patience.

use http::StatusCode;
use tokio::runtime::{Builder, Runtime};

use crate::exit::Failure;
use crate::wire::{Client, PATIENCE, Target, WireRequest};

/// Who it is that asks.
const USER_AGENT: &str = concat!("recallai-webhook/", env!("CARGO_PKG_VERSION"));

/// A delivery that can be posted several times, each time the same.
pub(super) struct Post<'t> {
    target: &'t Target,
    request: WireRequest,
    client: Client,
    runtime: Runtime,
}

impl<'t> Post<'t> {
    /// `headers` are those of the signature.
    pub(super) fn new(
        target: &'t Target,
        headers: &[(&'static str, String)],
        body: Vec<u8>,
    ) -> Result<Self, Failure> {
        let usual =
            [("accept", "*/*"), ("content-type", "application/json"), ("user-agent", USER_AGENT)];
        let headers = headers.iter().map(|(name, value)| (*name, value.as_str()));
        let headers = usual.into_iter().chain(headers);
        let headers = headers.map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()));
        let request = WireRequest::post(headers.collect(), body);
        let runtime =
            Builder::new_current_thread().enable_all().build().map_err(Failure::failed)?;
        Ok(Self { target, request, client: Client::new(), runtime })
    }

    pub(super) fn send(&self) -> Result<StatusCode, Failure> {
        let reply = self.client.send(self.target, &self.request, PATIENCE);
        let reply = self.runtime.block_on(reply);
        let reply = reply.map_err(|error| Failure::failed_at(self.target.shown(), error))?;
        StatusCode::from_u16(reply.status)
            .map_err(|error| Failure::failed_at(self.target.shown(), error))
    }
}
