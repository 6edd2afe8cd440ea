//! `listen`: pass what is verified on to a receiver, as it came, and the answer back.

use std::io::{self, IsTerminal as _};
use std::sync::Arc;

use clap::Args;
use http::StatusCode;
use http::header::{HeaderValue, RETRY_AFTER};
use recallai_webhook_dispatch::Reply;
use serde_json::{Value, json};

use crate::arguments::{self, Format};
use crate::exit::Failure;
use crate::intake::{self, Answer, Intake, Received};
use crate::printer::Printer;
use crate::signals;
use crate::terminal::{self, BAD, GOOD, WARNING, printable};
use crate::wire::{Client, PATIENCE, Target, WireError, WireReply, WireRequest, end_to_end};

const NOTES: &str = "\
The body is passed on byte for byte, with all headers but those of the connection, so that the signature \
still verifies. The sender gets the status that the receiver answers, and its retry-after; where there is \
no answer, 502 or 504, after which it tries again. What does not verify is answered 401 and not passed on.

Without --format, lines are for people on a terminal, and NDJSON where standard output is none, such as a \
file or a pipe: each delivery is an object on a line of its own, as with --format json. `verify` and \
`replay` read them. A program that does not read holds up the answers; a terminal does not.";

#[derive(Debug, Args)]
#[command(after_help = NOTES)]
pub(crate) struct Listen {
    /// The receiver to pass deliveries on to
    #[arg(long, value_name = "URL")]
    forward_to: String,

    /// Pass deliveries on to an address that is not of this machine
    #[arg(long)]
    allow_remote: bool,

    #[command(flatten)]
    intake: Intake,
}

pub(crate) fn run(arguments: &Listen, format: Format) -> Result<(), Failure> {
    let is_left_open = arguments::given::<Format>("--format").is_none();
    let is_for_a_program = is_left_open && !io::stdout().is_terminal();
    let format = if is_for_a_program { Format::Json } else { format };
    let target = Target::parse(&arguments.forward_to, arguments.allow_remote)?;
    if target.leads_to(arguments.intake.address()) {
        return Err(Failure::not_tried(
            "this is where it listens itself; pass on to another address",
        ));
    }
    let secrets = arguments.intake.secrets()?;
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::failed)?;
    runtime.block_on(async {
        let printer = Printer::start();
        let unread = printer.clone().unread();
        let signal = signals::stop()?;
        let stop = async {
            tokio::select! {
                () = signal => {}
                // Who reads no further has seen enough.
                () = unread => {}
            }
        };
        let shown = printer.clone();
        let forwarder = Arc::new(Forwarder { target, client: Client::new(), format, printer });
        let answer = move |received| Arc::clone(&forwarder).answer(received);
        let served = arguments.intake.serve(&secrets, answer, stop).await;
        shown.finish().await;
        served
    })
}

/// Passes deliveries on.
struct Forwarder {
    target: Target,
    client: Client,
    format: Format,
    printer: Printer,
}

/// What came of a delivery.
enum Outcome {
    NotVerified,
    Answered(WireReply),
    NotAnswered(WireError),
}

impl Forwarder {
    async fn answer(self: Arc<Self>, received: Received) -> Answer {
        if self.format == Format::Human {
            self.printer.show(format!("--> {}\n", received.shown()));
        }
        let outcome = match received.refusal {
            Some(_) => Outcome::NotVerified,
            None => match self.forward(&received).await {
                Ok(reply) => Outcome::Answered(reply),
                Err(error) => Outcome::NotAnswered(error),
            },
        };
        let answer = outcome.answer();
        match self.format {
            Format::Human => self.printer.show(outcome.human(&received, answer.status())),
            // A program misses no line. A reader that is gone ends the command; the delivery is answered all
            // the same.
            Format::Json => {
                let _ = self.printer.line(outcome.json(&received, answer.status())).await;
            }
        }
        answer
    }

    async fn forward(&self, received: &Received) -> Result<WireReply, WireError> {
        let request = WireRequest::post(end_to_end(received.headers.lines()), &*received.body);
        self.client.send(&self.target, &request, PATIENCE).await
    }
}

impl Outcome {
    /// The status that the receiver has answered, and when to come again. Not its other headers: a value of
    /// `webhook-delivery` would switch the endpoint off. Nor its body, which is for the developer.
    fn answer(&self) -> Answer {
        let reply = match self {
            Self::NotVerified => return intake::reply(Reply::Unauthorized),
            Self::NotAnswered(WireError::TimedOut) => {
                return intake::status(StatusCode::GATEWAY_TIMEOUT);
            }
            Self::NotAnswered(_) => return intake::status(StatusCode::BAD_GATEWAY),
            Self::Answered(reply) => reply,
        };
        // Others than these are no answers to a request.
        let status = Some(reply.status).filter(|status| (200..600).contains(status));
        let status = status.and_then(|status| StatusCode::from_u16(status).ok());
        let mut answer = intake::status(status.unwrap_or(StatusCode::BAD_GATEWAY));
        let mut lines = reply.headers.iter();
        let retry = lines.find(|(name, _)| name.eq_ignore_ascii_case(RETRY_AFTER.as_str()));
        let retry = retry.and_then(|(_, value)| HeaderValue::from_bytes(value).ok());
        if let Some(value) = retry {
            answer.headers_mut().insert(RETRY_AFTER, value);
        }
        answer
    }

    /// `<-- 204 msg_… in 12 ms`.
    fn human(&self, received: &Received, status: StatusCode) -> String {
        let (style, rest) = match self {
            Self::NotVerified => {
                let refusal = received.refusal.as_ref();
                let why = refusal.map_or("", |refusal| refusal.words.as_str());
                (WARNING, format!("not verified: {why}"))
            }
            Self::Answered(reply) => {
                let style = if status.is_success() { GOOD } else { BAD };
                (style, format!("in {} ms", reply.took.as_millis()))
            }
            Self::NotAnswered(error) => (BAD, error.to_string()),
        };
        let (code, id, rest) = (status.as_u16(), received.shown_id(), printable(&rest));
        format!("<-- {style}{code}{style:#} {id} {rest}\n")
    }

    fn json(&self, received: &Received, status: StatusCode) -> String {
        let mut line = received.to_json();
        let (forwarded, took, error) = match self {
            Self::NotVerified => (None, None, None),
            Self::Answered(reply) => (Some(reply.status), Some(reply.took_ms()), None),
            Self::NotAnswered(error) => (None, None, Some(error.to_string())),
        };
        line.insert("forwarded_status".to_owned(), json!(forwarded));
        line.insert("took_ms".to_owned(), json!(took));
        line.insert("error".to_owned(), json!(error));
        line.insert("answered_status".to_owned(), json!(status.as_u16()));
        terminal::json_line(&Value::Object(line))
    }
}
