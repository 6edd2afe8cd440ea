//! The end of what a program writes.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt};

use crate::printable::beginning;

/// How much is kept, in bytes.
const KEPT: usize = 1024;

/// The last kilobyte of what was written so far. All of it is read, so that the program is not held up.
#[derive(Debug, Default)]
pub(super) struct Tail {
    bytes: Mutex<VecDeque<u8>>,
}

impl Tail {
    /// Reads to the end.
    pub(super) async fn read(&self, from: Option<impl AsyncRead + Unpin>) {
        let Some(mut from) = from else { return };
        let mut piece = [0; 8192];
        while let Ok(len @ 1..) = from.read(&mut piece).await {
            let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
            bytes.extend(&piece[..len]);
            let surplus = bytes.len().saturating_sub(KEPT);
            bytes.drain(..surplus);
        }
    }

    /// As text on one line.
    pub(super) fn text(&self) -> String {
        let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        let text = beginning(bytes.make_contiguous(), KEPT);
        text.trim().to_owned()
    }
}
