//! A receiver that is told what to answer, for what a real one would not do.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;

/// Answers each request with the next of some statuses, and hands over the requests at the end.
pub(crate) fn answering(statuses: &[&'static str]) -> (String, JoinHandle<Vec<String>>) {
    let (url, requests) = recording(statuses);
    let text = |request| String::from_utf8(request).unwrap();
    let texts = move || requests.join().unwrap().into_iter().map(text).collect();
    (url, std::thread::spawn(texts))
}

/// The same for requests that need not be text. A status may have header lines behind it; an empty one is no
/// answer at all.
pub(crate) fn recording(statuses: &[&'static str]) -> (String, JoinHandle<Vec<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let statuses = statuses.to_vec();
    let answer = move |status: &str| {
        let (mut stream, _) = listener.accept().unwrap();
        let request = read(&mut stream);
        if !status.is_empty() {
            let end = "content-length: 0\r\nconnection: close\r\n\r\n";
            stream.write_all(format!("HTTP/1.1 {status}\r\n{end}").as_bytes()).unwrap();
        }
        request
    };
    (url, std::thread::spawn(move || statuses.into_iter().map(answer).collect()))
}

/// A whole request: its head, and as much body as that tells.
fn read(stream: &mut TcpStream) -> Vec<u8> {
    let mut request = Vec::new();
    while !is_whole(&request) {
        let mut part = [0; 4096];
        let length = stream.read(&mut part).unwrap();
        assert_ne!(length, 0, "it ends early");
        request.extend_from_slice(&part[..length]);
    }
    request
}

fn is_whole(request: &[u8]) -> bool {
    let Some(end) = request.windows(4).position(|part| part == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    request.len() - end - 4 >= length.map_or(0, |length| length.parse().unwrap())
}
