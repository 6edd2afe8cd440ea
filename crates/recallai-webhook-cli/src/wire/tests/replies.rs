//! Replies as receivers write them, and what is none.

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::time::Instant;

use super::super::incoming::Incoming;
use super::super::reply::{self, Heard};
use super::*;

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

/// Reads a reply that comes in pieces of a length, and then ends.
async fn read(bytes: &[u8], piece: usize) -> Result<Heard, WireError> {
    let (mut out, into) = tokio::io::duplex(piece);
    let mut incoming = Incoming::new(into);
    let write = async {
        // Who has heard enough hears no more.
        let _ = out.write_all(bytes).await;
        drop(out);
    };
    let read = async {
        let heard = reply::read(&mut incoming, soon()).await;
        drop(incoming);
        heard
    };
    tokio::join!(read, write).0
}

async fn check(text: &str, (status, body, keeps): (u16, &str, bool)) {
    for piece in [1, 1 << 16] {
        let heard = read(text.as_bytes(), piece).await.map_err(|error| format!("{text}: {error}"));
        let heard = heard.unwrap();
        assert_eq!((heard.head.status, heard.body), (status, body.into()), "{text}");
        // What stands behind the reply has not come yet when it comes byte by byte.
        assert!(heard.keeps == keeps || (piece == 1 && !keeps), "{text}: {keeps}");
    }
}

#[tokio::test]
async fn a_reply_ends_where_it_says() {
    let ok = |rest: &str| format!("HTTP/1.1 200 OK\r\n{rest}");
    for (text, expected) in [
        (ok("Content-Length: 2\r\n\r\nhi"), (200, "hi", true)),
        (ok("content-length: 2, 2\r\nContent-Length:2\r\n\r\nhi"), (200, "hi", true)),
        (ok("content-length: 2\r\n\r\nhi there"), (200, "hi", false)),
        (ok("content-length: 2\r\nConnection: Foo, Close\r\n\r\nhi"), (200, "hi", false)),
        (ok("\r\nto the end"), (200, "to the end", false)),
        (ok("Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nhi\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n"), (200, "hi0123456789", true)),
        (ok("Transfer-Encoding: gzip, Chunked\r\n\r\n0\r\n\r\n"), (200, "", true)),
        (ok("Transfer-Encoding: gzip\r\n\r\nzip"), (200, "zip", false)),
        (ok("content-length: 9\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"), (200, "a", false)),
        ("HTTP/1.1 204 No Content\r\n\r\n".into(), (204, "", true)),
        ("HTTP/1.1 304\r\ncontent-length: 7\r\n\r\n".into(), (304, "", true)),
        ("HTTP/1.1 302 Found\r\nlocation: http://192.0.2.1/\r\ncontent-length: 0\r\n\r\n".into(), (302, "", true)),
        ("HTTP/1.1 101 Switching\r\n\r\n".into(), (101, "", false)),
        ("HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n".into(), (200, "", false)),
        ("HTTP/1.0 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive\r\n\r\n".into(), (200, "", true)),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 500 No\r\ncontent-length: 1\r\n\r\nx".into(), (500, "x", true)),
    ] {
        check(&text, expected).await;
    }
}

/// The sender goes by the head.
#[tokio::test]
async fn a_body_that_breaks_off_changes_nothing() {
    let chunks = "transfer-encoding: chunked\r\n\r\n";
    for (rest, body) in [
        ("content-length: 3\r\n\r\nhi".to_owned(), "hi"),
        (format!("{chunks}2\r\nhi\r\n"), "hi"),
        (format!("{chunks}2\r\nhi\r\n0\r\n"), "hi"),
        (format!("{chunks}hi\r\n"), ""),
        (format!("{chunks}1\r\nhi\r\n0\r\n\r\n"), "h"),
    ] {
        check(&format!("HTTP/1.1 401 No\r\n{rest}"), (401, body, false)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_without_an_end_is_not_waited_for() {
    let (mut out, into) = tokio::io::duplex(1 << 16);
    out.write_all(b"HTTP/1.1 200 OK\r\n\r\ndata: 1\n\n").await.unwrap();
    let heard = reply::read(&mut Incoming::new(into), soon()).await.unwrap();
    assert_eq!((heard.head.status, &*heard.body, heard.keeps), (200, &b"data: 1\n\n"[..], false));
    assert!(heard.came_at < Instant::now(), "the time that it took is that of its head");
}

#[tokio::test]
async fn what_is_no_reply_says_so() {
    for (text, expected) in [
        ("SSH-2.0-OpenSSH_9.6\r\n", "no HTTP/1.1"),
        ("\x15\x03\x01\0\x02\x02", "no HTTP/1.1"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nhi", "content-length"),
        ("HTTP/1.1 200 OK\r\ncontent-length: +2\r\n\r\nhi", "content-length"),
        ("", "closed the connection without a reply"),
        ("HTTP/1.1 200 OK\r\ncontent-", "closed the connection without a reply"),
    ] {
        for piece in [1, 1 << 16] {
            let Err(error) = read(text.as_bytes(), piece).await else { panic!("{text}") };
            assert!(error.to_string().contains(expected), "{text}: {error}");
        }
    }
    let endless = format!("HTTP/1.1 200 OK\r\na: {}", "a".repeat(100_000));
    assert!(matches!(read(endless.as_bytes(), 1 << 16).await, Err(WireError::NotHttp(_))));
}

#[tokio::test]
async fn a_long_body_is_kept_in_part_and_read_in_part() {
    let with = |length: usize| {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
        [head.into_bytes(), vec![b'x'; length]].concat()
    };
    let heard = read(&with(1 << 20), 1 << 16).await.unwrap();
    assert_eq!((heard.body.len(), heard.keeps), (64 << 10, true));
    let heard = read(&with(2 << 20), 1 << 16).await.unwrap();
    assert_eq!((heard.body.len(), heard.keeps), (64 << 10, false));
    let endless = [&b"HTTP/1.1 200 OK\r\n\r\n"[..], &vec![b'x'; 4 << 20]].concat();
    let heard = read(&endless, 1 << 16).await.unwrap();
    assert_eq!((heard.body.len(), heard.keeps), (64 << 10, false));
}
