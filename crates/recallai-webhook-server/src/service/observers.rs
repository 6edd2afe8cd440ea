//! Who is told of deliveries and jobs: what counts them, and what traces them.

use recallai_webhook_dispatch::trace::Sampler;
use recallai_webhook_dispatch::{JobObserver, JobReport, Observer, Report};
use recallai_webhook_telemetry::Telemetry;

#[cfg(feature = "otlp")]
use super::endpoints::read_credential;
use super::plan::Plan;
use crate::config::{Loaded, Problem};

/// How traces are sent, with what their headers hold. A build without them has none.
#[cfg(feature = "otlp")]
pub(super) type TraceOptions = recallai_webhook_telemetry::TraceOptions;
#[cfg(not(feature = "otlp"))]
pub(super) type TraceOptions = std::convert::Infallible;

/// How traces are sent, if they are; or what is wrong with their headers.
#[cfg(feature = "otlp")]
pub(super) fn trace_options(loaded: &Loaded) -> Result<Option<TraceOptions>, Vec<Problem>> {
    let Some(otlp) = &loaded.config.telemetry.otlp else { return Ok(None) };
    let mut options = TraceOptions::new(otlp.endpoint.as_str()).with_ratio(otlp.ratio);
    let mut problems = Vec::new();
    for (name, place) in &otlp.headers {
        match read_credential(loaded, &format!("telemetry.otlp.headers.{name}"), place) {
            Ok(value) => options = options.with_header(name.as_str(), value),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(Some(options)) } else { Err(problems) }
}

/// None: a configuration that asks for them was refused.
#[cfg(not(feature = "otlp"))]
pub(super) fn trace_options(_: &Loaded) -> Result<Option<TraceOptions>, Vec<Problem>> {
    Ok(None)
}

/// Counts always, and traces where that is configured and built.
#[derive(Debug, Clone)]
pub(super) struct Observers {
    pub(super) telemetry: Telemetry,
    #[cfg(feature = "otlp")]
    traces: Option<recallai_webhook_telemetry::Traces>,
}

impl Observers {
    pub(super) fn new(telemetry: Telemetry) -> Self {
        Self {
            telemetry,
            #[cfg(feature = "otlp")]
            traces: None,
        }
    }

    /// Begins to send traces, if there is somebody to send them to.
    #[cfg(feature = "otlp")]
    pub(super) fn start(&mut self, plan: &Plan) -> Result<(), Problem> {
        let Some(options) = &plan.traces else { return Ok(()) };
        let problem = |error: recallai_webhook_telemetry::TraceError| {
            plan.loaded.problem("telemetry.otlp", error.to_string())
        };
        let traces = recallai_webhook_telemetry::Traces::start(options).map_err(problem)?;
        let counted = traces.clone();
        self.telemetry.watch_dropped_spans(move || counted.dropped());
        self.traces = Some(traces);
        Ok(())
    }

    /// Without traces: a configuration that asks for them was refused.
    #[cfg(not(feature = "otlp"))]
    pub(super) fn start(&mut self, _: &Plan) -> Result<(), Problem> {
        Ok(())
    }

    /// Which traces are kept.
    pub(super) fn sampler(&self) -> Sampler {
        #[cfg(feature = "otlp")]
        if let Some(traces) = &self.traces {
            return traces.sampler();
        }
        Sampler::ALL
    }

    /// Sends what waits.
    pub(super) async fn end(&self) {
        #[cfg(feature = "otlp")]
        if let Some(traces) = &self.traces {
            traces.shutdown(std::time::Duration::from_secs(5)).await;
        }
    }
}

impl Observer for Observers {
    fn observe(&self, report: &Report<'_>) {
        Observer::observe(&self.telemetry, report);
        #[cfg(feature = "otlp")]
        if let Some(traces) = &self.traces {
            Observer::observe(traces, report);
        }
    }
}

impl JobObserver for Observers {
    fn observe(&self, report: &JobReport<'_>) {
        JobObserver::observe(&self.telemetry, report);
        #[cfg(feature = "otlp")]
        if let Some(traces) = &self.traces {
            JobObserver::observe(traces, report);
        }
    }
}
