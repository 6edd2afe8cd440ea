//! The delivery to judge, gathered from a capture, flags, files and standard input.

use std::path::Path;
use std::rc::Rc;

use recallai_webhook_dispatch::signature::HeaderFamily;

use super::Verify;
use crate::captured::{self, Capture, FORMS, Headers};
use crate::exit::Failure;
use crate::input;

/// Header lines and a body.
#[derive(Debug)]
pub(super) struct Delivery {
    pub(super) headers: Headers,
    pub(super) body: Rc<[u8]>,
    /// What a reader should know about how it was read.
    pub(super) notes: Vec<String>,
}

impl Delivery {
    pub(super) fn gather(arguments: &Verify) -> Result<Self, Failure> {
        if arguments.capture.is_none() && arguments.header.is_empty() {
            return Err(Failure::not_tried(format!(
                "nothing to verify: name a file with {FORMS}; or give the headers with -H"
            )));
        }
        let Capture { mut headers, body, notes } = match &arguments.capture {
            Some(file) => {
                let bytes = input::read(file, "the captured delivery")?;
                captured::read(&bytes, arguments.entry)
                    .map_err(|error| Failure::not_tried_at(input::name(file), error))?
            }
            None => Capture::default(),
        };
        let given = arguments.header.iter().map(|text| {
            let header = captured::header(text.as_bytes());
            header.ok_or_else(|| Failure::not_tried("-H: it should be 'NAME: VALUE'"))
        });
        headers.replace(given.collect::<Result<_, _>>()?);
        if let Some(file) = &arguments.body {
            let body = input::read(file, "the body")?.into();
            return Ok(Self { headers, body, notes: Vec::new() });
        }
        let body = match body.map_err(Failure::not_tried)? {
            Some(body) => body,
            None => body_of_standard_input(arguments)?,
        };
        Ok(Self { headers, body: body.into(), notes })
    }

    /// The family that verification takes: the complete one, svix before webhook.
    pub(super) fn family(&self) -> Option<HeaderFamily> {
        self.headers.family()
    }

    /// The same body under other header lines.
    pub(super) fn with_headers<'h>(
        &self,
        lines: impl Iterator<Item = (&'h str, &'h [u8])>,
    ) -> Self {
        let headers = lines.map(|(name, value)| (name.to_owned(), value.to_vec())).collect();
        Self { headers, body: Rc::clone(&self.body), notes: Vec::new() }
    }
}

/// What else gives a body, where standard input is not used up.
fn body_of_standard_input(arguments: &Verify) -> Result<Vec<u8>, Failure> {
    const NO_BODY: &str = "there is no body: neither in a capture (`curl -v` shows none) nor on standard \
                           input; give it with --body FILE, or an empty file if it is empty";
    let mut named = arguments.capture.iter().chain(&arguments.secrets.secret_file);
    if named.any(|path| input::is_standard_input(path)) {
        return Err(Failure::not_tried(NO_BODY));
    }
    match input::read(Path::new("-"), "the body")? {
        body if body.is_empty() => Err(Failure::not_tried(NO_BODY)),
        body => Ok(body),
    }
}
