//! What came of a wait.

use std::borrow::Cow;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::page::digits;
use super::{Readiness, ReadinessState};

/// What came of a wait.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Waited {
    readiness: Readiness,
    /// Whether the time was up before the need was anything but pending.
    timed_out: bool,
}

impl Waited {
    pub(crate) fn of(readiness: Readiness) -> Self {
        let timed_out = readiness.state() == ReadinessState::Pending;
        Self { readiness, timed_out }
    }
}

/// How long a wait is, in seconds: 0 to 300, 30 by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seconds(u32);

const LONGEST: u32 = 300;
const USUAL: u32 = 30;

impl Seconds {
    pub(crate) fn get(self) -> u64 {
        self.0.into()
    }
}

impl Default for Seconds {
    fn default() -> Self {
        Self(USUAL)
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        let seconds = digits(&text).and_then(|seconds| u32::try_from(seconds).ok());
        let seconds = seconds.filter(|seconds| *seconds <= LONGEST);
        seconds.map(Self).ok_or_else(|| D::Error::custom("a whole number of seconds up to 300"))
    }
}

impl PartialSchema for Seconds {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(Type::Integer);
        number.minimum(Some(0)).maximum(Some(LONGEST)).default(Some(USUAL.into())).into()
    }
}

impl ToSchema for Seconds {}
