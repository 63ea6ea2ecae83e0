//! Being asked to end.

use tokio::signal::unix::{SignalKind, signal};

/// Waits for Ctrl-C, a polite kill, or the terminal to go away.
pub async fn asked_to_end() {
    let wait = |kind| async move {
        match signal(kind) {
            Ok(mut signals) => _ = signals.recv().await,
            // Without a handler the signal ends the process, which is what it is for.
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = wait(SignalKind::interrupt()) => {}
        () = wait(SignalKind::terminate()) => {}
        () = wait(SignalKind::hangup()) => {}
    }
}

pub(super) use asked_to_end as interrupted;
