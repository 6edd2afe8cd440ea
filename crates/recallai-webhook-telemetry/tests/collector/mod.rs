//! A collector on the loopback interface: takes spans as OpenTelemetry's own types, and keeps them.

use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

pub(crate) struct Collector {
    pub(crate) endpoint: String,
    inner: Arc<Inner>,
}

struct Inner {
    requests: Mutex<Vec<Request>>,
    /// How many requests came.
    came: watch::Sender<usize>,
    /// Whether requests are answered.
    answers: watch::Sender<bool>,
    status: u16,
    rejected: i64,
}

/// What was posted.
#[derive(Clone)]
pub(crate) struct Request {
    /// The request line and the headers, in lower case.
    pub(crate) head: String,
    pub(crate) export: ExportTraceServiceRequest,
}

impl Collector {
    pub(crate) async fn start() -> Self {
        Self::answering(200, 0).await
    }

    /// One that answers with this status, and that it did not take so many spans.
    pub(crate) async fn answering(status: u16, rejected: i64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let (came, answers) = (watch::Sender::new(0), watch::Sender::new(true));
        let inner = Inner { requests: Mutex::default(), came, answers, status, rejected };
        let inner = Arc::new(inner);
        let serving = Arc::clone(&inner);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(Arc::clone(&serving).serve(stream));
            }
        });
        Self { endpoint, inner }
    }

    /// Whether it answers, from now on.
    pub(crate) fn answer(&self, answers: bool) {
        self.inner.answers.send_replace(answers);
    }

    /// Completes when so many requests have come.
    pub(crate) async fn came(&self, requests: usize) {
        self.inner.came.subscribe().wait_for(|came| *came >= requests).await.unwrap();
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.inner.requests.lock().unwrap().clone()
    }

    /// All spans, in the order in which they came.
    pub(crate) fn spans(&self) -> Vec<Span> {
        let resources =
            self.requests().into_iter().flat_map(|request| request.export.resource_spans);
        let scopes = resources.flat_map(|resource| resource.scope_spans);
        scopes.flat_map(|scope| scope.spans).collect()
    }
}

impl Inner {
    async fn serve(self: Arc<Self>, mut stream: TcpStream) {
        while let Some(request) = read(&mut stream).await {
            self.requests.lock().unwrap().push(request);
            self.came.send_modify(|came| *came += 1);
            self.answers.subscribe().wait_for(|answers| *answers).await.unwrap();
            let partial = ExportTracePartialSuccess {
                rejected_spans: self.rejected,
                error_message: String::new(),
            };
            let partial_success = (self.rejected > 0).then_some(partial);
            let body = ExportTraceServiceResponse { partial_success }.encode_to_vec();
            let head = format!(
                "HTTP/1.1 {} x\r\ncontent-type: application/x-protobuf\r\ncontent-length: {}\r\n\r\n",
                self.status,
                body.len(),
            );
            stream.write_all(&[head.as_bytes(), &body].concat()).await.unwrap();
        }
    }
}

/// The next request of a connection; `None` at its end.
async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut read = Vec::new();
    let end = loop {
        if let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
    };
    let mut body = read.split_off(end + 4);
    let head = String::from_utf8(read).unwrap().to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let length: usize = length.parse().unwrap();
    while body.len() < length {
        assert!(stream.read_buf(&mut body).await.unwrap() > 0, "the body is cut off");
    }
    Some(Request { head, export: ExportTraceServiceRequest::decode(&*body).unwrap() })
}

/// An attribute, as text.
pub(crate) fn attribute(attributes: &[KeyValue], key: &str) -> Option<String> {
    let found = attributes.iter().find(|attribute| attribute.key == key)?;
    match found.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text.clone()),
        Value::IntValue(number) => Some(number.to_string()),
        other => Some(format!("{other:?}")),
    }
}
