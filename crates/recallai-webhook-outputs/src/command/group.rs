//! A program with all that it starts.

use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

/// A program that runs, in a group of its own. Dropped before it has ended, it is killed with all that it has
/// started.
#[derive(Debug)]
pub(super) struct Group {
    child: Child,
    #[cfg(unix)]
    group: Option<rustix::process::Pid>,
}

impl Group {
    pub(super) fn spawn(mut command: Command) -> io::Result<Self> {
        command.kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        let child = command.spawn()?;
        #[cfg(unix)]
        let group = child.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed()));
        Ok(Self {
            child,
            #[cfg(unix)]
            group,
        })
    }

    pub(super) fn stdin(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    pub(super) fn stdout(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    pub(super) fn stderr(&mut self) -> Option<ChildStderr> {
        self.child.stderr.take()
    }

    /// Waits until the program ends. What it has started may go on.
    pub(super) async fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await;
        #[cfg(unix)]
        {
            // From here on the number may be another one's.
            self.group = None;
        }
        status
    }

    /// Tells all of them to end, and kills what is left after a while.
    pub(super) async fn end(mut self, grace: Duration) {
        #[cfg(unix)]
        if let Some(group) = self.group {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::TERM);
            // What is left of the group then is killed when this is dropped.
            let _ = timeout(grace, self.child.wait()).await;
            return;
        }
        let _ = self.child.start_kill();
        let _ = timeout(grace, self.child.wait()).await;
    }
}

#[cfg(unix)]
impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.group {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}
