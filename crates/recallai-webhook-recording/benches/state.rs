//! What the one writer of a store pays for an event.
fn main() {}
