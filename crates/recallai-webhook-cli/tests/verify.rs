//! `verify` names the mistakes that people make, and says what to do. The delivery is the one that
//! all official libraries carry; the wrong signatures were made with Python's `hmac`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::{Value, json};
use support::{SECRET, command, run, run_with};

const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const TIMESTAMP: &str = "1614265330";
const BODY: &str = r#"{"test": 2432232314}"#;
const GOOD: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
const OTHER_SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

/// A captured request.
fn request(family: &str, signature: &str, body: &str) -> String {
    format!(
        "POST /webhooks/recall HTTP/1.1\r\nHost: example.com\r\n{family}-id: {ID}\r\n\
         {family}-timestamp: {TIMESTAMP}\r\n{family}-signature: {signature}\r\n\r\n{body}"
    )
}

fn verify(secret: &str, arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut command = command(&["verify"]);
    command.args(arguments).env("RECALLAI_WEBHOOK_SECRET", secret);
    run_with(&mut command, input.as_bytes())
}

/// Judges a capture from standard input as of the time it was made.
#[track_caller]
fn check(capture: &str, code: i32, finding: &str, words: &[&str]) {
    let (human_code, out, err) = verify(SECRET, &["-", "--at", TIMESTAMP], capture);
    assert_eq!(human_code, Some(code), "{out}{err}");
    for word in words {
        assert!(out.contains(word), "{word}: {out}");
    }
    let (json_code, json, _) =
        verify(SECRET, &["-", "--at", TIMESTAMP, "--format", "json"], capture);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((json_code, json["finding"].as_str()), (Some(code), Some(finding)), "{json}");
    assert_eq!(json["verified"], code == 0);
    assert_eq!(
        json["next"].as_array().unwrap().is_empty(),
        code == 0,
        "it says what to do: {json}"
    );
    assert!(!out.contains(&SECRET["whsec_".len()..]), "{out}");
}

#[test]
fn what_verifies_says_by_which_key_and_headers() {
    check(&request("webhook", GOOD, BODY), 0, "valid", &["verified", "default", "webhook-*", ID]);
    check(&request("svix", GOOD, BODY), 0, "valid", &["svix-* (an older workspace)"]);
}

/// 1: a header that does not exist, and hexadecimal digests.
#[test]
fn a_foreign_header_and_a_hexadecimal_digest() {
    let foreign = format!("POST / HTTP/1.1\nX-Recall-Signature: abc\n\n{BODY}");
    check(&foreign, 3, "foreign_signature_header", &["x-recall-signature", "webhook-signature"]);
    let digest = "83484cf52b04f8e4cf2531adfed9882ad4b2665137b852442d594d20e2c9d4e1";
    for signature in [digest.to_owned(), format!("v1,{digest}"), format!("sha256={digest}")] {
        let words = ["hexadecimal digest", "apart from that the signature is right", "base64"];
        check(&request("webhook", &signature, BODY), 3, "hexadecimal_signature", &words);
    }
    // Over the body alone, as most examples elsewhere do it.
    let digest = "e2cb4f5251572539d458bfb8a7adb533b08801e6a794467e06f771debbb0818b";
    let words = ["hexadecimal digest", "id.timestamp.body", "not the body alone"];
    check(&request("webhook", digest, BODY), 3, "hexadecimal_signature", &words);
    check(
        &request("webhook", &GOOD[3..], BODY),
        3,
        "signature_without_version",
        &["without `v1,`"],
    );
}

/// 2: the API key as secret, and the text of the secret as key.
#[test]
fn an_api_key_and_a_secret_that_was_not_decoded() {
    let api_key = "0123456789abcdef0123456789abcdef01234567";
    let (code, _, err) = verify(api_key, &["-"], &request("webhook", GOOD, BODY));
    assert_eq!(code, Some(2));
    assert!(err.contains("API key"), "{err}");
    for (signature, words) in [
        ("v1,TcxlhK9b6UD6iVI1ZU2tTqp8PEVfYRseNNfa6b+LcUg=", "its text as it is"),
        ("v1,ELhqG0Ku1gwOc1f4jyKdp3SFGFLAOdJ9bvpWLciCakI=", "without `whsec_`"),
    ] {
        let request = request("webhook", signature, BODY);
        check(&request, 3, "undecoded_secret", &[words, "base64"]);
    }
}

/// 3: JSON that was serialised again.
#[test]
fn a_body_that_was_written_anew() {
    for (body, words) in [
        (r#"{"test":2432232314}"#, "Python's json.dumps"),
        ("{\n  \"test\": 2432232314\n}", "Python's json.dumps"),
        ("{\"test\": 2432232314}\n", "line end"),
    ] {
        let words = [words, "raw bytes", "key \"default\""];
        check(&request("webhook", GOOD, body), 3, "reserialized_body", &words);
    }
    // Signed as text, received as escapes.
    let signature = "v1,DSgYlRZuMZmoOQOCFXQ0EgL6tEbF/NoMh+Pw4kJfK9w=";
    let words = ["without \\u escapes", "JSON.stringify"];
    check(&request("svix", signature, r#"{"test": "\u00e9"}"#), 3, "reserialized_body", &words);
}

/// 4: one family of headers alone is read, or passed on.
#[test]
fn headers_of_one_family_only() {
    let split = format!(
        "svix-id: {ID}\nwebhook-timestamp: {TIMESTAMP}\nwebhook-signature: {GOOD}\n\n{BODY}"
    );
    check(&split, 3, "split_families", &["read both families"]);
    let cut = format!("svix-id: {ID}\nsvix-timestamp: {TIMESTAMP}\n\n{BODY}");
    check(&cut, 3, "incomplete_headers", &["svix-signature", "proxies"]);
}

/// 5: the wrong one of several secrets; quotes and line ends around it.
#[test]
fn the_wrong_secret() {
    let request = request("webhook", GOOD, BODY);
    let at = ["-", "--at", TIMESTAMP];
    let (code, out, _) = verify(OTHER_SECRET, &at, &request);
    assert_eq!(code, Some(3));
    for word in [
        "no configured secret",
        "Signing secret",
        "region and environment",
        "made anew",
        "--secret-file",
    ] {
        assert!(out.contains(word), "{word}: {out}");
    }
    // With all of them, the one that fits is named.
    let both = format!("endpoint={OTHER_SECRET},workspace={SECRET}");
    let (code, out, _) = verify(&both, &at, &request);
    assert_eq!(code, Some(0));
    assert!(out.contains("workspace") && out.contains("endpoint, workspace"), "{out}");
    for (secret, word) in [(format!("\"{SECRET}\""), "quotes"), (format!("{SECRET}\\n"), "base64")]
    {
        let (code, _, err) = verify(&secret, &at, &request);
        assert_eq!(code, Some(2), "{err}");
        assert!(err.contains(word), "{err}");
    }
}

/// 6: no secret at all, on either side.
#[test]
fn an_unset_secret() {
    let (code, _, err) = verify("", &["-"], &request("webhook", GOOD, BODY));
    assert_eq!(code, Some(2));
    assert!(err.contains("no secret") && err.contains("API keys & secrets"), "{err}");
    let empty = "v1,woH/1mJtZGSMCmpFTxRYbStS24eLLD/oXIYr4PYyZ7g=";
    check(&request("webhook", empty, BODY), 3, "empty_secret", &["empty key", "anybody can sign"]);
    let unsigned = format!("POST / HTTP/1.1\ncontent-type: application/json\n\n{BODY}");
    check(&unsigned, 3, "no_headers", &["no webhook secret yet", "API keys & secrets"]);
}

#[test]
fn time_is_never_left_out_in_silence() {
    let request = request("webhook", GOOD, BODY);
    let (code, out, _) = verify(SECRET, &["-"], &request);
    assert_eq!(code, Some(3));
    for word in ["signature is right", "in the past", "--at", "--ignore-timestamp", "too old"] {
        assert!(out.contains(word), "{word}: {out}");
    }
    let (code, out, _) = verify(SECRET, &["-", "--ignore-timestamp"], &request);
    assert_eq!(code, Some(0));
    assert!(out.contains("the timestamp was not checked"), "{out}");
    let (code, ..) = verify(SECRET, &["-", "--at", "2021-02-25T15:12:10Z"], &request);
    assert_eq!(code, Some(3), "ten minutes");
    let ten_minutes = ["-", "--at", "2021-02-25T15:12:10Z", "--tolerance", "600"];
    assert_eq!(verify(SECRET, &ten_minutes, &request).0, Some(0));
    // The same of a mistake.
    let hex = "83484cf52b04f8e4cf2531adfed9882ad4b2665137b852442d594d20e2c9d4e1";
    let (_, out, _) = verify(SECRET, &["-"], &request.replace(GOOD, hex));
    assert!(out.contains("hexadecimal") && out.contains("apart from that, the timestamp"), "{out}");
    // Both wrong: the signature counts, and the time is told too.
    let (code, out, _) = verify(OTHER_SECRET, &["-"], &request);
    assert_eq!(code, Some(3));
    assert!(out.contains("no configured secret") && out.contains("too old"), "{out}");
}

#[test]
fn a_capture_may_have_any_of_the_forms() {
    let curl = format!(
        "* Connected\n> POST /x HTTP/1.1\n> webhook-id: {ID}\n> webhook-timestamp: {TIMESTAMP}\n\
         > webhook-signature: {GOOD}\n>\n< HTTP/1.1 401 Unauthorized\n"
    );
    let file = std::env::temp_dir().join(format!("recallai-webhook-verify-{}", std::process::id()));
    std::fs::write(&file, BODY).unwrap();
    let body = file.to_str().unwrap();
    let at = ["--at", TIMESTAMP];
    assert_eq!(verify(SECRET, &[&["-", "--body", body], &at[..]].concat(), &curl).0, Some(0));
    let (code, _, err) = verify(SECRET, &[&["-"], &at[..]].concat(), &curl);
    assert_eq!(code, Some(2), "curl -v shows no body");
    assert!(err.contains("--body"), "{err}");

    let headers = [
        format!("webhook-id: {ID}"),
        format!("webhook-timestamp: {TIMESTAMP}"),
        format!("webhook-signature: {GOOD}"),
    ];
    let flags: Vec<&str> = headers.iter().flat_map(|header| ["-H", header]).collect();
    assert_eq!(verify(SECRET, &[&flags[..], &at].concat(), BODY).0, Some(0), "the body is read");
    std::fs::remove_file(&file).unwrap();

    let list: Vec<Value> = headers
        .iter()
        .map(|header| header.split_once(": ").unwrap())
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    let request = json!({ "headers": list, "postData": { "text": BODY } });
    let har = json!({ "log": { "entries": [{ "request": {} }, { "request": request }] } });
    check(&har.to_string(), 0, "valid", &[]);
    check(&json!({ "headers": list, "body": BODY }).to_string(), 0, "valid", &[]);
    let line = json!({
        "type": "unreadable", "message_id": ID, "timestamp": 1_614_265_330, "signature": GOOD, "body": BODY,
        "header_family": "webhook",
    });
    check(&line.to_string(), 0, "valid", &[]);
}

/// A blank line in front, lines in a body that look like those of curl, and headers in lists.
#[test]
fn a_capture_is_not_mistaken_for_another() {
    let good = request("webhook", GOOD, BODY);
    check(&format!("\n\n{good}"), 0, "valid", &[]);
    let quoting = good.replace(BODY, &format!("> quoted: line\n{BODY}"));
    check(&quoting, 3, "wrong_secret_or_body", &["webhook-signature"]);
    let flat = json!({ "headers": ["Webhook-Id", ID, "Webhook-Timestamp", TIMESTAMP,
        "Webhook-Signature", GOOD], "body": BODY });
    check(&flat.to_string(), 0, "valid", &[]);
    let lines = json!({ "headers": [format!("webhook-id: {ID}"), format!("webhook-timestamp: {TIMESTAMP}"),
        format!("webhook-signature: {GOOD}"), "host: a"], "body": BODY });
    check(&lines.to_string(), 0, "valid", &[]);
    let number = json!({ "headers": { "webhook-id": ID, "webhook-timestamp": 1_614_265_330,
        "webhook-signature": GOOD }, "body": BODY });
    check(&number.to_string(), 0, "valid", &[]);
    let lines = format!("{flat}\n{flat}\n");
    let (code, _, err) = verify(SECRET, &["-"], &lines);
    assert_eq!(code, Some(2));
    assert!(err.contains("several lines"), "{err}");
}

/// A relay in front signs with Svix, too: its headers are complete, and count first.
#[test]
fn headers_of_somebody_else_beside_the_right_ones() {
    let foreign = "svix-id: msg_2\r\nsvix-timestamp: 1614265330\r\nsvix-signature: \
                   v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=\r\n\r\n";
    let both = request("webhook", GOOD, BODY).replacen("\r\n\r\n", &format!("\r\n{foreign}"), 1);
    check(&both, 3, "foreign_svix_headers", &["webhook-* headers are right", "relay"]);
    let other = format!(
        "webhook-id: {ID}\nwebhook-timestamp: {TIMESTAMP}\nx-recall-signature: a\n\n{BODY}"
    );
    check(&other, 3, "foreign_signature_header", &["x-recall-signature"]);
}

/// Several signatures, as in a rotation, of which one is right but for how it is written.
#[test]
fn one_of_several_signatures_is_right() {
    let wrong = "0".repeat(64);
    let right = "83484cf52b04f8e4cf2531adfed9882ad4b2665137b852442d594d20e2c9d4e1";
    let words = ["hexadecimal digest", "the signature is right"];
    check(&request("svix", &format!("{wrong} {right}"), BODY), 3, "hexadecimal_signature", &words);
    let unpadded = GOOD.trim_end_matches('=');
    check(&request("svix", unpadded, BODY), 3, "unpadded_signature", &["lost its padding"]);
}

/// As CGI, WSGI and Rack hand headers to a program.
#[test]
fn headers_under_the_names_of_a_gateway() {
    let renamed = format!(
        "HTTP_WEBHOOK_ID: {ID}\nHTTP_WEBHOOK_TIMESTAMP: {TIMESTAMP}\nHTTP_WEBHOOK_SIGNATURE: {GOOD}\n\n{BODY}"
    );
    check(&renamed, 3, "renamed_headers", &["webhook-id", "HTTP_WEBHOOK_ID"]);
    // A signature of another scheme beside ours is nobody's mistake.
    let beside =
        format!("webhook-id: {ID}\nwebhook-timestamp: {TIMESTAMP}\nx-amz-hmac: a\n\n{BODY}");
    check(&beside, 3, "incomplete_headers", &["webhook-signature is missing"]);
}

/// The body of a capture may be of no use; then `--body` takes its place.
#[test]
fn a_body_of_its_own_takes_the_place_of_another() {
    let file = std::env::temp_dir().join(format!("recallai-webhook-own-{}", std::process::id()));
    std::fs::write(&file, BODY).unwrap();
    let path = file.to_str().unwrap();
    let chunked = request("webhook", GOOD, "14\r\nx\r\n0").replacen(
        "Host:",
        "Transfer-Encoding: chunked\r\nHost:",
        1,
    );
    let parsed = json!({ "headers": { "webhook-id": ID, "webhook-timestamp": TIMESTAMP,
        "webhook-signature": GOOD }, "body": {} });
    let short = request("webhook", GOOD, "x").replacen("Host:", "Content-Length: 900\r\nHost:", 1);
    for capture in [chunked, parsed.to_string(), short] {
        let (code, out, err) = verify(SECRET, &["-", "--body", path, "--at", TIMESTAMP], &capture);
        assert_eq!(code, Some(0), "{out}{err}");
        assert!(!out.contains("content-length"), "{out}");
    }
    std::fs::remove_file(&file).unwrap();
}

/// Nothing to verify is not an empty body.
#[test]
fn a_body_that_is_not_there_is_asked_for() {
    let har = json!({ "log": { "entries": [{ "request": { "method": "POST", "headers": [
        { "name": "webhook-id", "value": ID }, { "name": "webhook-timestamp", "value": TIMESTAMP },
        { "name": "webhook-signature", "value": GOOD }] } }] } });
    let file = std::env::temp_dir().join(format!("recallai-webhook-har-{}", std::process::id()));
    std::fs::write(&file, har.to_string()).unwrap();
    let path = file.to_str().unwrap();
    let (code, _, err) = verify(SECRET, &[path, "--at", TIMESTAMP], "");
    assert_eq!(code, Some(2));
    assert!(err.contains("there is no body"), "{err}");
    assert_eq!(verify(SECRET, &[path, "--at", TIMESTAMP], BODY).0, Some(0), "from standard input");
    std::fs::remove_file(&file).unwrap();
    for arguments in [&["-", "--body", "-"][..], &["-", "--secret-file", "-"]] {
        let (code, _, err) = verify(SECRET, arguments, &request("webhook", GOOD, BODY));
        assert_eq!(code, Some(2));
        assert!(err.contains("standard input can be read once"), "{err}");
    }
    let (code, _, err) = verify(SECRET, &["--body", "x"], "");
    assert_eq!(code, Some(2));
    assert!(err.contains("-H") && err.contains("curl -v"), "{err}");
}

/// What `serve` prints can be verified again, as can what `sign` signs.
#[test]
fn what_the_other_commands_print_verifies() {
    let mut serve = command(&["serve", "--inline", "--format", "json"]);
    let mut server = support::Server::start(serve.env("RECALLAI_WEBHOOK_SECRET", SECRET));
    let body = r#"{"event":"calendar.update","data":{"calendar_id":"\u00e9"}}"#;
    assert!(server.raw(&support::signed("msg_1", body)).starts_with("HTTP/1.1 204"));
    let (code, out, _) = verify(SECRET, &["-"], &server.next_event());
    assert_eq!(code, Some(0));
    assert!(out.contains("svix-* (an older workspace)"), "{out}");

    let mut sign = command(&["sign", "--family", "svix"]);
    let both = format!("new={OTHER_SECRET} old={SECRET}");
    let (code, headers, _) = run_with(sign.env("RECALLAI_WEBHOOK_SECRET", &both), body.as_bytes());
    assert_eq!(code, Some(0));
    assert_eq!(headers.matches("v1,").count(), 2, "one signature for each secret: {headers}");
    let request = format!("{headers}\n{body}");
    for secret in [SECRET, OTHER_SECRET] {
        assert_eq!(verify(secret, &["-"], &request).0, Some(0));
    }
}

/// The published signature, made by the command.
#[test]
fn sign_makes_the_published_signature() {
    let mut sign = command(&["sign", "--id", ID, "--timestamp", TIMESTAMP, "--format", "json"]);
    let (code, out, err) = run_with(sign.env("RECALLAI_WEBHOOK_SECRET", SECRET), BODY.as_bytes());
    assert_eq!(code, Some(0), "{err}");
    let out: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(out["headers"]["webhook-signature"], GOOD);
    let dotted = run_with(
        command(&["sign", "--id", "a.b"]).env("RECALLAI_WEBHOOK_SECRET", SECRET),
        BODY.as_bytes(),
    );
    assert_eq!(dotted.0, Some(2), "an id that no receiver takes is not signed");
}

#[test]
fn what_is_no_capture_is_not_judged() {
    for (input, word) in [
        ("", "empty"),
        ("what is this", "no header"),
        ("{\"event\":\"bot.done\"}", "--body"),
        ("{\"headers\":{},\"body\":{}}", "parsed"),
        ("{ no json", "--body"),
    ] {
        let (code, out, err) = verify(SECRET, &["-"], input);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{input}: {err}");
        assert!(err.contains(word), "{word}: {err}");
    }
    let (code, ..) = run(command(&["verify"]).env("RECALLAI_WEBHOOK_SECRET", SECRET));
    assert_eq!(code, Some(2));
    let (code, _, err) = verify(SECRET, &["/no/such/file"], "");
    assert_eq!(code, Some(2));
    assert!(err.contains("/no/such/file"), "{err}");
}

#[test]
fn text_of_others_cannot_act_on_the_terminal() {
    let body = "{\"event\":\"a\\u001b]0;title\\u0007\\u202eb\",\"data\":{}}";
    let capture = request("webhook", "v1,\u{1b}[31m", body).replace(ID, "m\u{9b}31m");
    let (_, out, err) = verify(SECRET, &["-"], &capture);
    let printed = format!("{out}{err}");
    let acting = printed.chars().find(|c| c.is_control() && *c != '\n' || *c == '\u{202e}');
    assert_eq!(acting, None, "{printed:?}");
}
