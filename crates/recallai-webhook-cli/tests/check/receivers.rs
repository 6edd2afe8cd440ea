//! Small HTTP receivers, each with one mistake.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use recallai_webhook_dispatch::signature::danger;
use recallai_webhook_dispatch::{Secret, Verifier};

use crate::support::SECRET;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Mistake {
    /// 409 for a message that it has.
    Conflict,
    /// No `webhook-*` headers.
    OnlySvix,
    /// 500 for an event that it does not know.
    ClosedList,
    /// No answer to what starts work.
    WorksFirst,
    /// Signatures of any age.
    NoTimestamp,
    /// `v1,` and nothing behind it.
    Empty,
}

/// A request that came whole.
struct Request {
    method: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// What it answers; `None` for nothing while somebody waits.
type Status = Option<u16>;

/// Starts one on a free port; it ends with the test. Gives its URL.
pub(crate) fn start(mistake: Mistake) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(HashSet::new()));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (Ok(stream), seen) = (stream, Arc::clone(&seen)) else { continue };
            std::thread::spawn(move || serve(&stream, |request| judge(mistake, request, &seen)));
        }
    });
    url
}

/// One request, one answer.
fn serve(mut stream: &TcpStream, judge: impl Fn(&Request) -> Status) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let request = read(&mut reader)?;
    let Some(status) = judge(&request) else {
        // Until the other side has gone.
        return reader.read_to_end(&mut Vec::new()).ok().map(drop);
    };
    let answer = format!("HTTP/1.1 {status} -\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(answer.as_bytes()).ok()
}

/// `None` for a request that ends early.
fn read(reader: &mut impl BufRead) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let method = line.split(' ').next()?.to_owned();
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length")?.1.parse().ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request { method, headers, body })
}

fn judge(mistake: Mistake, request: &Request, seen: &Mutex<HashSet<String>>) -> Status {
    if request.method != "POST" {
        return Some(405);
    }
    if request.body.len() > 512 << 10 {
        return Some(413);
    }
    let builder = Verifier::builder().secret("test", Secret::parse(SECRET).unwrap());
    let verifier = match mistake {
        Mistake::NoTimestamp => danger::without_age_check(builder).build(),
        _ => builder.build(),
    };
    let headers = request.headers.iter();
    let headers =
        headers.filter(|(name, _)| mistake != Mistake::OnlySvix || name.starts_with("svix-"));
    let headers = headers.map(|(name, value)| (name.as_str(), value.as_bytes()));
    let is_signed_by_nobody = request.headers.iter().any(|(_, value)| value == "v1,");
    let body = String::from_utf8_lossy(&request.body);
    let verified = verifier.unwrap().verify(headers, &request.body, SystemTime::now()).is_ok();
    let id = request.headers.iter().find(|(name, _)| name.ends_with("-id"));
    match mistake {
        Mistake::Empty if is_signed_by_nobody => Some(204),
        _ if !verified => Some(401),
        Mistake::Conflict if !seen.lock().unwrap().insert(id?.1.clone()) => Some(409),
        Mistake::ClosedList if body.contains("hologram.") => Some(500),
        Mistake::WorksFirst if body.contains(r#".done""#) => None,
        _ => Some(204),
    }
}
