//! Verifies the signature of a Recall.ai webhook on its raw bytes, and signs one as the sender does.
//!
//! The headers come as an iterator of name and value, the body as bytes, the time as an argument, so
//! that it fits any HTTP library and any clock. Several secrets can be valid at once, each with a
//! label and an expiry. Checking a delivery allocates nothing.
//!
//! ```
//! use std::time::{Duration, UNIX_EPOCH};
//! use recallai_webhook_signature::{HeaderFamily, Secret, Verifier, VerifyError};
//!
//! let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
//! let verifier = Verifier::builder().secret("production", secret).build()?;
//!
//! let headers: [(&str, &[u8]); 4] = [
//!     ("Content-Type", b"application/json"),
//!     ("Webhook-Id", b"msg_p5jXN8AQM9LWM0D4loKWxJek"),
//!     ("Webhook-Timestamp", b"1614265330"),
//!     ("Webhook-Signature", b"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
//! ];
//! let body = br#"{"test": 2432232314}"#;
//! let now = UNIX_EPOCH + Duration::from_secs(1614265400);
//!
//! let verified = verifier.verify(headers, body, now)?;
//! assert_eq!(verified.id(), "msg_p5jXN8AQM9LWM0D4loKWxJek");
//! assert_eq!(verified.header_family(), HeaderFamily::Webhook);
//! assert_eq!(verified.key_label(), "production");
//!
//! let much_later = now + Duration::from_secs(3600);
//! assert_eq!(
//!     verifier.verify(headers, body, much_later).unwrap_err(),
//!     VerifyError::TooOld { seconds: 3670 },
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! With the `http` crate, the headers are
//! `request.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes()))`.
//!
//! # What it does not do
//!
//! - It knows no JSON: what a verified body means is for `recallai-webhook-event`.
//! - It gives no answer to the sender and remembers no ids: routing, replies and duplicates are for
//!   `recallai-webhook-dispatch`.
//! - It knows no HTTP: sockets, limits and framework types are for `recallai-webhook-hyper`.
//! - It reads no clock, no file and no variable, and makes no randomness.
//!
//! # Where it is strict
//!
//! - A delivery has all three `svix-*` or all three `webhook-*` headers; the two never mix.
//! - An id has no dot, because id, timestamp and body are joined by dots before they are signed.
//! - A timestamp is plain digits, signed as received and never re-formatted.
//! - A signature is canonical base64 of exactly 32 bytes, compared in constant time.
//! - A secret has 24 to 75 bytes. An empty one, as from an unset variable, is an error everywhere.
//!
//! And where it is lenient: all lines of the signature header are read, also when a proxy has joined
//! them with commas, signatures of unknown versions are skipped, and the body may be any bytes.
//!
//! # Features
//!
//! - `ed25519`: `v1a` signatures, checked with the sender's public key (`whpk_...`).

// In reading order: what a receiver has, what it does with it, what comes of it.
mod secret;

mod secret_error;

mod builder;

mod verifier;

mod verified;

mod error;

mod diagnosis;

mod finding;

mod advice;

pub mod danger;

#[cfg(feature = "ed25519")]
mod public_key;

// The steps of a verification.
mod headers;

mod claims;

mod tokens;

mod key;

mod mac;

mod mac_text;

mod ascii;

pub use builder::{BuildError, VerifierBuilder};
pub use diagnosis::{ClockSkew, Diagnosis};
pub use error::{Blame, VerifyError};
pub use finding::Finding;
pub use headers::{HeaderFamily, HeaderPart};
#[cfg(feature = "ed25519")]
pub use public_key::{PublicKey, PublicKeyError};
pub use secret::Secret;
pub use secret_error::{SecretError, SignError};
pub use verified::Verified;
pub use verifier::Verifier;
