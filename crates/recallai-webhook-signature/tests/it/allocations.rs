//! Verifying allocates nothing, whether it accepts or refuses.

use recallai_webhook_signature::Verifier;

use crate::delivery::{
    BODY, GOOD, ID, Lines, TIMESTAMP, WRONG, at, now, other_secret, secret, svix, webhook,
};

fn allocations(verifier: &Verifier, headers: &Lines<'_>, body: &[u8]) -> u64 {
    let info = allocation_counter::measure(|| {
        let headers = headers.iter().copied();
        let verdict = verifier.verify(headers, body, now());
        std::hint::black_box(verdict.is_ok());
    });
    info.count_total
}

#[test]
fn none_to_accept() {
    let verifier = Verifier::builder()
        .secret("new", other_secret())
        .expiring_secret("old", secret(), at(u64::from(u32::MAX)))
        .build()
        .unwrap();
    let large = vec![b'a'; 1 << 20];
    let signed = secret().sign(ID, 1_614_265_330, &large).unwrap();
    let many = format!("{} {GOOD}", vec![WRONG; 31].join(" "));
    for (headers, body) in [
        (svix(ID, TIMESTAMP, GOOD), BODY),
        (webhook(ID, TIMESTAMP, &many), BODY),
        (svix(ID, TIMESTAMP, &signed), &large),
    ] {
        assert!(verifier.verify(headers.iter().copied(), body, now()).is_ok());
        assert_eq!(allocations(&verifier, &headers, body), 0);
    }
}

#[test]
fn none_to_refuse() {
    let verifier = Verifier::new(secret());
    for headers in [
        Lines::new(),
        svix(ID, TIMESTAMP, WRONG),
        svix(ID, TIMESTAMP, "junk"),
        svix(ID, "0", GOOD),
        svix(ID, "1", GOOD),
        svix("", TIMESTAMP, GOOD),
        svix(ID, TIMESTAMP, &"v1,x ".repeat(1000)),
        svix(ID, TIMESTAMP, GOOD)[..2].to_vec(),
    ] {
        assert!(verifier.verify(headers.iter().copied(), BODY, now()).is_err());
        assert_eq!(allocations(&verifier, &headers, BODY), 0, "{headers:?}");
    }
}

/// The counter itself works.
#[test]
fn the_counter_counts() {
    assert_eq!(
        allocation_counter::measure(|| drop(std::hint::black_box(vec![1_u8]))).count_total,
        1
    );
}
