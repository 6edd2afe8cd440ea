//! Small HTTP receivers, each with one mistake.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, mpsc};
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
    /// No answer to anything.
    Hangs,
    /// No answer to an event that it does not know.
    HangsOnUnknown,
    /// Another protocol.
    NoHttp,
    /// 204 to a known id, whatever comes with it.
    TrustsIds,
    /// No answer any more, to anything, after a body that was cut.
    DiesOfCutBody,
}

/// A request that came whole.
struct Request {
    method: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// What it answers; `None` for nothing while somebody waits.
type Status = Option<u16>;

/// The status of an answer that is no HTTP.
const NO_HTTP: u16 = 0;

/// Starts one on a free port; it ends with the test. Gives its URL.
pub(crate) fn start(mistake: Mistake) -> String {
    start_watched(mistake).0
}

/// The same; says when it leaves a request without an answer.
pub(crate) fn start_watched(mistake: Mistake) -> (String, mpsc::Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(HashSet::new()));
    let (hangs, hung) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (Ok(stream), seen, hangs) = (stream, Arc::clone(&seen), hangs.clone()) else {
                continue;
            };
            std::thread::spawn(move || {
                let judge = |request: Option<&Request>| judge(mistake, request, &seen);
                serve(&stream, judge, &hangs)
            });
        }
    });
    (url, hung)
}

/// One request, one answer.
fn serve(
    mut stream: &TcpStream,
    judge: impl Fn(Option<&Request>) -> Status,
    hangs: &mpsc::Sender<()>,
) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let request = read(&mut reader);
    let status = judge(request.as_ref());
    request?;
    let Some(status) = status else {
        // Who does not ask whether it hangs has gone.
        let _ = hangs.send(());
        // Until the other side has gone.
        return reader.read_to_end(&mut Vec::new()).ok().map(drop);
    };
    let answer = format!("HTTP/1.1 {status} -\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let answer = if status == NO_HTTP { "SSH-2.0-receiver\r\n" } else { &answer };
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

/// What it makes of a request, or of half of one.
fn judge(mistake: Mistake, request: Option<&Request>, seen: &Mutex<HashSet<String>>) -> Status {
    let (Some(request), false) = (request, seen.lock().unwrap().contains("dead")) else {
        let dies = mistake == Mistake::DiesOfCutBody;
        seen.lock().unwrap().extend(dies.then(|| "dead".to_owned()));
        return None;
    };
    match mistake {
        Mistake::Hangs => return None,
        Mistake::NoHttp => return Some(NO_HTTP),
        _ => {}
    }
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
    let is_known = id.is_some_and(|(_, id)| seen.lock().unwrap().contains(id));
    match mistake {
        Mistake::TrustsIds if is_known => Some(204),
        Mistake::TrustsIds if verified => {
            seen.lock().unwrap().insert(id?.1.clone());
            Some(204)
        }
        Mistake::HangsOnUnknown if body.contains("hologram.") => None,
        Mistake::Empty if is_signed_by_nobody => Some(204),
        _ if !verified => Some(401),
        Mistake::Conflict if !seen.lock().unwrap().insert(id?.1.clone()) => Some(409),
        Mistake::ClosedList if body.contains("hologram.") => Some(500),
        Mistake::WorksFirst if body.contains(r#".done""#) => None,
        _ => Some(204),
    }
}
