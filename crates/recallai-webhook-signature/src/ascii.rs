//! Looking at every byte of a header value, several at a time.

/// How many bytes are looked at together; the compiler turns one step into a few vector instructions.
const STEP: usize = 16;

/// Whether all bytes are allowed.
#[inline]
pub(crate) fn all(bytes: &[u8], allowed: impl Fn(u8) -> bool) -> bool {
    // Without an early exit, which would keep the compiler from doing so.
    let step = |bytes: &[u8]| bytes.iter().fold(true, |all, &byte| all & allowed(byte));
    match bytes.last_chunk::<STEP>() {
        // The last step may overlap the one before.
        Some(last) => bytes.as_chunks::<STEP>().0.iter().all(|chunk| step(chunk)) && step(last),
        None => step(bytes),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn one_byte_anywhere_is_found() {
        for length in 0..70 {
            let mut bytes = vec![b'a'; length];
            assert!(super::all(&bytes, |byte| byte == b'a'));
            for at in 0..length {
                bytes[at] = b'b';
                assert!(!super::all(&bytes, |byte| byte == b'a'), "{at} of {length}");
                bytes[at] = b'a';
            }
        }
    }
}
