//! Connections to Redis, and what its errors mean.

use std::fmt;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Cmd, RedisConnectionInfo, RedisError, ServerErrorKind};
use tokio::task::JoinHandle;

use super::{RedisOptions, RedisWait};
use crate::OutputError;
use crate::broker::{Address, Tls, client_config};
use crate::printable::beginning;

/// How much of what a server says goes into an error.
const SAID: usize = 200;

/// Codes by which a server says that it takes nothing at present, whatever it is: it reads its data, has no room or
/// too few replicas, cannot write its disk, runs a script, or its cluster is not whole.
const AWAY: [&str; 7] =
    ["LOADING", "OOM", "NOREPLICAS", "MISCONF", "BUSY", "CLUSTERDOWN", "TRYAGAIN"];

/// Whom to connect to, and how.
pub(super) struct Server {
    address: Address,
    tls: Option<Tls>,
    login: RedisConnectionInfo,
}

/// One connection, on which commands follow each other without waiting for answers.
pub(super) struct Connection {
    commands: MultiplexedConnection,
    driver: JoinHandle<()>,
}

impl Server {
    pub(super) fn new(options: &RedisOptions, address: Address) -> Result<Self, OutputError> {
        let mut login = RedisConnectionInfo::default()
            .set_db(options.database.into())
            .set_lib_name("recallai-webhook", env!("CARGO_PKG_VERSION"));
        if let Some(user) = &options.user {
            if options.password.is_none() {
                let reason = "is missing".into();
                return Err(OutputError::Option { option: "password", reason });
            }
            login = login.set_username(user);
        }
        if let Some(password) = &options.password {
            login = login.set_password(password.read()?.as_str());
        }
        let tls = options.tls.as_ref().map(client_config).transpose()?;
        Ok(Self { address, tls, login })
    }

    pub(super) async fn connect(&self) -> Result<Connection, OutputError> {
        let stream = self.address.connect(self.tls.as_ref()).await.map_err(|error| {
            OutputError::Unreachable {
                what: format!("redis at {}", self.address).into(),
                source: Box::new(error),
            }
        })?;
        // The send has a limit of its own, which counts the time to connect as well.
        let config =
            AsyncConnectionConfig::new().set_response_timeout(None).set_connection_timeout(None);
        let connecting = MultiplexedConnection::new_with_config(&self.login, stream, config).await;
        let (commands, driver) = connecting.map_err(failed)?;
        let connection = Connection { commands, driver: tokio::spawn(driver) };
        // A server that wants a password and was given none says so to a short command only: at a longer one
        // it hangs up.
        connection.ping().await?;
        Ok(connection)
    }
}

impl Connection {
    /// Appends, and waits for the id, and for replicas if they are asked for.
    pub(super) async fn append(
        &self,
        stream: &str,
        append: Cmd,
        wait: Option<&RedisWait>,
    ) -> Result<(), OutputError> {
        let mut commands = self.commands.clone();
        let id: Option<String> = append.query_async(&mut commands).await.map_err(failed)?;
        if id.is_none() {
            return Err(no_stream(stream));
        }
        let Some(wait) = wait else { return Ok(()) };
        // It waits for all that this connection has written so far, the entry among it.
        let milliseconds = u64::try_from(wait.timeout.duration().as_millis()).unwrap_or(u64::MAX);
        let mut command = redis::cmd("WAIT");
        command.arg(wait.replicas).arg(milliseconds);
        let reached: u32 = command.query_async(&mut commands).await.map_err(failed)?;
        if reached >= wait.replicas {
            return Ok(());
        }
        let asked = wait.replicas;
        let reason = format!("redis has it on {reached} of {asked} replicas");
        Err(OutputError::unavailable(reason, None))
    }

    /// Looks what is under the name of a stream.
    pub(super) async fn find(&self, stream: &str, create: bool) -> Result<(), OutputError> {
        let mut commands = self.commands.clone();
        let sort: String =
            redis::cmd("TYPE").arg(stream).query_async(&mut commands).await.map_err(failed)?;
        match &*sort {
            "stream" => Ok(()),
            "none" if create => Ok(()),
            "none" => Err(no_stream(stream)),
            other => Err(OutputError::Refused {
                reason: format!(
                    "{stream} of redis is no stream but a {}",
                    beginning(other.as_bytes(), SAID)
                )
                .into(),
            }),
        }
    }

    pub(super) async fn ping(&self) -> Result<(), OutputError> {
        let mut commands = self.commands.clone();
        redis::cmd("PING").query_async(&mut commands).await.map_err(failed)
    }
}

/// The task that reads and writes would otherwise stay with a server that has fallen silent.
impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

fn no_stream(stream: &str) -> OutputError {
    OutputError::Refused { reason: format!("redis has no stream {stream}").into() }
}

/// What an error means: whether the connection is of use any more, and what the server said.
fn failed(error: RedisError) -> OutputError {
    use redis::ErrorKind::{AuthenticationFailed, Server};

    let refused = |reason: &str| OutputError::Refused { reason: reason.into() };
    match error.kind() {
        AuthenticationFailed => refused("redis refused the login"),
        Server(ServerErrorKind::Moved | ServerErrorKind::Ask | ServerErrorKind::CrossSlot) => {
            refused("redis is one of a cluster, which is not supported")
        }
        // It was the primary, and is a replica now; who is the primary, the address may tell.
        Server(ServerErrorKind::ReadOnly | ServerErrorKind::MasterDown) => {
            OutputError::Unreachable {
                what: "a redis that takes entries".into(),
                source: error.into(),
            }
        }
        _ if error.code().is_some_and(|code| code == "NOAUTH" || code == "WRONGPASS") => {
            refused("redis refused the login")
        }
        _ => match error.code() {
            Some(code) => {
                let said = beginning(error.detail().unwrap_or_default().as_bytes(), SAID);
                match AWAY.contains(&code) {
                    true => {
                        let reason = format!("redis takes nothing at present: {code} {said}");
                        OutputError::unavailable(reason, None)
                    }
                    false => refused(&format!("redis refused it: {code} {said}")),
                }
            }
            None => OutputError::Unreachable { what: "redis".into(), source: error.into() },
        },
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("address", &self.address).finish_non_exhaustive()
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_takes_nothing_is_told_from_one_that_does_not_take_this() {
        let told = |line: &str| {
            let value = redis::parse_redis_value(format!("-{line}\r\n").as_bytes()).unwrap();
            failed(value.extract_error().unwrap_err())
        };
        for away in [
            "LOADING Redis is loading the dataset in memory",
            "OOM command not allowed when used memory > 'maxmemory'.",
            "READONLY You can't write against a read only replica.",
            "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
            "CLUSTERDOWN The cluster is down",
            "TRYAGAIN Multiple keys request during rehashing of slot",
            "NOREPLICAS Not enough good replicas to write.",
            "MISCONF Errors writing to the AOF file: No space left on device",
        ] {
            assert!(told(away).is_outage(), "{away}");
        }
        for refused in ["WRONGTYPE Operation against a key", "ERR syntax error", "NOPERM no"] {
            let error = told(refused);
            assert!(!error.is_outage() && error.to_string().contains(refused), "{error}");
        }
    }
}
