//! `capture`: write down what comes, verified or not, for `verify` and `replay`.

mod file;

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use recallai_webhook_dispatch::Reply;
use serde_json::{Value, json};

use crate::arguments::Format;
use crate::exit::Failure;
use crate::intake::{self, Answer, Intake, Received};
use crate::printer::Printer;
use crate::signals;
use crate::terminal::{self, BAD, GOOD, WARNING, printable};
use file::CaptureFile;

const NOTES: &str = "\
Each delivery is a line of JSON with all its headers and the body, byte for byte. It is on the disk before \
it is answered: with 204 if it verifies, else with 401, and with 503 if it cannot be written. What does \
not verify is written as well, with the reason. Names of headers are in lower case, which means the same. \
`verify` reads such a line, `replay` the whole file.";

#[derive(Debug, Args)]
#[command(after_help = NOTES)]
pub(crate) struct Capture {
    /// The file to add to; made if there is none, for this user alone
    #[arg(value_name = "FILE")]
    file: PathBuf,

    #[command(flatten)]
    intake: Intake,
}

pub(crate) fn run(arguments: &Capture, format: Format) -> Result<(), Failure> {
    let secrets = arguments.intake.secrets()?;
    let file = CaptureFile::open(&arguments.file);
    let file = file.map_err(|error| Failure::failed_at(arguments.file.display(), error))?;
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::failed)?;
    runtime.block_on(async {
        let printer = Printer::start();
        let recorder = Arc::new(Recorder { file, format, printer: printer.clone() });
        let answer = move |received| Arc::clone(&recorder).answer(received);
        let served = arguments.intake.serve(&secrets, answer, signals::stop()?).await;
        printer.finish().await;
        served
    })
}

/// Writes deliveries down.
struct Recorder {
    file: CaptureFile,
    format: Format,
    printer: Printer,
}

impl Recorder {
    async fn answer(self: Arc<Self>, received: Received) -> Answer {
        let line = terminal::json_line(&Value::Object(received.to_json()));
        let recorder = Arc::clone(&self);
        let written = tokio::task::spawn_blocking(move || recorder.file.add(&line)).await;
        let written = written.map_err(std::io::Error::other).flatten();
        let reply = match (&written, &received.refusal) {
            (Err(error), _) => {
                tracing::error!(%error, "the delivery was not written; the sender has to try again");
                Reply::Unavailable
            }
            (Ok(()), Some(_)) => Reply::Unauthorized,
            (Ok(()), None) => Reply::Acknowledged,
        };
        let line = match self.format {
            Format::Human => human(&received, reply),
            Format::Json => json(&received, reply),
        };
        // The file is what counts: a slow reader holds up no answer, and one that is gone ends nothing.
        self.printer.show(line);
        intake::reply(reply)
    }
}

/// `recording.done msg_… (1.2 KiB) -> 204`.
fn human(received: &Received, reply: Reply) -> String {
    let (style, why) = match (&received.refusal, reply) {
        (_, Reply::Unavailable) => (BAD, " not written".to_owned()),
        (Some(refusal), _) => (WARNING, format!(" not verified: {}", refusal.words)),
        (None, _) => (GOOD, String::new()),
    };
    let (status, shown, why) = (reply.status(), received.shown(), printable(&why));
    format!("{shown} -> {style}{status}{style:#}{why}\n")
}

/// What is in the file, but for what is long.
fn json(received: &Received, reply: Reply) -> String {
    let mut line = received.to_json();
    for long in ["headers", "body", "body_base64"] {
        line.remove(long);
    }
    line.insert("answered_status".to_owned(), json!(reply.status()));
    terminal::json_line(&Value::Object(line))
}
