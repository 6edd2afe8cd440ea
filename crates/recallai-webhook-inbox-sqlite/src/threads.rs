//! The threads of an inbox: one that writes, a few that read, and beside another owner one that looks
//! for what that writes.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::Connection;

use crate::queue::Taken;
use crate::shared::Shared;
use crate::writer::{Writer, data_version};

/// How often one who is attached looks for changes while somebody watches.
const POLL: Duration = Duration::from_millis(10);

/// A reader has nothing to do when it is idle; it only must not sleep for ever.
const IDLE: Duration = Duration::from_secs(60);

/// What the threads are started with.
pub(crate) struct Threads {
    pub(crate) writer: Writer,
    pub(crate) readers: Vec<Connection>,
    pub(crate) poller: Option<Connection>,
    /// Held until all threads are done.
    pub(crate) lock: Option<File>,
}

/// Starts them. The thread that is returned ends last.
pub(crate) fn start(shared: &Arc<Shared>, threads: Threads) -> io::Result<JoinHandle<()>> {
    let Threads { writer, readers, poller, lock } = threads;
    // Whatever happens from here on, nobody is left waiting.
    let end = End { shared: Arc::clone(shared), lock };
    let mut others = Vec::new();
    for reader in readers {
        let shared = Arc::clone(shared);
        others.push(spawn("inbox-read", move || read(&shared, &reader))?);
    }
    if let Some(connection) = poller {
        let shared = Arc::clone(shared);
        others.push(spawn("inbox-poll", move || poll(&shared, &connection))?);
    }
    spawn("inbox-write", move || {
        writer.run(|| {
            end.shared.close();
            for other in others {
                if other.join().is_err() {
                    tracing::error!("a reading thread panicked");
                }
            }
        });
        drop(end);
    })
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name(name.into()).spawn(run)
}

/// The end of the writer, even if it panics: who waits for an answer is told that there is none.
struct End {
    shared: Arc<Shared>,
    lock: Option<File>,
}

impl Drop for End {
    fn drop(&mut self) {
        self.shared.operations.abandon();
        self.shared.completions.end();
        // Who watches asks, and is told that it is closed.
        self.shared.watchers.wake_all();
        self.shared.questions.close();
        self.lock = None;
        self.shared.ended.send_replace(true);
    }
}

fn read(shared: &Shared, connection: &Connection) {
    loop {
        match shared.questions.take(1, IDLE) {
            Taken::Items(questions) => questions.into_iter().for_each(|ask| ask(connection)),
            Taken::Idle => {}
            Taken::Closed => break,
        }
    }
}

fn poll(shared: &Shared, connection: &Connection) {
    let (mut known, mut is_unreadable) = (None, false);
    while !shared.questions.is_closed() {
        if !shared.watchers.is_empty() {
            if shared.require_files().is_err() {
                // Who watches asks, and is told.
                shared.watchers.wake_all();
            }
            match data_version(connection) {
                Ok(version) => {
                    is_unreadable = false;
                    if known.replace(version) != Some(version) {
                        shared.watchers.wake_all();
                    }
                }
                Err(error) => {
                    if !std::mem::replace(&mut is_unreadable, true) {
                        tracing::warn!(%error, "the file could not be read");
                    }
                }
            }
        }
        thread::sleep(POLL);
    }
}
