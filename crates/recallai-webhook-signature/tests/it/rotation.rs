//! Several secrets at once: which one matched, which ones count, and what a verifier may be built of.

use std::time::Duration;

use recallai_webhook_signature::{Blame, BuildError, Verifier, VerifyError};

use crate::delivery::{
    BODY, GOOD, ID, SECONDS, TIMESTAMP, WRONG, at, now, other_secret, secret, svix,
};

fn label(verifier: &Verifier, signature: &str) -> Result<String, VerifyError> {
    let verified = verifier.verify(svix(ID, TIMESTAMP, signature), BODY, now())?;
    Ok(verified.key_label().into())
}

#[test]
fn the_label_says_which_secret_matched() {
    let verifier =
        Verifier::builder().secret("new", other_secret()).secret("old", secret()).build().unwrap();
    let by_new = other_secret().sign(ID, SECONDS, BODY).unwrap();
    assert_eq!(label(&verifier, GOOD), Ok("old".into()));
    assert_eq!(label(&verifier, &by_new), Ok("new".into()));
    // As the sender signs during a rotation: with both, the newest first.
    assert_eq!(label(&verifier, &format!("{by_new} {GOOD}")), Ok("new".into()));
    assert_eq!(label(&verifier, WRONG), Err(VerifyError::NoMatchingSignature));
}

#[test]
fn a_secret_counts_until_the_instant_it_expires() {
    let rotating = |expires_at| {
        Verifier::builder()
            .secret("new", other_secret())
            .expiring_secret("old", secret(), expires_at)
            .build()
            .unwrap()
    };
    let later = now() + Duration::from_nanos(1);
    assert_eq!(label(&rotating(later), GOOD), Ok("old".into()));
    assert_eq!(label(&rotating(now()), GOOD), Err(VerifyError::NoMatchingSignature));
}

#[test]
fn a_verifier_whose_secrets_have_all_expired_blames_its_owner() {
    let verifier =
        Verifier::builder().expiring_secret("old", secret(), at(SECONDS - 1)).build().unwrap();
    let error = label(&verifier, GOOD).unwrap_err();
    assert_eq!(error, VerifyError::NoActiveSecret);
    assert_eq!(error.blame(), Blame::Receiver);
    assert_eq!(error.name(), "no_active_secret");
}

#[test]
fn a_verifier_has_a_secret_and_labels_that_differ() {
    assert_eq!(Verifier::builder().build().unwrap_err(), BuildError::NoSecret);
    let twice = Verifier::builder().secret("a", secret()).secret("b", secret()).expiring_secret(
        "a",
        other_secret(),
        now(),
    );
    assert_eq!(twice.build().unwrap_err(), BuildError::DuplicateLabel { label: "a".into() });
}

#[test]
fn a_verifier_is_shared_between_threads_and_cheap_to_clone() {
    fn assert_shareable<T: Clone + Send + Sync + 'static>(_: &T) {}
    let verifier = Verifier::new(secret());
    assert_shareable(&verifier);
    assert_shareable(&secret());
    let clone = verifier.clone();
    drop(verifier);
    assert_eq!(label(&clone, GOOD), Ok("default".into()));
}
