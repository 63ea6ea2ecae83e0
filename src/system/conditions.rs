//! What the desktop knows that matters to transfers, as one value that is kept up to date.
//!
//! Services of the system and of the desktop are followed, each as it comes and goes; what none of them says
//! is as if all were well. Nobody is asked by the clock: while nothing changes, nothing happens.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

use super::bus::{Bus, Lasting};
use super::network::{self, Manager, Monitor};
use super::power::{self, PROFILES, Supply};
use super::sandbox::is_sandboxed;
use crate::Conditions;

/// The longest anybody should wait for the first word: services may have to be started.
const FIRST: Duration = Duration::from_millis(500);

/// Tells `conditions` what the desktop knows, and every change, until nobody listens. Something is sent once
/// everybody was asked, and within half a second in any case.
pub async fn watch(conditions: watch::Sender<Conditions>) {
    let (facts, known) = watch::channel(Facts { sandboxed: is_sandboxed(), ..Facts::default() });
    let (system, session) = (on_system_bus(facts.clone()), on_session_bus(facts));
    let telling = tell(known, conditions.clone());
    tokio::select! {
        _ = async move { tokio::join!(system, session, telling) } => {}
        () = conditions.closed() => {}
    }
}

async fn tell(mut known: watch::Receiver<Facts>, conditions: watch::Sender<Conditions>) {
    _ = timeout(FIRST, known.wait_for(Facts::is_complete)).await;
    let (mut is_first, mut nobody_is_told) = (true, false);
    loop {
        let (now, is_silent) = {
            let facts = known.borrow_and_update();
            (facts.conditions(), facts.is_silent())
        };
        // The first word is one also if all is well.
        conditions.send_if_modified(|before| {
            (std::mem::replace(before, now) != now) | std::mem::take(&mut is_first)
        });
        if is_silent && !std::mem::replace(&mut nobody_is_told, true) {
            tracing::info!("nobody here knows of the network or the battery, so all is taken to be well");
        }
        if known.changed().await.is_err() {
            return;
        }
    }
}

async fn on_system_bus(facts: watch::Sender<Facts>) {
    let [new, old] = PROFILES;
    let mut lasting = Lasting::new(Bus::System);
    while let Some(bus) = lasting.next().await {
        tokio::join!(
            network::manager(bus.clone(), note(&facts, |facts| &mut facts.manager)),
            network::roaming(bus.clone(), note(&facts, |facts| &mut facts.roaming)),
            power::supply(bus.clone(), note(&facts, |facts| &mut facts.supply)),
            new.follow(bus.clone(), note(&facts, |facts| &mut facts.savers[0])),
            old.follow(bus, note(&facts, |facts| &mut facts.savers[1])),
        );
    }
    facts.send_modify(|facts| {
        (facts.manager, facts.roaming, facts.supply) = (Word::Silent, Word::Silent, Word::Silent);
        (facts.savers[0], facts.savers[1]) = (Word::Silent, Word::Silent);
    });
}

async fn on_session_bus(facts: watch::Sender<Facts>) {
    let sandboxed = facts.borrow().sandboxed;
    let mut lasting = Lasting::new(Bus::Session);
    while let Some(bus) = lasting.next().await {
        tokio::join!(
            network::monitor(bus.clone(), sandboxed, note(&facts, |facts| &mut facts.monitor)),
            power::monitor(bus, note(&facts, |facts| &mut facts.savers[2])),
        );
    }
    facts.send_modify(|facts| {
        (facts.monitor, facts.savers[2]) = (Word::Silent, Word::Silent);
    });
}

/// Takes note of what somebody says, in its place among the facts.
fn note<T: PartialEq>(
    facts: &watch::Sender<Facts>,
    place: fn(&mut Facts) -> &mut Word<T>,
) -> impl Fn(Option<T>) + use<T> {
    let facts = facts.clone();
    move |said| {
        let said = said.map_or(Word::Silent, Word::Says);
        facts.send_if_modified(|facts| {
            let place = place(facts);
            let is_new = *place != said;
            *place = said;
            is_new
        });
    }
}

/// What somebody says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Word<T> {
    /// Nobody has asked yet.
    #[default]
    Unasked,
    /// Nothing: it is not there, or does not answer.
    Silent,
    Says(T),
}

impl<T> Word<T> {
    fn said(&self) -> Option<&T> {
        match self {
            Self::Says(said) => Some(said),
            Self::Unasked | Self::Silent => None,
        }
    }

    /// Whether something is said, whatever it is.
    fn kind(&self) -> Word<()> {
        match self {
            Self::Unasked => Word::Unasked,
            Self::Silent => Word::Silent,
            Self::Says(_) => Word::Says(()),
        }
    }
}

/// What everybody says.
#[derive(Clone, Debug, Default)]
struct Facts {
    sandboxed: bool,
    manager: Word<Manager>,
    roaming: Word<bool>,
    supply: Word<Supply>,
    /// Whether power is saved: under the new name of the daemon, under the old one, and as the portal says.
    savers: [Word<bool>; 3],
    monitor: Word<Monitor>,
}

impl Facts {
    /// What that means to transfers. The portal counts where `NetworkManager` is not to be seen.
    fn conditions(&self) -> Conditions {
        let (manager, monitor) = (self.manager.said(), self.monitor.said());
        let seen_by_monitor = monitor.map(|monitor| monitor.connectivity(self.sandboxed));
        let supply = self.supply.said().copied().unwrap_or_default();
        // One that roams need not be the one that is used.
        let is_mobile = manager.is_some_and(Manager::is_mobile);
        Conditions {
            network: manager.map(Manager::connectivity).or(seen_by_monitor).unwrap_or_default(),
            metered: manager.map_or(monitor.is_some_and(|monitor| monitor.metered), Manager::is_metered),
            roaming: is_mobile && self.roaming == Word::Says(true),
            on_battery: supply.on_battery,
            battery: supply.battery,
            power_saver: self.savers.contains(&Word::Says(true)),
        }
    }

    /// Whether everybody was asked.
    fn is_complete(&self) -> bool {
        !self.words().contains(&Word::Unasked)
    }

    /// Whether nobody says anything.
    fn is_silent(&self) -> bool {
        self.words() == [Word::Silent; 7]
    }

    fn words(&self) -> [Word<()>; 7] {
        let [new, old, portal] = self.savers.each_ref().map(Word::kind);
        let (manager, roaming) = (self.manager.kind(), self.roaming.kind());
        [manager, roaming, self.supply.kind(), self.monitor.kind(), new, old, portal]
    }
}

#[cfg(test)]
#[path = "conditions/tests.rs"]
mod tests;
