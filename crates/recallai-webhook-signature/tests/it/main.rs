//! What this crate promises, one file for each promise. One binary, because linking is slow.

#[cfg(test)]
mod allocations;
#[cfg(test)]
mod delivery;
#[cfg(test)]
mod diagnosis;
#[cfg(test)]
#[cfg(feature = "ed25519")]
mod ed25519;
#[cfg(test)]
mod header_rules;
#[cfg(test)]
#[path = "../laws/mod.rs"]
mod laws;
#[cfg(test)]
mod leaks;
#[cfg(test)]
mod no_panic;
#[cfg(test)]
mod rotation;
#[cfg(test)]
mod secret_hints;
#[cfg(test)]
mod svix_oracle;
#[cfg(test)]
mod time;
#[cfg(test)]
mod vectors;
