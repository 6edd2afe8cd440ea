//! Ids: message ids are KSUIDs of the message's time, all others are UUIDs of version 4.

use std::collections::BTreeSet;
use std::time::UNIX_EPOCH;

use recallai_webhook_emulator::Trace;
use serde_json::Value;

use crate::{builtins, meeting};

/// The time in a KSUID, in Unix seconds: the first four of twenty bytes, which are written in base 62.
pub(crate) fn ksuid_time(id: &str) -> u64 {
    let letters = id.strip_prefix("msg_").unwrap();
    assert_eq!(letters.len(), 27, "{id}");
    let mut bytes = [0_u8; 20];
    for letter in letters.bytes() {
        let digit = match letter {
            b'0'..=b'9' => letter - b'0',
            b'A'..=b'Z' => letter - b'A' + 10,
            b'a'..=b'z' => letter - b'a' + 36,
            _ => panic!("{id}"),
        };
        let mut carry = u32::from(digit);
        for byte in bytes.iter_mut().rev() {
            carry += u32::from(*byte) * 62;
            *byte = (carry & 0xff) as u8;
            carry >>= 8;
        }
        assert_eq!(carry, 0, "{id} is more than twenty bytes");
    }
    1_400_000_000 + u64::from(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

/// The example of the KSUID project's README.
#[test]
fn the_reader_of_this_test_reads_a_published_ksuid() {
    assert_eq!(ksuid_time("msg_0ujtsYcgvSTl8PAuAdqWYSMnLOv"), 1_507_608_047);
}

#[test]
fn message_ids_differ_and_carry_the_time_of_their_message() {
    let start = Trace::usual_start().duration_since(UNIX_EPOCH).unwrap();
    let mut ids = BTreeSet::new();
    for scenario in builtins() {
        for message in meeting(scenario, 1).messages {
            assert_eq!(ksuid_time(&message.id), (start + message.at).as_secs());
            assert!(ids.insert(message.id.clone()), "{}", message.id);
        }
    }
}

fn is_uuid_v4(id: &str) -> bool {
    let places = [8, 13, 18, 23];
    id.len() == 36
        && id.char_indices().all(|(at, c)| match places.contains(&at) {
            true => c == '-',
            false => c.is_ascii_digit() || ('a'..='f').contains(&c),
        })
        && &id[14..15] == "4"
        && "89ab".contains(&id[19..20])
}

/// Every `id` that is a text, and `bot_id` and its like, at any depth.
fn collect(value: &Value, ids: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(id) if key == "id" || key.ends_with("_id") => {
                        ids.push(id.clone());
                    }
                    _ => collect(value, ids),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, ids)),
        _ => {}
    }
}

#[test]
fn resources_have_uuids_of_version_4() {
    let mut all = BTreeSet::new();
    for scenario in builtins() {
        for message in meeting(scenario, 1).messages {
            let mut ids = Vec::new();
            collect(&serde_json::from_slice(&message.body).unwrap(), &mut ids);
            // What a scenario writes itself is its own.
            ids.retain(|id| id != "a-summary");
            assert!(ids.iter().all(|id| is_uuid_v4(id)), "{ids:?}");
            all.extend(ids);
        }
    }
    assert!(all.len() > 100, "{}", all.len());
}
