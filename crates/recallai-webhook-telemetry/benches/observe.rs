//! What telemetry adds to a delivery, to an attempt at a job and to a commit, and what asking it costs.
#![allow(clippy::unwrap_used, reason = "a bench fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "a bench measures time")]
#![allow(clippy::print_stdout, reason = "a bench says what it found")]
#![allow(missing_docs, reason = "the macros of criterion make public items")]

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant, UNIX_EPOCH};

use criterion::{Criterion, criterion_group, criterion_main};
use recallai_webhook_dispatch::inbox::{
    CommitObserver, CommitReport, Inbox, MemoryInbox, NewMessage, Replay, Stats,
};
use recallai_webhook_dispatch::{
    Delivery, Endpoint, JobObserver, JobReport, Observer, Receiver, Report, Secret, Verifier,
    Worker, any_event,
};
use recallai_webhook_telemetry::Telemetry;
use tokio::runtime::Runtime;

const BODY: &str = r#"{"event":"transcript.done","data":{
    "data":{"code":"done","sub_code":null,"updated_at":"2021-02-25T15:02:00Z"},
    "transcript":{"id":"t1","metadata":{}},"recording":{"id":"r1","metadata":{}}}}"#;

const SIGNED: u64 = 1_614_265_330;

/// Repeats a call within an observer, which alone is handed a report: how often it is to, and how many
/// nanoseconds that took.
#[derive(Default)]
struct Repeated {
    times: AtomicU64,
    took: AtomicU64,
}

impl Repeated {
    fn call(&self, mut call: impl FnMut()) {
        let begun = Instant::now();
        for _ in 0..self.times.load(Relaxed) {
            call();
        }
        self.took.store(begun.elapsed().as_nanos() as u64, Relaxed);
    }

    fn took(&self) -> Duration {
        Duration::from_nanos(self.took.load(Relaxed))
    }
}

fn deliveries(criterion: &mut Criterion, runtime: &Runtime, telemetry: &Telemetry) {
    let (repeated, measured) = (Arc::<Repeated>::default(), telemetry.clone());
    let in_observer = Arc::clone(&repeated);
    let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    let endpoint = Endpoint::signed("recall", Verifier::new(secret.clone()));
    let receiver = Receiver::durable(endpoint, Arc::new(MemoryInbox::new())).with_observer(
        move |report: &Report<'_>| {
            in_observer.call(|| Observer::observe(&measured, black_box(report)));
        },
    );
    let signature = secret.sign("msg_1", SIGNED, BODY.as_bytes()).unwrap();
    let headers: [(&str, &[u8]); 3] = [
        ("webhook-id", b"msg_1"),
        ("webhook-timestamp", b"1614265330"),
        ("webhook-signature", signature.as_bytes()),
    ];
    criterion.bench_function("delivery", |b| {
        b.iter_custom(|times| {
            repeated.times.store(times, Relaxed);
            let at = UNIX_EPOCH + Duration::from_secs(SIGNED);
            runtime.block_on(receiver.receive(Delivery::new(headers, BODY.into(), at)));
            repeated.took()
        });
    });
}

fn jobs(criterion: &mut Criterion, runtime: &Runtime, telemetry: &Telemetry) {
    let (repeated, inbox) = (Arc::<Repeated>::default(), Arc::new(MemoryInbox::new()));
    let (in_observer, measured) = (Arc::clone(&repeated), telemetry.clone());
    let (end, ended) = tokio::sync::mpsc::unbounded_channel();
    let worker = Worker::builder(inbox.clone())
        .on("pipeline", any_event(), |_, _| async {})
        .with_observer(move |report: &JobReport<'_>| {
            in_observer.call(|| JobObserver::observe(&measured, black_box(report)));
            let _ = end.send(report.stage.name());
        })
        .build()
        .unwrap();
    runtime.block_on(worker.declare()).unwrap();
    let message = NewMessage::parse("recall", "msg_1", BODY, UNIX_EPOCH);
    runtime.block_on(inbox.append(message)).unwrap();
    runtime.spawn(worker.run(std::future::pending::<()>()));
    let mut ended = ended;
    criterion.bench_function("job", |b| {
        b.iter_custom(|times| {
            repeated.times.store(times, Relaxed);
            runtime.block_on(async {
                inbox.replay(&Replay::of([1])).await.unwrap();
                while ended.recv().await != Some("done") {}
            });
            repeated.took()
        });
    });
}

fn observe(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let telemetry = Telemetry::new();
    deliveries(criterion, &runtime, &telemetry);
    jobs(criterion, &runtime, &telemetry);
    let report = CommitReport::new(3, 5, Duration::from_micros(700));
    criterion.bench_function("commit", |b| {
        b.iter(|| CommitObserver::observe(&telemetry, black_box(&report)));
    });
    criterion.bench_function("render", |b| b.iter(|| telemetry.render(&Stats::default())));
    criterion.bench_function("snapshot", |b| b.iter(|| telemetry.snapshot()));
    #[cfg(feature = "otlp")]
    traces::compare(criterion);
}

/// A delivery with traces beside one without: with all that is done for its span, up to the answer of a
/// collector that takes no time.
#[cfg(feature = "otlp")]
mod traces {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};

    use recallai_webhook_telemetry::{TraceOptions, Traces};

    use super::*;

    pub(super) fn compare(criterion: &mut Criterion) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let options = TraceOptions::new(format!("http://{}", listener.local_addr().unwrap()));
        std::thread::spawn(move || {
            listener.incoming().flatten().for_each(|stream| answer(&stream));
        });
        let traces =
            runtime.block_on(async { Traces::start(&options.with_queue(1 << 20)) }).unwrap();
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let endpoint = Endpoint::signed("recall", Verifier::new(secret.clone()));
        let without = Receiver::durable(endpoint, Arc::new(MemoryInbox::new()));
        let with = without.clone().with_observer(traces.clone());
        let without = measure(criterion, &runtime, &secret, "receive", &without);
        let with = measure(criterion, &runtime, &secret, "receive with traces", &with);
        let (sent, dropped) = (traces.sent(), traces.dropped());
        println!("with traces {:.2} times as long; {sent} sent, {dropped} dropped", with / without);
    }

    /// Nanoseconds for a delivery. A task that waits has its turn after each.
    fn measure(
        criterion: &mut Criterion,
        runtime: &Runtime,
        secret: &Secret,
        name: &str,
        receiver: &Receiver,
    ) -> f64 {
        let signature = secret.sign("msg_1", SIGNED, BODY.as_bytes()).unwrap();
        let headers: [(&str, &[u8]); 3] = [
            ("webhook-id", b"msg_1"),
            ("webhook-timestamp", b"1614265330"),
            ("webhook-signature", signature.as_bytes()),
        ];
        let at = UNIX_EPOCH + Duration::from_secs(SIGNED);
        let (mut deliveries, mut took) = (0, Duration::ZERO);
        criterion.bench_function(name, |b| {
            b.iter_custom(|times| {
                let begun = Instant::now();
                runtime.block_on(async {
                    for _ in 0..times {
                        receiver.receive(Delivery::new(headers, BODY.into(), at)).await;
                        tokio::task::yield_now().await;
                    }
                });
                deliveries += times;
                took += begun.elapsed();
                begun.elapsed()
            });
        });
        took.as_nanos() as f64 / deliveries as f64
    }

    /// Answers every request of a connection, and looks at none.
    fn answer(mut stream: &TcpStream) {
        let mut reader = BufReader::new(stream);
        loop {
            let (mut line, mut length) = (String::new(), 0);
            while line != "\r\n" {
                line.clear();
                if reader.read_line(&mut line).unwrap() == 0 {
                    return;
                }
                if let Some(value) = line.to_lowercase().strip_prefix("content-length: ") {
                    length = value.trim().parse().unwrap();
                }
            }
            std::io::copy(&mut reader.by_ref().take(length), &mut std::io::sink()).unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
        }
    }
}

criterion_group!(benches, observe);
criterion_main!(benches);
