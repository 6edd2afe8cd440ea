//! JSON that is parsed and written anew, as frameworks do that hand their users objects.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// The body as `JSON.stringify(JSON.parse(body))` would have it, but for some numbers.
pub(super) fn rewritten(body: &[u8]) -> Option<Vec<u8>> {
    serde_json::from_slice::<Text>(body).ok().map(|text| text.0.into_bytes())
}

/// The body with its members in the order of their names, and all else as it is in a compact body.
pub(super) fn sorted(body: &[u8]) -> Option<Vec<u8>> {
    serde_json::from_slice::<serde_json::Value>(body)
        .ok()
        .map(|value| value.to_string().into_bytes())
}

/// JSON text whose members keep their order.
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Writer)
    }
}

struct Writer;

impl<'de> Visitor<'de> for Writer {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Text, E> {
        Ok(Text("null".to_owned()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Text, E> {
        Ok(Text(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Text, E> {
        Ok(Text(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Text, E> {
        Ok(Text(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Text, E> {
        Ok(Text(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Text, E> {
        Ok(Text(serde_json::Value::from(value).to_string()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Text, A::Error> {
        let mut texts = Vec::new();
        while let Some(Text(item)) = items.next_element()? {
            texts.push(item);
        }
        Ok(Text(format!("[{}]", texts.join(","))))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Text, A::Error> {
        let mut texts = Vec::new();
        while let Some((name, Text(value))) = members.next_entry::<String, Text>()? {
            texts.push(format!("{}:{value}", serde_json::Value::from(name)));
        }
        Ok(Text(format!("{{{}}}", texts.join(","))))
    }
}
