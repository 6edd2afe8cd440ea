//! Tests that need the insides: a writer that is held up, a disk that is full, plans of statements.

mod commits;
mod completions;
mod durability;
mod faults;
mod plans;
mod probes;
mod schema;

use std::sync::mpsc;
use std::time::SystemTime;

use recallai_webhook_inbox::NewMessage;

use crate::SqliteInbox;
use crate::operation::Kind;

/// A message about a transcript of a recording.
fn message(id: &str, recording: &str) -> NewMessage {
    let body = format!(
        r#"{{"event":"transcript.done","data":{{
            "data":{{"code":"done","sub_code":null,"updated_at":"2024-12-04T23:00:00Z"}},
            "transcript":{{"id":"t-{recording}","metadata":{{}}}},
            "recording":{{"id":"{recording}","metadata":{{}}}},
            "bot":{{"id":"b-{recording}","metadata":{{}}}}}}}}"#
    );
    NewMessage::parse("recall", id, body, SystemTime::UNIX_EPOCH)
}

/// Holds the writer up until what is returned is dropped, so that what comes meanwhile is one batch.
async fn hold_up(inbox: &SqliteInbox) -> mpsc::Sender<()> {
    let (release, held) = mpsc::channel();
    let (begun, begins) = tokio::sync::oneshot::channel();
    let mut begun = Some(begun);
    let holder = inbox.clone();
    tokio::spawn(async move {
        let hold = move |_: &mut crate::work::Work<'_>| {
            if let Some(begun) = begun.take() {
                let _ = begun.send(());
            }
            // It ends with an error, when the sender is dropped.
            let _ = held.recv();
            Ok(())
        };
        holder.write(Kind::Other, hold).await
    });
    begins.await.unwrap();
    release
}
