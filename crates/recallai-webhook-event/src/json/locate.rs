//! From an offset to a path, for error messages: on the cold path only, and never showing a value.

use std::borrow::Cow;

use super::Text;
use crate::grammar::MEMBERS;

/// The path of the value at byte `at`: member names joined with dots, array positions as `[n]`.
///
/// Only names of the documented grammar are shown; any other name is the sender's data and stands
/// as `*`. Text before `at` must be well-formed, which the scanner has just seen to.
pub(crate) fn locate(text: &str, at: usize) -> String {
    let bytes = text.as_bytes();
    let mut frames: Vec<Frame<'_>> = Vec::new();
    let mut position = 0;
    while position < at.min(bytes.len()) {
        match bytes[position] {
            b'{' => frames.push(Frame::Object(None)),
            b'[' => frames.push(Frame::Array(0)),
            b'}' | b']' => drop(frames.pop()),
            b',' => match frames.last_mut() {
                Some(Frame::Object(key)) => *key = None,
                Some(Frame::Array(index)) => *index += 1,
                None => {}
            },
            b'"' => {
                let Ok((name, end)) = Text::scan(text, position + 1) else { break };
                if end > at {
                    break;
                }
                if let Some(Frame::Object(key @ None)) = frames.last_mut() {
                    *key = Some(name.decode());
                }
                position = end;
                continue;
            }
            _ => {}
        }
        position += 1;
    }
    // A fault at a member's name is a fault of that member.
    if let (Some(Frame::Object(key @ None)), Some(b'"')) = (frames.last_mut(), bytes.get(at))
        && let Ok((name, _)) = Text::scan(text, at + 1)
    {
        *key = Some(name.decode());
    }
    render(&frames)
}

enum Frame<'a> {
    Object(Option<Cow<'a, str>>),
    Array(usize),
}

fn render(frames: &[Frame<'_>]) -> String {
    let mut path = String::new();
    for frame in frames {
        match frame {
            Frame::Object(Some(name)) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(if MEMBERS.contains(&&**name) { name } else { "*" });
            }
            Frame::Array(index) => path.push_str(&format!("[{index}]")),
            Frame::Object(None) => {}
        }
    }
    path
}
