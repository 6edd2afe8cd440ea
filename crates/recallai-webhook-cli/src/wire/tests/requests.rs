//! What is on the wire.

use std::time::Duration;

use recallai_webhook_emulator::{AttemptResult, Writing};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::Instant;

use super::*;

const NO_CONTENT: &str = "HTTP/1.1 204 No Content\r\n\r\n";

fn writing(over: Duration, cut_at: Option<usize>) -> Writing {
    let mut writing = Writing::default();
    (writing.over, writing.cut_at) = (over, cut_at);
    writing
}

#[tokio::test]
async fn a_request_is_written_byte_for_byte() {
    let (listener, target) = listening().await;
    let headers =
        [("X-Odd", &b" \xff  b "[..]), ("accept", b"*/*"), ("X-odd", b""), ("content-TYPE", b"a")];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_vec()));
    let request = WireRequest::post(headers.to_vec(), &b"{ \xfe\r\n}\n"[..]);
    let receive = async {
        let mut stream = accept(&listener).await;
        let mut request = vec![0; 7];
        while !request.ends_with(b"\xfe\r\n}\n") {
            stream.read_buf(&mut request).await.unwrap();
        }
        stream.write_all(NO_CONTENT.as_bytes()).await.unwrap();
        request.split_off(7)
    };
    let client = Client::new();
    let (reply, received) = tokio::join!(client.send(&target, &request, TIME_LIMIT), receive);
    assert_eq!(reply.unwrap().status, 204);
    let address = listener.local_addr().unwrap();
    let mut expected =
        format!("POST /hook?token=t0ken HTTP/1.1\r\nHost: {address}\r\n").into_bytes();
    expected.extend(b"X-Odd:  \xff  b \r\naccept: */*\r\nX-odd: \r\ncontent-TYPE: a\r\n");
    expected.extend(b"Content-Length: 7\r\n\r\n{ \xfe\r\n}\n");
    assert_eq!(received, expected, "{}", String::from_utf8_lossy(&received));
}

#[tokio::test]
async fn a_header_cannot_begin_another_one() {
    let (listener, target) = listening().await;
    for (name, value) in
        [("a", "b\r\nc: d"), ("a", "b\nc: d"), ("a: b\r\nc", "d"), ("", "a"), ("a:", "b")]
    {
        let mut request = request("{}");
        request.headers.push((name.to_owned(), value.as_bytes().to_vec()));
        let sent = Client::new().send(&target, &request, TIME_LIMIT).await;
        assert!(matches!(sent, Err(WireError::Connect(_))), "{name:?}: {value:?}");
    }
    let accepted = listener.into_std().unwrap().accept();
    assert_eq!(accepted.unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}

/// The receiver sees the end, and may answer or not.
#[tokio::test]
async fn a_request_is_cut_where_it_is_told() {
    for (reply, expected) in
        [("HTTP/1.1 400 Bad\r\n\r\n", AttemptResult::status(400)), ("", AttemptResult::Transport)]
    {
        let (listener, target) = listening().await;
        let mut request = request("{\"event\":1}");
        request.writing = writing(Duration::ZERO, Some(4));
        let receive = async {
            let mut stream = accept(&listener).await;
            let mut request = String::new();
            stream.read_to_string(&mut request).await.unwrap();
            stream.write_all(reply.as_bytes()).await.unwrap();
            request
        };
        let client = Client::new();
        let (sent, received) = tokio::join!(client.send(&target, &request, TIME_LIMIT), receive);
        assert!(received.ends_with("Content-Length: 11\r\n\r\n{\"ev"), "{received}");
        let result = sent.map_or_else(|error| error.result(), |reply| reply.result(0));
        assert_eq!(result, expected);
    }
}

/// On a clock that goes on when everybody waits.
#[tokio::test(start_paused = true)]
async fn a_slow_body_takes_its_time() {
    let seconds = Duration::from_secs;
    for (length, over, cut_at, takes) in [
        (1000, seconds(10), None, seconds(10)),
        (3, seconds(10), None, seconds(10)),
        (1000, seconds(10), Some(500), seconds(5)),
        (1000, Duration::from_millis(30), None, Duration::from_millis(30)),
        (1, seconds(10), None, seconds(0)),
        (0, seconds(10), None, seconds(0)),
    ] {
        let body: Vec<u8> = (0..length).map(|n: usize| b'a' + (n % 26) as u8).collect();
        let mut request = WireRequest::post(Vec::new(), body.clone());
        request.writing = writing(over, cut_at);
        let (mut out, mut into) = tokio::io::duplex(1 << 16);
        let began = Instant::now();
        let write = async {
            request.write(Vec::new(), &mut out).await.unwrap();
            drop(out);
        };
        let read = async {
            let (mut received, mut pieces) = (Vec::new(), Vec::new());
            while let length @ 1.. = into.read_buf(&mut received).await.unwrap() {
                pieces.push((length, began.elapsed()));
            }
            (received, pieces)
        };
        let ((), (received, pieces)) = tokio::join!(write, read);
        let part = &body[..cut_at.unwrap_or(length)];
        assert_eq!(received, part);
        let last = pieces.last().map_or(Duration::ZERO, |piece| piece.1);
        assert!(last <= takes && last + seconds(1) / 10 >= takes, "{length}: {last:?}");
        let longest = pieces.iter().map(|(length, _)| *length).max().unwrap_or(0);
        assert!(longest <= length.div_ceil(2), "evenly: {pieces:?}");
    }
}

#[tokio::test]
async fn a_reply_that_comes_early_is_the_answer() {
    let (listener, target) = listening().await;
    let mut slow = request("{\"event\":1}");
    slow.writing = writing(TIME_LIMIT * 60, None);
    let receive = async {
        let mut stream = accept(&listener).await;
        read_to(&mut stream, "\r\n\r\n{").await;
        stream.write_all(b"HTTP/1.1 413 Large\r\nContent-Length: 0\r\n\r\n").await.unwrap();
        // Kept open: that no more comes is up to the client.
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.unwrap();
        rest
    };
    let client = Client::new();
    let (reply, rest) = tokio::join!(client.send(&target, &slow, TIME_LIMIT), receive);
    assert_eq!((reply.unwrap().status, rest.as_slice()), (413, &b""[..]));
}
