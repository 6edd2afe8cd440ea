//! Sizes: numbers of bytes as people write them in a configuration.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A unit and its bytes, the largest first.
const UNITS: [(&str, u64); 5] =
    [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];

/// A number of bytes: `64MiB`, `512KiB`, or a plain number.
///
/// ```
/// use recallai_webhook_outputs::Size;
///
/// let size: Size = "64MiB".parse()?;
/// assert_eq!(size.bytes(), 64 * 1024 * 1024);
/// assert_eq!(size.to_string(), "64MiB");
/// # Ok::<(), recallai_webhook_outputs::SizeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Size {
    bytes: u64,
}

/// A text that is no [`Size`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SizeError {
    /// It is something else than a number with a unit.
    #[error("a size is a number of bytes, or a number with a unit of B, KiB, MiB, GiB or TiB")]
    Malformed,
    /// It is larger than can be counted.
    #[error("a size is less than 16 million TiB")]
    TooLarge,
}

impl Size {
    /// So many bytes.
    pub const fn from_bytes(bytes: u64) -> Self {
        Self { bytes }
    }

    /// So many MiB.
    pub const fn from_mib(mib: u32) -> Self {
        Self { bytes: (mib as u64) << 20 }
    }

    /// The bytes.
    pub const fn bytes(self) -> u64 {
        self.bytes
    }
}

impl FromStr for Size {
    type Err = SizeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (digits, unit) = text.split_at(end);
        let unit = match unit.trim_start() {
            "" => 1,
            unit => UNITS.iter().find(|(name, _)| *name == unit).ok_or(SizeError::Malformed)?.1,
        };
        if digits.is_empty() {
            return Err(SizeError::Malformed);
        }
        // Only digits, so all that can be wrong is that there are too many.
        let number: u64 = digits.parse().map_err(|_| SizeError::TooLarge)?;
        number.checked_mul(unit).map(Self::from_bytes).ok_or(SizeError::TooLarge)
    }
}

/// With the largest unit of which it is a whole number.
impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole =
            |(_, length): &&(&str, u64)| self.bytes > 0 && self.bytes.is_multiple_of(*length);
        let (unit, length) = UNITS.iter().find(whole).unwrap_or(&("B", 1));
        write!(f, "{}{unit}", self.bytes / length)
    }
}

impl Serialize for Size {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Size;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of bytes or a text such as \"64MiB\"")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Size, E> {
                text.parse().map_err(E::custom)
            }

            fn visit_u64<E: serde::de::Error>(self, bytes: u64) -> Result<Size, E> {
                Ok(Size { bytes })
            }

            fn visit_i64<E: serde::de::Error>(self, bytes: i64) -> Result<Size, E> {
                let bytes = u64::try_from(bytes).map_err(|_| E::custom(SizeError::Malformed))?;
                Ok(Size { bytes })
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Size {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Size".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "anyOf": [
                { "type": "integer", "minimum": 0 },
                { "type": "string", "pattern": "^\\s*[0-9]+\\s*(B|KiB|MiB|GiB|TiB)?\\s*$" },
            ],
            "description": "A number of bytes, or a text such as 64MiB.",
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_size_may_have_a_unit() {
        for (text, expected) in [
            ("64MiB", Ok(64 << 20)),
            (" 1 KiB", Ok(1024)),
            ("0", Ok(0)),
            ("17", Ok(17)),
            ("17B", Ok(17)),
            // A thousand for one, 1024 for another.
            ("1MB", Err(SizeError::Malformed)),
            ("MiB", Err(SizeError::Malformed)),
            ("-1", Err(SizeError::Malformed)),
            ("1.5MiB", Err(SizeError::Malformed)),
            ("", Err(SizeError::Malformed)),
            ("16777216TiB", Err(SizeError::TooLarge)),
            ("99999999999999999999", Err(SizeError::TooLarge)),
        ] {
            assert_eq!(text.parse().map(Size::bytes), expected, "{text}");
        }
        assert_eq!(serde_json::from_str::<Size>("1048576").unwrap(), Size::from_mib(1));
        assert!(serde_json::from_str::<Size>("-1").is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(bytes: u64, shift in 0_u32..64) {
            let size = Size { bytes: bytes.wrapping_shl(shift) };
            let text = serde_json::to_string(&size).unwrap();
            prop_assert_eq!(serde_json::from_str::<Size>(&text).unwrap(), size);
        }
    }
}
