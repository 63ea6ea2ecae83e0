//! The session bus, never waited for longer than a moment.

use std::time::Duration;

use zbus::Connection;

/// The longest wait for the bus itself; it answers in about a millisecond.
const CONNECT: Duration = Duration::from_secs(2);

/// A connection of its own to the session bus, closed when it is dropped; nothing if there is no bus.
pub(super) async fn session() -> Option<Connection> {
    match tokio::time::timeout(CONNECT, Connection::session()).await {
        Ok(Ok(connection)) => Some(connection),
        Ok(Err(error)) => {
            tracing::debug!(%error, "no session bus");
            None
        }
        Err(_) => {
            tracing::debug!("the session bus does not answer");
            None
        }
    }
}
