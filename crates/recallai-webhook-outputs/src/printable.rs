//! Text of others, made fit for errors and logs.

/// Bytes as text on one line: at most so many of them, what cannot be printed written as `·`, and runs of
/// white space as one space. What was left out at the end is marked by `…`.
pub(crate) fn beginning(bytes: &[u8], limit: usize) -> String {
    let shown = line(&bytes[..bytes.len().min(limit)]);
    if bytes.len() > limit { format!("{shown}…") } else { shown }
}

fn line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().map(|c| if is_printable(c) { c } else { '·' }));
    }
    line
}

/// Neither a control character nor one that turns the direction of text or hides itself.
fn is_printable(c: char) -> bool {
    let is_hidden = matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffd}'
            | '\u{e0000}'..='\u{e007f}'
    );
    !c.is_control() && !is_hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_others_is_one_bounded_printable_line() {
        assert_eq!(beginning(b"<p>\r\n  no\tsuch \x1b[31mthing", 80), "<p> no such ·[31mthing");
        assert_eq!(beginning(b"0123456789", 4), "0123…");
        assert_eq!(beginning(b"0123", 4), "0123");
        assert_eq!(beginning("é\u{202e}x".as_bytes(), 1), "·…");
        assert_eq!(beginning("é\u{202e}x".as_bytes(), 9), "é·x");
        assert_eq!(beginning(b"", 9), "");
    }
}
