//! Readiness as one line for people.

use std::fmt;

use super::{Available, Hint, Missing, Readiness, Reason};

impl Hint {
    /// The hint for people.
    pub const fn text(self) -> &'static str {
        match self {
            Self::InProgress => "in progress",
            Self::NeverReported => "never reported",
            Self::NeverReportedThoughRecordingDone => {
                "never reported though the recording is done: not requested, or its events are not subscribed"
            }
        }
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// One line for people.
impl fmt::Display for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::Ready(available) => list(f, available, |part| Some(&part.recording)),
            Self::Pending(missing) => list(f, missing, |part| part.recording.as_deref()),
            Self::Failed(reasons) | Self::Gone(reasons) => {
                list(f, reasons, |part| part.recording.as_deref())
            }
        }
    }
}

/// The recordings are named where there are several, as of a bot.
fn list<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    parts: &[T],
    recording: impl Fn(&T) -> Option<&str>,
) -> fmt::Result {
    let several = parts.iter().any(|part| recording(part) != recording(&parts[0]));
    for (index, part) in parts.iter().enumerate() {
        let before = if index == 0 { ": " } else { "; " };
        write!(f, "{before}{part}")?;
        if let Some(recording) = recording(part).filter(|_| several) {
            write!(f, " (recording {recording})")?;
        }
    }
    Ok(())
}

impl fmt::Display for Available {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} since {}", self.kind, self.id, self.since)
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.hint)?;
        if let Some(current) = &self.current {
            write!(f, " ({})", current.code)?;
        }
        self.since.as_ref().map_or(Ok(()), |since| write!(f, " since {since}"))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.kind, self.id, self.code)?;
        if let Some(sub_code) = &self.sub_code {
            write!(f, " ({sub_code})")?;
        }
        if let Some(since) = &self.since {
            write!(f, " since {since}")?;
        }
        self.meaning.map_or(Ok(()), |meaning| write!(f, ": {meaning}"))
    }
}
