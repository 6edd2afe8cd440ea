//! Signatures that are written in another way than the sender's `v1,` and padded base64.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

/// A token of a signature header, read by somebody who wants to understand it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Respelled {
    /// What is odd about it, for programs.
    pub(super) name: &'static str,
    /// The same in words that follow *the signature is*.
    pub(super) how: &'static str,
    /// As the sender would write it.
    pub(super) proper: String,
}

/// Reads a token; `None` for one that is written as it should be, and for one that holds no 32 bytes.
pub(super) fn read(token: &str) -> Option<Respelled> {
    let bare = token.trim_matches(['"', '\'', '`', ';', ',']);
    let prefix = ["v1,", "v1=", "sha256="].into_iter().find(|prefix| bare.starts_with(prefix));
    let text = &bare[prefix.map_or(0, str::len)..];
    let (mac, encoding) = decode(text)?;
    let (name, how) = match (encoding, prefix) {
        (Encoding::Hexadecimal, _) => ("hexadecimal_signature", "a hexadecimal digest"),
        (Encoding::UrlSafe, _) => ("url_safe_signature", "in url-safe base64"),
        (Encoding::Unpadded, _) => ("unpadded_signature", "in base64 that has lost its padding"),
        _ if bare.len() < token.len() => {
            ("quoted_signature", "in quotes, or has a separator at its end")
        }
        (Encoding::Standard, Some("v1,")) => return None,
        (Encoding::Standard, _) => ("signature_without_version", "base64 without `v1,` in front"),
    };
    Some(Respelled { name, how, proper: format!("v1,{}", STANDARD.encode(mac)) })
}

#[derive(Clone, Copy)]
enum Encoding {
    Hexadecimal,
    Standard,
    Unpadded,
    UrlSafe,
}

/// The 32 bytes of a digest, however they are written.
fn decode(text: &str) -> Option<(Vec<u8>, Encoding)> {
    let base64 = [
        (STANDARD, Encoding::Standard),
        (STANDARD_NO_PAD, Encoding::Unpadded),
        (URL_SAFE, Encoding::UrlSafe),
        (URL_SAFE_NO_PAD, Encoding::UrlSafe),
    ];
    let base64 =
        base64.iter().filter_map(|(engine, encoding)| Some((engine.decode(text).ok()?, *encoding)));
    let all = hexadecimal(text).map(|mac| (mac, Encoding::Hexadecimal)).into_iter().chain(base64);
    all.into_iter().find(|(mac, _)| mac.len() == 32)
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let byte = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).ok();
    (0..text.len()).step_by(2).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published signature, in which the url-safe alphabet differs.
    const GOOD: &str = "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    #[test]
    fn each_spelling_is_named() {
        let url_safe = GOOD.replace('+', "-").replace('/', "_");
        let hexadecimal = "83484cf52b04f8e4cf2531adfed9882ad4b2665137b852442d594d20e2c9d4e1";
        for (token, name) in [
            (hexadecimal.to_owned(), "hexadecimal_signature"),
            (format!("v1,{hexadecimal}"), "hexadecimal_signature"),
            (format!("sha256={hexadecimal}"), "hexadecimal_signature"),
            (GOOD.to_owned(), "signature_without_version"),
            (format!("v1={GOOD}"), "signature_without_version"),
            (format!("\"v1,{GOOD}\""), "quoted_signature"),
            (format!("v1,{}", GOOD.trim_end_matches('=')), "unpadded_signature"),
            (format!("v1,{url_safe}"), "url_safe_signature"),
        ] {
            let read = read(&token).unwrap();
            assert_eq!((read.name, read.proper), (name, format!("v1,{GOOD}")), "{token}");
        }
        for token in [&format!("v1,{GOOD}"), "", "v1,", "v1a,x", "junk", "\u{e9}", &GOOD[..20]] {
            assert_eq!(read(token), None, "{token}");
        }
    }
}
