//! Resources: the things an event names, each by id and with the metadata its creator gave it.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::borrowed::ResourceRef;
use crate::{Members, Nullable};

/// A reference to a resource of Recall.ai: a recording, a media object, a bot, an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resource {
    /// The id, usually a UUID.
    pub id: String,
    /// Custom key/value pairs, set when the resource was created.
    pub metadata: Nullable<Members>,
    /// Members beyond the documented ones.
    pub extra: Members,
}

impl Resource {
    /// A resource with empty metadata.
    pub fn new(id: impl Into<String>) -> Self {
        let metadata = Nullable::Present(Members::new());
        Self { id: id.into(), metadata, extra: Members::new() }
    }

    /// The same with metadata.
    #[must_use]
    pub fn with_metadata(mut self, metadata: impl Into<Nullable<Members>>) -> Self {
        self.metadata = metadata.into();
        self
    }

    pub(crate) fn from_ref(resource: &ResourceRef<'_>) -> Self {
        let mut extra = Members::beyond(resource.object, &["id"]);
        let metadata = match extra.remove("metadata") {
            None => Nullable::Absent,
            Some(metadata) if metadata.is_null() => Nullable::Null,
            Some(metadata) => Nullable::Present(Members::beyond(metadata.text(), &[])),
        };
        Self { id: resource.id.clone().into_owned(), metadata, extra }
    }

    pub(crate) fn nullable(resource: &Nullable<ResourceRef<'_>>) -> Nullable<Self> {
        match resource {
            Nullable::Absent => Nullable::Absent,
            Nullable::Null => Nullable::Null,
            Nullable::Present(resource) => Nullable::Present(Self::from_ref(resource)),
        }
    }
}

impl Serialize for Resource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        self.metadata.write(&mut map, "metadata")?;
        self.extra.write(&mut map)?;
        map.end()
    }
}
