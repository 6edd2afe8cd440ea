//! Deliveries like those of a busy hour: a thousand recordings at once, each with its bot.

use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

use recallai_webhook_hyper::dispatch::Secret;

use crate::shared::wire::{SECRET, request};

/// How many recordings are live together.
const LIVE: u64 = 1_000;

/// One delivery in so many is of a message that was delivered before.
const DUPLICATE: u64 = 20;

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

/// All deliveries to one server, in order.
pub(crate) struct Series {
    secret: Secret,
    deliveries: u64,
    messages: u64,
}

impl Series {
    pub(crate) fn begin() -> io::Result<Self> {
        let secret = Secret::parse(SECRET).map_err(io::Error::other)?;
        Ok(Self { secret, deliveries: 0, messages: 0 })
    }

    /// The next deliveries, signed now.
    pub(crate) fn take(&mut self, count: usize) -> io::Result<Vec<Vec<u8>>> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_err(io::Error::other)?;
        let requests = (0..count).map(|_| {
            let (id, body) = message(self.number());
            request(&self.secret, &id, now.as_secs(), &body)
        });
        requests.collect()
    }

    /// The number of the message that the next delivery is of.
    fn number(&mut self) -> u64 {
        self.deliveries += 1;
        if self.deliveries.is_multiple_of(DUPLICATE) {
            // Sent again not much later, as after a reply that was lost.
            let back = mix(self.deliveries) % 500 + 1;
            return self.messages.saturating_sub(back);
        }
        self.messages += 1;
        self.messages - 1
    }
}

/// A recording comes to 16 messages: each artifact is processed, then done. Then others begin.
fn message(number: u64) -> (String, String) {
    let step = number / LIVE % 16;
    let recording = number / (LIVE * 16) * LIVE + number % LIVE;
    let code = if step < 8 { "processing" } else { "done" };
    let kind = KINDS[(step % 8) as usize];
    let artifact = match kind {
        "recording" => String::new(),
        kind => format!(r#""{kind}":{{"id":"{}","metadata":{{}}}},"#, uuid(kind, recording)),
    };
    let body = format!(
        r#"{{"event":"{kind}.{code}","data":{{"data":{{"code":"{code}","sub_code":null,"updated_at":"2024-12-04T23:{step:02}:{:02}.339940Z"}},{artifact}"recording":{{"id":"{}","metadata":{{"user_id":"12345","team":"north"}}}},"bot":{{"id":"{}","metadata":{{"meeting":"weekly planning of the north team"}}}}}}}}"#,
        number % 60,
        uuid("recording", recording),
        uuid("bot", recording),
    );
    // Like the sender's: by the second in order, within a second not.
    let second = number / 20_000;
    (format!("msg_2pX{second:08x}{:016x}", mix(number)), body)
}

/// A random id, always the same for the same thing.
fn uuid(kind: &str, number: u64) -> String {
    let kind = kind.bytes().fold(number, |kind, byte| mix(kind ^ u64::from(byte)));
    let (a, b) = (mix(kind), mix(kind + 1));
    format!(
        "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
        a >> 32,
        a >> 16 & 0xffff,
        a & 0xfff,
        b >> 48 & 0xfff,
        b & 0xffff_ffff_ffff
    )
}

/// Numbers that look random: SplitMix64.
pub(crate) fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}
