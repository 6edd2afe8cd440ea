//! Traces: each delivery and each attempt at a job as a span, sent to a collector of OpenTelemetry.

mod client;
mod options;
mod queue;
mod span;
mod wire;

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use recallai_webhook_dispatch::inbox::{Clock, SystemClock};
use recallai_webhook_dispatch::trace::Sampler;
use recallai_webhook_dispatch::{JobObserver, JobReport, Observer, Report};

use self::queue::Queue;
use crate::meter::lock;
use crate::subscription::Started;

pub use options::{TraceError, TraceOptions};

/// Makes spans of what it is told of, and sends them by OTLP: protocol buffers over HTTP. Cheap to clone;
/// clones send together.
///
/// All that belongs to a message is one trace, in whatever process and however late, since its ids follow
/// from those of the message ([`trace`](recallai_webhook_dispatch::trace)). Its root is the delivery that
/// the message came in with. Every attempt at a job is a child of that, and so is every delivery
/// that brings the message again, or could not be answered with success. What a handler calls with
/// [`traceparent`](recallai_webhook_dispatch::Context::traceparent) goes on below its attempt. Attempts at a
/// turn of a need belong to no single message, and are a trace of their own.
///
/// A delivery that was refused has no span: nobody vouches for the id that it names.
///
/// Spans carry names that the operator chose, ids, sizes, the name of the event and the sort of an error;
/// no body, no secret and no text of an error.
///
/// Nothing waits for the collector. Spans that find the queue full, or are not taken by the collector, are
/// [`dropped`](Self::dropped); they are not sent again.
///
/// ```no_run
/// # use std::sync::Arc;
/// # use recallai_webhook_dispatch::{Endpoint, Observer, Receiver, Report, inbox::MemoryInbox};
/// use recallai_webhook_telemetry::{Telemetry, TraceOptions, Traces};
///
/// # async fn serve(endpoint: Endpoint) -> Result<(), Box<dyn std::error::Error>> {
/// let telemetry = Telemetry::new();
/// let traces = Traces::start(&TraceOptions::new("http://localhost:4318").with_ratio(0.1))?;
///
/// let counted = traces.clone();
/// telemetry.watch_dropped_spans(move || counted.dropped());
/// let (count, trace) = (telemetry.clone(), traces.clone());
/// let receiver = Receiver::durable(endpoint, Arc::new(MemoryInbox::new()))
///     .with_observer(move |report: &Report<'_>| {
///         Observer::observe(&count, report);
///         Observer::observe(&trace, report);
///     });
/// // … and when all is done:
/// traces.shutdown(std::time::Duration::from_secs(5)).await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Traces {
    inner: Arc<Inner>,
}

struct Inner {
    clock: Arc<dyn Clock>,
    sampler: Sampler,
    started: Mutex<Started>,
    queue: Queue,
}

impl Traces {
    /// Starts to send, by the clock of this machine, on the runtime of tokio that it is called on.
    ///
    /// # Errors
    ///
    /// The options make no sense, or there is no runtime. The collector need not be there.
    pub fn start(options: &TraceOptions) -> Result<Self, TraceError> {
        Self::start_with_clock(options, SystemClock)
    }

    /// The same by another clock. Deliveries end and attempts begin and end by it.
    ///
    /// # Errors
    ///
    /// As for [`start`](Self::start).
    pub fn start_with_clock(options: &TraceOptions, clock: impl Clock) -> Result<Self, TraceError> {
        let inner = Inner {
            clock: Arc::new(clock),
            sampler: Sampler::of_ratio(options.ratio)
                .ok_or(TraceError::Ratio { ratio: options.ratio })?,
            started: Mutex::default(),
            queue: Queue::start(options)?,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Which traces are kept: for the [worker](recallai_webhook_dispatch::WorkerBuilder::with_sampler) too, so
    /// that whatever its handlers call keeps the same.
    pub fn sampler(&self) -> Sampler {
        self.inner.sampler
    }

    /// How many spans the collector has taken.
    pub fn sent(&self) -> u64 {
        self.inner.queue.sent()
    }

    /// How many spans were dropped: for want of room, or because the collector did not take them. They are
    /// logged as well, at a limited rate, and a metric of whoever
    /// [watches them](crate::Telemetry::watch_dropped_spans).
    pub fn dropped(&self) -> u64 {
        self.inner.queue.dropped()
    }

    /// Sends what waits, and ends. Whether all was offered to the collector within the time limit; what was
    /// not is dropped, as is every span from now on.
    pub async fn shutdown(&self, limit: Duration) -> bool {
        self.inner.queue.shutdown(limit).await
    }
}

impl Observer for Traces {
    fn observe(&self, report: &Report<'_>) {
        let Some(delivery) = report.delivery else { return };
        let inner = &*self.inner;
        let trace = delivery.trace_id();
        if inner.sampler.keeps(trace) {
            inner.queue.push(span::delivery(report, delivery, trace, inner.clock.now()));
        }
    }
}

impl JobObserver for Traces {
    fn observe(&self, report: &JobReport<'_>) {
        let inner = &*self.inner;
        let trace = report.trace_id();
        if !inner.sampler.keeps(trace) {
            return;
        }
        let now = inner.clock.now();
        let started = lock(&inner.started).pass(report, now);
        if let Some(started) = started {
            inner.queue.push(span::attempt(report, trace, started, now));
        }
    }
}

impl fmt::Debug for Traces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Traces")
            .field("sent", &self.sent())
            .field("dropped", &self.dropped())
            .finish_non_exhaustive()
    }
}
