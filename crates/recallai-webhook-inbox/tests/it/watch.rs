//! Watches: no change after the watch was made is lost, whenever it is awaited.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use recallai_webhook_inbox::recording::Subject;
use recallai_webhook_inbox::{Topic, Watch, Watchers};

fn jobs(name: &str) -> Topic {
    Topic::Jobs(name.into())
}

/// Whether a watch tells of a change at once.
async fn tells(watch: &mut Watch) -> bool {
    let mut changed = pin!(watch.changed());
    poll_fn(|context| Poll::Ready(changed.as_mut().poll(context).is_ready())).await
}

#[tokio::test]
async fn changes_before_it_is_awaited() {
    let watchers = Watchers::default();
    let mut watch = watchers.watch(jobs("a"));
    assert!(!tells(&mut watch).await, "nothing has happened");
    watchers.wake(&[jobs("a")]);
    assert!(tells(&mut watch).await);
    assert!(!tells(&mut watch).await, "it was told");
    // Two changes may be told of as one, but not as none.
    watchers.wake(&[jobs("a")]);
    watchers.wake(&[jobs("a")]);
    assert!(tells(&mut watch).await);
}

#[tokio::test]
async fn changes_while_it_is_awaited() {
    let watchers = Watchers::default();
    let mut watch = watchers.watch(Topic::Messages);
    let mut changed = pin!(watch.changed());
    let is_ready = poll_fn(|context| Poll::Ready(changed.as_mut().poll(context).is_ready()));
    assert!(!is_ready.await);
    watchers.wake(&[Topic::Messages]);
    changed.await;
}

#[tokio::test]
async fn an_await_that_is_dropped_loses_nothing() {
    let watchers = Watchers::default();
    let mut watch = watchers.watch(jobs("a"));
    assert!(!tells(&mut watch).await);
    watchers.wake(&[jobs("a")]);
    drop(Box::pin(watch.changed()));
    assert!(tells(&mut watch).await);
}

#[tokio::test]
async fn topics_apart() {
    let watchers = Watchers::default();
    let subject = |scope: &str, id: &str| Topic::Subject(scope.into(), Subject::recording(id));
    let topics = [
        jobs("a"),
        jobs("b"),
        Topic::Messages,
        subject("s", "r1"),
        subject("s", "r2"),
        subject("t", "r1"),
    ];
    let mut watches = topics.clone().map(|topic| watchers.watch(topic));
    for woken in 0..topics.len() {
        watchers.wake(&topics[woken..=woken]);
        for (n, watch) in watches.iter_mut().enumerate() {
            assert_eq!(tells(watch).await, n == woken, "{n} after {woken}");
        }
    }
    watchers.wake_all();
    for watch in &mut watches {
        assert!(tells(watch).await);
    }
}

#[tokio::test]
async fn one_topic_among_many() {
    let watchers = Watchers::default();
    let mut first = watchers.watch(jobs("a"));
    let second = watchers.watch(jobs("a"));
    drop(second);
    watchers.wake(&[jobs("a")]);
    assert!(tells(&mut first).await, "another's end does not end it");
    drop(first);
    assert!(watchers.is_empty(), "nobody is left");
    // One that is made after a change knows nothing of it.
    watchers.wake(&[jobs("a")]);
    let mut third = watchers.watch(jobs("a"));
    assert!(!tells(&mut third).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_between_threads() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    const CHANGES: usize = 2_000;
    let (watchers, state) = (Watchers::default(), Arc::new(AtomicUsize::new(0)));
    let mut watch = watchers.watch(Topic::Messages);
    let writer = {
        let (watchers, state) = (watchers.clone(), Arc::clone(&state));
        tokio::spawn(async move {
            for _ in 0..CHANGES {
                state.fetch_add(1, Ordering::SeqCst);
                watchers.wake(&[Topic::Messages]);
            }
        })
    };
    // Read, then await: it ends only if the last change is always told of.
    while state.load(Ordering::SeqCst) < CHANGES {
        watch.changed().await;
    }
    writer.await.unwrap();
}
