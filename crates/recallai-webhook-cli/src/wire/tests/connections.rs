//! Which connection a request goes over, and what becomes of connections.

use std::io::ErrorKind;

use recallai_webhook_emulator::AttemptResult;
use tokio::io::AsyncReadExt as _;

use super::*;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

#[tokio::test]
async fn a_connection_is_used_again() {
    let (listener, target) = listening().await;
    let client = Client::new();
    let receive = async {
        let mut stream = accept(&listener).await;
        answer(&mut stream, "{1}", OK).await;
        answer(&mut stream, "{2}", OK).await;
    };
    let sends = async {
        let reply = send(&client, &target, "{1}").await.unwrap();
        assert!(reply.body == b"ok" && reply.took > Duration::ZERO, "{reply:?}");
        // The same place under another path, by a clone.
        let other = Target::parse(&target.shown().replace("hook", "other"), false).unwrap();
        assert_eq!(send(&client.clone(), &other, "{2}").await.unwrap().status, 200);
    };
    tokio::join!(receive, sends);
}

#[tokio::test]
async fn a_connection_that_is_not_fit_is_not_used_again() {
    for reply in [
        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        "HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nand more",
    ] {
        let (listener, target) = listening().await;
        let client = Client::new();
        let receive = async {
            let mut first = accept(&listener).await;
            answer(&mut first, "{1}", reply).await;
            let mut second = accept(&listener).await;
            answer(&mut second, "{2}", OK).await;
        };
        let sends = async {
            assert_eq!(send(&client, &target, "{1}").await.unwrap().status, 200);
            assert_eq!(send(&client, &target, "{2}").await.unwrap().status, 200);
        };
        tokio::join!(receive, sends);
    }
}

#[tokio::test]
async fn a_connection_that_was_closed_meanwhile_is_no_failure() {
    let (listener, target) = listening().await;
    let client = Client::new();
    let receive = async {
        let mut first = accept(&listener).await;
        answer(&mut first, "{1}", OK).await;
        // Closed at the moment at which the next request comes.
        read_to(&mut first, "{2}").await;
        drop(first);
        let mut second = accept(&listener).await;
        answer(&mut second, "{2}", OK).await;
        // The third breaks after a part of the reply, which is the answer to it.
        answer(&mut second, "{3}", "HTTP/1.1 200").await;
        drop(second);
    };
    let sends = async {
        assert_eq!(send(&client, &target, "{1}").await.unwrap().status, 200);
        assert_eq!(send(&client, &target, "{2}").await.unwrap().status, 200);
        let broken = send(&client, &target, "{3}").await;
        assert!(matches!(broken, Err(WireError::Broken(_))), "{broken:?}");
    };
    tokio::join!(receive, sends);
    let accepted = listener.into_std().unwrap().accept();
    assert_eq!(accepted.unwrap_err().kind(), ErrorKind::WouldBlock, "once more only");
}

/// On a connection of its own, closing it is what the receiver says to the request.
#[tokio::test]
async fn a_new_connection_that_breaks_is_a_failure() {
    let (listener, target) = listening().await;
    let receive = async {
        let mut stream = accept(&listener).await;
        // What was not read makes it a reset.
        stream.read_u8().await.unwrap();
    };
    let client = Client::new();
    let (sent, ()) = tokio::join!(send(&client, &target, "{}"), receive);
    let error = sent.unwrap_err();
    assert!(matches!(&error, WireError::Broken(_)), "{error}");
    assert_eq!(error.result(), AttemptResult::Transport);
    let accepted = listener.into_std().unwrap().accept();
    assert_eq!(accepted.unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[tokio::test]
async fn where_nobody_listens_that_is_said() {
    let (listener, target) = listening().await;
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = send(&Client::new(), &target, "{}").await.unwrap_err();
    assert_eq!(error.to_string(), format!("nobody listens at {address}"));
    assert_eq!(error.result(), AttemptResult::Transport);
}

#[tokio::test]
async fn time_runs_out() {
    let (_listener, target) = listening().await;
    let client = Client::new();
    let error = client.send(&target, &request("{}"), Duration::ZERO).await.unwrap_err();
    assert!(matches!(error, WireError::TimedOut), "{error}");
    assert_eq!(error.result(), AttemptResult::Timeout);
}

/// The first bytes of TLS, and a receiver that speaks none.
#[tokio::test]
async fn https_begins_with_tls() {
    let (listener, target) = listening().await;
    let target = Target::parse(&target.shown().replace("http:", "https:"), false).unwrap();
    let receive = async {
        let mut stream = accept(&listener).await;
        let first = stream.read_u8().await.unwrap();
        stream.write_all(OK.as_bytes()).await.unwrap();
        first
    };
    let client = Client::new();
    let (sent, first) = tokio::join!(send(&client, &target, "{}"), receive);
    assert_eq!(first, 22, "a handshake");
    let error = sent.unwrap_err();
    assert!(matches!(error, WireError::Broken(_)) && error.to_string().contains("TLS"), "{error}");
}
