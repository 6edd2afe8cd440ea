//! The queue: spans wait here until a task of its own has sent them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use super::client::{Client, PostError};
use super::options::{TraceError, TraceOptions};
use super::wire::{
    ExportRequest, InstrumentationScope, KeyValue, Resource, ResourceSpans, ScopeSpans, Span,
};
use crate::meter::{Counter, lock};

/// How many spans go in one request at most.
const BATCH: usize = 512;

/// How long the first span of a batch waits for others.
const GATHERING: Duration = Duration::from_secs(1);

/// How long the collector has to answer.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// How long the log is silent after a line.
const WINDOW: Duration = Duration::from_secs(10);

/// Takes spans without waiting.
pub(super) struct Queue {
    spans: mpsc::Sender<Span>,
    counts: Arc<Counts>,
    stop: watch::Sender<bool>,
    task: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct Counts {
    offered: Counter,
    sent: Counter,
    dropped: Counter,
}

/// Sends what is in the queue.
struct Sender {
    client: Client,
    /// All but the spans.
    frame: ResourceSpans,
    counts: Arc<Counts>,
    /// What was dropped when it was last logged.
    told: u64,
    silent_until: Option<Instant>,
}

impl Queue {
    pub(super) fn start(options: &TraceOptions) -> Result<Self, TraceError> {
        if options.queue == 0 || options.queue > tokio::sync::Semaphore::MAX_PERMITS {
            return Err(TraceError::Queue);
        }
        let runtime = Handle::try_current().map_err(|_| TraceError::NoRuntime)?;
        let (spans, waiting) = mpsc::channel(options.queue);
        let (stop, stopped) = watch::channel(false);
        let counts = Arc::<Counts>::default();
        let sender = Sender {
            client: Client::new(options)?,
            frame: frame(options),
            counts: Arc::clone(&counts),
            told: 0,
            silent_until: None,
        };
        let task = runtime.spawn(sender.run(waiting, stopped));
        Ok(Self { spans, counts, stop, task: Mutex::new(Some(task)) })
    }

    pub(super) fn push(&self, span: Span) {
        self.counts.offered.add(1);
        // Whoever brings it is on the path of a delivery: what finds no room is dropped.
        if self.spans.try_send(span).is_err() {
            self.counts.dropped.add(1);
        }
    }

    pub(super) fn sent(&self) -> u64 {
        self.counts.sent.get()
    }

    pub(super) fn dropped(&self) -> u64 {
        self.counts.dropped.get()
    }

    /// Sends what waits; whether that was done within the time limit.
    pub(super) async fn shutdown(&self, limit: Duration) -> bool {
        self.stop.send_replace(true);
        let Some(mut task) = lock(&self.task).take() else { return true };
        if timeout(limit, &mut task).await.is_ok() {
            return true;
        }
        task.abort();
        // An error is that it was aborted.
        let _ = task.await;
        let ended = self.counts.sent.get() + self.counts.dropped.get();
        let left = self.counts.offered.get().saturating_sub(ended);
        self.counts.dropped.add(left);
        tracing::warn!(?limit, left, "traces were not sent to the end");
        false
    }
}

impl Sender {
    async fn run(mut self, mut waiting: mpsc::Receiver<Span>, mut stopped: watch::Receiver<bool>) {
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            tokio::select! {
                biased;
                // An error means that the queue is gone, which ends what waits too.
                _ = stopped.wait_for(|stopped| *stopped) => waiting.close(),
                () = gather(&mut waiting, &mut batch) => {}
            }
            while batch.len() < BATCH
                && let Ok(span) = waiting.try_recv()
            {
                batch.push(span);
            }
            if batch.is_empty() {
                self.silent_until = None;
                return self.tell("nobody takes them any more");
            }
            self.send(std::mem::take(&mut batch)).await;
        }
    }

    async fn send(&mut self, spans: Vec<Span>) {
        let count = spans.len() as u64;
        let mut frame = self.frame.clone();
        if let Some(scope) = frame.scope_spans.first_mut() {
            scope.spans = spans;
        }
        let request = ExportRequest { resource_spans: vec![frame] };
        let posted = match timeout(TIME_LIMIT, self.client.post(&request)).await {
            Ok(posted) => posted,
            Err(_) => Err(PostError::Connection(format!("no answer in {TIME_LIMIT:?}"))),
        };
        match posted {
            Ok(rejected) => {
                self.counts.sent.add(count.saturating_sub(rejected));
                self.counts.dropped.add(rejected.min(count));
                self.tell("too many, or the collector did not take them");
            }
            Err(error) => {
                self.counts.dropped.add(count);
                self.tell(&error.to_string());
            }
        }
    }

    /// Logs what was dropped since it was last logged, at a limited rate.
    fn tell(&mut self, reason: &str) {
        let (dropped, now) = (self.counts.dropped.get(), Instant::now());
        if dropped == self.told || self.silent_until.is_some_and(|until| now < until) {
            return;
        }
        let more = dropped - std::mem::replace(&mut self.told, dropped);
        self.silent_until = Some(now + WINDOW);
        tracing::warn!(more, dropped, reason, "spans of traces were dropped");
    }
}

/// Completes when a batch is full, or its first span has waited, or nobody is left to bring one.
async fn gather(waiting: &mut mpsc::Receiver<Span>, batch: &mut Vec<Span>) {
    if waiting.recv_many(batch, BATCH).await == 0 {
        return;
    }
    let fill = async {
        while batch.len() < BATCH {
            if waiting.recv_many(batch, BATCH - batch.len()).await == 0 {
                return;
            }
        }
    };
    tokio::select! {
        () = fill => {}
        () = sleep(GATHERING) => {}
    }
}

fn frame(options: &TraceOptions) -> ResourceSpans {
    let mut attributes = vec![KeyValue::text("service.name", &options.service_name)];
    if let Some(id) = &options.service_instance {
        attributes.push(KeyValue::text("service.instance.id", id));
    }
    let scope = InstrumentationScope {
        name: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let scope_spans = vec![ScopeSpans { scope: Some(scope), spans: Vec::new() }];
    ResourceSpans { resource: Some(Resource { attributes }), scope_spans }
}
