//! The delivery to judge, gathered from a capture, flags, files and standard input.

use std::path::Path;

use super::Verify;
use crate::capture::{self, Capture};
use crate::exit::Failure;
use crate::input;

/// Header lines and a body.
#[derive(Debug)]
pub(super) struct Delivery {
    pub(super) headers: Vec<(String, Vec<u8>)>,
    pub(super) body: Vec<u8>,
    /// What a reader should know about how it was read.
    pub(super) notes: Vec<String>,
}

impl Delivery {
    pub(super) fn gather(arguments: &Verify) -> Result<Self, Failure> {
        let Capture { mut headers, body, notes } = match &arguments.capture {
            Some(file) => {
                let bytes = input::read(file, "the captured delivery")?;
                capture::read(&bytes, arguments.entry)
                    .map_err(|error| Failure::input(input::name(file), error))?
            }
            None => Capture::default(),
        };
        let given =
            arguments.header.iter().map(|text| header(text)).collect::<Result<Vec<_>, _>>()?;
        headers
            .retain(|(name, _)| !given.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)));
        headers.extend(given);
        let body = match (&arguments.body, body) {
            (Some(file), _) => input::read(file, "the body")?,
            (None, Some(body)) => body,
            (None, None) => body_of_standard_input(arguments.capture.as_deref())?,
        };
        Ok(Self { headers, body, notes })
    }

    /// The header lines as a verifier takes them.
    pub(super) fn lines(&self) -> impl Iterator<Item = (&str, &[u8])> + Clone {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice()))
    }

    /// The first value of a header, for people.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        let mut lines = self.lines().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        lines.next().map(|(_, value)| String::from_utf8_lossy(value).into_owned())
    }
}

fn header(text: &str) -> Result<(String, Vec<u8>), Failure> {
    // curl reads a file of lines for `@`; here that would be a capture.
    let header = capture::header(text.as_bytes());
    header.ok_or_else(|| Failure::usage("-H: it should be 'NAME: VALUE'"))
}

/// Where a capture has come through standard input, that is used up.
fn body_of_standard_input(capture: Option<&Path>) -> Result<Vec<u8>, Failure> {
    if capture.is_some_and(input::is_standard_input) {
        return Err(Failure::usage(
            "this capture has no body (`curl -v` shows none); give the body with --body FILE",
        ));
    }
    input::read(Path::new("-"), "the body")
}
