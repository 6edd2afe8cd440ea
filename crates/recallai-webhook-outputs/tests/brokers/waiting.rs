//! What holds of every output while a send waits for the broker: the connection may be lost, the caller may
//! give up, the broker may fall silent.

use std::time::Duration;

use recallai_webhook_outputs::{Output, OutputError};
use tokio::time::timeout;

use super::outgoing;
use super::proxy::Proxy;

/// What only a fault makes long.
const LONG: Duration = Duration::from_secs(60);

/// Sends through a proxy with the keys `lost`, `given-up`, `silent` and `last`, of which the broker gets all.
/// `make` makes an output that connects to an address, with a limit on the time of a send.
pub(crate) async fn check<O: Output>(port: u16, make: impl Fn(&str, Duration) -> O) {
    let mut proxy = Proxy::to(port).await;
    let output = make(&proxy.address, LONG);
    output.probe().await.unwrap();

    // The connection is lost after the broker has it, and before we know.
    proxy.hold();
    let lost = outgoing("lost", "transcript.done");
    let (sent, ()) = tokio::join!(output.send(&lost), async {
        proxy.has_held().await;
        proxy.cut().await;
    });
    assert!(matches!(sent, Err(OutputError::Unreachable { .. })), "{sent:?}");
    output.send(&lost).await.unwrap();

    // A send is given up; the answer to it is not taken for one to the next.
    proxy.hold();
    let given_up = outgoing("given-up", "transcript.done");
    tokio::select! {
        sent = output.send(&given_up) => panic!("{sent:?}"),
        () = proxy.has_held() => {}
    }
    let next = outgoing("next", "transcript.done");
    let (sent, ()) = tokio::join!(output.send(&next), async { proxy.release() });
    sent.unwrap();

    // The broker falls silent: the send ends, and the next one does not use that connection.
    let hasty = make(&proxy.address, Duration::from_millis(700));
    hasty.probe().await.unwrap();
    proxy.hold();
    let silent = outgoing("silent", "transcript.done");
    let sent = timeout(LONG, hasty.send(&silent)).await.unwrap();
    assert!(matches!(sent, Err(OutputError::TimedOut { .. })), "{sent:?}");
    proxy.release();
    output.send(&silent).await.unwrap();
    timeout(LONG, async {
        while let Err(error) = hasty.send(&outgoing("last", "transcript.done")).await {
            assert!(matches!(error, OutputError::TimedOut { .. }), "{error}");
        }
    })
    .await
    .unwrap();

    output.close().await;
    output.send(&outgoing("closed", "transcript.done")).await.unwrap();
}
