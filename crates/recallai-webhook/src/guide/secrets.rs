//! Secrets and rotation: where they are, several at once, and what happens while one is replaced.
//!
//! # Where the secret is
//!
//! | your workspace | deliveries | headers | secret | place in the dashboard |
//! |---|---|---|---|---|
//! | new (from about the end of 2025) | all | `webhook-*` | one for the workspace | *Developers > API keys & secrets* |
//! | older | dashboard webhooks | `svix-*` | one for each endpoint | *Webhooks*, the endpoint, *Signing secret* |
//! | older | real-time endpoints, callbacks | `webhook-*` | the workspace's, once it was made | *Developers > API keys & secrets* |
//! | any, before a workspace secret was made | what it would sign | none | none: nothing is signed | make one there |
//! | any | real-time of the Desktop SDK | none | none: use a [`Token`](crate::Token) | |
//!
//! Both families of headers are read everywhere, so only the secret has to be right. There are new
//! workspaces whose dashboard webhooks are signed with the endpoint's own secret: if in doubt, give both.
//! An API key is not a secret, and [`Secret::parse`](crate::Secret::parse) says so:
//!
//! ```
//! use recallai_webhook::Secret;
//! use recallai_webhook::signature::SecretError;
//!
//! let mistakes = [
//!     ("", SecretError::Empty),
//!     ("\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"", SecretError::Quoted),
//!     ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", SecretError::Whitespace),
//!     ("0123456789abcdef0123456789abcdef01234567", SecretError::ApiKey),
//! ];
//! for (text, expected) in mistakes {
//!     assert_eq!(Secret::parse(text).unwrap_err(), expected);
//! }
//! ```
//!
//! An unset variable is therefore an error when the program starts, and not a receiver that accepts what
//! anybody signs with an empty key. There is no switch that leaves verification out, apart from
//! [`danger`](crate::dispatch::danger).
//!
//! # Several at once
//!
//! A verifier tries its secrets in the order they were added. The label of the one that matched is in
//! the log, in [`Context::delivery`](crate::Context::delivery) and in what `serve` prints:
//!
//! ```
//! use std::time::{Duration, UNIX_EPOCH};
//! use recallai_webhook::{Secret, Verifier};
//!
//! let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
//! let tomorrow = now + Duration::from_secs(24 * 3600);
//!
//! let new = Secret::from_bytes(&[1; 32])?;
//! let old = Secret::from_bytes(&[2; 32])?;
//! let by_old = old.sign("msg_1", 1_700_000_000, b"{}")?;
//!
//! let verifier = Verifier::builder()
//!     .secret("2025-11", new)
//!     .expiring_secret("2025-05", old, tomorrow)
//!     .build()?;
//!
//! let headers: [(&str, &[u8]); 3] = [
//!     ("svix-id", b"msg_1"),
//!     ("svix-timestamp", b"1700000000"),
//!     ("svix-signature", by_old.as_bytes()),
//! ];
//! assert_eq!(verifier.verify(headers, b"{}", now)?.key_label(), "2025-05");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Labels are yours; two secrets with one label are an error. They are shown, so put nothing secret in
//! them.
//!
//! # Rotation
//!
//! When a secret is replaced in the dashboard, the sender goes on to sign with the old one as well, by
//! default for 24 hours: each delivery then has one signature for each secret that is still valid, and one
//! match is enough. So nothing is lost if, within that day, you
//!
//! 1. make the new secret in the dashboard,
//! 2. start the receiver with the new secret, the old one behind it with an expiry,
//! 3. see the new label in your log, and remove the old one.
//!
//! Replacing the workspace secret of a new workspace replaces it for all its dashboard endpoints. Of an
//! older workspace, each endpoint is rotated alone.
//!
//! Do not mix up the two times. The **expiry** of a secret is when it stops to count here, whatever the
//! sender does. The **tolerance**, five minutes either way, is about the timestamp of a single delivery.
//! Each attempt is signed anew, so a retry after ten hours is as fresh as the first attempt, and signed
//! with the secrets that are valid by then.
//!
//! # Regions and environments
//!
//! The regions of Recall.ai (`us-east-1`, `us-west-2`, `eu-central-1`, `ap-northeast-1`) are separate: each
//! has its own workspaces, dashboard and secrets. A body does not say which region or workspace it is
//! from. Two ways keep them apart:
//!
//! - **A path for each**, with an [`Endpoint`](crate::Endpoint) of its own name. The name is in
//!   [`Context::endpoint`](crate::Context::endpoint). This is the better one: message ids are unique only
//!   together with the endpoint, and a leaked secret of staging opens nothing else.
//! - **One path, and a label for each secret**, where the URL cannot be changed. The label says where a
//!   delivery is from.
//!
//! # `v1a`: public keys
//!
//! A sender can sign with an Ed25519 key instead of a secret. Its signatures begin with `v1a,`, and the
//! receiver holds a public key, `whpk_…`, which is nothing to hide. With the feature `ed25519`,
//! `Verifier::builder().public_key(label, key)` takes one, beside any secrets. Without a public key
//! `v1a` signatures are skipped, as are those of versions that do not exist yet.
//!
//! ```
//! # #[cfg(feature = "ed25519")]
//! # fn main() {
//! use recallai_webhook::signature::{PublicKey, PublicKeyError};
//!
//! // A secret in the wrong place is told from a key.
//! let error = PublicKey::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap_err();
//! assert_eq!(error, PublicKeyError::Secret);
//! # }
//! # #[cfg(not(feature = "ed25519"))]
//! # fn main() {}
//! ```
//!
//! # What is never shown
//!
//! `Debug` of a secret prints `[redacted]`. No error, log or diagnosis holds a secret, a part of one, or
//! the signature that would have been right. If a secret has got into a log or a repository in another
//! way, rotate it.
