//! From the tree to typed values, through serde.
//!
//! A deserializer of our own tells three things that others do not: where the value comes from that is
//! wrong, what may have been meant by an unknown key, and nothing of the value itself.

use std::fmt::Display;

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Expected, IntoDeserializer,
    MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};

use super::tree::{Leaf, Node};
use super::{Problem, Source};

/// Reads a whole tree.
pub(crate) fn read<T: DeserializeOwned>(tree: &Node) -> Result<T, Problem> {
    T::deserialize(At { node: tree, key: String::new() }).map_err(|mistake| {
        let (key, source) = mistake.place.unwrap_or((String::new(), Source::Default));
        Problem::new(source, key, mistake.reason)
    })
}

/// A node and the key that it is under.
struct At<'t> {
    node: &'t Node,
    key: String,
}

/// What is wrong; the innermost value through which it came back says where.
#[derive(Debug)]
struct Mistake {
    reason: String,
    /// A key of the table at hand, if it is about that.
    about: Option<String>,
    place: Option<(String, Source)>,
}

impl At<'_> {
    fn child<'t>(&self, name: &str, node: &'t Node) -> At<'t> {
        let key =
            if self.key.is_empty() { name.to_owned() } else { format!("{}.{name}", self.key) };
        At { node, key }
    }

    /// The mistake, here unless it is further in.
    fn locate(&self, mut mistake: Mistake) -> Mistake {
        if mistake.place.is_none() {
            let about = mistake.about.take();
            let inner = about.as_deref().and_then(|name| Some((name, self.node.get(&[name])?)));
            mistake.place = Some(match inner {
                Some((name, node)) => (self.child(name, node).key, node.source().clone()),
                None => (self.key.clone(), self.node.source().clone()),
            });
        }
        mistake
    }
}

impl Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Mistake {}

impl Mistake {
    fn new(reason: String) -> Self {
        Self { reason, about: None, place: None }
    }
}

impl de::Error for Mistake {
    fn custom<T: Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        // As serde says it of what people know by other words.
        let expected = match expected.to_string() {
            expected if expected.starts_with("struct ") || expected == "a map" => "a table".into(),
            expected if expected == "a sequence" => "a list".into(),
            expected => expected,
        };
        Self::new(format!("{} is found where {expected} belongs", kind(found)))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("the value is not {expected}"))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let meant = meant(variant, expected);
        Self::new(format!("the value is none of {}{meant}", expected.join(", ")))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let meant = match meant(field, expected) {
            meant if meant.is_empty() => format!(": there are {}", expected.join(", ")),
            meant => meant,
        };
        let reason = format!("there is no such key{meant}");
        Self { about: Some(field.to_owned()), ..Self::new(reason) }
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("`{field}` is missing"))
    }
}

fn kind(found: Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "true or false",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => "a number",
        Unexpected::Str(_) | Unexpected::Char(_) => "text",
        Unexpected::Seq => "a list",
        Unexpected::Map => "a table",
        _ => "something else",
    }
}

/// `, did you mean x?`, if one of those that are known is near.
fn meant(given: &str, known: &[&str]) -> String {
    let near = known
        .iter()
        .map(|known| (strsim::jaro_winkler(given, known), known))
        .filter(|(nearness, _)| *nearness > 0.8)
        .max_by(|(one, _), (other, _)| one.total_cmp(other));
    near.map(|(_, known)| format!("; did you mean `{known}`?")).unwrap_or_default()
}

impl<'de> Deserializer<'de> for At<'_> {
    type Error = Mistake;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        let read = match self.node {
            Node::Table { entries, .. } => {
                visitor.visit_map(Entries { at: &self, rest: entries.iter(), value: None })
            }
            Node::Array { items, .. } => {
                visitor.visit_seq(Items { at: &self, rest: items.iter().enumerate() })
            }
            Node::Leaf { leaf, .. } => match leaf {
                Leaf::Text(text) => visitor.visit_str(text),
                Leaf::Integer(number) => match u64::try_from(*number) {
                    Ok(number) => visitor.visit_u64(number),
                    Err(_) => visitor.visit_i64(*number),
                },
                Leaf::Float(number) => visitor.visit_f64(*number),
                Leaf::Boolean(value) => visitor.visit_bool(*value),
                Leaf::Loose { value: Some(value), .. } => {
                    At { node: value, key: self.key.clone() }.deserialize_any(visitor)
                }
                Leaf::Loose { text, .. } => visitor.visit_str(text),
            },
        };
        read.map_err(|mistake| self.locate(mistake))
    }

    /// What has no quotes is text where text is wanted, whatever it looks like.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match self.node {
            Node::Leaf { leaf: Leaf::Loose { text, .. }, .. } => {
                visitor.visit_str(unquoted(text, self.node)).map_err(|mistake| self.locate(mistake))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        self.deserialize_str(visitor)
    }

    /// What has no brackets is a list by its commas.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match self.node {
            Node::Leaf { leaf: Leaf::Loose { text, value }, source }
                if !matches!(value.as_deref(), Some(Node::Array { .. })) =>
            {
                let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                let items = items.map(|item| Node::text(item, source.clone())).collect();
                let list = Node::Array { items, source: source.clone() };
                At { node: &list, key: self.key }.deserialize_any(visitor)
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        let read = match self.node {
            Node::Leaf { leaf: Leaf::Text(text), .. } => visitor.visit_enum(word(text)),
            Node::Leaf { leaf: Leaf::Loose { value: Some(value), .. }, .. }
                if matches!(**value, Node::Table { .. }) =>
            {
                return At { node: value, key: self.key }.deserialize_enum("", &[], visitor);
            }
            Node::Leaf { leaf: Leaf::Loose { text, .. }, .. } => {
                visitor.visit_enum(word(unquoted(text, self.node)))
            }
            Node::Table { entries, .. } if entries.len() == 1 => {
                let map = Entries { at: &self, rest: entries.iter(), value: None };
                visitor.visit_enum(OneEntry(map))
            }
            Node::Table { .. } => {
                Err(Mistake::new("it takes one of its keys, and no other beside it".to_owned()))
            }
            _ => return self.deserialize_any(visitor),
        };
        read.map_err(|mistake| self.locate(mistake))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct
        tuple tuple_struct map struct identifier ignored_any
    }
}

fn word(text: &str) -> StrDeserializer<'_, Mistake> {
    text.into_deserializer()
}

/// Who writes quotes around a text in the environment means the text.
fn unquoted<'t>(text: &'t str, node: &'t Node) -> &'t str {
    match node {
        Node::Leaf { leaf: Leaf::Loose { value: Some(value), .. }, .. } => match &**value {
            Node::Leaf { leaf: Leaf::Text(inner), .. } => inner,
            _ => text,
        },
        _ => text,
    }
}

struct Entries<'a, 't, I> {
    at: &'a At<'t>,
    rest: I,
    value: Option<(&'t str, &'t Node)>,
}

impl<'de, 't, I: Iterator<Item = (&'t String, &'t Node)>> MapAccess<'de> for Entries<'_, 't, I> {
    type Error = Mistake;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Mistake> {
        let Some((name, node)) = self.rest.next() else { return Ok(None) };
        self.value = Some((name, node));
        let read = seed.deserialize(word(name));
        read.map(Some).map_err(|mistake| self.at.child(name, node).locate(mistake))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Mistake> {
        let Some((name, node)) = self.value.take() else {
            return Err(Mistake::new("a value without a key".to_owned()));
        };
        let child = self.at.child(name, node);
        let here = self.at.child(name, node);
        seed.deserialize(child).map_err(|mistake| here.locate(mistake))
    }
}

struct Items<'a, 't, I> {
    at: &'a At<'t>,
    rest: I,
}

impl<'de, 't, I: Iterator<Item = (usize, &'t Node)>> SeqAccess<'de> for Items<'_, 't, I> {
    type Error = Mistake;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Mistake> {
        let Some((index, node)) = self.rest.next() else { return Ok(None) };
        let name = index.to_string();
        let here = self.at.child(&name, node);
        let read = seed.deserialize(self.at.child(&name, node));
        read.map(Some).map_err(|mistake| here.locate(mistake))
    }
}

/// An enum as a table of one entry: `{ file = "…" }`.
struct OneEntry<M>(M);

impl<'de, M: MapAccess<'de, Error = Mistake>> EnumAccess<'de> for OneEntry<M> {
    type Error = Mistake;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(
        mut self,
        seed: V,
    ) -> Result<(V::Value, Self), Mistake> {
        match self.0.next_key_seed(seed)? {
            Some(variant) => Ok((variant, self)),
            None => Err(Mistake::new("an empty table".to_owned())),
        }
    }
}

impl<'de, M: MapAccess<'de, Error = Mistake>> VariantAccess<'de> for OneEntry<M> {
    type Error = Mistake;

    fn unit_variant(mut self) -> Result<(), Mistake> {
        self.0.next_value()
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        mut self,
        seed: T,
    ) -> Result<T::Value, Mistake> {
        self.0.next_value_seed(seed)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_map(self.0)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        MapAccessDeserializer::new(self.0).deserialize_any(visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Config, file};
    use super::*;

    #[test]
    fn what_belongs_somewhere_is_said_in_the_words_of_the_file() {
        for (text, expected) in [
            ("listen = 3", "listen: a number is found where a table belongs"),
            ("endpoints = 3", "endpoints: a number is found where a table belongs"),
            ("admin.hosts = 'x'", "admin.hosts: text is found where a list belongs"),
        ] {
            let tree = file::parse("f", text).unwrap();
            let problem = read::<Config>(&tree).unwrap_err().to_string();
            assert_eq!(problem, format!("f:1: {expected}"));
        }
    }
}
