//! The computer falls asleep and wakes up, as `logind` says, on the system bus.
//!
//! A lock of the kind "delay" makes it wait with falling asleep, for a few seconds at most, until we have
//! written down what has to be. It is held all the time and let go of only then, as there is no time to take
//! it once the computer is about to sleep. It refuses nothing to anybody; see `awake` for what does.

use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::time::timeout;
use zbus::proxy::{self, CacheProperties};
use zbus::zvariant::OwnedFd;
use zbus::{Connection, Proxy};

use super::APP_NAME;
use super::bus::{Bus, Lasting};

const LOGIND: &str = "org.freedesktop.login1";
const PATH: &str = "/org/freedesktop/login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";

/// The longest time to get ready in. It waits for five seconds unless it is told otherwise
/// (`InhibitDelayMaxSec=`), and then sleeps whatever we do.
const READY: Duration = Duration::from_secs(4);
/// The longest wait for an answer of its own.
const ANSWER: Duration = Duration::from_secs(2);

/// What the computer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sleep {
    /// It sleeps as soon as this is dealt with.
    Near,
    /// It is awake again.
    Over,
}

/// Tells `told` of every sleep, for as long as there is a system bus. `why` is what a person reads who asks
/// what the computer waits for.
pub async fn watch<T: Future<Output = ()>>(why: &str, told: impl Fn(Sleep) -> T) {
    let mut lasting = Lasting::new(Bus::System);
    while let Some(bus) = &lasting.next().await {
        if let Err(error) = follow(bus, why, &told).await {
            tracing::debug!(%error, "nobody will say when the computer sleeps");
        }
    }
}

async fn follow<T: Future<Output = ()>>(
    bus: &Connection,
    why: &str,
    told: &impl Fn(Sleep) -> T,
) -> zbus::Result<()> {
    let logind = proxy::Builder::<Proxy<'_>>::new(bus)
        .destination(LOGIND)?
        .path(PATH)?
        .interface(MANAGER)?
        .cache_properties(CacheProperties::No)
        .build()
        .await?;
    let mut sleeps = logind.receive_signal("PrepareForSleep").await?;
    let mut owners = logind.receive_owner_changed().await?;
    let mut delay = inhibit(bus, "sleep", why, "delay").await;
    let mut is_near = false;
    loop {
        tokio::select! {
            signal = sleeps.next() => {
                let Some(signal) = signal else { break };
                match signal.body().deserialize::<bool>() {
                    Ok(true) => {
                        is_near = true;
                        if timeout(READY, told(Sleep::Near)).await.is_err() {
                            tracing::warn!("the computer sleeps before everything was written down");
                        }
                        delay = None;
                    }
                    Ok(false) => {
                        is_near = false;
                        told(Sleep::Over).await;
                        delay = inhibit(bus, "sleep", why, "delay").await;
                    }
                    Err(_) => {}
                }
            }
            owner = owners.next() => {
                let Some(owner) = owner else { break };
                // Whoever was to say that the sleep is over is gone.
                if std::mem::take(&mut is_near) {
                    told(Sleep::Over).await;
                }
                delay = if owner.is_some() { inhibit(bus, "sleep", why, "delay").await } else { None };
            }
        }
    }
    drop(delay);
    if is_near {
        told(Sleep::Over).await;
    }
    Ok(())
}

/// Takes a lock, which is held until what comes back is dropped.
pub(super) async fn inhibit(bus: &Connection, what: &str, why: &str, mode: &str) -> Option<OwnedFd> {
    let words = (what, APP_NAME, why, mode);
    let asked = bus.call_method(Some(LOGIND), PATH, Some(MANAGER), "Inhibit", &words);
    let answer = timeout(ANSWER, asked).await.ok()?;
    let lock = answer.and_then(|answer| answer.body().deserialize::<OwnedFd>());
    lock.inspect_err(|error| tracing::debug!(%error, what, mode, "no lock")).ok()
}
