//! Envelopes: in which form a body goes out.

use serde::{Deserialize, Serialize};

use crate::{Outgoing, cloudevents};

/// In which form a body goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Envelope {
    /// As it is. What else there is to say goes beside it: in headers, fields or variables.
    #[default]
    Raw,
    /// As a CloudEvents 1.0 document in JSON (*structured mode*), of the media type
    /// `application/cloudevents+json`. It is the same over all attempts:
    ///
    /// | attribute | |
    /// |---|---|
    /// | `id` | the idempotency key |
    /// | `source` | `/recallai-webhook/<scope>/<endpoint>`; for a turn `/recallai-webhook/<scope>` |
    /// | `type` | `ai.recall.<event name>`, `ai.recall.recording.need.<turn>`, or `ai.recall.unreadable` |
    /// | `subject` | `<kind>/<id>`, where there is a subject |
    /// | `time` | when the message was received, where there is a message |
    /// | `datacontenttype`, `data` | the body, where it is JSON; numbers keep their digits |
    /// | `data_base64` | the body, where it is not |
    /// | `subscription`, `scope`, `endpoint`, `messageid`, `turn` | extensions |
    ///
    /// What the specification does not let stand in a text is percent-encoded there.
    CloudEvents,
}

impl Envelope {
    /// Puts it around what is sent. Headers, fields and variables stay as they are.
    #[must_use]
    pub fn wrap(self, outgoing: Outgoing) -> Outgoing {
        match self {
            Self::Raw => outgoing,
            Self::CloudEvents => cloudevents::wrap(outgoing),
        }
    }
}
