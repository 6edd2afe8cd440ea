//! The client against receivers that do what it is told they do.

mod connections;
mod replies;
mod requests;
mod targets;

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::{Client, Target, WireError, WireReply, WireRequest};

/// Longer than any test takes.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// A receiver that does nothing by itself, and a target that leads to it.
async fn listening() -> (TcpListener, Target) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook?token=t0ken", listener.local_addr().unwrap());
    (listener, Target::parse(&url, false).unwrap())
}

fn request(body: &str) -> WireRequest {
    WireRequest::post(vec![("webhook-id".to_owned(), b"msg_1".to_vec())], body.as_bytes())
}

async fn send(client: &Client, target: &Target, body: &str) -> Result<WireReply, WireError> {
    client.send(target, &request(body), TIME_LIMIT).await
}

async fn accept(listener: &TcpListener) -> TcpStream {
    listener.accept().await.unwrap().0
}

/// Reads as far as a text that the request ends with.
async fn read_to(stream: &mut TcpStream, end: &str) -> String {
    let mut request = Vec::new();
    while !request.ends_with(end.as_bytes()) {
        assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0, "it ends early");
    }
    String::from_utf8(request).unwrap()
}

/// Reads a request and answers it.
async fn answer(stream: &mut TcpStream, end: &str, reply: &str) -> String {
    let request = read_to(stream, end).await;
    stream.write_all(reply.as_bytes()).await.unwrap();
    request
}
