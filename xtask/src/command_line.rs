//! Commands of other programs, kept as the line that one could paste into a shell.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::Result;
use crate::say::say;

/// A line such as `RUSTDOCFLAGS=-Dwarnings cargo doc`: variables, a program, its words. No word has
/// a blank in it, so the line needs no quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CommandLine(String);

impl CommandLine {
    pub(crate) fn new(line: impl Into<String>) -> Self {
        Self(line.into())
    }

    /// Runs it in a directory, in front of the reader; tells whether it succeeded.
    pub(crate) fn run(&self, directory: &Path) -> Result<bool> {
        let status = self.command(directory)?.status();
        Ok(status.map_err(|error| format!("`{self}` did not start: {error}"))?.success())
    }

    /// Shows it and runs it in front of the reader; an error if it failed.
    pub(crate) fn require(&self, directory: &Path) -> Result {
        say(&format!("$ {self}"))?;
        if self.run(directory)? { Ok(()) } else { Err(format!("failed: {self}").into()) }
    }

    /// Runs it in front of the reader, who sees its standard error a line at a time, and so do we;
    /// tells whether it succeeded.
    pub(crate) fn watch(&self, directory: &Path, mut see: impl FnMut(&str)) -> Result<bool> {
        let mut child = self.command(directory)?.stderr(Stdio::piped()).spawn()?;
        let lines = child.stderr.take().map(BufReader::new).into_iter().flat_map(BufRead::lines);
        for line in lines.map_while(std::result::Result::ok) {
            eprintln!("{line}");
            see(&line);
        }
        Ok(child.wait()?.success())
    }

    /// Runs it silently and gives what it wrote; an error if it failed.
    pub(crate) fn read(&self, directory: &Path) -> Result<String> {
        let output = self.command(directory)?.output();
        let output = output.map_err(|error| format!("`{self}` did not start: {error}"))?;
        if !output.status.success() {
            let reason = String::from_utf8_lossy(&output.stderr);
            return Err(format!("`{self}` failed: {}", reason.trim()).into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Runs it silently; tells whether it succeeded, and all that it wrote.
    pub(crate) fn observe(&self, directory: &Path) -> Result<(bool, String)> {
        let output = self.command(directory)?.output();
        let output = output.map_err(|error| format!("`{self}` did not start: {error}"))?;
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.push_str(&String::from_utf8_lossy(&output.stderr));
        Ok((output.status.success(), text))
    }

    /// Whether it runs and succeeds, with nothing shown: for asking whether a tool is installed.
    pub(crate) fn succeeds(&self, directory: &Path) -> bool {
        let command = self.command(directory);
        let Ok(mut command) = command else { return false };
        let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    }

    fn command(&self, directory: &Path) -> Result<Command> {
        let mut words = self.0.split_whitespace().peekable();
        let mut variables = Vec::new();
        while let Some(variable) = words.next_if(|word| is_assignment(word)) {
            variables.extend(variable.split_once('='));
        }
        let program = words.next().ok_or("a command without a program")?;
        let mut command = Command::new(program);
        command.args(words).envs(variables).current_dir(directory);
        Ok(command)
    }
}

/// `NAME=value`, as a shell takes it in front of a program.
fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
    })
}

impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_assignments_become_variables() {
        let line = CommandLine::new("A_B=-Dwarnings C= cargo doc --cfg=x");
        let command = line.command(Path::new(".")).unwrap();
        let variables: Vec<_> = command.get_envs().map(|(name, _)| name).collect();
        assert_eq!(variables, ["A_B", "C"]);
        assert_eq!(command.get_program(), "cargo");
        assert_eq!(command.get_args().collect::<Vec<_>>(), ["doc", "--cfg=x"]);
    }

    #[test]
    fn a_line_needs_a_program() {
        assert!(CommandLine::new("A=b").command(Path::new(".")).is_err());
    }

    #[test]
    fn what_is_required_fails_with_its_line() {
        CommandLine::new("git --version").require(Path::new(".")).unwrap();
        let error = CommandLine::new("git no-such-command").require(Path::new(".")).unwrap_err();
        assert_eq!(error.to_string(), "failed: git no-such-command");
    }

    #[test]
    fn a_missing_program_does_not_succeed() {
        assert!(!CommandLine::new("no-such-program-anywhere").succeeds(Path::new(".")));
    }
}
