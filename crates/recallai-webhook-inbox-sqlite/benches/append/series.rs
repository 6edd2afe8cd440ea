//! Messages like those of a busy hour: a thousand meetings at once, each with its bot.

use std::time::{Duration, UNIX_EPOCH};

use recallai_webhook_inbox::{NewMessage, SignatureFamily, Signed};

/// How many meetings are live together.
const LIVE: usize = 1000;

const KINDS: [&str; 8] = [
    "recording",
    "participant_events",
    "transcript",
    "video_mixed",
    "video_separate",
    "audio_mixed",
    "audio_separate",
    "meeting_metadata",
];

/// The messages of these numbers. A meeting comes to 16, then others begin.
pub(crate) fn messages(from: usize, count: usize) -> Vec<NewMessage> {
    (from..from + count).map(message).collect()
}

/// Some of the first `total` messages, from all over them.
pub(crate) fn spread(total: usize, count: usize) -> Vec<NewMessage> {
    let count = count.min(total);
    (0..count).map(|n| message(n * (total / count))).collect()
}

fn message(number: usize) -> NewMessage {
    let step = number / LIVE % 16;
    let meeting = number / (LIVE * 16) * LIVE + number % LIVE;
    let (kind, code) = (KINDS[step % 8], if step < 8 { "processing" } else { "done" });
    let id = format!("6b8f2c1e-{:04x}-4a77-9d2b-{meeting:012x}", meeting % 0xffff);
    let artifact = match kind {
        "recording" => String::new(),
        kind => format!(
            r#""{kind}":{{"id":"{:02x}c4{}","metadata":{{"tenant":"acme","room":"42"}}}},"#,
            step % 8,
            &id[4..]
        ),
    };
    let body = format!(
        r#"{{"event":"{kind}.{code}","data":{{"data":{{"code":"{code}","sub_code":null,"updated_at":"2024-12-04T23:{:02}:{:02}.123456Z"}},{artifact}"recording":{{"id":"{id}","metadata":{{"tenant":"acme","room":"42"}}}},"bot":{{"id":"b{}","metadata":{{"tenant":"acme"}}}}}}}}"#,
        step,
        number % 60,
        &id[1..]
    );
    let received = 1_733_000_000 + (number / 100) as u64;
    let signed = Signed::new(
        SignatureFamily::Svix,
        received,
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        "default",
    );
    let id = format!("msg_2pXkWq{number:021}");
    NewMessage::parse("recall", id, body, UNIX_EPOCH + Duration::from_secs(received))
        .with_signature(signed)
}
