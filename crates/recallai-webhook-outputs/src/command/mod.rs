//! Commands: runs a program for each event.

mod group;
mod options;
mod tail;

use std::ffi::OsString;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use async_trait::async_trait;
use tokio::io::AsyncWriteExt;
use tokio::process::ChildStdin;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::escape::percent;
use crate::{Outgoing, Output, OutputError};

use group::Group;
pub use options::CommandOptions;
use tail::Tail;

/// What a program gets of our own environment.
const INHERITED: [&str; 6] = ["PATH", "HOME", "USER", "LANG", "TZ", "TMPDIR"];

/// What the variables begin with that tell of the event.
const PREFIX: &str = "RECALLAI_WEBHOOK_";

/// How long those have to end that were told to.
const GRACE: Duration = Duration::from_secs(5);

/// How long is waited for the rest of what was written by a program that has ended: what it has started may
/// hold its output open for ever.
const REST: Duration = Duration::from_millis(250);

/// Runs a program for each event, and waits until it ends with code 0.
///
/// The body is on its standard input. What there is to say about it is in variables: `RECALLAI_WEBHOOK_EVENT`,
/// `RECALLAI_WEBHOOK_IDEMPOTENCY_KEY` and so on for each [`Attribute`](crate::Attribute), and
/// `RECALLAI_WEBHOOK_CONTENT_TYPE`; control characters and `%` in them are percent-encoded. What it writes is captured: the
/// last kilobyte of its standard error, or of its output if that is empty, is in the error of an attempt that failed. Of
/// one that succeeded, the last kilobyte of both is logged at the level *debug*, on one line, with `·` for what cannot be
/// printed.
///
/// Whoever gives up a send kills the program, and what it has started.
#[derive(Debug)]
pub struct Command {
    options: CommandOptions,
    inherited: Vec<(String, OsString)>,
}

impl Command {
    /// Makes the output. The program is looked for when it is first run.
    ///
    /// # Errors
    ///
    /// An option makes no sense.
    pub fn new(options: CommandOptions) -> Result<Self, OutputError> {
        if options.program.as_os_str().is_empty() {
            return Err(OutputError::option("program", "is empty"));
        }
        if options.timeout.is_zero() {
            return Err(OutputError::option("timeout", "is no time at all"));
        }
        check_names("environment", options.environment.keys())?;
        check_names("inherit", options.inherit.iter())?;
        check_texts("environment", options.environment.values())?;
        check_texts("arguments", options.arguments.iter())?;
        let names = INHERITED.into_iter().chain(options.inherit.iter().map(String::as_str));
        let inherited = names.filter_map(|name| Some((name.to_owned(), std::env::var_os(name)?)));
        Ok(Self { inherited: inherited.collect(), options })
    }

    fn start(&self, outgoing: &Outgoing) -> Result<Group, OutputError> {
        let Self { options, inherited } = self;
        let mut command = tokio::process::Command::new(&options.program);
        command.args(&options.arguments).env_clear();
        command.envs(inherited.iter().map(|(name, value)| (name, value)));
        command.envs(&options.environment);
        for (attribute, value) in &outgoing.attributes {
            let name = attribute.name().to_ascii_uppercase().replace('-', "_");
            command.env(format!("{PREFIX}{name}"), &*percent(value, |c| !c.is_control()));
        }
        let key = percent(&outgoing.idempotency_key, |c| !c.is_control());
        command.env(format!("{PREFIX}IDEMPOTENCY_KEY"), &*key);
        command.env(format!("{PREFIX}CONTENT_TYPE"), outgoing.content_type);
        if let Some(directory) = &options.directory {
            command.current_dir(directory);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Group::spawn(command).map_err(|error| OutputError::unreachable(self.name(), error))
    }

    fn name(&self) -> String {
        let program = self.options.program.file_name().unwrap_or(self.options.program.as_os_str());
        program.to_string_lossy().into_owned()
    }

    /// What another end than success means.
    fn ended(&self, status: ExitStatus, said: &str) -> Result<(), OutputError> {
        match status.code() {
            Some(code) if self.options.permanent.contains(&code) => {
                Err(OutputError::permanent(self.told(&format!("ended with code {code}"), said)))
            }
            Some(code) => self.failed(&format!("ended with code {code}"), said),
            // A signal, which the status names.
            None => self.failed(&format!("ended by {status}"), said),
        }
    }

    fn failed(&self, how: &str, said: &str) -> Result<(), OutputError> {
        Err(OutputError::refused(self.told(how, said)))
    }

    fn told(&self, how: &str, said: &str) -> String {
        let name = self.name();
        if said.is_empty() { format!("{name} {how}") } else { format!("{name} {how}: {said}") }
    }
}

#[async_trait]
impl Output for Command {
    async fn send(&self, outgoing: &Outgoing) -> Result<(), OutputError> {
        let mut group = self.start(outgoing)?;
        let (out, err) = (Tail::default(), Tail::default());
        let read = (out.read(group.stdout()), err.read(group.stderr()));
        let write = write(group.stdin(), &outgoing.body);
        let (end, ended) = oneshot::channel::<()>();
        let run = async {
            let run = async {
                tokio::select! {
                    biased;
                    // What it has started may hold its input open, and read nothing.
                    status = group.wait() => return status,
                    () = write => {}
                }
                group.wait().await
            };
            let status = timeout(self.options.timeout.duration(), run).await;
            if status.is_err() {
                group.end(GRACE).await;
            }
            drop(end);
            status
        };
        let read = async {
            let time_is_up = async {
                let _ = ended.await;
                tokio::time::sleep(REST).await;
            };
            tokio::select! {
                () = async { tokio::join!(read.0, read.1); } => {}
                () = time_is_up => {}
            }
        };
        let (status, ()) = tokio::join!(run, read);
        let (out, err) = (out.text(), err.text());
        let said = if err.is_empty() { &out } else { &err };
        match status {
            Ok(Ok(status)) if status.success() => {
                tracing::debug!(program = self.name(), stdout = out, stderr = err, "it succeeded");
                Ok(())
            }
            Ok(Ok(status)) => self.ended(status, said),
            Ok(Err(error)) => Err(OutputError::unreachable(self.name(), error)),
            Err(_) => {
                let limit = self.options.timeout;
                self.failed(&format!("did not end within {limit}, and was killed"), said)
            }
        }
    }

    /// Looks whether there is such a program.
    async fn probe(&self) -> Result<(), OutputError> {
        self.find()
    }
}

impl Command {
    /// Looks whether there is such a program, and it can be run.
    pub(crate) fn find(&self) -> Result<(), OutputError> {
        let program = &self.options.program;
        let is_found = match program.components().count() {
            1 if program.is_relative() => self.search(program),
            _ => is_program(&self.options.directory.clone().unwrap_or_default().join(program)),
        };
        match is_found {
            true => Ok(()),
            false => Err(OutputError::unreachable("program", "it is not there, or cannot be run")),
        }
    }

    fn search(&self, program: &Path) -> bool {
        let path = self.inherited.iter().find(|(name, _)| name == "PATH");
        let path = path.map(|(_, path)| path.clone()).unwrap_or_default();
        std::env::split_paths(&path).any(|folder| is_program(&folder.join(program)))
    }
}

/// Writes the body, as far as it is read: what a program makes of its input is told by how it ends.
async fn write(stdin: Option<ChildStdin>, body: &[u8]) {
    let Some(mut stdin) = stdin else { return };
    let _ = stdin.write_all(body).await;
}

/// Names of variables. They are not repeated: there may be a value in one, behind a `=`.
fn check_names<'n>(
    option: &'static str,
    mut names: impl Iterator<Item = &'n String>,
) -> Result<(), OutputError> {
    names.try_for_each(|name| {
        let is_plain = !name.is_empty() && !name.contains(['=', '\0']);
        match (is_plain, name.starts_with(PREFIX)) {
            (true, false) => Ok(()),
            (true, true) => {
                let reason = format!("has a name that begins with {PREFIX}, as only our own do");
                Err(OutputError::option(option, reason))
            }
            (false, _) => Err(OutputError::option(option, "has a name that no variable can have")),
        }
    })
}

fn check_texts<'t>(
    option: &'static str,
    mut texts: impl Iterator<Item = &'t String>,
) -> Result<(), OutputError> {
    match texts.any(|text| text.contains('\0')) {
        true => Err(OutputError::option(option, "has a NUL")),
        false => Ok(()),
    }
}

#[cfg(unix)]
fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(file)
        .is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(file: &Path) -> bool {
    file.is_file()
}
