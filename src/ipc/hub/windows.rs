//! Raising a window, which may have been killed a moment ago.

use std::time::Duration;

use tokio::sync::mpsc;

use super::Hub;
use crate::ipc::{Fault, InWindow};

/// How long a window may take to hear of it: it may be getting a long list just now.
const RAISING: Duration = Duration::from_secs(5);

/// Somebody wants to see the window.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    pub wanted: InWindow,
    /// Waits to hear that a window has it.
    pub raised: mpsc::Sender<()>,
}

impl Hub {
    /// Raises a window. It is done when one has heard of it: one that is gone may still be counted, until what is
    /// being written to it fails.
    pub(super) async fn raise(&self, wanted: InWindow) -> Result<(), Fault> {
        let none = || Fault::new("No window is attached to this session.");
        let (raised, mut answer) = mpsc::channel(1);
        let mut windows = self.windows.subscribe();
        if *windows.borrow_and_update() == 0 {
            return Err(none());
        }
        self.wishes.send(Wish { wanted, raised }).map_err(|_| none())?;
        tokio::select! {
            biased;
            Some(()) = answer.recv() => Ok(()),
            _ = windows.wait_for(|windows| *windows == 0) => Err(none()),
            () = tokio::time::sleep(RAISING) => Err(Fault::new("The window of this session does not answer.")),
        }
    }
}
