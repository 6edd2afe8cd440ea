//! The scanner: one pass over a text, handing out values and strings as it goes.

use super::keys::Keys;
use super::{Fault, Text, number};
use crate::MAX_DEPTH;
use crate::error::Reason;

/// A cursor over JSON text. Every method leaves it behind what it read.
///
/// The first fault stays here and the steps return a bare [`Stop`], so that what they return
/// otherwise fits into registers.
pub(crate) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    fault: Option<Fault>,
}

/// Reading stopped; the scanner knows why. Only [`Scanner::stop`] makes one.
#[derive(Debug)]
pub(crate) struct Stop(());

type Step<T> = Result<T, Stop>;

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0, fault: None }
    }

    /// Keeps the reason for stopping, and the byte it is at.
    #[cold]
    pub(crate) fn stop(&mut self, reason: Reason, at: usize) -> Stop {
        self.fault = Some(Fault::new(reason, at));
        Stop(())
    }

    /// Why reading stopped; `None` if it did not.
    pub(crate) fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// Where the next value starts.
    pub(crate) fn position(&mut self) -> usize {
        self.peek();
        self.at
    }

    /// Goes back to a member of the outermost object, whose value starts at this position.
    pub(crate) fn back_to(&mut self, member: usize) {
        self.at = member;
        self.depth = 1;
    }

    /// The text from an earlier position up to here.
    pub(crate) fn since(&self, start: usize) -> &'a str {
        &self.text[start..self.at]
    }

    /// Reads an object, calling `member` at each value with its key. `member` must read the value.
    #[inline]
    pub(crate) fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, &str) -> Step<()>,
    ) -> Step<()> {
        self.open(b'{', "an object")?;
        if self.peek() == Some(b'}') {
            self.close();
            return Ok(());
        }
        let mut keys = Keys::new();
        loop {
            let key = self.text("a member name")?;
            if !keys.insert(key) {
                let at = self.at - key.raw().len() - 2;
                return Err(self.stop(Reason::Duplicate, at));
            }
            self.expect(b':', "a colon")?;
            match key {
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
    pub(crate) fn value(&mut self) -> Step<&'a str> {
        let first = self.peek();
        let start = self.at;
        match first {
            Some(b'"') => drop(self.string()?),
            Some(b'{') => self.object(|scan, _| scan.value().map(drop))?,
            Some(b'[') => self.array(|scan| scan.value().map(drop))?,
            Some(b't') => self.literal("true")?,
            Some(b'f') => self.literal("false")?,
            Some(b'n') => self.literal("null")?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => return Err(self.syntax("a value")),
        }
        Ok(self.since(start))
    }

    /// Reads a string.
    #[inline]
    pub(crate) fn string(&mut self) -> Step<Text<'a>> {
        self.text("a string")
    }

    /// Reads `null` if it is next, and says whether it was.
    #[inline]
    pub(crate) fn null(&mut self) -> Step<bool> {
        if self.peek() == Some(b'n') { self.literal("null").map(|()| true) } else { Ok(false) }
    }

    /// The end of the text: nothing but white space may be left.
    pub(crate) fn end(&mut self) -> Step<()> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.syntax("the end of the body")),
        }
    }

    /// Reads an array, calling `element` at each value. `element` must read the value.
    pub(crate) fn array(&mut self, mut element: impl FnMut(&mut Self) -> Step<()>) -> Step<()> {
        self.open(b'[', "an array")?;
        if self.peek() == Some(b']') {
            self.close();
            return Ok(());
        }
        loop {
            element(self)?;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                _ => return Err(self.syntax("a comma or the end of the array")),
            }
        }
        self.close();
        Ok(())
    }

    #[inline]
    fn text(&mut self, expected: &'static str) -> Step<Text<'a>> {
        if self.peek() != Some(b'"') {
            return Err(self.unexpected(expected));
        }
        match Text::scan(self.text, self.at + 1) {
            Ok((text, end)) => {
                self.at = end;
                Ok(text)
            }
            Err(fault) => Err(self.stop(fault.reason, fault.at)),
        }
    }

    fn number(&mut self) -> Step<()> {
        match number::scan(self.text, self.at) {
            Ok(end) => {
                self.at = end;
                Ok(())
            }
            Err(fault) => Err(self.stop(fault.reason, fault.at)),
        }
    }

    #[inline]
    fn literal(&mut self, word: &'static str) -> Step<()> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return Err(self.syntax("a value"));
        }
        self.at += word.len();
        Ok(())
    }

    #[inline]
    fn open(&mut self, bracket: u8, expected: &'static str) -> Step<()> {
        if self.peek() != Some(bracket) {
            return Err(self.unexpected(expected));
        }
        if self.depth == MAX_DEPTH {
            return Err(self.stop(Reason::TooDeep, self.at));
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    #[inline]
    fn close(&mut self) {
        self.depth -= 1;
        self.at += 1;
    }

    #[inline]
    fn expect(&mut self, byte: u8, expected: &'static str) -> Step<()> {
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
    #[cold]
    fn unexpected(&mut self, expected: &'static str) -> Stop {
        match self.peek() {
            Some(b'"' | b'{' | b'[' | b't' | b'f' | b'n' | b'-' | b'0'..=b'9') => {
                self.stop(Reason::WrongType { expected }, self.at)
            }
            _ => self.syntax(expected),
        }
    }

    #[cold]
    fn syntax(&mut self, expected: &'static str) -> Stop {
        let reason = match self.at < self.text.len() {
            true => Reason::Syntax { expected },
            false => Reason::CutShort { expected },
        };
        self.stop(reason, self.at)
    }
}
