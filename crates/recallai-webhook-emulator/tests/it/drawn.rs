//! What a seed gives is the same on every machine and in every version: computed with another program
//! (ChaCha, FNV-1a and `hmac` in Python), and written down here.

use std::time::Duration;

use recallai_webhook_emulator::{Seed, SigningSecret};

use crate::world::{BAD, DAY, endpoint, jittered, message, run};

#[test]
fn the_secret_of_a_seed() {
    let secret = SigningSecret::generate(Seed(7), "mine");
    let signature = secret.sign("msg_1", 1_800_000_000, b"{}");
    assert_eq!(signature, "v1,0XnfcH9xLrAahjfkYEtgrnJpY0l7sZB9yRJUreo6+3w=");
}

#[test]
fn the_attempts_of_a_seed() {
    let mut sender = jittered(7);
    endpoint(&mut sender, "a");
    sender.publish(message("msg_1", Duration::ZERO));
    let log = run(&mut sender, 30 * DAY, |_| BAD);
    let times: Vec<u128> = log.iter().map(|(attempt, _)| attempt.at.as_nanos()).collect();
    assert_eq!(
        times,
        [
            0,
            5_491_085_128,
            263_425_524_439,
            1_960_432_790_587,
            10_358_429_224_291,
            28_296_041_503_377,
            65_081_997_256_013,
            95_403_267_829_451,
        ],
    );
}
