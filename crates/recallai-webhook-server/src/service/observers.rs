//! Who is told of deliveries and jobs: what counts them, and what traces them.

use recallai_webhook_dispatch::trace::Sampler;
use recallai_webhook_dispatch::{JobObserver, JobReport, Observer, Report};
use recallai_webhook_telemetry::Telemetry;

use crate::config::{Loaded, Problem};

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
    pub(super) fn start(&mut self, loaded: &Loaded) -> Result<(), Problem> {
        use recallai_webhook_telemetry::{TraceOptions, Traces};

        let Some(otlp) = &loaded.config.telemetry.otlp else { return Ok(()) };
        let mut options = TraceOptions::new(otlp.endpoint.as_str()).with_ratio(otlp.ratio);
        for (name, place) in &otlp.headers {
            let key = format!("telemetry.otlp.headers.{name}");
            let value = place.read().map_err(|error| loaded.problem(key, error.to_string()))?;
            options = options.with_header(name.as_str(), value);
        }
        let traces = Traces::start(&options);
        let traces = traces.map_err(|error| loaded.problem("telemetry.otlp", error.to_string()))?;
        self.traces = Some(traces);
        Ok(())
    }

    /// Without traces: a configuration that asks for them was refused.
    #[cfg(not(feature = "otlp"))]
    pub(super) fn start(&mut self, _: &Loaded) -> Result<(), Problem> {
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
