//! The two buses, never waited for longer than a moment.

mod service;

use std::time::Duration;

use zbus::Connection;

pub(super) use service::{Properties, Service, changes, signal};

/// The longest wait for the bus itself; it answers in about a millisecond.
const CONNECT: Duration = Duration::from_secs(2);

/// Before each further try at a bus that is gone, which may be starting anew: about two minutes together.
const AGAIN: [Duration; 7] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(16),
    Duration::from_secs(32),
    Duration::from_secs(64),
];

/// A connection of its own to the session bus, closed when it is dropped; nothing if there is no bus.
pub(super) async fn session() -> Option<Connection> {
    soon(Connection::session(), "session").await
}

/// The same to the system bus.
pub(super) async fn system() -> Option<Connection> {
    soon(Connection::system(), "system").await
}

/// One of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bus {
    Session,
    System,
}

/// A bus that may go and come back, as it does when it is started anew.
pub(super) struct Lasting {
    bus: Bus,
    last: Option<Connection>,
}

impl Lasting {
    pub(super) fn new(bus: Bus) -> Self {
        Self { bus, last: None }
    }

    /// A connection; when it was asked before, the next one, after the end of the one before. Nothing where
    /// there is no bus, or none any more.
    pub(super) async fn next(&mut self) -> Option<Connection> {
        self.last = match self.last.take() {
            None => self.bus.open().await,
            Some(last) => {
                last.closed().await;
                self.open_again().await
            }
        };
        self.last.clone()
    }

    async fn open_again(&self) -> Option<Connection> {
        for wait in AGAIN {
            tokio::time::sleep(wait).await;
            if let Some(bus) = self.bus.open().await {
                return Some(bus);
            }
        }
        None
    }
}

impl Bus {
    async fn open(self) -> Option<Connection> {
        match self {
            Self::Session => session().await,
            Self::System => system().await,
        }
    }
}

async fn soon(opening: impl Future<Output = zbus::Result<Connection>>, bus: &str) -> Option<Connection> {
    match tokio::time::timeout(CONNECT, opening).await {
        Ok(Ok(connection)) => Some(connection),
        Ok(Err(error)) => {
            tracing::debug!(%error, "no {bus} bus");
            None
        }
        Err(_) => {
            tracing::debug!("the {bus} bus does not answer");
            None
        }
    }
}
