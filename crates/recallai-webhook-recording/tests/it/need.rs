//! Needs: reading and writing them.

use proptest::prelude::*;
use proptest::sample::subsequence;
use recallai_webhook_event::ArtifactKind;
use recallai_webhook_recording::{Need, NeedError};

#[track_caller]
fn check(text: &str, expected: Result<&str, &str>) {
    let read = text.parse::<Need>().map(|need| need.to_string()).map_err(|error| error.to_string());
    match expected {
        Ok(need) => assert_eq!(read.as_deref(), Ok(need)),
        Err(part) => assert!(read.clone().unwrap_err().contains(part), "{read:?}"),
    }
}

#[test]
fn words_in_any_order_with_spaces() {
    check("video_mixed,transcript", Ok("transcript,video_mixed"));
    check("  video_mixed , recording,video_mixed ", Ok("recording,video_mixed"));
    check("transcript", Ok("transcript"));
}

#[test]
fn mistakes_are_named() {
    check("", Err("at least one"));
    check("  ", Err("at least one"));
    check("transcript,vidoe", Err("`vidoe`"));
    check("transcript,,recording", Err("``"));
    check("Transcript", Err("`Transcript`"));
}

#[test]
fn no_kind_is_no_need() {
    assert_eq!(Need::of([]), Err(NeedError::Empty));
    let need = Need::from(ArtifactKind::AudioMixed);
    assert_eq!(Ok(need), Need::of([ArtifactKind::AudioMixed, ArtifactKind::AudioMixed]));
    assert!(need.contains(ArtifactKind::AudioMixed) && !need.contains(ArtifactKind::Recording));
    assert_eq!(serde_json::to_string(&need).unwrap(), r#""audio_mixed""#);
}

proptest! {
    #[test]
    fn what_is_written_is_read(kinds in subsequence(ArtifactKind::ALL.to_vec(), 1..=8)) {
        let need = Need::of(kinds.iter().rev().copied()).unwrap();
        prop_assert_eq!(need.to_string().parse(), Ok(need));
        prop_assert_eq!(need.kinds().collect::<Vec<_>>(), kinds);
    }
}
