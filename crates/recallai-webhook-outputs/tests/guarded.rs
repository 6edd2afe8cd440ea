//! The breaker, on a time that the tests drive: an output whose sends end as they are told.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use recallai_webhook_outputs::{Guarded, Outgoing, Output, OutputError};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

/// How the receiver answers.
#[derive(Clone, Copy)]
enum Answer {
    Ok,
    Away,
    Asks(u64),
    Refuses,
}

use Answer::{Asks, Away, Ok as Well, Refuses};

/// Answers in this order, and then as `later`.
#[derive(Clone)]
struct Scripted {
    script: Arc<Mutex<VecDeque<Answer>>>,
    later: Arc<Mutex<Answer>>,
    sent: Arc<Mutex<Vec<(String, Instant)>>>,
    /// How long a send takes, on the clock of the test.
    takes: Duration,
    came: Arc<Notify>,
}

impl Scripted {
    fn new(script: impl IntoIterator<Item = Answer>, later: Answer) -> Self {
        Self {
            script: Arc::new(Mutex::new(script.into_iter().collect())),
            later: Arc::new(Mutex::new(later)),
            sent: Arc::default(),
            takes: Duration::ZERO,
            came: Arc::default(),
        }
    }

    fn sent(&self) -> Vec<(String, Instant)> {
        self.sent.lock().unwrap().clone()
    }

    /// The times between one send and the next.
    fn pauses(&self) -> Vec<Duration> {
        self.sent().windows(2).map(|pair| pair[1].1 - pair[0].1).collect()
    }
}

#[async_trait]
impl Output for Scripted {
    async fn send(&self, outgoing: &Outgoing) -> Result<(), OutputError> {
        self.sent.lock().unwrap().push((outgoing.idempotency_key.to_string(), Instant::now()));
        self.came.notify_one();
        if !self.takes.is_zero() {
            sleep(self.takes).await;
        }
        let key = &*outgoing.idempotency_key;
        // A poison is answered as its name says, whatever the receiver tells others.
        let poison = match key.split_once(':') {
            Some(("poison", "away")) => Some(Away),
            Some(("poison", seconds)) => Some(Asks(seconds.parse().unwrap())),
            _ => None,
        };
        let next = self.script.lock().unwrap().pop_front();
        match poison.or(next).unwrap_or(*self.later.lock().unwrap()) {
            Well => Ok(()),
            Away => Err(OutputError::unreachable("sending", "nobody is there")),
            Asks(seconds) => {
                Err(OutputError::unavailable("busy", Some(Duration::from_secs(seconds))))
            }
            Refuses => Err(OutputError::refused("no")),
        }
    }

    async fn probe(&self) -> Result<(), OutputError> {
        Ok(())
    }
}

fn guarded(output: &Scripted) -> Arc<Guarded<Scripted>> {
    Arc::new(Guarded::new("scripted", output.clone()))
}

async fn send(output: &Guarded<Scripted>, key: &str) -> Result<(), OutputError> {
    output.send(&Outgoing::json(key, "{}")).await
}

/// Sends until the breaker is about to open.
async fn four_outages(output: &Guarded<Scripted>) {
    for _ in 0..4 {
        assert!(send(output, "early").await.unwrap_err().is_outage());
    }
}

#[tokio::test(start_paused = true)]
async fn the_fifth_outage_in_a_row_makes_sends_wait_instead_of_failing() {
    let output = Scripted::new([Away; 7], Well);
    let guarded = guarded(&output);
    four_outages(&guarded).await;
    send(&guarded, "patient").await.unwrap();
    assert_eq!(output.sent().len(), 8);
    // Closed: an outage is an error again.
    output.script.lock().unwrap().push_back(Away);
    assert!(send(&guarded, "next").await.is_err());
}

#[tokio::test(start_paused = true)]
async fn who_is_away_is_told_for_as_long_as_it_lasts() {
    let output = Scripted::new([Away, Away, Away, Away, Away, Asks(1)], Well);
    let guarded = guarded(&output);
    four_outages(&guarded).await;
    assert_eq!(guarded.away(), None);
    let patient = tokio::spawn({
        let guarded = Arc::clone(&guarded);
        async move { send(&guarded, "patient").await }
    });
    output.came.notified().await;
    while output.sent().len() < 5 {
        output.came.notified().await;
    }
    tokio::task::yield_now().await;
    let first = guarded.away().unwrap();
    assert_eq!(&*first.error, "sending: nobody is there");
    output.came.notified().await;
    tokio::task::yield_now().await;
    let second = guarded.away().unwrap();
    assert_eq!((&*second.error, second.since), ("busy", first.since));
    patient.await.unwrap().unwrap();
    assert_eq!(guarded.away(), None);
}

#[tokio::test(start_paused = true)]
async fn an_answer_in_between_begins_the_count_anew() {
    let output = Scripted::new([Away, Away, Away, Away, Refuses, Away, Away, Away, Away], Well);
    let guarded = guarded(&output);
    four_outages(&guarded).await;
    assert!(!send(&guarded, "refused").await.unwrap_err().is_outage());
    four_outages(&guarded).await;
    send(&guarded, "well").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn pauses_double_to_a_minute() {
    let output = Scripted::new([Away; 14], Well);
    let guarded = guarded(&output);
    four_outages(&guarded).await;
    let sends = (0..11).map(|number| {
        let guarded = Arc::clone(&guarded);
        tokio::spawn(async move { send(&guarded, &number.to_string()).await })
    });
    for one in sends.collect::<Vec<_>>() {
        let sent = one.await.unwrap();
        assert!(matches!(sent, Ok(()) | Err(OutputError::PutOff { .. })), "{sent:?}");
    }
    let mut pauses = output.pauses().split_off(4);
    pauses.truncate(10);
    let ceilings = [1, 2, 4, 8, 16, 32, 60, 60, 60, 60];
    assert_eq!(pauses.len(), ceilings.len());
    for (pause, ceiling) in pauses.into_iter().zip(ceilings.map(Duration::from_secs)) {
        // The clock of the tests goes by the millisecond.
        let ceiling_up = ceiling + Duration::from_millis(1);
        assert!((ceiling / 2..=ceiling_up).contains(&pause), "{pause:?} of {ceiling:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_asks_for_a_pause_gets_it_at_once_and_up_to_a_minute() {
    let output = Scripted::new([Asks(20), Asks(30), Asks(90), Asks(u64::MAX)], Well);
    let guarded = guarded(&output);
    let put_off = send(&guarded, "a").await.unwrap_err();
    assert!(
        matches!(put_off, OutputError::PutOff { after, .. } if after.as_secs() == 80),
        "{put_off:?}"
    );
    send(&guarded, "b").await.unwrap_err();
    send(&guarded, "c").await.unwrap();
    let pauses: Vec<_> = output.pauses().iter().map(Duration::as_secs).collect();
    assert_eq!(pauses, [20, 30, 60, 60]);
}

#[tokio::test(start_paused = true)]
async fn what_one_is_asked_to_wait_for_is_for_all_once_another_is_asked_too() {
    let output = Scripted::new([Asks(50), Asks(40)], Well);
    let guarded = guarded(&output);
    let first = tokio::spawn({
        let guarded = Arc::clone(&guarded);
        async move { send(&guarded, "first").await }
    });
    output.came.notified().await;
    send(&guarded, "second").await.unwrap();
    send(&guarded, "third").await.unwrap();
    // Its own pause is not over, and the receiver has answered others.
    let error = first.await.unwrap().unwrap_err();
    assert!((1..=10).contains(&error.retry_after().unwrap().as_secs()), "{error:?}");
    let pauses = output.pauses();
    assert!(pauses[0] <= Duration::from_millis(1001), "{pauses:?}");
    assert_eq!(pauses[1].as_secs(), 40);
}

/// Nothing but this message is refused, for an hour each time.
#[tokio::test(start_paused = true)]
async fn a_pause_that_is_named_for_one_message_holds_no_other() {
    let output = Scripted::new([], Well);
    let guarded = guarded(&output);
    let begun = Instant::now();
    for number in 0..10 {
        let poison = tokio::spawn({
            let guarded = Arc::clone(&guarded);
            async move { send(&guarded, "poison:3600").await }
        });
        output.came.notified().await;
        send(&guarded, &number.to_string()).await.unwrap();
        output.came.notified().await;
        let error = poison.await.unwrap().unwrap_err();
        assert!((3598..=3600).contains(&error.retry_after().unwrap().as_secs()), "{error:?}");
    }
    assert!(begun.elapsed() <= Duration::from_millis(10_100), "{:?}", begun.elapsed());
    // Each came once and was not sent again within its pause.
    assert_eq!(output.sent().len(), 20);
}

/// The pause is over when another one is answered, so it is sent once more, and not for ever.
#[tokio::test(start_paused = true)]
async fn what_fails_again_where_others_are_answered_is_given_back() {
    for poison in ["poison:1", "poison:away"] {
        let output = Scripted::new([], Well);
        let guarded = Arc::new(Guarded::new("scripted", output.clone()).with_failures(1));
        let held = tokio::spawn({
            let guarded = Arc::clone(&guarded);
            async move { send(&guarded, poison).await }
        });
        output.came.notified().await;
        send(&guarded, "well").await.unwrap();
        assert!(held.await.unwrap().unwrap_err().is_outage());
        let keys: Vec<_> = output.sent().into_iter().map(|sent| sent.0).collect();
        let poisons = keys.iter().filter(|key| *key == poison).count();
        assert!(poisons <= 3, "{keys:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_send_that_has_failed_makes_room_after_a_minute() {
    let output = Scripted::new([], Away);
    let guarded = guarded(&output);
    four_outages(&guarded).await;
    for minutes in 2..5 {
        let begun = Instant::now();
        let sent = send(&guarded, &minutes.to_string()).await;
        let Err(OutputError::PutOff { after, reason }) = sent else { panic!("{sent:?}") };
        assert_eq!(&*reason, "sending: nobody is there");
        // A minute for each that has failed, of which "early" is one.
        assert_eq!(after, Duration::from_secs(60 * minutes));
        assert!(begun.elapsed() <= Duration::from_secs(121), "{:?}", begun.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_under_way_when_it_opened_is_sent_once_more() {
    let mut output = Scripted::new([Away; 9], Well);
    output.takes = Duration::from_millis(100);
    let guarded = guarded(&output);
    four_outages(&guarded).await;
    let sends: Vec<_> = (0..20)
        .map(|number| {
            let guarded = Arc::clone(&guarded);
            tokio::spawn(async move { send(&guarded, &number.to_string()).await })
        })
        .collect();
    for one in sends {
        one.await.unwrap().unwrap();
    }
    let sent = output.sent();
    // Four before, then twenty at once, of which five failed and were sent once more.
    assert_eq!(sent.len(), 4 + 20 + 5);
}

#[tokio::test(start_paused = true)]
async fn while_it_is_open_no_two_are_sent_together() {
    let mut output = Scripted::new([], Away);
    output.takes = Duration::from_millis(100);
    let guarded = guarded(&output);
    four_outages(&guarded).await;
    let first = tokio::spawn({
        let guarded = Arc::clone(&guarded);
        async move { send(&guarded, "first").await }
    });
    // The fifth outage.
    while output.sent().len() < 6 {
        output.came.notified().await;
    }
    let others: Vec<_> = (0..20)
        .map(|number| {
            let guarded = Arc::clone(&guarded);
            tokio::spawn(async move { send(&guarded, &number.to_string()).await })
        })
        .collect();
    while output.sent().len() < 20 {
        output.came.notified().await;
    }
    let pauses = output.pauses().split_off(4);
    assert!(pauses.iter().all(|pause| *pause >= Duration::from_millis(600)), "{pauses:?}");
    // They took turns.
    let keys: std::collections::BTreeSet<_> =
        output.sent().into_iter().map(|sent| sent.0).collect();
    assert!(keys.len() >= 14, "{keys:?}");
    *output.later.lock().unwrap() = Well;
    for one in others.into_iter().chain([first]) {
        let sent = one.await.unwrap();
        assert!(matches!(sent, Ok(()) | Err(OutputError::PutOff { .. })), "{sent:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_lets_the_next_one_try() {
    let output = Scripted::new([Away; 5], Well);
    let guarded = guarded(&output);
    four_outages(&guarded).await;
    let (first, second) = (Arc::clone(&guarded), Arc::clone(&guarded));
    let first = tokio::spawn(async move { send(&first, "first").await });
    while output.sent().len() < 5 {
        output.came.notified().await;
    }
    let second = tokio::spawn(async move { send(&second, "second").await });
    tokio::task::yield_now().await;
    first.abort();
    second.await.unwrap().unwrap();
    let keys: Vec<_> = output.sent().split_off(4).into_iter().map(|sent| sent.0).collect();
    assert_eq!(keys, ["first", "second"]);
}

#[tokio::test(start_paused = true)]
async fn what_the_receiver_cannot_digest_does_not_stand_in_the_way() {
    let output = Scripted::new([Away; 4], Well);
    let guarded = guarded(&output);
    four_outages(&guarded).await;
    let (poison, well) = (Arc::clone(&guarded), Arc::clone(&guarded));
    let poison = tokio::spawn(async move { send(&poison, "poison:away").await });
    while output.sent().len() < 5 {
        output.came.notified().await;
    }
    send(&well, "well").await.unwrap();
    // Its own failure, now that the breaker is closed.
    assert!(poison.await.unwrap().is_err());
}
