//! What runs as a view on desktops that collect what goes on, where it can be paused, and ended.

use std::collections::HashMap;

use crate::i18n::{Texts, t};
use crate::system::job_view::{JobView, JobWish, Work};
use crate::{Event, Phase, Session, TransferId};

use super::overall::Overall;

/// See the module.
#[derive(Default)]
pub(super) struct Job {
    view: Option<JobView>,
    /// Whether a view was asked for since something runs.
    is_asked_for: bool,
    /// What rests because somebody wanted that there, or is about to; and whether it rests.
    suspended: HashMap<TransferId, bool>,
}

impl Job {
    /// Shows how things stand. The view stays while what was paused there can be resumed there.
    pub(super) async fn show(&mut self, session: &Session, overall: &Overall) {
        if overall.is_busy() {
            if !std::mem::replace(&mut self.is_asked_for, true) && self.view.is_none() {
                let Ok(settings) = session.settings().await else { return };
                self.view = JobView::begin(&t!(Texts::new(&settings.language), "job-title")).await;
            }
        } else {
            self.is_asked_for = false;
            if self.suspended.is_empty() {
                return self.end().await;
            }
        }
        if let Some(view) = &self.view {
            let work = Work { suspended: !overall.is_busy(), ..overall.work() };
            view.update(&work).await;
        }
    }

    /// Follows what happens to what rests.
    pub(super) fn take(&mut self, event: &Event) {
        let (id, state) = match event {
            Event::Changed { transfer } => (transfer.id, Some(transfer.state)),
            Event::Removed { id } => (*id, None),
            _ => return,
        };
        let Some(rests) = self.suspended.get_mut(&id) else { return };
        match state {
            Some(Phase::Paused) => *rests = true,
            // It may still run when it was told to rest a moment ago.
            Some(Phase::Running | Phase::Verifying) if !*rests => {}
            Some(Phase::Queued | Phase::Waiting) => {}
            _ => _ = self.suspended.remove(&id),
        }
    }

    /// Whether a view is there that nobody needs any more.
    pub(super) fn is_over(&self, overall: &Overall) -> bool {
        self.view.is_some() && !overall.is_busy() && self.suspended.is_empty()
    }

    pub(super) async fn end(&mut self) {
        if let Some(view) = self.view.take() {
            view.end().await;
        }
    }

    /// What somebody wants who looks at the view.
    pub(super) async fn wish(&mut self) -> JobWish {
        match &mut self.view {
            Some(view) => view.wish().await,
            None => std::future::pending().await,
        }
    }

    /// Does it.
    pub(super) async fn follow(&mut self, wish: JobWish, session: &Session, overall: &Overall) {
        let done = match wish {
            JobWish::Suspend => {
                self.suspended.extend(overall.running().map(|id| (id, false)));
                session.pause(Some(overall.running().collect())).await
            }
            JobWish::Resume => session.resume(Some(self.suspended.keys().copied().collect())).await,
            JobWish::Cancel => {
                let all = overall.running().chain(self.suspended.keys().copied()).collect();
                session.cancel(Some(all)).await
            }
        };
        if let Err(error) = done {
            tracing::debug!(%error, ?wish, "a wish at the view of what runs");
        }
    }
}
