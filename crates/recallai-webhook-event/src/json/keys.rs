//! The member names seen in one object, so that a second one of the same name is noticed.

use std::borrow::Cow;
use std::collections::HashSet;

use super::Text;

/// How many names are held without allocating: more than any documented object has.
const FEW: usize = 8;

/// A set of member names. Up to [`FEW`] plain names cost no allocation; an object of thousands
/// costs a hash set instead of a quadratic search.
pub(super) struct Keys<'a> {
    few: [&'a str; FEW],
    len: usize,
    many: Option<HashSet<Cow<'a, str>>>,
}

impl<'a> Keys<'a> {
    pub(super) fn new() -> Self {
        Self { few: [""; FEW], len: 0, many: None }
    }

    /// Adds a name; false if it was there already.
    #[inline]
    pub(super) fn insert(&mut self, key: Text<'a>) -> bool {
        match key {
            Text::Plain(plain) if self.many.is_none() && self.len < FEW => {
                if self.few[..self.len].contains(&plain) {
                    return false;
                }
                self.few[self.len] = plain;
                self.len += 1;
                true
            }
            _ => self.spill().insert(key.decode()),
        }
    }

    #[cold]
    fn spill(&mut self) -> &mut HashSet<Cow<'a, str>> {
        let few = &self.few[..self.len];
        self.many.get_or_insert_with(|| few.iter().map(|key| Cow::Borrowed(*key)).collect())
    }
}
