//! Selectors as filters: the store makes jobs for exactly what a router would route.

use std::sync::{Arc, Mutex};

use recallai_webhook_dispatch::event::{ArtifactKind, CATALOGUE, Code, names, names::families};
use recallai_webhook_dispatch::inbox::{Filter, Interest, Reading};
use recallai_webhook_dispatch::{
    MessageSelector, Receiver, Subscriber, any_event, artifact, unknown_event, unreadable_message,
};

use crate::support::{UNKNOWN, UNREADABLE, at, deliver, router, secret, signed};

/// An example of every event of the catalogue, one of no event, and one of nothing readable.
fn bodies() -> Vec<String> {
    let known = CATALOGUE.iter().map(|entry| entry.example());
    known.chain([UNKNOWN.to_owned(), UNREADABLE.to_owned()]).collect()
}

/// The filter that a subscriber declares.
fn filter<S: MessageSelector>(selector: S) -> Filter {
    let subscriber = Subscriber::on("w", selector, |_, _| async {});
    match &subscriber.subscription().interest {
        Interest::Messages(filter) => filter.clone(),
        interest => panic!("{interest:?}"),
    }
}

/// The places in [`bodies`] of what a router hands to the selector.
async fn routed<S: MessageSelector>(selector: S) -> Vec<usize> {
    let met = Arc::new(Mutex::new(false));
    let meets = Arc::clone(&met);
    let router = router().on(selector, move |_, _| {
        *meets.lock().unwrap() = true;
        async {}
    });
    let receiver = Receiver::inline(signed("recall"), router.build());
    let mut routed = Vec::new();
    for (place, body) in bodies().iter().enumerate() {
        deliver(&receiver, &secret(), body, at()).await;
        if std::mem::take(&mut *met.lock().unwrap()) {
            routed.push(place);
        }
    }
    routed
}

async fn agree<S: MessageSelector + Clone>(selector: S) -> usize {
    let filter = filter(selector.clone());
    let matched: Vec<_> = (0..)
        .zip(bodies())
        .filter(|(_, body)| filter.matches(&Reading::of(body.as_bytes())))
        .map(|(place, _)| place)
        .collect();
    assert_eq!(matched, routed(selector).await);
    matched.len()
}

#[tokio::test]
async fn a_filter_matches_what_a_router_routes() {
    assert_eq!(agree(names::TRANSCRIPT_DONE).await, 1);
    assert_eq!(agree(names::BOT_DONE).await, 1);
    assert_eq!(agree(names::SDK_UPLOAD_COMPLETED).await, 1);
    assert_eq!(agree(names::TRANSCRIPT_DATA).await, 1);
    assert!(agree(families::BOT).await > 5);
    assert!(agree(families::RECORDING).await > 3);
    assert!(agree(families::TRANSCRIPT).await > 3);
    assert!(agree(families::PARTICIPANT_ACTION).await > 3);
    assert!(agree(artifact(None, None)).await > 30);
    assert_eq!(agree(any_event()).await, CATALOGUE.len());
    assert_eq!(agree(unknown_event()).await, 1);
    assert_eq!(agree(unreadable_message()).await, 1);
}

#[tokio::test]
async fn a_filter_of_artifacts_matches_their_kind_and_code_together() {
    for kind in [None, Some(ArtifactKind::Recording), Some(ArtifactKind::VideoMixed)] {
        for code in [None, Some(Code::DONE), Some(Code::FAILED), Some(Code::from("paused"))] {
            agree(artifact(kind, code)).await;
        }
    }
}
