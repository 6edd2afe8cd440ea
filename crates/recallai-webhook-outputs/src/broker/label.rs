//! Labels: what is said beside a body, where a broker has headers.

use std::borrow::Cow;

use crate::{Attribute, Outgoing};

/// The name of a label. They begin alike, so that they are told from headers of others.
pub(crate) fn label_name(attribute: Attribute) -> Cow<'static, str> {
    match attribute {
        // The name that W3C Trace Context gives it.
        Attribute::Traceparent => attribute.name().into(),
        _ => format!("recallai-webhook-{}", attribute.name()).into(),
    }
}

/// The attributes, with the idempotency key among them whether it was listed or not.
pub(crate) fn labels(outgoing: &Outgoing) -> impl Iterator<Item = (Attribute, &str)> {
    let listed = outgoing.attributes.iter().map(|(attribute, value)| (*attribute, &**value));
    let key = (Attribute::IdempotencyKey, &*outgoing.idempotency_key);
    listed.filter(|(attribute, _)| *attribute != Attribute::IdempotencyKey).chain([key])
}

/// A value for a header that is a line. Control characters are written as `%` and their code, and so is
/// `%`: two values that differ stay different.
pub(crate) fn on_one_line(value: &str) -> Cow<'_, str> {
    let is_unfit = |c: char| c.is_control() || c == '%';
    if !value.contains(is_unfit) {
        return value.into();
    }
    let mut line = String::with_capacity(value.len() + 8);
    for c in value.chars() {
        if is_unfit(c) {
            line.push_str(&format!("%{:02X}", u32::from(c)));
        } else {
            line.push(c);
        }
    }
    line.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_said_once() {
        let mut outgoing = Outgoing::json("key", "{}");
        outgoing.attributes = vec![
            (Attribute::Scope, "eu".into()),
            (Attribute::IdempotencyKey, "key".into()),
            (Attribute::Traceparent, "00-1-2-01".into()),
        ];
        let labels: Vec<_> = labels(&outgoing)
            .map(|(name, value)| format!("{}={value}", label_name(name)))
            .collect();
        let expected = [
            "recallai-webhook-scope=eu",
            "traceparent=00-1-2-01",
            "recallai-webhook-idempotency-key=key",
        ];
        assert_eq!(labels, expected);
    }

    #[test]
    fn a_line_has_no_line_breaks() {
        assert_eq!(on_one_line("a:b é"), "a:b é");
        assert_eq!(on_one_line("a%0D"), "a%250D");
        assert_eq!(on_one_line("a\r\nX: 1\t%0D"), "a%0D%0AX: 1%09%250D");
    }
}
