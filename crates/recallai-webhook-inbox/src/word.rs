//! Words: the closed sets of the contract as text, for stores, commands and labels.

/// A text that is none of the words of its set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error("there is no {set} {word:?}")]
pub struct WordError {
    /// What was looked for, such as `class`.
    pub set: &'static str,
    /// What was found.
    pub word: Box<str>,
}

/// One word for each value: `ALL`, `as_str`, `Display` and `FromStr` from one row.
macro_rules! words {
    ($type:ident, $set:literal, [$($value:ident = $word:literal),+ $(,)?]) => {
        impl $type {
            #[doc = concat!("Every ", $set, ".")]
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$value),+];

            #[doc = concat!("The ", $set, " in one word.")]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $word,)+
                }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::WordError;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                let found = Self::ALL.into_iter().find(|value| value.as_str() == word);
                found.ok_or_else(|| $crate::WordError { set: $set, word: word.into() })
            }
        }
    };
}
pub(crate) use words;

#[cfg(test)]
mod tests {
    use crate::{Class, JobState, Order, SignatureFamily, Start, Turn};

    #[test]
    fn words_come_back() {
        macro_rules! check {
            ($($type:ty),+) => {$(
                for value in <$type>::ALL {
                    assert_eq!(value.as_str().parse(), Ok(value));
                }
                let unknown = "Done ".parse::<$type>().unwrap_err();
                assert!(unknown.to_string().ends_with("\"Done \""), "{unknown}");
            )+};
        }
        check!(Class, JobState, Order, SignatureFamily, Start, Turn);
    }
}
