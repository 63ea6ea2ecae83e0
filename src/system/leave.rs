//! Letting the computer sleep or switching it off, as `logind` does it, on the system bus.

use super::bus::{self, Service};

const LOGIND: &str = "org.freedesktop.login1";
const PATH: &str = "/org/freedesktop/login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";

/// How the computer is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leave {
    /// It sleeps, and goes on later where it was.
    Suspend,
    /// It is switched off.
    PowerOff,
}

/// Nobody does it, or not without asking somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the computer does not do that")]
pub struct CannotLeave;

impl Leave {
    /// Both, the milder one first.
    pub const ALL: [Self; 2] = [Self::Suspend, Self::PowerOff];

    fn question(self) -> &'static str {
        match self {
            Self::Suspend => "CanSuspend",
            Self::PowerOff => "CanPowerOff",
        }
    }

    fn method(self) -> &'static str {
        match self {
            Self::Suspend => "Suspend",
            Self::PowerOff => "PowerOff",
        }
    }

    /// Those of them that can be done while nobody is there to be asked for a password.
    pub async fn possible() -> Vec<Self> {
        let Some(logind) = logind().await else { return Vec::new() };
        let mut possible = Vec::new();
        for leave in Self::ALL {
            let answer = logind.call::<_, String>((PATH, MANAGER, leave.question()), &()).await;
            if answer.is_some_and(|answer| answer == "yes") {
                possible.push(leave);
            }
        }
        possible
    }

    /// Does it, soon. Whoever holds a lock against it is heard first.
    ///
    /// # Errors
    /// If it is refused.
    pub async fn carry_out(self) -> Result<(), CannotLeave> {
        let logind = logind().await.ok_or(CannotLeave)?;
        let without_asking = false;
        logind.call::<_, ()>((PATH, MANAGER, self.method()), &without_asking).await.ok_or(CannotLeave)
    }
}

async fn logind() -> Option<Service> {
    Some(Service { bus: bus::system().await?, name: LOGIND })
}
