//! The scanner: one pass over a text, handing out spans and strings as it goes.

use super::keys::Keys;
use super::{Fault, Text, number};
use crate::MAX_DEPTH;
use crate::error::Reason;

/// A checked JSON value inside a text: its bytes and where they start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span<'a> {
    pub(crate) text: &'a str,
    pub(crate) at: usize,
}

/// A cursor over JSON text. Every method leaves it behind what it read.
pub(crate) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    /// A scanner standing at a value that was passed over earlier, one object deep.
    pub(crate) fn at(text: &'a str, span: Span<'a>) -> Self {
        Self { text, at: span.at, depth: 1 }
    }

    /// Where the next value starts.
    pub(crate) fn position(&mut self) -> usize {
        self.peek();
        self.at
    }

    /// The text from an earlier position up to here.
    pub(crate) fn since(&self, start: usize) -> &'a str {
        &self.text[start..self.at]
    }

    /// Reads an object, calling `member` at each value with its key. `member` must read the value.
    pub(crate) fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, &str) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.open(b'{', "an object")?;
        let mut keys = Keys::new();
        if self.peek() == Some(b'}') {
            self.close();
            return Ok(());
        }
        loop {
            self.peek();
            let key_at = self.at;
            let key = self.string_or("a member name")?;
            if !keys.insert(&key) {
                return Err(Fault::new(Reason::Duplicate, key_at));
            }
            self.expect(b':', "a colon")?;
            match &key {
                Text::Plain(plain) => member(self, plain)?,
                Text::Escaped(_) => member(self, &key.decode())?,
            }
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                _ => return Err(self.syntax("a comma or the end of the object")),
            }
        }
        self.close();
        Ok(())
    }

    /// Reads any value and returns its text.
    pub(crate) fn value(&mut self) -> Result<Span<'a>, Fault> {
        let first = self.peek();
        let at = self.at;
        match first {
            Some(b'"') => self.string().map(drop)?,
            Some(b'{') => self.object(|scan, _| scan.value().map(drop))?,
            Some(b'[') => self.array()?,
            Some(b't') => self.literal("true")?,
            Some(b'f') => self.literal("false")?,
            Some(b'n') => self.literal("null")?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => return Err(self.syntax("a value")),
        }
        Ok(Span { text: &self.text[at..self.at], at })
    }

    /// Reads a string.
    pub(crate) fn string(&mut self) -> Result<Text<'a>, Fault> {
        self.string_or("a string")
    }

    /// Reads `null` if it is next, and says whether it was.
    pub(crate) fn null(&mut self) -> Result<bool, Fault> {
        if self.peek() == Some(b'n') { self.literal("null").map(|()| true) } else { Ok(false) }
    }

    /// The end of the text: nothing but white space may be left.
    pub(crate) fn end(&mut self) -> Result<(), Fault> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.syntax("the end of the body")),
        }
    }

    fn array(&mut self) -> Result<(), Fault> {
        self.open(b'[', "an array")?;
        if self.peek() == Some(b']') {
            self.close();
            return Ok(());
        }
        loop {
            self.value()?;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                _ => return Err(self.syntax("a comma or the end of the array")),
            }
        }
        self.close();
        Ok(())
    }

    fn string_or(&mut self, expected: &'static str) -> Result<Text<'a>, Fault> {
        if self.peek() != Some(b'"') {
            return Err(self.unexpected(expected));
        }
        let (text, end) = Text::scan(self.text, self.at + 1)?;
        self.at = end;
        Ok(text)
    }

    fn number(&mut self) -> Result<(), Fault> {
        self.at = number::scan(self.text, self.at)?;
        Ok(())
    }

    fn literal(&mut self, word: &'static str) -> Result<(), Fault> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return Err(self.syntax("a value"));
        }
        self.at += word.len();
        Ok(())
    }

    fn open(&mut self, bracket: u8, expected: &'static str) -> Result<(), Fault> {
        if self.peek() != Some(bracket) {
            return Err(self.unexpected(expected));
        }
        if self.depth == MAX_DEPTH {
            return Err(Fault::new(Reason::TooDeep, self.at));
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    fn close(&mut self) {
        self.depth -= 1;
        self.at += 1;
    }

    fn expect(&mut self, byte: u8, expected: &'static str) -> Result<(), Fault> {
        if self.peek() != Some(byte) {
            return Err(self.syntax(expected));
        }
        self.at += 1;
        Ok(())
    }

    /// The next byte that is not white space.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                other => return other.copied(),
            }
        }
    }

    /// A value of another type than the grammar asks for, or no value at all.
    fn unexpected(&mut self, expected: &'static str) -> Fault {
        let at = self.at;
        match self.peek() {
            Some(b'"' | b'{' | b'[' | b't' | b'f' | b'n' | b'-' | b'0'..=b'9') => {
                Fault::new(Reason::WrongType { expected }, at)
            }
            _ => self.syntax(expected),
        }
    }

    fn syntax(&self, expected: &'static str) -> Fault {
        let reason = match self.at < self.text.len() {
            true => Reason::Syntax { expected },
            false => Reason::CutShort { expected },
        };
        Fault::new(reason, self.at)
    }
}
