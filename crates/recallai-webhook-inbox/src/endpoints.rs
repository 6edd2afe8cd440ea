//! Which endpoints are meant.

use std::collections::BTreeSet;
use std::sync::Arc;

/// Endpoints by their names. The default is all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Endpoints {
    /// These, and no others.
    Only(BTreeSet<Arc<str>>),
    /// All but these, those included that nobody has heard of yet.
    AllBut(BTreeSet<Arc<str>>),
}

impl Endpoints {
    /// These, and no others.
    pub fn only<N: Into<Arc<str>>>(names: impl IntoIterator<Item = N>) -> Self {
        Self::Only(names.into_iter().map(Into::into).collect())
    }

    /// All but these.
    pub fn all_but<N: Into<Arc<str>>>(names: impl IntoIterator<Item = N>) -> Self {
        Self::AllBut(names.into_iter().map(Into::into).collect())
    }

    /// Whether this one is meant.
    pub fn include(&self, name: &str) -> bool {
        match self {
            Self::Only(names) => names.contains(name),
            Self::AllBut(names) => !names.contains(name),
        }
    }
}

impl Default for Endpoints {
    fn default() -> Self {
        Self::AllBut(BTreeSet::new())
    }
}
