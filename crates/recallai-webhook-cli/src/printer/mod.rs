//! Standard output for those who serve: line by line, each whole, however slow its reader is.

mod lines;

use std::io::{self, ErrorKind};
use std::time::Duration;

use recallai_webhook_dispatch::HandlerResult;
use tokio::sync::{mpsc, oneshot, watch};

pub(crate) use lines::Lines;

/// How many lines may wait for a reader that is slow; deliveries beyond them wait in their turn.
const QUEUE: usize = 64;

/// How long the last lines may take.
const FINISH: Duration = Duration::from_secs(1);

/// Standard output, behind a thread of its own: whoever reads our output may be slow, and that is
/// not to hold up the threads that serve, nor the end of the program.
#[derive(Clone)]
pub(crate) struct Printer {
    queue: mpsc::Sender<Line>,
    /// Whether the reader has gone away, from which there is no way back.
    is_unread: watch::Receiver<bool>,
}

/// A line, and where to say how writing it went, if somebody waits for that.
struct Line {
    text: String,
    written: Option<oneshot::Sender<io::Result<()>>>,
}

impl Printer {
    pub(crate) fn start() -> Self {
        let (queue, mut lines) = mpsc::channel::<Line>(QUEUE);
        let (unread, is_unread) = watch::channel(false);
        std::thread::spawn(move || {
            let mut out = Lines::new(lines::standard_output());
            while let Some(Line { text, written }) = lines.blocking_recv() {
                // Nobody waits any more for a delivery that ran out of time: the sender repeats it.
                if !written.as_ref().is_some_and(oneshot::Sender::is_closed) {
                    let result = out.write(&shown(&text));
                    if result.as_ref().is_err_and(|error| error.kind() == ErrorKind::BrokenPipe) {
                        unread.send_replace(true);
                    }
                    if let Some(written) = written {
                        let _ = written.send(result);
                    }
                }
            }
        });
        Self { queue, is_unread }
    }

    /// Completes when a line could not be written because the reader has gone away.
    pub(crate) async fn unread(mut self) {
        if self.is_unread.wait_for(|is_unread| *is_unread).await.is_err() {
            // The thread has ended, and nothing is written any more.
            std::future::pending::<()>().await;
        }
    }

    /// Writes a line and waits until it is written. A reader that is gone is an error, so the
    /// sender keeps the event.
    pub(crate) async fn line(&self, text: String) -> HandlerResult {
        let (written, done) = oneshot::channel();
        self.queue.send(Line { text, written: Some(written) }).await?;
        Ok(done.await??)
    }

    /// Writes a line for somebody who looks, and waits for nothing: where lines come faster than they are read,
    /// it is left out.
    pub(crate) fn show(&self, text: String) {
        let _ = self.queue.try_send(Line { text, written: None });
    }

    /// Waits until what was shown is written, for a moment: a reader that has stopped reading holds up no end.
    pub(crate) async fn finish(&self) {
        let _ = tokio::time::timeout(FINISH, self.line(String::new())).await;
    }
}

/// The text as standard output takes it, with colours or without.
fn shown(text: &str) -> String {
    match anstream::stdout().current_choice() {
        anstream::ColorChoice::Never => anstream::adapter::strip_str(text).to_string(),
        _ => text.to_owned(),
    }
}
