//! Options of traces: where they go, how many, and from whom.

use std::fmt;

use zeroize::Zeroizing;

/// Where traces go, how many of them, and what the sender of them is called.
#[derive(Clone)]
#[non_exhaustive]
pub struct TraceOptions {
    /// The base URL of the collector, such as `http://localhost:4318`: with `/v1/traces` added, if it does
    /// not end so, it is where spans are posted.
    pub endpoint: String,
    /// The share of traces that are kept, from 0 to 1. All spans of a trace are kept, or none, in any
    /// process with the same ratio. The default is 1.
    pub ratio: f64,
    /// Headers of each request, such as one with the key that the collector asks for.
    pub headers: Vec<(String, Zeroizing<String>)>,
    /// The attribute `service.name`. The default is `recallai-webhook`.
    pub service_name: String,
    /// The attribute `service.instance.id`: what tells processes of one service apart. There is none by
    /// default.
    pub service_instance: Option<String>,
    /// How many spans wait to be sent at most; what comes while so many wait is dropped. The default is
    /// 4,096, a few MiB.
    pub queue: usize,
}

/// Why traces cannot be sent at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TraceError {
    /// The endpoint is not a URL that can be posted to. It is not repeated, since it may hold a password.
    #[error("the endpoint of traces {reason}")]
    Endpoint {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The ratio is not a share.
    #[error("the ratio of traces is {ratio}, which is not from 0 to 1")]
    Ratio {
        /// The ratio.
        ratio: f64,
    },
    /// A header cannot be sent.
    #[error("the header `{name}` of traces {reason}")]
    Header {
        /// Its name.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Nothing may wait, so nothing would be sent.
    #[error("the queue of traces has no room")]
    Queue,
    /// Spans are sent by a task of tokio, and none of its runtimes runs here.
    #[error("traces are sent by a task of tokio, and there is no runtime here")]
    NoRuntime,
}

impl TraceOptions {
    /// All traces, to a collector at this base URL.
    pub fn new(endpoint: impl Into<String>) -> Self {
        Self {
            endpoint: endpoint.into(),
            ratio: 1.0,
            headers: Vec::new(),
            service_name: "recallai-webhook".to_owned(),
            service_instance: None,
            queue: 4096,
        }
    }

    /// The same with another share of traces that are kept, from 0 to 1.
    #[must_use]
    pub fn with_ratio(mut self, ratio: f64) -> Self {
        self.ratio = ratio;
        self
    }

    /// The same with a further header.
    #[must_use]
    pub fn with_header(
        mut self,
        name: impl Into<String>,
        value: impl Into<Zeroizing<String>>,
    ) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The same with another name of the service.
    #[must_use]
    pub fn with_service_name(mut self, name: impl Into<String>) -> Self {
        self.service_name = name.into();
        self
    }

    /// The same with the id of this process among those of the service.
    #[must_use]
    pub fn with_service_instance(mut self, id: impl Into<String>) -> Self {
        self.service_instance = Some(id.into());
        self
    }

    /// The same with another number of spans that wait at most.
    #[must_use]
    pub fn with_queue(mut self, spans: usize) -> Self {
        self.queue = spans;
        self
    }
}

/// Of headers only the names, of the endpoint nothing: it may hold a password.
impl fmt::Debug for TraceOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("TraceOptions")
            .field("ratio", &self.ratio)
            .field("headers", &headers)
            .field("service_name", &self.service_name)
            .field("service_instance", &self.service_instance)
            .field("queue", &self.queue)
            .finish_non_exhaustive()
    }
}
