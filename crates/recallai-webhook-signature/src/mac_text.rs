//! Decoding the base64 of one authentication code.
//!
//! The length is fixed and the decoder has neither table nor branch, so that the compiler makes it work on
//! sixteen characters at a time. A general decoder takes three times as long, on every delivery.

use crate::mac::Mac;

/// The length of 32 bytes in padded base64: 43 characters and one `=`.
const LENGTH: usize = 44;
/// `LENGTH` rounded up to whole vector registers.
const VECTORS: usize = 48;

/// Canonical base64 of exactly 32 bytes in the standard alphabet, or nothing.
#[inline]
pub(crate) fn decode(text: &[u8]) -> Option<Mac> {
    let text: &[u8; LENGTH] = text.try_into().ok()?;
    let [characters @ .., b'='] = text else {
        return None;
    };
    let mut padded = [b'A'; VECTORS];
    padded[..characters.len()].copy_from_slice(characters);
    let mut valid = true;
    for character in &mut padded {
        let (value, known) = value(*character);
        *character = value;
        valid &= known;
    }

    let mut bytes = [0; LENGTH / 4 * 3];
    for (values, bytes) in padded.as_chunks::<4>().0.iter().zip(bytes.as_chunks_mut::<3>().0) {
        let [a, b, c, d] = values.map(u32::from);
        let [_, group @ ..] = (a << 18 | b << 12 | c << 6 | d).to_be_bytes();
        *bytes = group;
    }
    // What is left of the last character after 32 bytes must be zero: one code has one text.
    let [mac @ .., trailing] = bytes;
    (valid && trailing == 0).then_some(mac)
}

/// The six bits of a character, and whether it is in the alphabet.
#[inline(always)]
fn value(character: u8) -> (u8, bool) {
    let (mut value, mut known) = (0, 0);
    for (first, count, start) in
        [(b'A', 26, 0), (b'a', 26, 26), (b'0', 10, 52), (b'+', 1, 62), (b'/', 1, 63)]
    {
        let index = character.wrapping_sub(first);
        let mask = u8::from(index < count).wrapping_neg();
        value |= mask & index.wrapping_add(start);
        known |= mask;
    }
    (value, known != 0)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    fn check(text: &[u8]) {
        let expected = STANDARD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
        assert_eq!(super::decode(text), expected, "{}", text.escape_ascii());
    }

    #[test]
    fn every_character_at_every_place_is_read_as_the_base64_crate_does() {
        let code: [u8; 32] = std::array::from_fn(|index| (index as u8).wrapping_mul(37));
        let text = STANDARD.encode(code).into_bytes();
        for at in 0..text.len() {
            for byte in 0..=u8::MAX {
                let mut text = text.clone();
                text[at] = byte;
                check(&text);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn texts_are_read_as_the_base64_crate_does(
            code in any::<[u8; 32]>(),
            text in "[A-Za-z0-9+/]{40,44}={0,3}",
        ) {
            check(STANDARD.encode(code).as_bytes());
            check(text.as_bytes());
        }
    }
}
