//! The reply table: what each outcome means for the sender.

mod support;

use std::time::Duration;

use recallai_webhook_dispatch::event::{Code, names};
use recallai_webhook_dispatch::{
    Answer, Endpoint, Receiver, Reply, Router, RouterBuilder, Token, Unmatched, any_event,
    artifact, danger, unknown_event, unreadable_message,
};
use support::{KNOWN, OTHER, UNKNOWN, UNREADABLE, at, deliver, router, secret, signed};

async fn check(router: RouterBuilder, body: &str, expected: Reply) {
    let receiver = Receiver::inline(signed("recall"), router.build());
    assert_eq!(deliver(&receiver, &secret(), body, at()).await, expected, "{body}");
}

#[tokio::test]
async fn a_handler_that_succeeds_is_accepted_and_one_that_fails_is_not() {
    let ok = router().on(any_event(), |_, _| async {});
    check(ok, KNOWN, Reply::Acknowledged).await;
    let fails = router().on(any_event(), |_, _| async { Err("no disk") });
    check(fails, KNOWN, Reply::Unavailable).await;
}

#[tokio::test]
async fn a_panic_is_the_failure_of_its_handler_also_before_the_first_await() {
    let in_future = router().on(any_event(), |_, _| support::panics("in the future"));
    check(in_future, KNOWN, Reply::Unavailable).await;
    let at_once = router().on(any_event(), |event, _| {
        assert!(event.recording_id().is_none(), "at once");
        async {}
    });
    check(at_once, KNOWN, Reply::Unavailable).await;
}

#[tokio::test(start_paused = true)]
async fn a_handler_over_the_time_limit_is_unavailable() {
    let hangs = router().on(any_event(), |_, _| std::future::pending::<()>());
    let receiver = Receiver::inline(signed("recall"), hangs.build());
    let before = tokio::time::Instant::now();
    assert_eq!(deliver(&receiver, &secret(), KNOWN, at()).await, Reply::Unavailable);
    // Virtual time: the default limit, and not the sender's 15 seconds.
    assert_eq!(before.elapsed().as_secs(), 10);
    let short = receiver.with_time_limit(Duration::from_secs(1));
    let before = tokio::time::Instant::now();
    assert_eq!(deliver(&short, &secret(), KNOWN, at()).await, Reply::Unavailable);
    assert_eq!(before.elapsed().as_secs(), 1);
}

#[tokio::test]
async fn unhandled_and_unknown_are_answered_as_chosen() {
    for (unhandled, unknown) in
        [(Answer::Acknowledge, Answer::RetryLater), (Answer::RetryLater, Answer::Acknowledge)]
    {
        let reply = |answer| match answer {
            Answer::Acknowledge => Reply::Acknowledged,
            _ => Reply::Unavailable,
        };
        let router = || {
            Router::builder(Unmatched { unhandled, unknown })
                .on(names::BOT_DONE, |_, _| support::panics("not for this handler"))
        };
        check(router(), KNOWN, reply(unhandled)).await;
        check(router(), UNKNOWN, reply(unknown)).await;
    }
}

#[tokio::test]
async fn an_event_whose_code_nobody_selected_is_unhandled() {
    let retry = Unmatched { unhandled: Answer::RetryLater, unknown: Answer::Acknowledge };
    let failed_only = || Router::builder(retry).on(artifact(None, Code::FAILED), |_, _| async {});
    check(failed_only(), KNOWN, Reply::Unavailable).await;
    check(failed_only(), OTHER, Reply::Acknowledged).await;
}

#[tokio::test]
async fn unknown_and_unreadable_are_answered_by_how_their_handler_fares() {
    check(router().on(unknown_event(), |_, _| async {}), UNKNOWN, Reply::Acknowledged).await;
    let fails = router().on(unknown_event(), |_, _| async { Err("queue full") });
    check(fails, UNKNOWN, Reply::Unavailable).await;
    check(router(), UNREADABLE, Reply::Acknowledged).await;
    let fails = router().on(unreadable_message(), |_, _| async { Err("queue full") });
    check(fails, UNREADABLE, Reply::Unavailable).await;
}

#[tokio::test]
async fn what_is_not_verified_reaches_no_handler() {
    let router = || {
        router()
            .on(any_event(), |_, _| support::panics("must not run"))
            .on(unknown_event(), |_, _| support::panics("must not run"))
            .on(unreadable_message(), |_, _| support::panics("must not run"))
            .build()
    };
    let receiver = Receiver::inline(signed("recall"), router());
    let stranger = support::other_secret();
    for body in [KNOWN, UNKNOWN, UNREADABLE] {
        assert_eq!(deliver(&receiver, &stranger, body, at()).await, Reply::Unauthorized);
        let late = at() + Duration::from_secs(301);
        assert_eq!(deliver(&receiver, &secret(), body, late).await, Reply::Unauthorized);
    }
    let token = Token::parse("a-token-of-some-length").unwrap();
    let receiver = Receiver::inline(Endpoint::token("desktop", token), router());
    assert_eq!(deliver(&receiver, &secret(), KNOWN, at()).await, Reply::Unauthorized);
}

#[tokio::test]
async fn an_unverified_endpoint_has_to_be_asked_for_by_a_dangerous_name() {
    let router = router().on(any_event(), |_, context| async move {
        assert_eq!(context.message_id(), None, "nothing vouches for an id");
    });
    let endpoint = danger::unverified_endpoint("open");
    let receiver = Receiver::inline(endpoint, router.build());
    assert_eq!(
        deliver(&receiver, &support::other_secret(), KNOWN, at()).await,
        Reply::Acknowledged
    );
}

/// Every reply as it goes on the wire; the sender's users can read the text.
#[test]
fn replies_are_the_documented_rows() {
    let rows = [
        (Reply::Acknowledged, 204, "", None),
        (Reply::BadRequest, 400, "bad request\n", None),
        (Reply::Unauthorized, 401, "unauthorized\n", None),
        (Reply::NotFound, 404, "not found\n", None),
        (Reply::MethodNotAllowed, 405, "method not allowed\n", Some(("allow", "POST"))),
        (Reply::Timeout, 408, "request timeout\n", None),
        (Reply::TooLarge, 413, "content too large\n", None),
        (Reply::Unavailable, 503, "unavailable\n", Some(("retry-after", "5"))),
    ];
    for (reply, status, text, header) in rows {
        assert_eq!((reply.status(), reply.text(), reply.header()), (status, text, header));
    }
}
