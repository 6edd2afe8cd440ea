//! What a crate promises not to know: none of its dependencies may bring it in.

use super::Violations;
use super::repository::Repository;

const HTTP: &[&str] =
    &["http", "http-body", "hyper", "hyper-util", "h2", "axum", "reqwest", "tower"];
const ASYNC: &[&str] = &["tokio", "async-trait", "futures", "futures-core", "futures-util"];
const SOCKETS: &[&str] = &["mio", "socket2"];
const JSON: &[&str] = &["serde", "serde_json", "sonic-rs", "simd-json"];
const CRYPTOGRAPHY: &[&str] = &["sha2", "hmac", "digest", "ring", "rustls", "ed25519-dalek"];
const STORAGE: &[&str] = &["rusqlite", "libsqlite3-sys", "sqlx", "tokio-postgres"];
const SENDER: &[&str] = &["svix", "standardwebhooks"];

/// From a crate to what must not be in its tree.
const STRANGERS: &[(&str, &[&[&str]])] = &[
    ("recallai-webhook-event", &[HTTP, ASYNC, CRYPTOGRAPHY, STORAGE, SENDER]),
    ("recallai-webhook-signature", &[HTTP, ASYNC, JSON, STORAGE, SENDER]),
    ("recallai-webhook-recording", &[HTTP, ASYNC, CRYPTOGRAPHY, STORAGE, SENDER]),
    ("recallai-webhook-inbox", &[HTTP, CRYPTOGRAPHY, STORAGE, SENDER]),
    ("recallai-webhook-dispatch", &[HTTP, SOCKETS, STORAGE, SENDER]),
    ("recallai-webhook-hyper", &[STORAGE, SENDER]),
    ("recallai-webhook-emulator", &[HTTP, ASYNC, SOCKETS, CRYPTOGRAPHY, STORAGE, SENDER]),
    ("recallai-webhook-testing", &[HTTP, SOCKETS, STORAGE, SENDER]),
    ("recallai-webhook-outputs", &[STORAGE, SENDER]),
    ("recallai-webhook-telemetry", &[STORAGE, SENDER]),
    ("recallai-webhook-admin", &[STORAGE, SENDER]),
    ("recallai-webhook-server", &[SENDER]),
];

/// Whether a promise is made for the package.
pub(super) fn guards(package: &str) -> bool {
    STRANGERS.iter().any(|(name, _)| *name == package)
}

pub(super) fn check(repository: &Repository) -> Violations {
    let mut violations = Violations::new();
    for (name, groups) in STRANGERS {
        let tree = repository.trees.get(*name).map_or(&[][..], Vec::as_slice);
        let mut found: Vec<&str> = tree.iter().map(String::as_str).collect();
        found.retain(|dependency| groups.iter().any(|group| group.contains(dependency)));
        found.sort_unstable();
        found.dedup();
        violations.extend(found.iter().map(|stranger| {
            format!(
                "{name} must not know {stranger}: `cargo tree -p {name} -e normal -i {stranger}`"
            )
        }));
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_is_found_once() {
        let tree = ["recallai-webhook-signature", "sha2", "serde_json", "serde_json", "tokio"];
        let tree = tree.map(str::to_owned).to_vec();
        let trees = [("recallai-webhook-signature".to_owned(), tree)].into();
        let violations = check(&Repository { trees, ..Repository::default() });
        assert_eq!(violations.len(), 2, "{violations:?}");
        assert!(violations[0].contains("must not know serde_json"), "{violations:?}");
        assert!(violations[1].contains("must not know tokio"), "{violations:?}");
    }
}
