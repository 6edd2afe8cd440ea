//! Filters: each condition alone and with others, and patterns against an oracle.

use proptest::prelude::*;
use recallai_webhook_event::{ArtifactKind, Code};
use recallai_webhook_inbox::{Filter, Pattern, Reading};

use crate::reading;

fn pattern(text: &str) -> Pattern {
    text.parse().unwrap()
}

#[test]
fn conditions() {
    let transcript = reading("transcript.done", &[("transcript", "t1"), ("recording", "r1")]);
    let video = reading("video_mixed.failed", &[("video_mixed", "v1"), ("recording", "r1")]);
    let bot = reading("bot.done", &[("bot", "b1")]);
    let unknown = Reading::unknown("transcript.dreamt");
    let unreadable = Reading::unreadable("not an object");
    let all = [&transcript, &video, &bot, &unknown, &unreadable];

    let done = || Code::from("done");
    for (filter, expected) in [
        (Filter::everything(), [true, true, true, true, true]),
        (Filter::events(), [true, true, true, false, false]),
        (Filter::unknown(), [false, false, false, true, false]),
        (Filter::unreadable(), [false, false, false, false, true]),
        (Filter::events().with_name(pattern("*.done")), [true, false, true, false, false]),
        (
            Filter::everything().with_name(pattern("transcript.*")),
            [true, false, false, true, false],
        ),
        // A name that nothing has matches nothing; an unreadable body has none.
        (Filter::everything().with_name(pattern("*")), [true, true, true, true, false]),
        (Filter::events().with_kind(ArtifactKind::Transcript), [true, false, false, false, false]),
        (
            Filter::events()
                .with_kind(ArtifactKind::Transcript)
                .with_kind(ArtifactKind::VideoMixed),
            [true, true, false, false, false],
        ),
        (Filter::events().with_code(done()), [true, false, true, false, false]),
        (
            Filter::events().with_code(done()).with_code(Code::from("failed")),
            [true, true, true, false, false],
        ),
        (
            Filter::events().with_name(pattern("bot.*")).with_kind(ArtifactKind::Transcript),
            [false, false, false, false, false],
        ),
        (
            Filter::events()
                .with_kind(ArtifactKind::Transcript)
                .with_code(done())
                .with_name(pattern("t*")),
            [true, false, false, false, false],
        ),
    ] {
        let seen = all.map(|reading| filter.matches(reading));
        assert_eq!(seen, expected, "{filter:?}");
    }
}

/// The same by trying every division of the text.
fn oracle(pattern: &str, name: &str) -> bool {
    match pattern.split_at_checked(1) {
        None => name.is_empty(),
        Some(("*", rest)) => (0..=name.len()).any(|at| oracle(rest, &name[at..])),
        Some((first, rest)) => name.strip_prefix(first).is_some_and(|name| oracle(rest, name)),
    }
}

proptest! {
    #[test]
    fn patterns(text in "[ab.*]{1,7}", name in "[ab.]{0,9}") {
        prop_assert_eq!(pattern(&text).matches(&name), oracle(&text, &name));
    }
}
