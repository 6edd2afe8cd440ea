//! What waits for a sync, and what does not.

use super::hold_up;
use crate::SqliteInbox;
use crate::connection::number;
use crate::operation::Kind;

const FULL: i64 = 2;
const NORMAL: i64 = 1;

/// How SQLite commits the transaction that such an operation is in.
async fn synchronous(inbox: SqliteInbox, kind: Kind) -> i64 {
    inbox.write(kind, |work| number(work.connection, "synchronous")).await.unwrap()
}

#[tokio::test]
async fn only_work_that_could_be_done_again_is_not_synced() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = SqliteInbox::open(folder.path().join("inbox.db")).unwrap();
    for (kind, expected) in [
        (Kind::Append, FULL),
        (Kind::Claim, NORMAL),
        (Kind::Settle, NORMAL),
        (Kind::Other, FULL),
        (Kind::Claim, NORMAL),
        (Kind::Append, FULL),
    ] {
        assert_eq!(synchronous(inbox.clone(), kind).await, expected, "{kind:?}");
    }
}

#[tokio::test]
async fn a_batch_with_an_append_is_synced() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = SqliteInbox::open(folder.path().join("inbox.db")).unwrap();
    let release = hold_up(&inbox).await;
    let together = [Kind::Claim, Kind::Settle, Kind::Append, Kind::Claim]
        .map(|kind| tokio::spawn(synchronous(inbox.clone(), kind)));
    tokio::task::yield_now().await;
    drop(release);
    for synchronous in together {
        assert_eq!(synchronous.await.unwrap(), FULL);
    }
}
