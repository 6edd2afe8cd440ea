//! What the benches of servers have in common: processes, connections, and how figures are written.

pub(crate) mod figures;
pub(crate) mod process;
pub(crate) mod wire;
