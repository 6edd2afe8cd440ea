//! How much was changed.

use serde::Serialize;
use utoipa::ToSchema;

/// How many jobs were changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Changed {
    /// How many jobs wait again, or were given up.
    pub(crate) jobs: u64,
}
