//! A proxy between an output and its broker, which can hold back what the broker answers, and cut the
//! connections.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Pass,
    Hold,
    Cut,
}

/// Listens on a port of its own.
pub(crate) struct Proxy {
    pub(crate) address: String,
    mode: watch::Sender<Mode>,
    /// How many bytes of answers are held back.
    held: watch::Receiver<usize>,
}

impl Proxy {
    pub(crate) async fn to(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (mode, modes) = watch::channel(Mode::Pass);
        let (hold, held) = watch::channel(0);
        tokio::spawn(async move {
            let server = SocketAddr::from(([127, 0, 0, 1], port));
            while let Ok((client, _)) = listener.accept().await {
                if *modes.borrow() != Mode::Cut
                    && let Ok(server) = TcpStream::connect(server).await
                {
                    tokio::spawn(pass(client, server, modes.clone(), hold.clone()));
                }
            }
        });
        Self { address, mode, held }
    }

    /// Holds back answers from now on.
    pub(crate) fn hold(&self) {
        self.mode.send_replace(Mode::Hold);
    }

    /// Returns once the broker has answered something that was held back.
    pub(crate) async fn has_held(&mut self) {
        self.held.wait_for(|held| *held > 0).await.unwrap();
    }

    /// Cuts all connections, and lets new ones through.
    pub(crate) async fn cut(&mut self) {
        self.mode.send_replace(Mode::Cut);
        // The one that held something says that it is gone.
        self.held.wait_for(|held| *held == 0).await.unwrap();
        self.mode.send_replace(Mode::Pass);
    }

    /// Lets through what was held back, and all that follows.
    pub(crate) fn release(&self) {
        self.mode.send_replace(Mode::Pass);
    }
}

async fn pass(
    mut client: TcpStream,
    mut server: TcpStream,
    mut modes: watch::Receiver<Mode>,
    hold: watch::Sender<usize>,
) {
    let (mut up, mut down) = (vec![0; 65536], vec![0; 65536]);
    let mut held = Vec::new();
    loop {
        let mode = *modes.borrow_and_update();
        if mode == Mode::Pass && !held.is_empty() {
            hold.send_replace(0);
            if client.write_all(&std::mem::take(&mut held)).await.is_err() {
                return;
            }
        }
        if mode == Mode::Cut {
            break;
        }
        tokio::select! {
            biased;
            changed = modes.changed() => if changed.is_err() { break },
            read = client.read(&mut up) => match read {
                Ok(count) if count > 0 && server.write_all(&up[..count]).await.is_ok() => {}
                _ => break,
            },
            read = server.read(&mut down) => match read {
                Ok(count) if count > 0 && mode == Mode::Hold => {
                    held.extend_from_slice(&down[..count]);
                    hold.send_replace(held.len());
                }
                Ok(count) if count > 0 && client.write_all(&down[..count]).await.is_ok() => {}
                _ => break,
            },
        }
    }
    drop((client, server));
    if !held.is_empty() {
        hold.send_replace(0);
    }
}
