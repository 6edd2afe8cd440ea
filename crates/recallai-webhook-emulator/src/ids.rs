//! Ids in the forms that the sender uses.

use crate::seed::Stream;

/// When the time of a KSUID begins, in Unix seconds: 13 May 2014.
const KSUID_EPOCH: u64 = 1_400_000_000;

/// Characters of a KSUID: 20 bytes in base 62.
const KSUID_LEN: usize = 27;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A random UUID, version 4 (RFC 9562), as ids of bots, recordings and all other resources are.
pub(crate) fn uuid(stream: &mut Stream) -> String {
    let mut bits = u128::from_be_bytes(stream.bytes());
    bits = bits & !(0xf << 76) | 0x4 << 76;
    bits = bits & !(0x3 << 62) | 0x2 << 62;
    let hex = format!("{bits:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

/// The id of a message: `msg_` and a KSUID, which is the time in seconds and 16 random bytes.
///
/// A time before 2014 or after 2150 is held to what a KSUID can say.
pub(crate) fn message(unix_seconds: u64, stream: &mut Stream) -> String {
    let seconds = unix_seconds.saturating_sub(KSUID_EPOCH);
    let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
    // Twenty bytes are more than a `u128` has: the time goes first into the long division.
    let mut limbs = [seconds, 0, 0, 0, 0];
    for limb in limbs.iter_mut().skip(1) {
        *limb = u32::from_be_bytes(stream.bytes());
    }
    let mut letters = [b'0'; KSUID_LEN];
    for letter in letters.iter_mut().rev() {
        let mut rest = 0;
        for limb in &mut limbs {
            let value = rest << 32 | u64::from(*limb);
            *limb = (value / 62) as u32;
            rest = value % 62;
        }
        *letter = BASE62.get(rest as usize).copied().unwrap_or(b'0');
    }
    let mut id = String::with_capacity(4 + KSUID_LEN);
    id.push_str("msg_");
    id.extend(letters.iter().map(|letter| char::from(*letter)));
    id
}
