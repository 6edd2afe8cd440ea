//! Percent-encoding, for places that do not take every character.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text with every character percent-encoded, byte for byte, that may not stand there, and with every
/// `%` too: two texts that differ still do.
pub(crate) fn percent(text: &str, may_stand: impl Fn(char) -> bool) -> Cow<'_, str> {
    let is_plain = |c: char| c != '%' && may_stand(c);
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut encoded = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_plain(c) {
            encoded.push(c);
            continue;
        }
        for byte in c.encode_utf8(&mut [0; 4]).bytes() {
            // Writing to a string does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    Cow::Owned(encoded)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_may_not_stand_is_encoded() {
        let printable = |c: char| c.is_ascii_graphic();
        assert!(matches!(percent("a:b_c", printable), Cow::Borrowed("a:b_c")));
        assert_eq!(percent("a b\u{e9}%", printable), "a%20b%C3%A9%25");
        assert_eq!(percent("a.b", |c| c != '.'), "a%2Eb");
    }

    proptest! {
        #[test]
        fn texts_that_differ_still_do(one in ".{0,6}", other in "[%2E.]{0,6}") {
            let encoded = |text: &str| percent(text, |c| c.is_ascii_graphic() && c != '.').into_owned();
            prop_assert_eq!(one == other, encoded(&one) == encoded(&other));
            prop_assert!(encoded(&one).is_ascii());
        }
    }
}
