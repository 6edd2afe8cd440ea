//! A service in a folder of its own, and a sender.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use recallai_webhook_dispatch::Secret;
use recallai_webhook_dispatch::inbox::Inbox;
use recallai_webhook_server::config::Sources;
use recallai_webhook_server::{Reloader, Service, ServiceError};
use recallai_webhook_telemetry::Telemetry;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) const OLD: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
pub(crate) const NEW: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Puts a file in the place of another one at once, as who rotates secrets does.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let new = self.path(&format!("{name}.new"));
        std::fs::write(&new, text).unwrap();
        std::fs::rename(new, self.path(name)).unwrap();
    }

    /// Writes a configuration of one endpoint whose secrets are in the file `secrets`, and this.
    pub(crate) fn configure(&self, more: &str) {
        let (inbox, secrets) = (self.path("inbox.db"), self.path("secrets"));
        self.write(
            "service.toml",
            &format!(
                "listen.address = '127.0.0.1:0'\ninbox.path = '{}'\n\
                 endpoints.recall.secrets = [{{ file = '{}' }}]\n{more}\n",
                inbox.display(),
                secrets.display()
            ),
        );
    }

    pub(crate) fn sources(&self) -> Sources {
        Sources::new().with_file(self.path("service.toml"))
    }

    pub(crate) async fn start(&self) -> Running {
        start(Service::new(self.sources())).await
    }
}

/// A service that runs until it is stopped.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) admin: Option<SocketAddr>,
    pub(crate) inbox: Arc<dyn Inbox>,
    pub(crate) reloader: Reloader,
    pub(crate) telemetry: Telemetry,
    stop: oneshot::Sender<()>,
    ran: JoinHandle<Result<(), ServiceError>>,
}

pub(crate) async fn start(service: Service) -> Running {
    let opened = service.open().await.unwrap();
    let ready = opened.ready(std::future::pending()).await.unwrap().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    Running {
        address: ready.address(),
        admin: ready.admin_address(),
        inbox: ready.inbox(),
        reloader: ready.reloader(),
        telemetry: ready.telemetry().clone(),
        stop,
        ran: tokio::spawn(ready.run(async { drop(stopped.await) })),
    }
}

impl Running {
    pub(crate) async fn end(self) {
        self.stop.send(()).unwrap();
        self.ran.await.unwrap().unwrap();
    }

    /// How many reloads had this result.
    pub(crate) fn reloads(&self, result: &str) -> u64 {
        let text = self.telemetry.render_without_inbox();
        let line = text
            .lines()
            .find(|line| line.contains("reload") && line.contains(&format!("\"{result}\"")));
        line.and_then(|line| line.rsplit(' ').next()?.parse().ok()).unwrap()
    }
}

/// Asks an admin listener of this machine for something, as this bearer; the status of the answer.
pub(crate) async fn get(address: SocketAddr, path: &str, token: Option<&str>) -> u16 {
    let token = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
    let head =
        format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{token}\r\n");
    ask((Ipv4Addr::LOCALHOST, address.port()).into(), &head).await
}

/// The body of an event of a recording.
pub(crate) fn event(recording: &str, code: &str) -> String {
    format!(
        r#"{{"event":"recording.{code}","data":{{
            "data":{{"code":"{code}","sub_code":null,"updated_at":"2024-12-04T23:25:56Z"}},
            "recording":{{"id":"{recording}","metadata":{{}}}}}}}}"#
    )
}

/// Posts a signed body; the status of the answer.
pub(crate) async fn post(address: SocketAddr, secret: &str, id: &str, body: &str) -> u16 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let signature = Secret::parse(secret).unwrap().sign(id, now, body.as_bytes()).unwrap();
    let request = format!(
        "POST /webhooks/recall HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\
         content-length: {}\r\nsvix-id: {id}\r\nsvix-timestamp: {now}\r\n\
         svix-signature: {signature}\r\n\r\n{body}",
        body.len()
    );
    ask(address, &request).await
}

async fn ask(address: SocketAddr, request: &str) -> u16 {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}
