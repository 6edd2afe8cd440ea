//! The listener.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};

/// How many connections the kernel may hold until they are accepted. It has a limit of its own
/// (`net.core.somaxconn`, 4096 on Linux).
const BACKLOG: u32 = 4096;

/// Binds a listener whose backlog takes a crowd: with tokio's own, which is 128, a sender that meets a
/// hundred others has to try again after a second.
///
/// Has to be called within a tokio runtime.
///
/// # Errors
///
/// The address is taken, is none of this machine, or is not allowed.
pub fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // A server that starts again takes its port though old connections linger. On Windows it would let
    // others take it.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}
