//! Lines that are written whole, or stand apart from what was written of them.

use std::io::{self, ErrorKind, Write};

/// Writes lines. What a write left unfinished, as on a full disk, is ended before the next one, which
/// may be the same once more.
pub(crate) struct Lines<W> {
    out: W,
    is_torn: bool,
}

impl<W: Write> Lines<W> {
    /// `out` must not keep anything back: what it takes counts as written.
    pub(crate) fn new(out: W) -> Self {
        Self { out, is_torn: false }
    }

    pub(crate) fn write(&mut self, line: &str) -> io::Result<()> {
        if self.is_torn {
            self.out.write_all(b"\n")?;
            self.is_torn = false;
        }
        let mut left = line.as_bytes();
        while !left.is_empty() {
            match self.out.write(left) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => {
                    left = left.get(written..).unwrap_or_default();
                    self.is_torn = !left.is_empty();
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.out.flush()
    }
}

/// Standard output without a buffer: that of the standard library keeps the rest of a line that it could
/// not write, and writes it later.
pub(super) fn standard_output() -> Box<dyn Write> {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd as _;
        if let Ok(own) = io::stdout().as_fd().try_clone_to_owned() {
            return Box::new(std::fs::File::from(own));
        }
    }
    Box::new(io::stdout())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    /// A disk with room for so many bytes.
    struct Disk {
        written: Vec<u8>,
        room: usize,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.room == 0 {
                return Err(ErrorKind::StorageFull.into());
            }
            let taken = &bytes[..bytes.len().min(self.room)];
            self.written.extend(taken);
            self.room -= taken.len();
            Ok(taken.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_that_is_tried_again_stands_alone() {
        let mut lines = Lines::new(Disk { written: Vec::new(), room: 12 });
        lines.write("{\"n\":1}\n").unwrap();
        for _ in 0..2 {
            let error = lines.write("{\"n\":2}\n").unwrap_err();
            assert_eq!(error.kind(), ErrorKind::StorageFull);
        }
        lines.out.room = 100;
        lines.write("{\"n\":2}\n").unwrap();
        lines.write("{\"n\":3}\n").unwrap();
        let written = String::from_utf8(lines.out.written).unwrap();
        assert_eq!(written, "{\"n\":1}\n{\"n\"\n{\"n\":2}\n{\"n\":3}\n");
    }

    #[test]
    fn what_was_not_begun_leaves_no_empty_line() {
        let mut lines = Lines::new(Disk { written: Vec::new(), room: 0 });
        lines.write("{\"n\":1}\n").unwrap_err();
        lines.out.room = 10;
        lines.write("{\"n\":1}\n").unwrap();
        assert_eq!(lines.out.written, b"{\"n\":1}\n");
    }
}
