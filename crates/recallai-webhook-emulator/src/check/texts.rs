//! Bodies, in the sender's shapes. `@bot`, `@recording` and `@artifact` stand for ids, `@now` for the time.

/// An event that starts no work, and that every receiver gets.
pub(super) const JOINING: &str = r#"{"event":"bot.joining_call","data":{"data":{"code":"joining_call","sub_code":null,"updated_at":"@now"},"bot":{"id":"@bot","metadata":{}}}}"#;

pub(super) const RECORDING_DONE: &str = r#"{"event":"recording.done","data":{"data":{"code":"done","sub_code":null,"updated_at":"@now"},"recording":{"id":"@recording","metadata":{}},"bot":{"id":"@bot","metadata":{}}}}"#;

pub(super) const RECORDING_PROCESSING: &str = r#"{"event":"recording.processing","data":{"data":{"code":"processing","sub_code":null,"updated_at":"2020-01-01T00:00:00.000000Z"},"recording":{"id":"@recording","metadata":{}},"bot":{"id":"@bot","metadata":{}}}}"#;

pub(super) const TRANSCRIPT_DONE: &str = r#"{"event":"transcript.done","data":{"data":{"code":"done","sub_code":null,"updated_at":"@now"},"transcript":{"id":"@artifact","metadata":{}},"recording":{"id":"@recording","metadata":{}},"bot":{"id":"@bot","metadata":{}}}}"#;

pub(super) const BOT_DONE: &str = r#"{"event":"bot.done","data":{"data":{"code":"done","sub_code":null,"updated_at":"@now"},"bot":{"id":"@bot","metadata":{}}}}"#;

pub(super) const NULL_BOT: &str = r#"{"event":"recording.done","data":{"data":{"code":"done","sub_code":null,"updated_at":"@now"},"recording":{"id":"@recording","metadata":{}},"bot":null}}"#;

pub(super) const NO_BOT: &str = r#"{"event":"recording.done","data":{"data":{"code":"done","sub_code":null,"updated_at":"@now"},"recording":{"id":"@recording","metadata":{}}}}"#;

pub(super) const UNKNOWN_EVENT: &str = r#"{"event":"hologram.reticulated","data":{"data":{"code":"reticulated","sub_code":null,"updated_at":"@now"},"hologram":{"id":"@artifact","metadata":{}}}}"#;

pub(super) const UNKNOWN_SUB_CODE: &str = r#"{"event":"bot.call_ended","data":{"data":{"code":"call_ended","sub_code":"call_ended_by_hologram","updated_at":"@now"},"bot":{"id":"@bot","metadata":{}}}}"#;

pub(super) const UNKNOWN_MEMBERS: &str = r#"{"event":"bot.in_call_recording","data":{"data":{"code":"in_call_recording","sub_code":null,"updated_at":"@now","severity":3},"bot":{"id":"@bot","metadata":{},"region":{"name":"eu"}},"hologram":[null]},"sent_by":"sender"}"#;

/// As the vendor's page prints five kinds of media objects.
pub(super) const VENDOR_PAGE_KEY: &str = r#"{"event":"video_mixed.done","data":{"data":{"code":"done","sub_code":null,"updated_at":"@now"},"transcript":{"id":"@artifact","metadata":{}},"recording":{"id":"@recording","metadata":{}},"bot":{"id":"@bot","metadata":{}}}}"#;

pub(super) const TRANSCRIPT_DATA: &str = r#"{"event":"transcript.data","data":{"data":{"words":[{"text":"hello","start_timestamp":{"relative":10.4},"end_timestamp":{"relative":10.7}}],"language_code":"en","participant":{"id":100,"name":"Ada","is_host":true,"platform":"desktop","extra_data":{},"email":null}},"realtime_endpoint":{"id":"@artifact","metadata":{}},"transcript":{"id":"@artifact","metadata":{}},"recording":{"id":"@recording","metadata":{}},"bot":{"id":"@bot","metadata":{}}}}"#;

pub(super) const WHITE_SPACE: &str = "{ \"event\" : \"bot.joining_call\",\r\n\t\"data\": {\"data\": {\"code\": \"joining_call\", \"sub_code\": null, \"updated_at\": \"@now\"},\n \"bot\": {\"id\": \"@bot\", \"metadata\": { } } } }\n";

pub(super) const ESCAPES: &str = r#"{"event":"bot.joining_call","data":{"data":{"code":"joining\u005fcall","sub_code":null,"updated_at":"@now"},"bot":{"id":"@bot","metadata":{"url":"https:\/\/example.com\/","name":"\u0041d\u0061 \u00e9 é \ud83d\ude00"}}}}"#;

pub(super) const MEMBER_ORDER: &str = r#"{"data":{"bot":{"metadata":{"b":"x","10":"y","2":"z","a":"w"},"id":"@bot"},"data":{"updated_at":"@now","sub_code":null,"code":"joining_call"}},"event":"bot.joining_call"}"#;

pub(super) const NUMBERS: &str = r#"{"event":"bot.joining_call","data":{"data":{"code":"joining_call","sub_code":null,"updated_at":"@now"},"bot":{"id":"@bot","metadata":{"a":1.0,"b":1e3,"c":0.10,"d":12345678901234567890,"e":-0}}}}"#;

pub(super) const UNREADABLE_EVENT: &str = r#"{"data":{"data":{"code":"done","sub_code":null,"updated_at":"@now"},"bot":{"id":"@bot","metadata":{}}}}"#;

pub(super) const HALF_OF_JSON: &str = r#"{"event":"bot.joining_call","data":{"data":"#;

pub(super) const EMPTY_OBJECT: &str = "{}";

pub(super) const NON_UTF8: &[u8] =
    b"{\"event\":\"bot.joining_call\",\"data\":{\"note\":\"\xff\xfe\"}}";
