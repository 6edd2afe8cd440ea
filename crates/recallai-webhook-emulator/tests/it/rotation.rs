//! Keys: what deliveries are signed with while they change, and what a request looks like.

use std::time::{Duration, UNIX_EPOCH};

use recallai_webhook_emulator::{
    Attempt, EndpointOptions, HeaderFamily, RotateError, Sender, SigningSecret,
};
use recallai_webhook_signature::{Secret, Verifier};

use crate::world::{BAD, DAY, GOOD, HOUR, MINUTE, SECOND, endpoint, message, run, secret, steady};

/// Which of the secrets each signature is made with, in the order of the header.
fn signers(attempt: &Attempt, secrets: &[SigningSecret]) -> Vec<usize> {
    let header = attempt.request.header("webhook-signature").unwrap();
    let sign = |secret: &SigningSecret| {
        secret.sign(&attempt.message.id, attempt.timestamp, &attempt.message.body)
    };
    let all: Vec<String> = secrets.iter().map(sign).collect();
    let place = |signature: &str| all.iter().position(|one| one == signature).unwrap();
    header.split(' ').map(place).collect()
}

fn verifies(attempt: &Attempt, secret: &SigningSecret) -> bool {
    let verifier = Verifier::new(Secret::parse(&secret.reveal()).unwrap());
    let headers = attempt.request.headers.iter();
    let headers = headers.map(|(name, value)| (name.as_str(), value.as_bytes()));
    let now = UNIX_EPOCH + Duration::from_secs(attempt.timestamp);
    verifier.verify(headers, &attempt.request.body, now).is_ok()
}

/// Makes one attempt at a time, for a message made then.
fn attempt(sender: &mut Sender, at: Duration) -> Attempt {
    sender.publish(message(&format!("msg_{}", at.as_millis()), at));
    let attempt = sender.begin(at).unwrap();
    sender.finish(attempt.id, GOOD, at).unwrap();
    attempt
}

#[test]
fn old_keys_sign_until_the_end_of_their_grace() {
    let secrets = ["a", "b", "c"].map(secret);
    let mut sender = steady();
    let endpoint = endpoint(&mut sender, "a");
    let millisecond = Duration::from_millis(1);
    assert_eq!(Sender::GRACE, DAY);

    assert_eq!(signers(&attempt(&mut sender, Duration::ZERO), &secrets), [0]);
    sender.rotate(endpoint, secrets[1].clone(), Sender::GRACE, HOUR).unwrap();
    let during = attempt(&mut sender, HOUR);
    assert_eq!(signers(&during, &secrets), [1, 0], "newest first");
    assert!(verifies(&during, &secrets[0]) && verifies(&during, &secrets[1]));
    assert!(!verifies(&during, &secrets[2]));

    sender.rotate(endpoint, secrets[2].clone(), 7 * DAY, 2 * HOUR).unwrap();
    assert_eq!(signers(&attempt(&mut sender, 2 * HOUR), &secrets), [2, 1, 0]);
    assert_eq!(signers(&attempt(&mut sender, 25 * HOUR - millisecond), &secrets), [2, 1, 0]);
    assert_eq!(signers(&attempt(&mut sender, 25 * HOUR), &secrets), [2, 1]);
    let end = 2 * HOUR + 7 * DAY;
    assert_eq!(signers(&attempt(&mut sender, end - millisecond), &secrets), [2, 1]);
    assert_eq!(signers(&attempt(&mut sender, end), &secrets), [2]);
}

#[test]
fn a_retry_is_signed_with_the_keys_of_its_own_time() {
    let secrets = ["a", "b"].map(secret);
    let mut sender = steady();
    let endpoint = endpoint(&mut sender, "a");
    sender.publish(message("msg_1", Duration::ZERO));
    let first = run(&mut sender, MINUTE, |_| BAD);
    sender.rotate(endpoint, secrets[1].clone(), Sender::GRACE, MINUTE).unwrap();
    let then = run(&mut sender, 2 * DAY, |_| BAD);
    let signers: Vec<Vec<usize>> =
        first.iter().chain(&then).map(|(attempt, _)| signers(attempt, &secrets)).collect();
    let (both, new) = (vec![1, 0], vec![1]);
    // The last attempt is 27 h 35 min after the first, and so after the grace.
    let expected = [&[vec![0], vec![0]][..], &vec![both; 5][..], &[new][..]].concat();
    assert_eq!(signers, expected);
}

#[test]
fn without_grace_the_old_key_is_gone_at_once() {
    let secrets = ["a", "b"].map(secret);
    let mut sender = steady();
    let endpoint = endpoint(&mut sender, "a");
    sender.rotate(endpoint, secrets[1].clone(), Duration::ZERO, HOUR).unwrap();
    assert_eq!(signers(&attempt(&mut sender, HOUR), &secrets), [1]);
}

#[test]
fn what_rotation_refuses() {
    let mut sender = steady();
    let endpoint = endpoint(&mut sender, "a");
    let mut rotate =
        |number: usize, grace, at| sender.rotate(endpoint, secret(&number.to_string()), grace, at);
    assert_eq!(rotate(0, 7 * DAY + SECOND, HOUR), Err(RotateError::GraceTooLong));
    for number in 1..=10 {
        assert_eq!(rotate(number, DAY, HOUR), Ok(()));
    }
    assert_eq!(rotate(11, DAY, 2 * HOUR), Err(RotateError::TooManyOldKeys));
    assert_eq!(rotate(11, DAY, 25 * HOUR), Ok(()), "the old ones have ended");

    let other = steady().add_endpoint(EndpointOptions::new("other", secret("other")));
    assert_eq!(
        Sender::new(Default::default()).rotate(other, secret("b"), DAY, HOUR),
        Err(RotateError::UnknownEndpoint),
    );
}

#[test]
fn at_most_eleven_keys_sign() {
    let mut sender = steady();
    let endpoint = endpoint(&mut sender, "0");
    let secrets: Vec<SigningSecret> = (0..=10).map(|number| secret(&number.to_string())).collect();
    for new in &secrets[1..] {
        sender.rotate(endpoint, new.clone(), DAY, HOUR).unwrap();
    }
    let newest_first: Vec<usize> = (0..=10).rev().collect();
    assert_eq!(signers(&attempt(&mut sender, HOUR), &secrets), newest_first);
}

#[test]
fn requests_look_like_the_senders() {
    for (family, names) in [
        (HeaderFamily::Svix, ["Svix-Id", "Svix-Timestamp", "Svix-Signature"]),
        (HeaderFamily::Webhook, ["Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"]),
    ] {
        let mut sender = steady();
        let mut options = EndpointOptions::new("a", secret("a"));
        options.family = family;
        options.headers = vec![("X-Team".to_owned(), "red".to_owned())];
        sender.add_endpoint(options);
        let attempt = attempt(&mut sender, MINUTE);
        let request = &attempt.request;
        let lines: Vec<&str> = request.headers.iter().map(|(name, _)| name.as_str()).collect();
        let [id, timestamp, signature] = names;
        assert_eq!(
            lines,
            ["Accept", "Content-Type", "User-Agent", id, timestamp, signature, "X-Team"],
        );
        assert_eq!(request.method, "POST");
        assert_eq!(request.header("accept"), Some("*/*"));
        assert_eq!(request.header("content-type"), Some("application/json"));
        assert!(request.header("user-agent").unwrap().starts_with("Svix-Webhooks/"));
        assert_eq!(request.header(id), Some("msg_60000"));
        assert_eq!(request.header(timestamp), Some("1800000060"));
        assert_eq!(request.body, attempt.message.body);
        assert!(verifies(&attempt, &secret("a")));
        assert!(!format!("{attempt:?}").contains(&secret("a").reveal()[6..]));
    }
}

#[test]
fn a_workspace_without_a_secret_signs_nothing() {
    let mut sender = steady();
    let mut options = EndpointOptions::new("a", secret("a"));
    options.secret = None;
    sender.add_endpoint(options);
    let attempt = attempt(&mut sender, MINUTE);
    let lines: Vec<&str> = attempt.request.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(lines, ["Accept", "Content-Type", "User-Agent"]);
}
