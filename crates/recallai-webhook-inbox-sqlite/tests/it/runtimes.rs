//! Answers come whatever becomes of the runtime that asked first, and where there is none.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use recallai_webhook_inbox::{Appended, Inbox, InboxError};
use recallai_webhook_inbox_sqlite::SqliteInbox;
use tokio::runtime::{Builder, Runtime};

use crate::bodies::{artifact, message};

type Answer = Result<Appended, InboxError>;

fn open() -> (tempfile::TempDir, SqliteInbox) {
    let folder = tempfile::tempdir().unwrap();
    let inbox = SqliteInbox::open(folder.path().join("inbox.db")).unwrap();
    (folder, inbox)
}

fn runtime() -> Runtime {
    Builder::new_current_thread().build().unwrap()
}

async fn append(inbox: &SqliteInbox, id: &str) -> Answer {
    inbox.append(message(id, artifact("transcript", "done", id, 1), 100)).await
}

fn assert_new(answers: impl IntoIterator<Item = Answer>) {
    for (at, answer) in answers.into_iter().enumerate() {
        let seq = i64::try_from(at).unwrap() + 1;
        assert!(matches!(&answer, Ok(new) if *new == Appended::New { seq }), "{answer:?}");
    }
}

#[test]
fn a_runtime_that_nobody_drives_keeps_no_other_waiting() {
    let (_folder, inbox) = open();
    let (first, second) = (runtime(), runtime());
    assert_new([
        first.block_on(append(&inbox, "m1")),
        // The first is there, but does nothing.
        second.block_on(append(&inbox, "m2")),
        second.block_on(append(&inbox, "m3")),
        first.block_on(append(&inbox, "m4")),
    ]);
}

#[test]
fn a_runtime_may_end() {
    let (_folder, inbox) = open();
    let answers = ["m1", "m2", "m3"].map(|id| runtime().block_on(append(&inbox, id)));
    assert_new(answers);
}

#[test]
fn a_future_may_go_to_another_runtime() {
    let (_folder, inbox) = open();
    let (first, second) = (runtime(), runtime());
    let mut moved = Box::pin(append(&inbox, "m1"));
    let begun = first.block_on(async {
        std::future::poll_fn(|context| Poll::Ready(moved.as_mut().poll(context).is_ready())).await
    });
    assert!(!begun, "it waits for the writer");
    assert_new([second.block_on(moved)]);
}

/// Many wait on a runtime that is gone before they are answered.
#[test]
fn what_a_runtime_had_asked_is_done_without_it() {
    let (_folder, inbox) = open();
    let first = runtime();
    first.block_on(async {
        for number in 0..30 {
            let inbox = inbox.clone();
            tokio::spawn(async move { append(&inbox, &format!("m{number}")).await });
        }
        tokio::task::yield_now().await;
    });
    drop(first);
    let stats = runtime().block_on(async {
        append(&inbox, "last").await.unwrap();
        inbox.stats().await.unwrap()
    });
    assert_eq!(stats.messages.values().sum::<u64>(), 31);
}

#[test]
fn it_takes_no_runtime() {
    let (_folder, inbox) = open();
    assert_new(["m1", "m2"].map(|id| block_on(append(&inbox, id))));
    block_on(inbox.close());
    let refused = block_on(append(&inbox, "m3"));
    assert!(matches!(refused, Err(InboxError::Closed)), "{refused:?}");
}

/// Drives a future on this thread alone.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}
