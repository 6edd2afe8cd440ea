//! Command-line arguments: flags, values and positionals, taken out one by one.

use crate::Result;

/// The arguments that nobody has taken yet.
#[derive(Debug)]
pub(crate) struct Arguments(Vec<String>);

impl Arguments {
    /// Those of this process, without its name.
    pub(crate) fn from_environment() -> Self {
        Self(std::env::args().skip(1).collect())
    }

    /// Whether the flag was given.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|argument| argument != name);
        self.0.len() < before
    }

    /// The number after an option, `--rounds 3`.
    pub(crate) fn number(&mut self, name: &str) -> Result<Option<usize>> {
        let Some(value) = self.value(name)? else { return Ok(None) };
        let number = value.parse().map_err(|_| format!("`{name}` needs a number"))?;
        Ok(Some(number))
    }

    /// The word after an option, `--for 60s`.
    pub(crate) fn value(&mut self, name: &str) -> Result<Option<String>> {
        let Some(at) = self.0.iter().position(|argument| argument == name) else {
            return Ok(None);
        };
        if self.0.get(at + 1).is_none_or(|value| value.starts_with('-')) {
            return Err(format!("`{name}` needs a value").into());
        }
        Ok(self.0.drain(at..at + 2).nth(1))
    }

    /// The first argument that is no flag.
    pub(crate) fn positional(&mut self) -> Option<String> {
        let at = self.0.iter().position(|argument| !argument.starts_with('-'))?;
        Some(self.0.remove(at))
    }

    /// All arguments that are no flags.
    pub(crate) fn positionals(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.positional()).collect()
    }

    /// Refuses what is left.
    pub(crate) fn finish(self) -> Result {
        match self.0.first() {
            None => Ok(()),
            Some(argument) => {
                Err(format!("unknown argument `{argument}`; `--help` shows the known ones").into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(line: &str) -> Arguments {
        Arguments(line.split_whitespace().map(str::to_owned).collect())
    }

    #[test]
    fn each_argument_is_taken_once() {
        let mut given = arguments("--quick bench --rounds 3");
        assert!(given.flag("--quick"));
        assert!(!given.flag("--quick"));
        assert_eq!(given.number("--rounds").unwrap(), Some(3));
        assert_eq!(given.positional().as_deref(), Some("bench"));
        assert_eq!(given.positional(), None);
        assert_eq!(arguments("a --list b").positionals(), ["a", "b"]);
        given.finish().unwrap();
    }

    #[test]
    fn what_nobody_takes_is_refused() {
        let error = arguments("--chekc").finish().unwrap_err();
        assert!(error.to_string().contains("--chekc"), "{error}");
    }

    #[test]
    fn a_value_is_the_word_after_its_option() {
        let mut given = arguments("plan --date 2026-01-31");
        assert_eq!(given.value("--date").unwrap().as_deref(), Some("2026-01-31"));
        assert_eq!(given.value("--date").unwrap(), None);
        assert_eq!(given.positional().as_deref(), Some("plan"));
        assert!(arguments("--date").value("--date").is_err());
        assert!(arguments("--date --dry-run").value("--date").is_err());
    }

    #[test]
    fn a_number_has_to_be_one() {
        assert!(arguments("--rounds").number("--rounds").is_err());
        assert!(arguments("--rounds many").number("--rounds").is_err());
    }
}
