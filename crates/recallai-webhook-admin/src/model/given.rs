//! Members of bodies.

use serde::{Deserialize, Deserializer};

/// A member that may be left out, but not be null.
pub(crate) fn given<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}
