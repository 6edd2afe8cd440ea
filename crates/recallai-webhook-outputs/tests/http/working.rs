//! In a worker, with the receiver away for a time.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::HeaderMap;
use recallai_webhook_outputs::dispatch::inbox::{
    Filter, Inbox, JobQuery, JobState, MemoryInbox, NewMessage,
};
use recallai_webhook_outputs::dispatch::{RetryPolicy, Worker};
use recallai_webhook_outputs::{Forward, Http, Output, OutputOptions};
use tokio::net::TcpSocket;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::receiver::Receiver;
use super::{many, options};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_the_receiver_is_restarted() {
    let directory = tempfile::tempdir().unwrap();
    let receiver = RefCell::new(Receiver::new().await);
    let url = format!("http://127.0.0.1:{}/", receiver.borrow().port);
    let output = Http::new(options(directory.path(), url)).unwrap();
    let runtime = Handle::current();
    let stop = || runtime.block_on(receiver.borrow_mut().stop());
    let start = |()| runtime.block_on(receiver.borrow_mut().listen());
    let run = many::run(output, stop, start).await;
    let seconds = run.seconds();
    let received = receiver.borrow().received();
    let key = |headers: &HeaderMap| headers["webhook-id"].to_str().unwrap().to_owned();
    let keys: Vec<_> = received.iter().map(|received| key(&received.headers)).collect();
    run.check("http", seconds, &keys);
}

/// A worker that sends so many messages to a port of this machine.
async fn worker(port: u16, count: usize) -> (Arc<dyn Inbox>, Worker) {
    let options = format!(
        r#"{{"type":"http","url":"http://127.0.0.1:{port}/","unsigned":true,"allow_private":true}}"#
    );
    let output: Arc<dyn Output> =
        serde_json::from_str::<OutputOptions>(&options).unwrap().build().unwrap();
    let inbox: Arc<dyn Inbox> = Arc::new(MemoryInbox::new());
    let subscriber = Forward::to(output).messages("notify", Filter::everything());
    let retry = RetryPolicy::default().with_base(Duration::from_millis(50));
    let worker = Worker::builder(Arc::clone(&inbox))
        .subscribe(subscriber.with_concurrency(8).with_retry(retry))
        .with_grace(Duration::ZERO)
        .build()
        .unwrap();
    worker.declare().await.unwrap();
    for number in 0..count {
        let id = format!("msg_{number}");
        inbox.append(NewMessage::parse("recall", id, "{}", SystemTime::now())).await.unwrap();
    }
    (inbox, worker)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_receiver_is_given_back_when_the_worker_ends() {
    // Taken, so that nobody else listens there, it refuses whoever connects.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let port = socket.local_addr().unwrap().port();
    let (inbox, worker) = worker(port, 8).await;
    let (finish, finished) = oneshot::channel::<()>();
    let running = tokio::spawn(worker.run(finished));
    let all = JobQuery::default().with_limit(100);
    loop {
        let jobs = inbox.jobs(&all).await.unwrap();
        if jobs.iter().filter(|job| !job.failures.is_empty()).count() == 4 {
            break;
        }
        tokio::task::yield_now().await;
    }
    finish.send(()).unwrap();
    running.await.unwrap().unwrap();
    let jobs = inbox.jobs(&all).await.unwrap();
    let is_pending = |state| matches!(state, JobState::Waiting | JobState::Retrying);
    assert!(jobs.iter().all(|job| is_pending(job.state)), "{jobs:?}");
    // Four have failed once, and four were not counted.
    let mut attempts: Vec<_> = jobs.iter().map(|job| job.attempts).collect();
    attempts.sort_unstable();
    assert_eq!(attempts, [0, 0, 0, 0, 1, 1, 1, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_comes_late_gets_everything() {
    let mut receiver = Receiver::new().await;
    receiver.stop().await;
    let (inbox, worker) = worker(receiver.port, 20).await;
    let (finish, finished) = oneshot::channel::<()>();
    let running = tokio::spawn(worker.run(finished));
    let all = JobQuery::default().with_limit(100);
    while inbox.jobs(&all).await.unwrap().iter().all(|job| job.failures.is_empty()) {
        tokio::task::yield_now().await;
    }
    receiver.listen().await;
    receiver.has_received(20).await;
    loop {
        let jobs = inbox.jobs(&all).await.unwrap();
        if jobs.iter().all(|job| job.state == JobState::Done) {
            let failures: usize = jobs.iter().map(|job| job.failures.len()).sum();
            assert!((1..=4).contains(&failures), "{failures}");
            break;
        }
        tokio::task::yield_now().await;
    }
    finish.send(()).unwrap();
    running.await.unwrap().unwrap();
}
