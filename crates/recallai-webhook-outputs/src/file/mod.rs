//! A file: appends lines of JSON.

mod appender;
mod aside;
mod ending;
mod line;
mod options;

use std::ffi::OsStr;
use std::future::poll_fn;
use std::io;
use std::path::PathBuf;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::task::Poll;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use tokio::sync::{Mutex, oneshot};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::{Outgoing, Output, OutputError};

use appender::Appender;
use line::line;
pub use options::FileOptions;

/// Appends a line of JSON for each message or turn, and waits until it is on the disk (`fdatasync`). What is
/// sent while the disk is busy is written together.
///
/// A line has the members `idempotency_key`, one for each other attribute under its name with `_` for `-`,
/// and last `body`: the body as it was received, without the white space between its tokens. A body that is
/// no JSON is in `body_base64` instead. With the envelope of CloudEvents, the document is the line.
///
/// A file that is full is put aside under its name with the time and a number behind it, as
/// `events.ndjson.20241204T232556Z-1`, and a new one is begun, which has the permissions of the old one. New
/// files can be read by their owner only. A file that is renamed, removed or cut by others is opened
/// anew. Nobody else may append to it: a lock, held from the first send until [`close`](Output::close),
/// keeps other outputs away.
///
/// A line that a crash has torn was not confirmed; it is cut off when the file is opened. What was written and
/// not confirmed, after an error or a crash, is sent again and can stand there twice with the same key.
#[derive(Debug)]
pub struct File {
    path: PathBuf,
    timeout: Duration,
    waiting: Arc<StdMutex<Vec<Waiting>>>,
    appender: Arc<Mutex<Appender>>,
}

/// A line that is to be appended, and who wants to know.
#[derive(Debug)]
struct Waiting {
    line: Vec<u8>,
    done: oneshot::Sender<Result<(), Arc<io::Error>>>,
}

impl File {
    /// Makes the output. Opens the file when it is first used.
    ///
    /// # Errors
    ///
    /// An option makes no sense.
    pub fn new(options: FileOptions) -> Result<Self, OutputError> {
        if options.path.file_name().and_then(OsStr::to_str).is_none() {
            return Err(OutputError::option("path", "does not end with the name of a file"));
        }
        if options.max_size.bytes() == 0 {
            return Err(OutputError::option("max_size", "is zero"));
        }
        if options.max_age.is_some_and(crate::Period::is_zero) {
            return Err(OutputError::option("max_age", "is zero"));
        }
        Ok(Self {
            appender: Arc::new(Mutex::new(Appender::new(&options))),
            path: options.path,
            timeout: options.timeout.duration(),
            waiting: Arc::default(),
        })
    }

    /// Appends a line. Whoever comes to the file first appends what all others wait with.
    async fn append(&self, line: Vec<u8>) -> Result<(), Arc<io::Error>> {
        let (done, mut is_done) = oneshot::channel();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(Waiting { line, done });
        let mut lock = pin!(Arc::clone(&self.appender).lock_owned());
        let turn = poll_fn(|context| match Pin::new(&mut is_done).poll(context) {
            Poll::Ready(done) => Poll::Ready(Err(done)),
            Poll::Pending => lock.as_mut().poll(context).map(Ok),
        });
        let mut appender = match turn.await {
            Ok(appender) => appender,
            Err(done) => return done.map_err(io::Error::other)?,
        };
        let waiting = Arc::clone(&self.waiting);
        let append = move || append_all(&mut appender, &waiting);
        // If it panicked or did not run, nobody was told that it is done.
        spawn_blocking(append).await.map_err(io::Error::other)?;
        is_done.await.map_err(io::Error::other)?
    }

    /// Does something with the appender.
    async fn with_appender(
        &self,
        work: impl FnOnce(&mut Appender) -> io::Result<()> + Send + 'static,
    ) -> io::Result<()> {
        let mut appender = Arc::clone(&self.appender).lock_owned().await;
        spawn_blocking(move || work(&mut appender)).await.map_err(io::Error::other)?
    }
}

/// Appends the lines that wait, but not those that were given up.
fn append_all(appender: &mut Appender, waiting: &StdMutex<Vec<Waiting>>) {
    let mut waiting = std::mem::take(&mut *waiting.lock().unwrap_or_else(PoisonError::into_inner));
    waiting.retain(|waiting| !waiting.done.is_closed());
    let (lines, done): (Vec<_>, Vec<_>) =
        waiting.into_iter().map(|waiting| (waiting.line, waiting.done)).unzip();
    let mut done = done.into_iter();
    let mut rest = &lines[..];
    while !rest.is_empty() {
        let (count, result) = match appender.append(rest, SystemTime::now()) {
            Ok(count) => (count, Ok(())),
            Err(error) => (rest.len(), Err(Arc::new(error))),
        };
        // Who has given up in the meantime does not want to know.
        done.by_ref().take(count).for_each(|done| drop(done.send(result.clone())));
        rest = rest.get(count..).unwrap_or_default();
    }
}

#[async_trait]
impl Output for File {
    async fn send(&self, outgoing: &Outgoing) -> Result<(), OutputError> {
        let what = || format!("appending to {}", self.path.display());
        match timeout(self.timeout, self.append(line(outgoing))).await {
            Ok(appended) => appended.map_err(|error| OutputError::unreachable(what(), error)),
            Err(_) => Err(OutputError::timed_out(what())),
        }
    }

    /// Looks at the file, or at its folder if it is not there. Nothing is made, mended or locked, so that another
    /// output that appends to the file is not disturbed, and is no error.
    async fn probe(&self) -> Result<(), OutputError> {
        let what = || format!("opening {}", self.path.display());
        let open = self.with_appender(|appender| appender.look());
        match timeout(self.timeout, open).await {
            Ok(opened) => opened.map_err(|error| OutputError::unreachable(what(), error)),
            Err(_) => Err(OutputError::timed_out(what())),
        }
    }

    async fn release(&self) {
        self.close().await;
    }

    async fn close(&self) {
        let waiting = Arc::clone(&self.waiting);
        let close = move |appender: &mut Appender| {
            append_all(appender, &waiting);
            appender.close();
            Ok(())
        };
        if let Err(error) = self.with_appender(close).await {
            tracing::warn!(path = %self.path.display(), "file not closed: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &std::path::Path) -> usize {
        std::fs::read_to_string(path).map_or(0, |text| text.lines().count())
    }

    #[tokio::test]
    async fn what_waits_is_written_together_but_not_what_was_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.ndjson");
        let file = File::new(FileOptions::new(&path)).unwrap();
        let outgoing = Outgoing::json("k", "{}");
        let busy = file.appender.lock().await;
        let mut sends: Vec<_> = (0..10).map(|_| file.send(&outgoing)).collect();
        for send in &mut sends {
            assert!(timeout(Duration::ZERO, send).await.is_err());
        }
        assert!(timeout(Duration::ZERO, file.send(&outgoing)).await.is_err());
        drop(busy);
        sends.swap_remove(0).await.unwrap();
        assert_eq!(lines(&path), 10);
        for send in sends {
            send.await.unwrap();
        }
        assert_eq!(lines(&path), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn a_send_that_takes_too_long_is_an_error_and_appends_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.ndjson");
        let file = File::new(FileOptions::new(&path)).unwrap();
        let busy = file.appender.lock().await;
        let error = file.send(&Outgoing::json("k", "{}")).await.unwrap_err();
        assert!(matches!(error, OutputError::TimedOut { .. }), "{error}");
        drop(busy);
        file.close().await;
        assert_eq!(lines(&path), 0);
    }
}
