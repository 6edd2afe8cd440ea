//! The service among tower layers: here one that sees how each request was answered.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use recallai_webhook_hyper::Webhooks;
use recallai_webhook_hyper::dispatch::{Endpoint, Receiver, Router, Secret, Unmatched, Verifier};
use tower::{Service, ServiceExt};

pub(crate) fn app(
    secret: Secret,
    answered: impl Fn(StatusCode) + Clone,
) -> impl Service<Request<Full<Bytes>>, Response = Response<Full<Bytes>>, Error = Infallible> + Clone
{
    let unmatched = Unmatched::ACKNOWLEDGE;
    let router = Router::builder(unmatched).build();
    let receiver = Receiver::inline(Endpoint::signed("recall", Verifier::new(secret)), router);
    let webhooks = Webhooks::new().endpoint("/webhooks/recall", receiver);
    ServiceExt::<Request<Full<Bytes>>>::map_response(webhooks, move |response: Response<_>| {
        answered(response.status());
        response
    })
}

#[tokio::main]
#[allow(
    dead_code,
    clippy::print_stdout,
    reason = "tests bring their own; this one talks to a terminal"
)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let secret = Secret::parse(std::fs::read_to_string("recall.secret")?.trim())?;
    let unsigned = Request::post("/webhooks/recall").body(Full::from("{}"))?;
    app(secret, |status| println!("answered {status}")).oneshot(unsigned).await?;
    Ok(())
}
