//! Erased is erased: from the file and from the log.

use std::time::SystemTime;

use recallai_webhook_inbox::{Appended, Erase, Filter, Inbox, NewMessage, Subscription};
use recallai_webhook_inbox_sqlite::SqliteInbox;
use recallai_webhook_recording::Subject;

/// What only the user could have said.
const WORDS: &str = "the board is going to sell";

#[tokio::test]
async fn nothing_that_was_said_is_left_on_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = said_in(&folder).await;
    let said = || ["inbox.db", "inbox.db-wal"].map(|name| holds(&folder.path().join(name)));
    assert_eq!(said(), [false, true], "it is in the log");

    inbox.erase(&Erase::of("recall", Subject::recording("r1"))).await.unwrap();
    assert_eq!(said(), [false, false]);
    assert_eq!(inbox.check().await.unwrap(), []);
}

/// Who erases is attached, somebody reads all the while, and both are gone before the log can be emptied.
#[tokio::test]
async fn what_is_read_while_it_is_erased_goes_when_the_reader_has_gone() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = said_in(&folder).await;
    let reader = rusqlite::Connection::open(inbox.path()).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM messages;").unwrap();
    let beside = SqliteInbox::attach(inbox.path()).unwrap();
    beside.erase(&Erase::of("recall", Subject::recording("r1"))).await.unwrap();
    beside.close().await;
    assert!(holds(&folder.path().join("inbox.db-wal")), "it cannot be emptied");
    drop(reader);
    let later = NewMessage::parse("recall", "later", "{}", SystemTime::UNIX_EPOCH);
    inbox.append(later).await.unwrap();
    // After its transaction the writer empties the log, before it begins the next.
    inbox.unsubscribe("nobody").await.unwrap_err();
    let said = ["inbox.db", "inbox.db-wal"].map(|name| holds(&folder.path().join(name)));
    assert_eq!(said, [false, false]);
}

/// An inbox with words that somebody said.
async fn said_in(folder: &tempfile::TempDir) -> SqliteInbox {
    let inbox = SqliteInbox::open(folder.path().join("inbox.db")).unwrap();
    inbox.subscribe(&Subscription::messages("all", Filter::events())).await.unwrap();
    for number in 0..20 {
        let body = format!(
            r#"{{"event":"transcript.done","data":{{
                "data":{{"code":"done","sub_code":null,"updated_at":"2024-12-04T23:00:{number:02}Z"}},
                "transcript":{{"id":"t{number}","metadata":{{}}}},
                "recording":{{"id":"r1","metadata":{{"topic":"{WORDS}"}}}}}}}}"#
        );
        let message =
            NewMessage::parse("recall", format!("m{number}"), body, SystemTime::UNIX_EPOCH);
        assert!(matches!(inbox.append(message).await.unwrap(), Appended::New { .. }));
    }
    inbox
}

fn holds(path: &std::path::Path) -> bool {
    let bytes = std::fs::read(path).unwrap();
    bytes.windows(WORDS.len()).any(|window| window == WORDS.as_bytes())
}
