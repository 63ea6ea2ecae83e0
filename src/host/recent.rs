//! Puts what was downloaded among the recent files of the desktop, if that is wanted.

use std::collections::HashSet;

use tokio::sync::broadcast::error::RecvError;

use crate::system::recent;
use crate::{Event, Kind, Phase, Session};

/// Does so until the session ends.
pub(super) async fn keep(session: Session) {
    let mut events = session.subscribe();
    let Ok(list) = session.list().await else { return };
    let is_at_work = |state| matches!(state, Phase::Running | Phase::Verifying);
    let running = list.iter().filter(|transfer| is_at_work(transfer.state));
    let mut at_work: HashSet<_> = running.map(|transfer| transfer.id).collect();
    loop {
        let transfer = match events.recv().await {
            Ok(Event::Added { transfer } | Event::Changed { transfer }) => transfer,
            // Somebody can live with a recent file that is not among the others.
            Ok(_) | Err(RecvError::Lagged(_)) => continue,
            Err(RecvError::Closed) => return,
        };
        if is_at_work(transfer.state) {
            at_work.insert(transfer.id);
            continue;
        }
        let has_just_come = at_work.remove(&transfer.id) && transfer.state == Phase::Completed;
        let file = transfer.path.clone().filter(|_| has_just_come && transfer.kind == Kind::Download);
        let Some(file) = file else { continue };
        let Ok(settings) = session.settings().await else { return };
        if settings.recent_files {
            let added = tokio::task::spawn_blocking(move || recent::add(&[file])).await;
            if let Ok(Err(error)) = added {
                tracing::debug!(%error, "the list of recent files");
            }
        }
    }
}
