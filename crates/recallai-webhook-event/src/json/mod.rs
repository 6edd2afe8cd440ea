//! The one JSON grammar of this crate: a scanner over text that is checked, never built into a tree.
//!
//! Both readings of a body come from it. It refuses what a tree builder lets through or chokes on:
//! a member given twice, nesting over a limit, numbers that no machine type holds.

mod canonical;
mod keys;
mod locate;
mod number;
mod scan;
mod text;

pub(crate) use canonical::canonical;
pub(crate) use locate::locate;
pub(crate) use scan::{Scanner, Stop};
pub(crate) use text::Text;

use crate::error::Reason;

/// What went wrong and where. The path is found later, from the offset, and only when somebody has
/// to read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) reason: Reason,
    pub(crate) at: usize,
}

impl Fault {
    pub(crate) fn new(reason: Reason, at: usize) -> Self {
        Self { reason, at }
    }
}
