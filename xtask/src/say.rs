//! Standard output: a reader who has seen enough and leaves, as `head` does, is no error.

use std::io::{self, ErrorKind, Write};

use crate::Result;

/// Prints a line. What was begun goes on when nobody reads it any more: half an edit of the tree, or
/// an upload without its tag, would be worse than a line that is lost.
pub(crate) fn say(line: &str) -> Result {
    say_to(&mut io::stdout(), line)
}

fn say_to(output: &mut dyn Write, line: &str) -> Result {
    match writeln!(output, "{line}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(format!("standard output: {error}").into())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An output that takes nothing.
    struct Closed(ErrorKind);

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_who_left_is_no_error() {
        let mut output = Vec::new();
        say_to(&mut output, "a line").unwrap();
        assert_eq!(output, b"a line\n");
        say_to(&mut Closed(ErrorKind::BrokenPipe), "a line").unwrap();
        assert!(say_to(&mut Closed(ErrorKind::StorageFull), "a line").is_err());
    }
}
