//! What handlers take and give: each refusal is a problem that names what is wrong.

mod body;
mod json;
mod path;
mod query;
mod raw;

pub(crate) use body::{Body, MaybeBody};
pub(crate) use json::Json;
pub(crate) use path::Path;
pub(crate) use query::{NoParameters, Query};
pub(crate) use raw::Raw;
