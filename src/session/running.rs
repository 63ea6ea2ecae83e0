//! The task that works on a transfer, as the actor holds it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::secrets::{self, Secrets};
use crate::attempt::{Attempt, Limit, Limits, Outcome, Report, Sight};
use crate::download::{self, Shared};
use crate::net::Wishes;
use crate::transfer::{
    ErrorKind, Failure, Job, Meter, OnChange, Pause, Redaction, SecretKey, State, Transfer, TransferId,
};
use crate::upload;

/// A task at work. Dropping this tells it to stop.
pub(super) struct Running {
    pub meter: Meter,
    /// Its connections, for who looks at them.
    pub sight: Sight,
    pub began: Instant,
    /// Its speed limit, which may change.
    pub limit: Limit,
    stop: CancellationToken,
    /// Whether something else is asked for by now: that this cannot go on without a person is of no interest then.
    pub is_outdated: bool,
    /// Durable bytes when it began, to see whether it has moved any.
    pub began_with: u64,
}

impl Running {
    /// Starts a task for `transfer`.
    pub(super) fn start(transfer: &Transfer, shared: Shared, attempt: Beginning) -> Self {
        let Beginning {
            folder,
            timeouts,
            on_change,
            min_split,
            find_checksums,
            limits,
            proxy,
            secrets,
            reports,
        } = attempt;
        let limit = Limit::new(transfer.job.terms().limit);
        let (meter, stop, id) = (Meter::default(), CancellationToken::new(), transfer.id);
        let sight = Sight::default();
        let began_with = transfer.durable();
        let attempt = Attempt {
            id,
            restarts: transfer.restarts,
            folder,
            timeouts,
            on_change,
            min_split,
            find_checksums,
            meter: meter.clone(),
            sight: sight.clone(),
            limits: Limits::new(limit.clone(), limits),
            secrets: Redaction::default(),
            stop: stop.clone(),
            reports: reports.clone(),
        };
        let kept = Kept { proxy, own: transfer.kept_under(), secrets };
        let work = AssertUnwindSafe(work(transfer.job.clone(), attempt, shared, kept));
        tokio::spawn(async move {
            // A task that panicked has failed, and the session goes on.
            let outcome = work.catch_unwind().await.unwrap_or_else(|_| {
                tracing::error!(%id, "a transfer's task broke down");
                Outcome::Failed(Failure::new(ErrorKind::Io).about("internal error"))
            });
            let _ = reports.send((id, Report::Ended(outcome))).await;
        });
        Self { meter, sight, began: Instant::now(), limit, stop, is_outdated: false, began_with }
    }

    /// What becomes of its transfer after it ended like this.
    pub(super) fn or_once_more(&self, state: State) -> State {
        match state {
            State::Paused(Pause::NeedsLogin(_) | Pause::NeedsLink(_)) if self.is_outdated => State::Queued,
            state => state,
        }
    }

    /// Tells the task to hand in what it has.
    pub(super) fn stop(&self) {
        self.stop.cancel();
    }
}

/// What is known besides the request.
struct Kept {
    proxy: String,
    /// Where its own secrets are kept.
    own: Option<SecretKey>,
    secrets: Option<Arc<dyn Secrets>>,
}

/// One attempt at a job.
async fn work(mut job: Job, mut attempt: Attempt, shared: Shared, kept: Kept) -> Outcome {
    if let Err(outcome) = secrets::fill(&mut job, kept.own, kept.secrets.as_ref(), &attempt.stop).await {
        return outcome;
    }
    let (headers, terms) = (job.headers(), job.terms());
    let wishes = Wishes::of(headers, terms, &kept.proxy);
    let net = match shared.net.for_transfer(&wishes).await {
        Ok(net) => net,
        Err(failure) => return Outcome::Failed(failure),
    };
    let secrets = Redaction::of(headers, job.url(), &net.secrets_for(job.url()));
    attempt.secrets = secrets.clone();
    let outcome = match job {
        Job::Download { request, partial } => {
            let partial = partial.map(|partial| *partial);
            Box::pin(download::run(attempt, request, partial, Shared { net: Arc::new(net), ..shared })).await
        }
        Job::Upload { request, delivery } => {
            // It is much larger than that of a download, of which there may be many.
            Box::pin(upload::run(attempt, request, *delivery, net)).await
        }
        Job::Leftover { request, delivery } => {
            Box::pin(upload::remove(attempt, request, *delivery, net)).await
        }
    };
    outcome.without(&secrets)
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// What every task of a session begins with.
pub(super) struct Beginning {
    pub folder: std::path::PathBuf,
    pub timeouts: crate::attempt::Timeouts,
    /// The limits that it shares with others.
    pub limits: Vec<Limit>,
    /// What the settings say about proxies.
    pub proxy: String,
    /// Where secrets are kept that are not written down.
    pub secrets: Option<Arc<dyn Secrets>>,
    pub on_change: OnChange,
    pub min_split: u64,
    pub find_checksums: bool,
    pub reports: mpsc::Sender<(TransferId, Report)>,
}
