//! Status of a bot or of a Slack team: one resource and its status.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{Resource, Status};
use crate::Members;
use crate::borrowed::EventRef;
use crate::catalogue::Entry;

/// Writes a payload that is one resource with a status.
macro_rules! resource_status {
    ($(#[$doc:meta])+ $name:ident { $(#[$field_doc:meta])+ $field:ident: $member:literal }) => {
        $(#[$doc])+
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $name {
            $(#[$field_doc])+
            pub $field: Resource,
            /// The new status.
            pub status: Status,
            /// Members of `data` beyond the documented ones.
            pub extra: Members,
        }

        impl $name {
            /// The status of one resource.
            pub fn new($field: Resource, status: Status) -> Self {
                Self { $field, status, extra: Members::new() }
            }

            pub(crate) fn from_ref(event: &EventRef<'_>, entry: &'static Entry) -> Option<Self> {
                Some(Self {
                    $field: Resource::from_ref(event.target.as_ref()?),
                    status: Status::from_ref(event.status.as_ref()?, entry),
                    extra: event.data_extra(&["data", $member]),
                })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("data", &self.status)?;
                map.serialize_entry($member, &self.$field)?;
                self.extra.write(&mut map)?;
                map.end()
            }
        }
    };
}

resource_status! {
    /// The status of a bot changed. Bot events name no recording.
    BotEvent {
        /// The bot.
        bot: "bot"
    }
}

resource_status! {
    /// The status of a Slack team changed.
    SlackTeamEvent {
        /// The Slack team.
        slack_team: "slack_team"
    }
}
