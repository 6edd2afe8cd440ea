//! A durable inbox for [Recall.ai] webhooks in one SQLite file.
//!
//! [`SqliteInbox`] keeps the promises of [`Inbox`](recallai_webhook_inbox::Inbox): an append is answered after the message, the
//! state and the jobs that it makes are on the disk. What waits is committed together, so that many
//! deliveries share one sync.
//!
//! ```
//! use std::time::SystemTime;
//! use recallai_webhook_inbox::{Appended, Inbox, NewMessage};
//! use recallai_webhook_inbox_sqlite::SqliteInbox;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("inbox.db");
//! let inbox = SqliteInbox::open(&path)?;
//! let message = NewMessage::parse("recall", "msg_1", r#"{"event":"later.made_up"}"#, SystemTime::now());
//! assert!(matches!(inbox.append(message.clone()).await?, Appended::New { .. }));
//! inbox.close().await;
//!
//! let inbox = SqliteInbox::open(&path)?;
//! assert!(matches!(inbox.append(message).await?, Appended::Duplicate { .. }));
//! # Ok(())
//! # }
//! ```
//!
//! One process owns a file and works its jobs: [`SqliteInbox::open`]. Others may look, and change a little:
//! [`SqliteInbox::attach`]. Beside the file `inbox.db` lie `inbox.db-wal` and `inbox.db-shm`, which belong
//! to it while it is open, and `inbox.db.lock`, which shows that it has an owner. Copy it with
//! [`SqliteInbox::backup`], not with `cp`. The file has to be on a disk of this machine.
//!
//! It decides nothing about messages, state or jobs: `recallai-webhook-inbox` does, for all stores. It
//! is for one machine: replicas cannot share a file.
//!
//! This is an unofficial project; Recall.ai does not endorse it.
//!
//! [Recall.ai]: https://docs.recall.ai/docs/recording-webhooks

mod backup;
mod check;
mod claiming;
mod commits;
mod completions;
mod connection;
mod counters;
mod durability;
mod erasing;
mod failure;
mod failures;
mod filling;
mod hooks;
mod inbox;
mod lock;
mod log;
mod making;
mod operation;
mod options;
mod path;
mod probing;
mod pruning;
mod queries;
mod queue;
mod receiving;
mod reparsing;
mod rows;
mod schema;
mod settling;
mod shared;
mod states;
mod subscriptions;
#[cfg(test)]
mod tests;
mod threads;
mod time;
mod work;
mod writer;

pub use inbox::SqliteInbox;
pub use options::Options;
