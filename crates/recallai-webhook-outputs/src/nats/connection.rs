//! Connections to NATS, and what its errors mean.

use std::error::Error as _;
use std::fmt;
use std::time::Duration;

use async_nats::connection::State;
use async_nats::jetstream::context::{
    Context, ContextBuilder, GetStreamByNameErrorKind, PublishError, PublishErrorKind,
};
use async_nats::jetstream::{self, ErrorCode};
use async_nats::{ConnectError, ConnectErrorKind, ConnectOptions, Event, HeaderMap};
use bytes::Bytes;
use tokio::sync::watch;

use super::NatsOptions;
use crate::OutputError;
use crate::broker::{Address, Login, Tls, client_config};
use crate::printable::beginning;

/// How much of what a server says goes into an error.
const SAID: usize = 200;

/// Codes by which JetStream says that it takes nothing at present, whatever it is: it has no room, no leader or
/// no peers, or the stream is full or offline.
const AWAY: [ErrorCode; 12] = [
    ErrorCode::ACCOUNT_RESOURCES_EXCEEDED,
    ErrorCode::CLUSTER_INCOMPLETE,
    ErrorCode::CLUSTER_NOT_ACTIVE,
    ErrorCode::CLUSTER_NOT_AVAILABLE,
    ErrorCode::CLUSTER_NOT_LEADER,
    ErrorCode::CLUSTER_NO_PEERS,
    ErrorCode::INSUFFICIENT_RESOURCES,
    ErrorCode::MEMORY_RESOURCES_EXCEEDED,
    ErrorCode::STORAGE_RESOURCES_EXCEEDED,
    ErrorCode::STREAM_OFFLINE,
    ErrorCode::STREAM_OFFLINE_REASON,
    ErrorCode::STREAM_STORE_FAILED,
];

/// Whom to connect to, and how.
pub(super) struct Server {
    addresses: Vec<String>,
    pub(super) timeout: Duration,
    options: ConnectOptions,
}

/// One connection. Once it is lost it stays so: whoever waits hears of it at once, and the next send
/// connects anew.
pub(super) struct Connection {
    jetstream: Context,
    lost: watch::Receiver<bool>,
}

impl Server {
    pub(super) fn new(options: &NatsOptions, addresses: &[Address]) -> Result<Self, OutputError> {
        let timeout = options.timeout.duration();
        let login = Login::read(options.user.as_deref(), options.password.as_ref())?;
        let token = options.token.as_ref().map(crate::Credential::read).transpose()?;
        let mut connect = ConnectOptions::new()
            .name("recallai-webhook")
            .connection_timeout(timeout)
            .ping_interval(Duration::from_secs(20))
            .max_reconnects(1);
        match (login, token) {
            (Some(_), Some(_)) => {
                let reason = "is one way to log in, user and password are another".into();
                return Err(OutputError::Option { option: "token", reason });
            }
            (Some(login), None) => {
                let password = String::clone(&login.password);
                connect = connect.user_and_password(login.user.into(), password);
            }
            (None, Some(token)) => connect = connect.token(String::clone(&token)),
            (None, None) => {}
        }
        // A server may ask for TLS, so there is a configuration even where we do not.
        let tls: Tls = client_config(&options.tls.clone().unwrap_or_default())?;
        connect = connect.tls_client_config(Tls::unwrap_or_clone(tls));
        Ok(Self {
            addresses: addresses.iter().map(ToString::to_string).collect(),
            timeout,
            options: connect.require_tls(options.tls.is_some()),
        })
    }

    pub(super) async fn connect(&self) -> Result<Connection, OutputError> {
        let (lose, lost) = watch::channel(false);
        let options = self.options.clone().event_callback(move |event| {
            if matches!(event, Event::Disconnected | Event::Closed) {
                lose.send_replace(true);
            }
            std::future::ready(())
        });
        let client = options.connect(self.addresses.clone()).await.map_err(refused)?;
        let jetstream = ContextBuilder::new().timeout(self.timeout).ack_timeout(self.timeout);
        Ok(Connection { jetstream: jetstream.build(client), lost })
    }
}

impl Connection {
    /// Publishes, and waits until the stream has it. That it had it before is as good.
    pub(super) async fn publish(
        &self,
        subject: String,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<(), OutputError> {
        let acknowledged = async {
            let sent = self.jetstream.publish_with_headers(subject.clone(), headers, body).await;
            let acknowledged = match sent {
                Ok(sent) => sent.await,
                Err(error) => Err(error),
            };
            match acknowledged {
                Ok(_) => Ok(()),
                Err(error) if error.kind() == PublishErrorKind::StreamNotFound => {
                    Err(self.nobody_answered(&subject).await)
                }
                Err(error) => Err(not_published(&subject, &error)),
            }
        };
        self.unless_lost(acknowledged).await
    }

    /// Looks for a stream by its name.
    pub(super) async fn find_stream(&self, name: &str) -> Result<(), OutputError> {
        let found = async {
            self.jetstream.get_stream(name).await.map_err(|error| OutputError::Refused {
                reason: format!("nats has no stream {name} for us: {}", said(&error)).into(),
            })
        };
        self.unless_lost(found).await.map(|_| ())
    }

    /// Looks for a stream that takes a subject.
    pub(super) async fn find_taker(&self, subject: &str) -> Result<(), OutputError> {
        let found = async {
            self.jetstream.stream_by_subject(subject).await.map_err(|error| OutputError::Refused {
                reason: format!("nats has no stream for {subject}: {}", said(&error)).into(),
            })
        };
        self.unless_lost(found).await.map(|_| ())
    }

    /// Why nobody has answered what was published: there is no such stream only if JetStream says so.
    async fn nobody_answered(&self, subject: &str) -> OutputError {
        match self.jetstream.stream_by_subject(subject).await {
            Err(error) if error.kind() == GetStreamByNameErrorKind::NotFound => {
                OutputError::Refused { reason: format!("nats has no stream for {subject}").into() }
            }
            _ => {
                let reason = format!("nats has nobody who answers for {subject} at present");
                OutputError::unavailable(reason, None)
            }
        }
    }

    async fn unless_lost<T>(
        &self,
        work: impl Future<Output = Result<T, OutputError>>,
    ) -> Result<T, OutputError> {
        let mut lost = self.lost.clone();
        tokio::select! {
            biased;
            done = work => done.map_err(|error| match self.is_lost() {
                // The client has another word for it each time.
                true => unconfirmed(),
                false => error,
            }),
            // An error means that the client is gone altogether.
            _ = lost.wait_for(|lost| *lost) => Err(unconfirmed()),
        }
    }

    /// Whether it was lost. What tells of that comes after the client knows it.
    fn is_lost(&self) -> bool {
        *self.lost.borrow() || self.jetstream.client().connection_state() != State::Connected
    }
}

fn unconfirmed() -> OutputError {
    OutputError::Unreachable {
        what: "nats".into(),
        source: "the connection was lost before it confirmed".into(),
    }
}

/// Why there is no connection.
fn refused(error: ConnectError) -> OutputError {
    match error.kind() {
        ConnectErrorKind::Authentication | ConnectErrorKind::AuthorizationViolation => {
            OutputError::Refused { reason: "nats refused the login".into() }
        }
        _ => OutputError::Unreachable { what: "nats".into(), source: Box::new(error) },
    }
}

/// Why something was not published.
fn not_published(subject: &str, error: &PublishError) -> OutputError {
    match error.kind() {
        PublishErrorKind::TimedOut => {
            OutputError::TimedOut { what: format!("publishing to {subject} of nats").into() }
        }
        PublishErrorKind::BrokenPipe => unconfirmed(),
        PublishErrorKind::MaxPayloadExceeded => {
            OutputError::Permanent { reason: "it is larger than the max_payload of nats".into() }
        }
        PublishErrorKind::MaxAckPending => {
            OutputError::unavailable("too much is under way to nats", None)
        }
        _ => match error.source().and_then(|source| source.downcast_ref()) {
            Some(answer) => answered(answer),
            None => OutputError::refused(format!("nats refused it: {}", said(error))),
        },
    }
}

/// What an answer of JetStream that is an error means.
fn answered(answer: &jetstream::Error) -> OutputError {
    let code = answer.error_code();
    match beginning(answer.to_string().as_bytes(), SAID) {
        said if AWAY.contains(&code) => {
            OutputError::unavailable(format!("nats takes nothing at present: {said}"), None)
        }
        said if code == ErrorCode::STREAM_MESSAGE_EXCEEDS_MAXIMUM => {
            OutputError::permanent(format!("it is larger than the stream takes: {said}"))
        }
        said => OutputError::refused(format!("nats refused it: {said}")),
    }
}

/// The text of an error, bounded.
fn said(error: &dyn std::error::Error) -> String {
    let text = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    beginning(text.as_bytes(), SAID)
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("addresses", &self.addresses).finish_non_exhaustive()
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("lost", &*self.lost.borrow()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_that_takes_nothing_is_told_from_one_that_does_not_take_this() {
        let told = |code: u64| {
            let answer = format!(r#"{{"code":503,"err_code":{code},"description":"no"}}"#);
            answered(&serde_json::from_str(&answer).unwrap())
        };
        // Without resources, a leader, peers, room on the disk, in the account, in the stream; offline.
        for away in [10_023, 10_008, 10_009, 10_005, 10_047, 10_028, 10_002, 10_077, 10_118] {
            assert!(told(away).is_outage(), "{away}");
        }
        // Another stream than was expected, a wrong last sequence; too large.
        for refused in [10_060, 10_071, 10_054] {
            assert!(!told(refused).is_outage(), "{refused}");
        }
        assert!(told(10_054).is_permanent());
    }
}
