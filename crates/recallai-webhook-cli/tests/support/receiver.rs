//! A receiver that is told what to answer, for what a real one would not do.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;

/// Answers each request with the next of some statuses, and hands over the requests at the end.
pub(crate) fn answering(statuses: &[&'static str]) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let statuses = statuses.to_vec();
    let answer = move |status: &str| {
        let (mut stream, _) = listener.accept().unwrap();
        let request = read(&mut stream);
        let end = "content-length: 0\r\nconnection: close\r\n\r\n";
        stream.write_all(format!("HTTP/1.1 {status}\r\n{end}").as_bytes()).unwrap();
        request
    };
    (url, std::thread::spawn(move || statuses.into_iter().map(answer).collect()))
}

/// A whole request: its head, and as much body as that tells.
fn read(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    while !is_whole(&request) {
        let mut part = [0; 4096];
        let length = stream.read(&mut part).unwrap();
        assert_ne!(length, 0, "it ends early");
        request.extend_from_slice(&part[..length]);
    }
    String::from_utf8(request).unwrap()
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let head = head.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.parse().unwrap())
}
