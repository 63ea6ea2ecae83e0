//! When all is done, the session ends or the computer sleeps or is switched off, if somebody has chosen that.
//!
//! All is done once nothing runs or waits to go on by itself any more, after something did. There is a minute
//! in which it can still be prevented: by choosing nothing, or by anything that begins to run or wait.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until};

use crate::i18n::{Texts, t};
use crate::ipc::{Afterwards, Choice, Hub, Request};
use crate::system::notify::{Notice, Notify};
use crate::{Event, Kind, Phase, Snapshot, TransferId};

/// How long it can be prevented.
const DELAY: Duration = Duration::from_secs(60);

/// Waits for that until the session ends.
pub(super) async fn watch(hub: Arc<Hub>, desktop: impl Notify) {
    let session = hub.session().clone();
    let (mut events, mut choices) = (session.subscribe(), hub.when_done());
    let Ok(list) = session.list().await else { return };
    let mut alive = Alive::of(&list);
    let mut plan = Plan::default();
    loop {
        let choice = *choices.borrow_and_update();
        match plan.next(choice, !alive.0.is_empty(), Instant::now()) {
            Step::Wait => {}
            Step::Begin(at) => {
                hub.happens(Some(at));
                tell(&hub, &desktop, choice.then).await;
            }
            Step::Stop => hub.happens(None),
        }
        let end = async {
            match plan.at {
                Some(at) => sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            event = events.recv() => match event {
                Ok(event) => alive.take(event),
                Err(RecvError::Lagged(_)) => {
                    let Ok(list) = session.list().await else { return };
                    alive = Alive::of(&list);
                }
                Err(RecvError::Closed) => return,
            },
            changed = choices.changed() => if changed.is_err() { return },
            () = end => {
                // What was added in this very moment counts as well.
                let Ok(list) = session.list().await else { return };
                alive = Alive::of(&list);
                if alive.0.is_empty() {
                    plan = Plan::default();
                    carry_out(&hub, &desktop).await;
                }
            }
        }
    }
}

/// What is being waited for.
#[derive(Debug, Default)]
struct Plan {
    then: Afterwards,
    /// Whether something was there to be done since that was chosen.
    was_busy: bool,
    /// When it happens.
    at: Option<Instant>,
}

/// What to do about it now.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// Nothing.
    Wait,
    /// Begin to count down to this moment.
    Begin(Instant),
    /// Stop counting down.
    Stop,
}

impl Plan {
    fn next(&mut self, choice: Choice, is_busy: bool, now: Instant) -> Step {
        if choice.then != self.then {
            *self = Self { then: choice.then, ..Self::default() };
        }
        self.was_busy |= is_busy;
        if self.then == Afterwards::Nothing {
            return Step::Wait;
        }
        match (is_busy, self.at) {
            (true, Some(_)) => {
                self.at = None;
                Step::Stop
            }
            (false, None) if self.was_busy => {
                self.at = Some(now + DELAY);
                Step::Begin(now + DELAY)
            }
            _ => Step::Wait,
        }
    }
}

/// Does what was chosen.
async fn carry_out(hub: &Hub, desktop: &impl Notify) {
    let then = hub.take_choice();
    let done = match then.leaves() {
        Some(how) => hub.computer().leave(how).await.is_ok(),
        None if then == Afterwards::Quit => hub.carry_out(Request::Quit).await.is_ok(),
        None => true,
    };
    if !done {
        tracing::warn!(?then, "all is done, and this was not possible");
        if let Ok(settings) = hub.session().settings().await {
            show(desktop, t!(Texts::new(&settings.language), "when-failed"), false);
        }
    }
}

/// Tells, whatever else is told, that it is about to happen: it takes the computer from whoever is there.
async fn tell(hub: &Hub, desktop: &impl Notify, then: Afterwards) {
    let Ok(settings) = hub.session().settings().await else { return };
    let texts = Texts::new(&settings.language);
    let seconds = DELAY.as_secs();
    let title = match then {
        Afterwards::Nothing => return,
        Afterwards::Quit => t!(texts, "when-quit-in", seconds = seconds),
        Afterwards::Suspend => t!(texts, "when-suspend-in", seconds = seconds),
        Afterwards::PowerOff => t!(texts, "when-power-off-in", seconds = seconds),
    };
    show(desktop, title, true);
}

fn show(desktop: &impl Notify, title: String, success: bool) {
    let (body, open_label, show_label) = Default::default();
    desktop.show(Notice { title, body, success, file: None, open_label, show_label, series: None });
}

/// The transfers that run or would go on by themselves.
struct Alive(HashSet<TransferId>);

impl Alive {
    fn of(list: &[Snapshot]) -> Self {
        Self(list.iter().filter(|transfer| is_alive(transfer)).map(|transfer| transfer.id).collect())
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Added { transfer } | Event::Changed { transfer } if is_alive(&transfer) => {
                self.0.insert(transfer.id);
            }
            Event::Added { transfer } | Event::Changed { transfer } => _ = self.0.remove(&transfer.id),
            Event::Removed { id } => _ = self.0.remove(&id),
            Event::Group { .. }
            | Event::Ungrouped { .. }
            | Event::Settings { .. }
            | Event::Destinations
            | Event::Sites => {}
        }
    }
}

fn is_alive(transfer: &Snapshot) -> bool {
    let goes_on =
        matches!(transfer.state, Phase::Running | Phase::Verifying | Phase::Queued | Phase::Waiting);
    goes_on && transfer.kind != Kind::Leftover
}

#[cfg(test)]
#[path = "afterwards/tests.rs"]
mod tests;
