//! What a verification costs beside two published verifiers and beside the hash's own work.
//!
//! All verifiers get the same `HeaderMap` of eight headers and read the clock. The floor is the SHA-256
//! compression of as many blocks as the delivery needs, and nothing else.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a bench that cannot start should stop"
)]

use std::hint::black_box;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use http::{HeaderMap, HeaderName, HeaderValue};
use recallai_webhook_signature::{Secret, Verified, Verifier, VerifyError};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek123";
const SIZES: [usize; 4] = [0, 450, 4 * 1024, 64 * 1024];

#[allow(clippy::disallowed_methods, reason = "the peers read the clock, so this has to pay for it")]
fn now() -> SystemTime {
    SystemTime::now()
}

fn unix_seconds() -> u64 {
    now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_secs()
}

fn headers(body_len: usize, timestamp: u64, signature: &str) -> HeaderMap {
    let length = body_len.to_string();
    let timestamp = timestamp.to_string();
    [
        ("host", "receiver.example.com"),
        ("accept", "*/*"),
        ("content-type", "application/json"),
        ("content-length", &length),
        ("user-agent", "Svix-Webhooks/1.62.0 (sender-9YMgn; +https://www.svix.com/http-sender/)"),
        ("webhook-id", ID),
        ("webhook-timestamp", &timestamp),
        ("webhook-signature", signature),
    ]
    .into_iter()
    .map(|(name, value)| {
        (HeaderName::from_static(name), HeaderValue::from_str(value).expect("visible ASCII"))
    })
    .collect()
}

fn verify<'d>(
    verifier: &'d Verifier,
    headers: &'d HeaderMap,
    body: &'d [u8],
    now: SystemTime,
) -> Result<Verified<'d>, VerifyError> {
    let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    verifier.verify(headers, body, now)
}

fn accepted(criterion: &mut Criterion) {
    let secret = Secret::parse(SECRET).expect("a valid secret");
    let ours = Verifier::new(secret.clone());
    let svix = svix::webhooks::Webhook::new(SECRET).expect("a valid secret");
    let standard = standardwebhooks::Webhook::new(SECRET).expect("a valid secret");

    for size in SIZES {
        let body = vec![b'a'; size];
        let timestamp = unix_seconds();
        let signature = secret.sign(ID, timestamp, &body).expect("a valid id");
        let headers = headers(size, timestamp, &signature);

        let mut group = criterion.benchmark_group(format!("verify/{size}"));
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function("ours", |b| {
            b.iter(|| assert!(verify(&ours, black_box(&headers), black_box(&body), now()).is_ok()));
        });
        group.bench_function("svix", |b| {
            b.iter(|| assert!(svix.verify(black_box(&body), black_box(&headers)).is_ok()));
        });
        group.bench_function("standardwebhooks", |b| {
            b.iter(|| assert!(standard.verify(black_box(&body), black_box(&headers)).is_ok()));
        });
        group.bench_function("floor", |b| {
            let signed = ID.len() + timestamp.to_string().len() + 2 + size;
            let blocks = vec![[0x61; 64]; (signed + 9).div_ceil(64)];
            b.iter(|| {
                let mut inner = black_box([0x6a09_e667; 8]);
                sha2::block_api::compress256(&mut inner, black_box(&blocks));
                let mut outer = black_box([0xbb67_ae85; 8]);
                sha2::block_api::compress256(&mut outer, black_box(&blocks[..1]));
                (inner, outer)
            });
        });
        group.finish();
    }
}

/// The clock is read beforehand here, and once for itself: to refuse is to compare with a given time.
fn refused(criterion: &mut Criterion) {
    let verifier = Verifier::new(Secret::parse(SECRET).expect("a valid secret"));
    let body = vec![b'a'; 450];
    let cannot_match =
        headers(450, unix_seconds(), "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4");
    let wrong = headers(450, unix_seconds(), "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=");
    let none = HeaderMap::new();

    let mut group = criterion.benchmark_group("refuse");
    for (name, headers, expected) in [
        ("no-headers", &none, VerifyError::NoSignatureHeaders),
        ("cannot-match", &cannot_match, VerifyError::NoUsableSignature),
        ("wrong", &wrong, VerifyError::NoMatchingSignature),
    ] {
        assert_eq!(verify(&verifier, headers, &body, now()).unwrap_err(), expected);
        group.bench_function(format!("{name}/450"), |b| {
            let now = now();
            b.iter(|| {
                assert!(
                    verify(&verifier, black_box(headers), black_box(&body), black_box(now))
                        .is_err()
                );
            });
        });
    }
    group.bench_function("clock-read", |b| b.iter(now));
    group.finish();
}

#[allow(clippy::print_stdout, reason = "the ratios mean nothing without it")]
fn cpu(_: &mut Criterion) {
    #[cfg(target_arch = "x86_64")]
    println!("sha_ni: {}", std::arch::is_x86_feature_detected!("sha"));
    #[cfg(not(target_arch = "x86_64"))]
    println!("sha_ni: not x86_64");
}

fn settings() -> Criterion {
    Criterion::default()
        .sample_size(50)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(1))
        .without_plots()
}

criterion_group! {
    name = benches;
    config = settings();
    targets = cpu, accepted, refused
}
criterion_main!(benches);
