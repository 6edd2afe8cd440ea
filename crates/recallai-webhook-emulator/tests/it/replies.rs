//! What is read of a reply.

use std::time::Duration;

use recallai_webhook_emulator::{AttemptResult, DeliveryControl};

/// `Sun, 06 Nov 1994 08:49:37 GMT`, the example of RFC 9110.
const DATE: u64 = 784_111_777;

#[test]
fn retry_after_is_seconds_or_a_date() {
    for (value, seconds) in [
        ("120", Some(120)),
        (" 7 ", Some(7)),
        ("0", Some(0)),
        ("1.2", Some(2)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", Some(0)),
        ("Sun, 06 Nov 1994 08:50:37 GMT", Some(60)),
        ("Sun, 06 Nov 1994 08:48:37 GMT", Some(0)),
        ("", None),
        (".", None),
        ("-1", None),
        ("1e3", None),
        ("inf", None),
        ("soon", None),
    ] {
        let read = AttemptResult::reply(503, [("RETRY-After", value)], DATE);
        let expected = AttemptResult::Status {
            code: 503,
            retry_after: seconds.map(Duration::from_secs),
            delivery_control: None,
        };
        assert_eq!(read, expected, "{value:?}");
    }
}

#[test]
fn delivery_control_is_read_and_other_headers_are_not() {
    let headers = [
        ("webhook-delivery", "later"),
        ("Webhook-Delivery", "abort-message"),
        ("Content-Type", "text/plain"),
    ];
    let expected = AttemptResult::Status {
        code: 422,
        retry_after: None,
        delivery_control: Some(DeliveryControl::AbortMessage),
    };
    assert_eq!(AttemptResult::reply(422, headers, DATE), expected);
    assert_eq!(AttemptResult::reply(204, [], DATE), AttemptResult::status(204));
}
