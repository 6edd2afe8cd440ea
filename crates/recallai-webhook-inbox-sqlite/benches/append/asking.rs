//! Questions, and how soon one who waits is told.

use std::path::Path;
use std::time::{Duration, Instant};

use recallai_webhook_inbox::recording::{Need, Subject};
use recallai_webhook_inbox::{Inbox, InboxExt, MessageQuery, NewMessage};
use recallai_webhook_inbox_sqlite::SqliteInbox;

use crate::report::Report;
use crate::{rounds, series};

pub(crate) fn ask(target: &Path, count: usize, report: &mut Report) {
    let folder = tempfile::tempdir_in(target).unwrap();
    let inbox = SqliteInbox::open(folder.path().join("inbox.db")).unwrap();
    let mut unasked = Report::default();
    let messages = series::messages(0, count.max(100));
    let subjects: Vec<Subject> =
        messages.iter().filter_map(|m| m.reading.facts().primary().cloned()).collect();
    rounds::append_all(&inbox, "", 64, messages, &mut unasked);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let states = runtime.block_on(states(&inbox, &subjects));
    report.add("ask/state-p50-us", states);
    let wakes = runtime.block_on(wakes(&inbox, 50));
    report.add("ask/wait-after-append-p50-us", wakes);
}

/// The median time of a question after a state.
pub(crate) async fn states(inbox: &SqliteInbox, subjects: &[Subject]) -> f64 {
    let mut times = Vec::new();
    for subject in subjects.iter().cycle().take(1000) {
        let begun = Instant::now();
        assert!(inbox.subject("recall", subject).await.unwrap().is_some());
        times.push(begun.elapsed());
    }
    median(times)
}

/// The median time of a question after a message by its id.
pub(crate) async fn messages(inbox: &SqliteInbox, messages: &[NewMessage]) -> f64 {
    let mut times = Vec::new();
    for message in messages {
        let query = MessageQuery::new().with_endpoint("recall").with_id(&*message.id);
        let begun = Instant::now();
        assert_eq!(inbox.messages(&query).await.unwrap().len(), 1);
        times.push(begun.elapsed());
    }
    median(times)
}

/// The median time from the answer of an append to that of a wait for it.
async fn wakes(inbox: &SqliteInbox, count: usize) -> f64 {
    let need: Need = "transcript".parse().unwrap();
    let mut times = Vec::new();
    for n in 0..count {
        let recording = format!("waited-for-{n}");
        let body = format!(
            r#"{{"event":"transcript.done","data":{{"data":{{"code":"done","sub_code":null,"updated_at":"2024-12-04T23:00:00Z"}},"transcript":{{"id":"t{n}","metadata":{{}}}},"recording":{{"id":"{recording}","metadata":{{}}}}}}}}"#
        );
        let message =
            NewMessage::parse("recall", recording.clone(), body, std::time::SystemTime::now());
        let wait = {
            let (inbox, need) = (inbox.clone(), need);
            tokio::spawn(async move {
                let subject = Subject::recording(recording);
                inbox.wait("recall", &subject, &need, Duration::from_secs(10)).await.unwrap();
                Instant::now()
            })
        };
        // It waits by then.
        tokio::time::sleep(Duration::from_millis(2)).await;
        inbox.append(message).await.unwrap();
        let answered = Instant::now();
        times.push(wait.await.unwrap().saturating_duration_since(answered));
    }
    median(times)
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1e6
}
