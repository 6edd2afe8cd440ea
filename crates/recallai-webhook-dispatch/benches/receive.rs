//! What dispatch costs on top of verifying and parsing: routing and reply, or storing in memory and reply.
#![allow(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![allow(missing_docs, reason = "the macros of criterion make public items")]

use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, Waker};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use recallai_webhook_dispatch::event::{Event, EventRef, names};
use recallai_webhook_dispatch::inbox::MemoryInbox;
use recallai_webhook_dispatch::{
    Delivery, Endpoint, Receiver, Reply, Router, RouterBuilder, Secret, Unmatched, Verifier,
    any_event,
};

/// A usual status event: 450 bytes, with a little metadata.
const BODY: &str = concat!(
    r#"{"event":"transcript.done","data":{"data":{"code":"done","sub_code":null,"#,
    r#""updated_at":"2024-12-04T23:25:56.339940Z"},"transcript":{"id":"7d7387b1-874f-4950-"#,
    r#"a5b9-1ba6660e2f95","metadata":{}},"recording":{"id":"03d06804-0cb2-42f8-a255-5b950dde7"#,
    r#"c57","metadata":{"user_id":"12345","team":"north"}},"bot":{"id":"0b85d2f9-d54a-47f6-b28"#,
    r#"d-4c63229f4035","metadata":{"meeting":"weekly planning of the north "#,
    r#"team and of every other team which plans with it"}}}}"#,
);

const TIMESTAMP: u64 = 1_614_265_330;

struct Bench {
    verifier: Verifier,
    headers: Vec<(&'static str, Vec<u8>)>,
    body: Bytes,
    now: SystemTime,
}

impl Bench {
    fn new() -> Self {
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let signature = secret.sign(id, TIMESTAMP, BODY.as_bytes()).unwrap();
        let headers = vec![
            ("host", b"hooks.example.com".to_vec()),
            ("accept", b"*/*".to_vec()),
            ("content-type", b"application/json".to_vec()),
            ("user-agent", b"Svix-Webhooks/1.1".to_vec()),
            ("content-length", b"450".to_vec()),
            ("webhook-id", id.into()),
            ("webhook-timestamp", TIMESTAMP.to_string().into()),
            ("webhook-signature", signature.into()),
        ];
        assert_eq!(BODY.len(), 450);
        let now = UNIX_EPOCH + Duration::from_secs(TIMESTAMP);
        Self {
            verifier: Verifier::new(secret),
            headers,
            body: Bytes::from_static(BODY.as_bytes()),
            now,
        }
    }

    fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> + Clone {
        self.headers.iter().map(|(name, value)| (*name, value.as_slice()))
    }

    fn receiver(&self, register: impl FnOnce(RouterBuilder) -> RouterBuilder) -> Receiver {
        let router = register(Router::builder(Unmatched::ACKNOWLEDGE)).build();
        Receiver::inline(Endpoint::signed("recall", self.verifier.clone()), router)
    }

    /// With an empty inbox.
    fn durable(&self) -> Receiver {
        let endpoint = Endpoint::signed("recall", self.verifier.clone());
        Receiver::durable(endpoint, Arc::new(MemoryInbox::new()))
    }

    fn receive(&self, receiver: &Receiver) -> Reply {
        let delivery = Delivery::new(self.headers(), self.body.clone(), self.now);
        let mut cx = TaskContext::from_waker(Waker::noop());
        match pin!(receiver.receive(delivery)).poll(&mut cx) {
            Poll::Ready(reply) => reply,
            Poll::Pending => unreachable!("handlers and inbox of this bench are done at once"),
        }
    }
}

fn receive(criterion: &mut Criterion) {
    let bench = Bench::new();
    let mut group = criterion.benchmark_group("dispatch");
    group.sample_size(50).measurement_time(Duration::from_secs(1));
    group.warm_up_time(Duration::from_millis(500));

    group.bench_function("verify-and-parse", |b| {
        b.iter(|| {
            let verified = bench.verifier.verify(bench.headers(), &bench.body, bench.now).unwrap();
            black_box(EventRef::parse(black_box(verified.body())).unwrap());
        });
    });
    group.bench_function("verify-and-parse-owned", |b| {
        b.iter(|| {
            let verified = bench.verifier.verify(bench.headers(), &bench.body, bench.now).unwrap();
            black_box(Event::parse(black_box(verified.body())).unwrap());
        });
    });

    let unhandled = bench.receiver(|router| router.on(names::BOT_DONE, |_, _| async {}));
    assert_eq!(bench.receive(&unhandled), Reply::Acknowledged);
    group.bench_function("receive-unhandled", |b| b.iter(|| bench.receive(black_box(&unhandled))));

    let handled = bench.receiver(|router| router.on(any_event(), |_, _| async {}));
    assert_eq!(bench.receive(&handled), Reply::Acknowledged);
    group.bench_function("receive-handled", |b| b.iter(|| bench.receive(black_box(&handled))));

    group.bench_function("receive-durable-new", |b| {
        let receive = |receiver: &mut Receiver| bench.receive(black_box(receiver));
        b.iter_batched_ref(|| bench.durable(), receive, BatchSize::SmallInput);
    });
    let durable = bench.durable();
    assert_eq!(bench.receive(&durable), Reply::Acknowledged);
    group.bench_function("receive-durable-known", |b| {
        b.iter(|| bench.receive(black_box(&durable)));
    });
    group.finish();
}

criterion_group!(benches, receive);
criterion_main!(benches);
