//! Which headers count, which tokens of them, and what is refused before anything is hashed.

use recallai_webhook_signature::HeaderFamily::{self, Svix, Webhook};
use recallai_webhook_signature::HeaderPart::{Id, Signature, Timestamp};
use recallai_webhook_signature::VerifyError::{
    self, ConflictingHeader, InvalidHeader, MissingHeader, NoMatchingSignature, NoSignatureHeaders,
    NoUsableSignature, TooManySignatures,
};

use crate::delivery::{
    ASYMMETRIC, BODY, GOOD, ID, Lines, TIMESTAMP, WRONG, ageless, now, secret, svix, verifier,
    webhook,
};

#[allow(clippy::needless_pass_by_value, reason = "callers make the lines on the spot")]
fn check(headers: Lines<'_>, expected: Result<HeaderFamily, VerifyError>) {
    let verifier = verifier();
    let verdict =
        verifier.verify(headers.clone(), BODY, now()).map(|verified| verified.header_family());
    assert_eq!(verdict, expected, "{headers:?}");
}

/// Checks one signature line.
fn check_line(line: &str, expected: Result<(), VerifyError>) {
    check(svix(ID, TIMESTAMP, line), expected.map(|()| Svix));
}

/// Checks several signature lines.
fn check_lines(lines: &[&str], expected: Result<(), VerifyError>) {
    let mut headers = webhook(ID, TIMESTAMP, "");
    headers.pop();
    headers.extend(lines.iter().map(|line| ("webhook-signature", line.as_bytes())));
    check(headers, expected.map(|()| Webhook));
}

#[test]
fn a_family_is_a_complete_triple_and_svix_comes_first() {
    let with = |mut a: Lines<'static>, b: Lines<'static>| {
        a.extend(b);
        a
    };
    let (both, none) = (svix(ID, TIMESTAMP, GOOD), Lines::new());
    check(both.clone(), Ok(Svix));
    check(webhook(ID, TIMESTAMP, GOOD), Ok(Webhook));
    check(with(webhook(ID, TIMESTAMP, GOOD), both), Ok(Svix));
    check(with(webhook(ID, TIMESTAMP, GOOD), svix(ID, TIMESTAMP, WRONG)), Err(NoMatchingSignature));
    check(with(svix(ID, TIMESTAMP, GOOD), webhook("", "", "")), Ok(Svix));
    check(none, Err(NoSignatureHeaders));
    check(vec![("content-length", b"20"), ("user-agent", b"x")], Err(NoSignatureHeaders));

    // Two of one family and all of the other.
    for missing in 0..3 {
        let mut headers = svix(ID, TIMESTAMP, WRONG);
        headers.remove(missing);
        headers.extend(webhook(ID, TIMESTAMP, GOOD));
        check(headers, Ok(Webhook));
    }
}

#[test]
fn an_incomplete_family_is_refused_and_never_completed_from_the_other() {
    for (missing, part) in [Id, Timestamp, Signature].into_iter().enumerate() {
        for (family, triple) in
            [(Svix, svix(ID, TIMESTAMP, GOOD)), (Webhook, webhook(ID, TIMESTAMP, GOOD))]
        {
            let mut headers = triple;
            headers.remove(missing);
            check(headers.clone(), Err(MissingHeader { family, part }));

            let other = if family == Svix { Webhook } else { Svix };
            let borrowed = [ID, TIMESTAMP, GOOD][missing].as_bytes();
            headers.push((other.header_name(part), borrowed));
            check(headers, Err(MissingHeader { family, part }));
        }
    }
}

#[test]
fn names_match_in_any_case_and_only_whole() {
    check(
        vec![
            ("SVIX-ID", ID.as_bytes()),
            ("Svix-Timestamp", TIMESTAMP.as_bytes()),
            ("sViX-sIgNaTuRe", GOOD.as_bytes()),
        ],
        Ok(Svix),
    );
    for name in ["svix_id", "xvix-id", "svix-i", "svix-idd", ""] {
        let mut headers = svix(ID, TIMESTAMP, GOOD);
        headers[0].0 = name;
        check(headers, Err(MissingHeader { family: Svix, part: Id }));
    }
}

#[test]
fn repeated_ids_and_timestamps_agree_or_are_refused() {
    for (part, name, same, differing) in
        [(Id, "svix-id", ID, "msg_other"), (Timestamp, "svix-timestamp", TIMESTAMP, "1614265331")]
    {
        for (again, expected) in
            [(same, Ok(Svix)), (differing, Err(ConflictingHeader { family: Svix, part }))]
        {
            let mut headers = svix(ID, TIMESTAMP, GOOD);
            headers.push((name, again.as_bytes()));
            headers.push((name, same.as_bytes()));
            check(headers, expected);
        }
    }
    // A conflict in a family that does not count is nobody's business.
    let mut headers = svix(ID, TIMESTAMP, GOOD);
    headers.extend([("webhook-id", &b"a"[..]), ("webhook-id", b"b")]);
    check(headers, Ok(Svix));
}

#[test]
fn ids_are_printable_ascii_without_a_dot() {
    let verifier = ageless(secret());
    for id in ["msg_1", "a", "~!:/ -", "0"] {
        let signature = secret().sign(id, 1, BODY).unwrap();
        assert!(verifier.verify(svix(id, "1", &signature), BODY, now()).is_ok(), "{id:?}");
    }
    for id in ["", ".", "a.b", "msg_1.", "a\tb", "a\0", "msg_\u{e9}", "\u{7f}"] {
        let error = verifier.verify(svix(id, TIMESTAMP, GOOD), BODY, now()).unwrap_err();
        assert_eq!(error, InvalidHeader { family: Svix, part: Id }, "{id:?}");
    }
}

#[test]
fn all_lines_are_read_and_split_on_spaces_only() {
    check_line(GOOD, Ok(()));
    check_line(&format!("{WRONG} {GOOD}"), Ok(()));
    check_line(&format!("  {WRONG}   {GOOD}  "), Ok(()));
    check_line(&format!("junk , v2,x v1 v1, {ASYMMETRIC} {GOOD}"), Ok(()));
    check_line(&format!("{WRONG}\t{GOOD}"), Err(NoUsableSignature));
    check_lines(&[WRONG, GOOD], Ok(()));
    check_lines(&["", "   ", "junk", GOOD], Ok(()));
    check_lines(&[WRONG, WRONG], Err(NoMatchingSignature));
    check_lines(&["", "  "], Err(NoUsableSignature));
}

#[test]
fn one_trailing_comma_is_dropped_where_another_token_follows() {
    check_line(&format!("{GOOD}, {WRONG}"), Ok(()));
    check_line(&format!("{WRONG}, {GOOD}"), Ok(()));
    check_line(&format!("{GOOD},  {WRONG}"), Ok(()));
    check_line(&format!("{GOOD}, junk"), Ok(()));
    check_line(&format!("{GOOD},"), Err(NoUsableSignature));
    check_line(&format!("{GOOD}, "), Err(NoUsableSignature));
    check_line(&format!("{GOOD},, {WRONG}"), Err(NoMatchingSignature));
    check_line(&format!("{GOOD},{WRONG}"), Err(NoUsableSignature));
    check_line(&format!("{GOOD},x {WRONG}"), Err(NoMatchingSignature));
    check_line(&format!("{GOOD} ,{WRONG}"), Ok(()));
    check_lines(&[&format!("{GOOD},"), WRONG], Err(NoMatchingSignature));
}

#[test]
fn a_token_that_cannot_match_is_told_from_one_that_does_not() {
    check_line(WRONG, Err(NoMatchingSignature));
    let encoded = &GOOD[3..];
    for token in [
        "v1,",
        "v1",
        ",",
        "",
        encoded,
        ASYMMETRIC,
        &GOOD[..11],
        &GOOD[..GOOD.len() - 1],
        &format!("{GOOD}="),
        &format!("v1,,{encoded}"),
        &format!("v10,{encoded}"),
        &format!("V1,{encoded}"),
        &format!("v2,{encoded}"),
        &GOOD.replace("1OE=", "1OF="),
        &GOOD.replace("1OE=", "1O=="),
        &GOOD.replace("1OE=", "1OEA"),
        &GOOD.replace(['+', '/'], "_"),
    ] {
        check_line(token, Err(NoUsableSignature));
    }
}

#[test]
fn thirty_two_tokens_are_read_and_thirty_three_refused() {
    let line = |count: usize| vec!["junk"; count].join(" ");
    check_line(&format!("{} {GOOD}", line(31)), Ok(()));
    check_line(&format!("{} {GOOD}", line(32)), Err(TooManySignatures));
    check_line(&format!("{GOOD} {}", line(32)), Err(TooManySignatures));
    check_lines(&[&line(16), &line(15), GOOD], Ok(()));
    check_lines(&[&line(16), &line(16), GOOD], Err(TooManySignatures));
    check_lines(&[&["junk"; 31][..], &[GOOD]].concat(), Ok(()));
    check_lines(&[&["junk"; 32][..], &[GOOD]].concat(), Err(TooManySignatures));
    check_lines(&[&[" "; 1000][..], &[GOOD]].concat(), Ok(()));
}

#[test]
fn a_signature_line_is_printable_ascii() {
    for line in ["\u{e9}", "v1,\n", "\0", "\u{7f}"] {
        let invalid = Err(InvalidHeader { family: Svix, part: Signature });
        check_line(line, invalid);
        check_line(&format!("{GOOD} {line}"), invalid);
    }
}

#[test]
fn verified_says_what_was_verified() {
    let (verifier, line) = (verifier(), format!("{WRONG} {GOOD}"));
    let verified = verifier.verify(webhook(ID, TIMESTAMP, &line), BODY, now()).unwrap();
    assert_eq!(verified.id(), ID);
    assert_eq!(verified.timestamp().to_string(), TIMESTAMP);
    assert_eq!(verified.signature(), GOOD);
    assert_eq!(verified.header_family(), Webhook);
    assert_eq!(verified.key_label(), "default");
    assert_eq!(verified.body(), BODY);
}
