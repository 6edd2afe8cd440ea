//! Reloads: what is new holds, what is wrong does not, and nobody who delivers notices.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use recallai_webhook_dispatch::inbox::{Interest, JobQuery, Topic};
use recallai_webhook_server::{Service, ServiceError};
use tokio::sync::RwLock;

use crate::support::{Folder, NEW, OLD, Running, event, post, start};

/// A subscription whose output nobody listens for: its jobs stay.
fn subscription(name: &str, events: &str) -> String {
    format!(
        "[subscriptions.{name}]\nevents = {events}\n\
         output = {{ type = 'http', url = 'http://127.0.0.1:1', unsigned = true, allow_private = true }}\n"
    )
}

async fn jobs(running: &Running, subscription: &str) -> usize {
    let query = JobQuery::new().with_subscription(subscription);
    running.inbox.jobs(&query).await.unwrap().len()
}

/// The two secrets change places again and again, as they are documented to be rotated: the new one is added
/// beside the old one, then the sender signs with it, then the old one goes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_delivery_is_refused_while_secrets_are_rotated() {
    const SENDERS: usize = 8;
    const ROTATIONS: usize = 25;
    let folder = Folder::new();
    folder.write("secrets", OLD);
    folder.configure("");
    let running = folder.start().await;

    let signs_with = Arc::new(RwLock::new(OLD));
    let (is_over, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| {
            let (signs_with, address) = (Arc::clone(&signs_with), running.address);
            let (is_over, answered) = (Arc::clone(&is_over), Arc::clone(&answered));
            tokio::spawn(async move {
                let mut sent = 0;
                while !is_over.load(Ordering::SeqCst) {
                    // Held until the answer is here: a secret goes only when nobody signs with it any more.
                    let secret = signs_with.read().await;
                    let id = format!("msg_{sender}_{sent}");
                    assert_eq!(post(address, &secret, &id, &event(&id, "done")).await, 204, "{id}");
                    sent += 1;
                    answered.fetch_add(1, Ordering::SeqCst);
                }
                sent
            })
        })
        .collect();

    let (mut old, mut new) = (OLD, NEW);
    for _ in 0..ROTATIONS {
        let before = answered.load(Ordering::SeqCst);
        folder.write("secrets", &format!("{old}\n{new}\n"));
        running.reloader.reload().await.unwrap();
        *signs_with.write().await = new;
        folder.write("secrets", new);
        running.reloader.reload().await.unwrap();
        (old, new) = (new, old);
        // Some deliveries belong to each rotation, however slow the machine is.
        while answered.load(Ordering::SeqCst) < before + SENDERS {
            assert!(!senders.iter().any(tokio::task::JoinHandle::is_finished), "one was refused");
            tokio::task::yield_now().await;
        }
    }
    is_over.store(true, Ordering::SeqCst);
    let mut sent = 0;
    for sender in senders {
        sent += sender.await.unwrap();
    }
    let stored: u64 = running.inbox.stats().await.unwrap().messages.values().sum();
    assert_eq!(stored, sent as u64);
    assert!(running.reloads("applied") >= 2 * ROTATIONS as u64);
    assert_eq!(running.reloads("refused"), 0);
    // Who signs with what was removed is refused.
    assert_eq!(post(running.address, new, "msg_late", &event("r", "done")).await, 401);
    running.end().await;
}

#[tokio::test]
async fn a_bad_configuration_changes_nothing_and_says_where_it_is_bad() {
    let folder = Folder::new();
    folder.write("secrets", OLD);
    folder.configure(&subscription("kept", "['recording.*']"));
    let running = folder.start().await;
    for (name, text, place) in [
        ("service.toml", "\nendpoints.recall.secrets = 'whsec_canarycanary'", "service.toml:2"),
        ("service.toml", "no toml whsec_canarycanary", "service.toml:1"),
        ("secrets", "whsec_canarycanary!", "secrets:1"),
        ("secrets", "", "secrets"),
    ] {
        let before = std::fs::read_to_string(folder.path(name)).unwrap();
        folder.write(name, text);
        let error = running.reloader.reload().await.unwrap_err().to_string();
        assert!(error.contains(place), "{error}");
        assert!(!error.contains("canary"), "{error}");
        assert_eq!(post(running.address, OLD, "msg_1", &event("r", "done")).await, 204);
        folder.write(name, &before);
    }
    assert!(running.reloads("refused") >= 4);
    running.reloader.reload().await.unwrap();
    assert!(!running.inbox.subscriptions().await.unwrap()[0].parked);
    running.end().await;
}

#[tokio::test]
async fn subscriptions_come_change_and_go_and_their_jobs_stay() {
    let folder = Folder::new();
    folder.write("secrets", OLD);
    folder.configure(&[subscription("a", "['*']"), subscription("b", "['*']")].concat());
    let running = folder.start().await;
    assert_eq!(post(running.address, OLD, "msg_1", &event("r1", "done")).await, 204);
    assert_eq!((jobs(&running, "a").await, jobs(&running, "b").await), (1, 1));

    // `a` goes, `b` means something else, `c` comes.
    let changed = [subscription("b", "['recording.failed']"), subscription("c", "['*']")].concat();
    folder.configure(&changed);
    running.reloader.reload().await.unwrap();
    let subscriptions = running.inbox.subscriptions().await.unwrap();
    let parked: Vec<_> =
        subscriptions.iter().map(|stored| (&*stored.subscription.name, stored.parked)).collect();
    assert_eq!(parked, [("a", true), ("b", false), ("c", false)]);
    let Interest::Messages(filter) = &subscriptions[1].subscription.interest else { panic!() };
    assert!(format!("{filter:?}").contains("recording.failed"), "{filter:?}");

    assert_eq!(post(running.address, OLD, "msg_2", &event("r2", "done")).await, 204);
    let left = [jobs(&running, "a").await, jobs(&running, "b").await, jobs(&running, "c").await];
    assert_eq!(left, [1, 1, 1], "nothing is lost, and nothing made for what is parked");

    // `a` is back, and makes up for what it has missed.
    folder.configure(&[subscription("a", "['*']"), changed].concat());
    let mut made = running.inbox.watch(Topic::Jobs("a".into()));
    running.reloader.reload().await.unwrap();
    while jobs(&running, "a").await < 2 {
        made.changed().await;
    }
    running.end().await;
}

/// Nobody asks: the file changes.
#[tokio::test]
async fn a_changed_file_is_read_again() {
    let folder = Folder::new();
    folder.write("secrets", OLD);
    folder.configure("");
    let running = folder.start().await;
    assert_eq!(post(running.address, NEW, "msg_1", &event("r", "done")).await, 401);
    folder.write("secrets", NEW);
    while running.reloads("applied") == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(post(running.address, NEW, "msg_1", &event("r", "done")).await, 204);
    running.end().await;
}

#[tokio::test]
async fn one_process_serves_from_an_inbox() {
    let folder = Folder::new();
    folder.write("secrets", OLD);
    folder.configure("");
    let running = folder.start().await;
    let second = Service::new(folder.sources()).open().await.unwrap();
    let error = second.ready(std::future::pending()).await.unwrap_err();
    assert!(matches!(error, ServiceError::Open { .. }), "{error}");
    running.end().await;
    start(Service::new(folder.sources())).await.end().await;
}
