//! Traces: what a collector is sent of deliveries and attempts, and what becomes of them without one.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says what it skips"
)]

mod collector;
mod scene;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use collector::{Collector, attribute};
use opentelemetry_proto::tonic::trace::v1::{Span, span::SpanKind, status::StatusCode};
use opentelemetry_sdk::trace::{Sampler, SamplingDecision, ShouldSample as _};
use recallai_webhook_dispatch::inbox::{Inbox as _, ManualClock, MemoryInbox, Start};
use recallai_webhook_dispatch::trace::{SpanId, TraceId};
use recallai_webhook_dispatch::{
    Endpoint, JobContext, JobObserver, JobReport, Observer, Receiver, Report, RetryPolicy, Stage,
    Subscriber, Turned, Verifier, Worker, any_event, on_ready,
};
use recallai_webhook_telemetry::{Telemetry, TraceError, TraceOptions, Traces};
use tokio::sync::mpsc::unbounded_channel;

/// Longer than any flush takes; it is reached only by a failure.
const LIMIT: Duration = Duration::from_secs(30);

struct Traced {
    clock: Arc<ManualClock>,
    inbox: Arc<MemoryInbox>,
    traces: Traces,
    receiver: Receiver,
}

impl Traced {
    fn new(options: &TraceOptions) -> Self {
        let clock = Arc::new(ManualClock::new(scene::at(1504)));
        let traces = Traces::start_with_clock(options, Arc::clone(&clock)).unwrap();
        let inbox = Arc::new(MemoryInbox::new());
        let receiver = Receiver::durable(endpoint(), inbox.clone()).with_observer(traces.clone());
        Self { clock, inbox, traces, receiver }
    }

    async fn deliver(&self, id: &str, body: &str) {
        let reply = scene::deliver(&self.receiver, &scene::secret(), id, body).await;
        assert_eq!(reply.status(), 204);
    }

    /// Works until so many jobs are done.
    async fn work(&self, subscriber: Subscriber, jobs: usize) {
        let (done, mut are_done) = unbounded_channel();
        let traces = self.traces.clone();
        let worker = Worker::builder(self.inbox.clone())
            .with_sampler(traces.sampler())
            .subscribe(subscriber.with_start(Start::Beginning).with_concurrency(1))
            .with_retry(RetryPolicy::default().with_base(Duration::from_millis(1)))
            .with_observer(move |report: &JobReport<'_>| {
                JobObserver::observe(&traces, report);
                if matches!(report.stage, Stage::Done) {
                    let _ = done.send(());
                }
            })
            .build()
            .unwrap();
        let all = async move {
            for _ in 0..jobs {
                are_done.recv().await;
            }
        };
        worker.run(all).await.unwrap();
    }

    async fn flush(&self) {
        assert!(self.traces.shutdown(LIMIT).await, "{:?}", self.traces);
    }
}

fn endpoint() -> Endpoint {
    Endpoint::signed("recall", Verifier::new(scene::secret()))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn nanoseconds(millis: u64) -> u64 {
    scene::at(millis).duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64
}

#[track_caller]
fn text(span: &Span, key: &str) -> String {
    attribute(&span.attributes, key).unwrap_or_else(|| panic!("no {key} in {span:?}"))
}

fn is_error(span: &Span) -> bool {
    span.status.as_ref().is_some_and(|status| status.code() == StatusCode::Error)
}

#[tokio::test]
async fn a_message_is_one_trace_from_delivery_to_each_attempt() {
    let collector = Collector::start().await;
    let options = TraceOptions::new(&collector.endpoint).with_service_instance("one");
    let traced = Traced::new(&options);
    traced.deliver("msg_1", scene::DONE).await;
    let (clock, called) = (Arc::clone(&traced.clock), Arc::<Mutex<Vec<String>>>::default());
    let calls = Arc::clone(&called);
    let handler = Subscriber::on("notify", any_event(), move |_, context| {
        clock.advance(Duration::from_secs(2));
        let mut calls = calls.lock().unwrap();
        calls.push(context.traceparent());
        let is_first = calls.len() == 1;
        async move { if is_first { Err("hunter2 is in the error") } else { Ok(()) } }
    });
    traced.work(handler, 1).await;
    traced.deliver("msg_1", scene::DONE).await;
    traced.flush().await;

    let spans = collector.spans();
    let names: Vec<&str> = spans.iter().map(|span| span.name.as_str()).collect();
    assert_eq!(names, ["receive recall", "process notify", "process notify", "receive recall"]);
    let [delivery, failed, succeeded, again] = &*spans else { panic!("{spans:?}") };
    let trace = TraceId::of_message("recall", "msg_1").to_bytes();
    assert!(spans.iter().all(|span| span.trace_id == trace), "{spans:?}");
    let ids: BTreeSet<_> = spans.iter().map(|span| &span.span_id).collect();
    assert_eq!(ids.len(), spans.len());

    assert_eq!(delivery.span_id, SpanId::of_message("recall", "msg_1").to_bytes());
    assert!(delivery.parent_span_id.is_empty());
    for child in [failed, succeeded, again] {
        assert_eq!(child.parent_span_id, delivery.span_id);
    }
    assert_eq!((delivery.kind(), failed.kind()), (SpanKind::Server, SpanKind::Consumer));
    // What a handler passes on names its attempt.
    let expected = [failed, succeeded].map(|span| {
        format!("00-{}-{}-01", hexadecimal(&span.trace_id), hexadecimal(&span.span_id))
    });
    assert_eq!(*called.lock().unwrap(), expected);

    let times = |span: &Span| (span.start_time_unix_nano, span.end_time_unix_nano);
    assert_eq!(times(delivery), (nanoseconds(1500), nanoseconds(1504)));
    assert_eq!(times(failed), (nanoseconds(1504), nanoseconds(3504)));
    assert_eq!(times(succeeded), (nanoseconds(3504), nanoseconds(5504)));

    for span in &spans {
        assert_eq!(text(span, "messaging.system"), "recallai");
        assert_eq!(text(span, "messaging.message.id"), "msg_1");
        assert_eq!(text(span, "messaging.destination.name"), "recall");
    }
    let results = spans.iter().map(|span| text(span, "recallai_webhook.result"));
    assert_eq!(results.collect::<Vec<_>>(), ["stored", "retrying", "done", "duplicate"]);
    assert_eq!(text(delivery, "recallai_webhook.event"), "transcript.done");
    assert_eq!(text(delivery, "messaging.operation.type"), "receive");
    assert_eq!(text(failed, "messaging.operation.type"), "process");
    assert_eq!(text(failed, "recallai_webhook.subject"), "recording r1");
    assert_eq!(text(failed, "error.type"), "error");
    assert_eq!(text(succeeded, "recallai_webhook.attempt"), "2");
    assert_eq!(spans.iter().map(is_error).collect::<Vec<_>>(), [false, true, false, false]);
    assert!(!format!("{spans:?}").contains("hunter2"), "{spans:?}");

    let resource = collector.requests()[0].export.resource_spans[0].resource.clone().unwrap();
    let of = |key| attribute(&resource.attributes, key).unwrap();
    assert_eq!(
        (of("service.name"), of("service.instance.id")),
        ("recallai-webhook".into(), "one".into())
    );
    assert_eq!((traced.traces.sent(), traced.traces.dropped()), (4, 0));
}

#[tokio::test]
async fn a_turn_of_a_need_is_a_trace_of_its_own() {
    let collector = Collector::start().await;
    let traced = Traced::new(&TraceOptions::new(&collector.endpoint));
    traced.deliver("msg_1", scene::DONE).await;
    let (key, mut keys) = unbounded_channel();
    let ready = on_ready(move |_: Turned, context: JobContext| {
        let _ = key.send((context.idempotency_key().into_owned(), context.traceparent()));
        async {}
    });
    let need: recallai_webhook_dispatch::recording::Need = "transcript".parse().unwrap();
    traced.work(Subscriber::need("pipeline", need, ready), 1).await;
    traced.flush().await;

    let (key, traceparent) = keys.recv().await.unwrap();
    let span = collector.spans().into_iter().find(|span| span.name == "process pipeline").unwrap();
    assert_eq!(span.trace_id, TraceId::of_job(&key).to_bytes());
    assert!(span.parent_span_id.is_empty());
    let ids = (hexadecimal(&span.trace_id), hexadecimal(&span.span_id));
    assert_eq!(traceparent, format!("00-{}-{}-01", ids.0, ids.1));
}

/// The sampler of OpenTelemetry's own library says which.
#[tokio::test]
async fn a_trace_is_kept_with_all_its_spans_or_not_at_all() {
    let collector = Collector::start().await;
    let traced = Traced::new(&TraceOptions::new(&collector.endpoint).with_ratio(0.3));
    for n in 0..60 {
        traced.deliver(&format!("msg_{n}"), scene::DONE).await;
    }
    let (call, mut called) = unbounded_channel();
    let handler = Subscriber::on("notify", any_event(), move |_, context| {
        let _ = call.send(context.traceparent());
        async {}
    });
    traced.work(handler, 60).await;
    traced.flush().await;

    let mut expected = BTreeMap::new();
    for n in 0..60 {
        let trace = TraceId::of_message("recall", &format!("msg_{n}")).to_bytes();
        let (id, sampler) =
            (opentelemetry::TraceId::from_bytes(trace), Sampler::TraceIdRatioBased(0.3));
        let kind = opentelemetry::trace::SpanKind::Server;
        let decision = sampler.should_sample(None, id, "receive recall", &kind, &[], &[]).decision;
        if decision == SamplingDecision::RecordAndSample {
            expected.insert(trace.to_vec(), 2);
        }
    }
    assert!((8..30).contains(&expected.len()), "{}", expected.len());
    let mut kept = BTreeMap::new();
    for span in collector.spans() {
        *kept.entry(span.trace_id).or_default() += 1;
    }
    assert_eq!(kept, expected);
    // Whatever is called is told which.
    for _ in 0..60 {
        let traceparent = called.recv().await.unwrap();
        let is_kept = expected.keys().any(|trace| traceparent.contains(&hexadecimal(trace)));
        assert_eq!(traceparent.ends_with("-01"), is_kept, "{traceparent}");
        assert_eq!(traceparent.ends_with("-00"), !is_kept, "{traceparent}");
    }
}

#[tokio::test]
async fn the_collector_is_asked_as_its_protocol_says() {
    let collector = Collector::start().await;
    let key = String::from("Bearer hunter2");
    let options = TraceOptions::new(&collector.endpoint).with_header("Authorization", key);
    assert!(!format!("{options:?}").contains("hunter2"), "{options:?}");
    let traced = Traced::new(&options);
    traced.deliver("msg_1", scene::DONE).await;
    traced.flush().await;
    let head = &collector.requests()[0].head;
    assert!(head.starts_with("post /v1/traces http/1.1\r\n"), "{head}");
    assert!(head.contains("\r\nauthorization: bearer hunter2\r\n"), "{head}");
    assert!(head.contains("\r\ncontent-type: application/x-protobuf\r\n"), "{head}");
}

/// What was not verified names an id that nobody vouches for.
#[tokio::test]
async fn a_delivery_that_was_refused_has_no_span() {
    let collector = Collector::start().await;
    let traced = Traced::new(&TraceOptions::new(&collector.endpoint));
    let reply =
        scene::deliver(&traced.receiver, &scene::other_secret(), "msg_1", scene::DONE).await;
    assert_eq!(reply.status(), 401);
    traced.flush().await;
    assert!(collector.spans().is_empty());
}

/// The sender brings it again, and then it comes in: the root of the trace is that delivery.
#[tokio::test]
async fn a_delivery_that_was_not_stored_is_no_root() {
    let collector = Collector::start().await;
    let traced = Traced::new(&TraceOptions::new(&collector.endpoint));
    let closed = MemoryInbox::new();
    closed.close().await;
    let full = Receiver::durable(endpoint(), Arc::new(closed)).with_observer(traced.traces.clone());
    let reply = scene::deliver(&full, &scene::secret(), "msg_1", scene::DONE).await;
    assert_eq!(reply.status(), 503);
    traced.deliver("msg_1", scene::DONE).await;
    traced.flush().await;
    let spans = collector.spans();
    let [not_stored, stored] = &*spans else { panic!("{spans:?}") };
    assert!(is_error(not_stored) && !is_error(stored));
    assert_eq!(text(not_stored, "http.response.status_code"), "503");
    assert_eq!(text(not_stored, "recallai_webhook.result"), "not_stored");
    assert_eq!(not_stored.parent_span_id, stored.span_id);
    assert!(stored.parent_span_id.is_empty());
}

#[tokio::test]
async fn what_a_sender_writes_is_bounded() {
    let collector = Collector::start().await;
    let traced = Traced::new(&TraceOptions::new(&collector.endpoint));
    let name = "é".repeat(1000);
    traced.deliver("msg_1", &format!(r#"{{"event":"{name}","data":{{}}}}"#)).await;
    traced.flush().await;
    let spans = collector.spans();
    assert_eq!(text(&spans[0], "recallai_webhook.event"), "é".repeat(128));
    assert_eq!(text(&spans[0], "recallai_webhook.result"), "unknown");
}

#[tokio::test]
async fn without_a_collector_deliveries_go_on_and_drops_are_counted() {
    // The port was free a moment ago, and nobody listens.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let traced = Traced::new(&TraceOptions::new(endpoint));
    let (telemetry, traces) = (Telemetry::new(), traced.traces.clone());
    let metric = || {
        let text = telemetry.render_without_inbox();
        let name = "recallai_webhook_trace_spans_dropped_total ";
        text.lines().find_map(|line| line.strip_prefix(name).map(str::to_owned))
    };
    assert_eq!(metric(), None);
    telemetry.watch_dropped_spans(move || traces.dropped());
    assert_eq!(metric().as_deref(), Some("0"));
    for n in 0..5 {
        traced.deliver(&format!("msg_{n}"), scene::DONE).await;
    }
    traced.work(Subscriber::on("notify", any_event(), |_, _| async {}), 5).await;
    traced.flush().await;
    assert_eq!((traced.traces.sent(), traced.traces.dropped()), (0, 10));
    assert_eq!(metric().as_deref(), Some("10"));
    // Nor does anything wait after the end.
    traced.deliver("msg_late", scene::DONE).await;
    assert_eq!(traced.traces.dropped(), 11);
}

#[tokio::test]
async fn what_the_collector_does_not_take_is_counted() {
    for (status, rejected, sent, dropped) in [(200, 2, 1, 2), (503, 0, 0, 3), (401, 0, 0, 3)] {
        let collector = Collector::answering(status, rejected).await;
        let traced = Traced::new(&TraceOptions::new(&collector.endpoint));
        for n in 0..3 {
            traced.deliver(&format!("msg_{n}"), scene::DONE).await;
        }
        traced.flush().await;
        let counts = (traced.traces.sent(), traced.traces.dropped());
        assert_eq!(counts, (sent, dropped), "{status}");
    }
}

#[tokio::test]
async fn what_finds_no_room_is_dropped_and_the_rest_is_sent() {
    let collector = Collector::start().await;
    collector.answer(false);
    let traced = Traced::new(&TraceOptions::new(&collector.endpoint).with_queue(2));
    traced.deliver("msg_1", scene::DONE).await;
    // It is on its way, and nothing follows before it was answered.
    collector.came(1).await;
    for n in 2..=4 {
        traced.deliver(&format!("msg_{n}"), scene::DONE).await;
    }
    assert_eq!(traced.traces.dropped(), 1);
    collector.answer(true);
    traced.flush().await;
    assert_eq!((traced.traces.sent(), traced.traces.dropped()), (3, 1));
    assert_eq!(collector.spans().len(), 3);
}

#[tokio::test]
async fn a_shutdown_does_not_wait_longer_than_it_may() {
    let collector = Collector::start().await;
    collector.answer(false);
    let traced = Traced::new(&TraceOptions::new(&collector.endpoint));
    for n in 0..3 {
        traced.deliver(&format!("msg_{n}"), scene::DONE).await;
    }
    assert!(!traced.traces.shutdown(Duration::from_millis(20)).await);
    assert_eq!((traced.traces.sent(), traced.traces.dropped()), (0, 3));
}

#[tokio::test]
async fn options_that_make_no_sense_are_refused() {
    let options = || TraceOptions::new("http://localhost:4318");
    let refused = |options| Traces::start(&options).unwrap_err();
    assert!(matches!(refused(options().with_ratio(2.0)), TraceError::Ratio { .. }));
    assert!(matches!(refused(options().with_queue(0)), TraceError::Queue));
    assert!(matches!(refused(TraceOptions::new("nowhere")), TraceError::Endpoint { .. }));
    for (name, value) in [("no name", "v"), ("name", "line\nhunter2")] {
        let error = refused(options().with_header(name, value.to_owned()));
        assert!(matches!(error, TraceError::Header { .. }), "{error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}

#[test]
fn without_a_runtime_nothing_is_started() {
    let error = Traces::start(&TraceOptions::new("http://localhost:4318")).unwrap_err();
    assert!(matches!(error, TraceError::NoRuntime), "{error}");
}

/// An observer that is a closure over both: no type has to be named for it.
#[tokio::test]
async fn metrics_and_traces_go_together() {
    let collector = Collector::start().await;
    let traces = Traces::start(&TraceOptions::new(&collector.endpoint)).unwrap();
    let telemetry = recallai_webhook_telemetry::Telemetry::new();
    let (count, trace) = (telemetry.clone(), traces.clone());
    let both = move |report: &Report<'_>| {
        Observer::observe(&count, report);
        Observer::observe(&trace, report);
    };
    let receiver = Receiver::durable(endpoint(), Arc::new(MemoryInbox::new())).with_observer(both);
    scene::deliver(&receiver, &scene::secret(), "msg_1", scene::DONE).await;
    assert!(traces.shutdown(LIMIT).await);
    assert_eq!((traces.sent(), telemetry.snapshot().endpoints.len()), (1, 1));
}
