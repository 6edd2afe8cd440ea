//! Receives Recall.ai webhooks: verifies, stores, answers, and works on what is stored.

use std::sync::Arc;

use recallai_webhook::inbox::Inbox;
use recallai_webhook::names::RECORDING_DONE;
use recallai_webhook::sqlite::SqliteInbox;
use recallai_webhook::{Endpoint, Receiver, Secret, Server, Verifier, Webhooks, Worker};
use tokio::net::TcpListener;

const PATH: &str = "/webhooks/recall";

#[tokio::main]
pub(crate) async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let secret = Secret::parse(&std::env::var("RECALLAI_WEBHOOK_SECRET")?)?;
    let inbox = Arc::new(SqliteInbox::open("recall-webhooks.db")?);

    // Runs after the answer, and again until it succeeds, over restarts too.
    let worker = Worker::builder(inbox.clone())
        .on("pipeline", RECORDING_DONE, |event, _| async move {
            println!("recording {} is done", event.recording.id);
        })
        .build()?;
    worker.declare().await?;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let working = tokio::spawn(worker.run(stopped));

    // Answers once the message is on the disk. One that is there already is acknowledged, too.
    let endpoint = Endpoint::signed("recall", Verifier::new(secret));
    let webhooks = Webhooks::new().endpoint(PATH, Receiver::durable(endpoint, inbox.clone()));
    let port = std::env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("listening on http://{}{PATH}", listener.local_addr()?);
    let interrupted = async { drop(tokio::signal::ctrl_c().await) };
    Server::new(webhooks).serve(listener, interrupted).await?;

    drop(stop);
    working.await??;
    inbox.close().await;
    Ok(())
}
