//! The flat picture of a transfer: what callers, the control socket and `--json` see.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::ErrorKind;
use super::path;
use super::policy::Hold;
use super::position::Rank;
use super::progress::Progress;
use super::state::{Pause, State, Wait};
use super::{Address, Failure, Job, Notify, Transfer, TransferId, Verified};

/// Which way the bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// From an address to a file.
    Download,
    /// From a file to an address.
    Upload,
    /// What is left at a server of an upload that was given up; it is being removed there.
    Leftover,
}

/// The name of a [`State`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "see State")]
pub enum Phase {
    Queued,
    Running,
    Paused,
    Waiting,
    Verifying,
    Completed,
    Cancelled,
    Failed,
}

/// Why it is waiting or paused, or was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "see Pause and Wait")]
#[non_exhaustive]
pub enum Reason {
    User,
    RestartNeeded,
    Changed,
    NeedsLink,
    NeedsLogin,
    Recoverable,
    Skipped,
    Network,
    Metered,
    Roaming,
    DataLimit,
    Battery,
    Retry,
    Schedule,
    Group,
    HostLimit,
    DiskSpace,
}

/// What is said of the key of an SSH server of which none is known, behind its fingerprint.
pub(crate) const UNKNOWN_KEY: &str = ", and known_hosts does not know it";

/// A failure as the outside sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorView {
    /// What it was.
    pub kind: ErrorKind,
    /// One plain sentence in English.
    pub message: String,
    /// The HTTP status, if it came from one.
    pub status: Option<u16>,
    /// What it was about: a host, a path, a name.
    pub subject: Option<String>,
    /// The server's own words.
    pub detail: Option<String>,
    /// When it happened.
    pub at: Timestamp,
}

impl ErrorView {
    /// The fingerprint of the key that an SSH server shows, if nothing at all is known about that server: then
    /// somebody may come to trust it.
    #[must_use]
    pub fn unknown_key(&self) -> Option<&str> {
        let detail = self.detail.as_deref().filter(|_| self.kind == ErrorKind::HostKeyNotTrusted)?;
        detail.strip_suffix(UNKNOWN_KEY)?.split_whitespace().last()
    }
}

impl From<&Failure> for ErrorView {
    fn from(failure: &Failure) -> Self {
        Self {
            kind: failure.kind,
            message: failure.to_string(),
            status: failure.status,
            subject: failure.subject.clone(),
            detail: failure.reason.clone(),
            at: failure.at,
        }
    }
}

/// What a server said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Header names and values, as they came.
    pub headers: Vec<(String, String)>,
    /// The beginning of the body, at most 64 KiB.
    pub body: String,
}

/// A transfer as the outside sees it. Fields are only ever added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Its name.
    pub id: TransferId,
    /// Which way.
    pub kind: Kind,
    /// The address that was asked for.
    pub url: Address,
    /// A download's file once it has a name (`NAME`, never `NAME.part`); an upload's source.
    #[serde(serialize_with = "path::shown::one")]
    pub path: Option<PathBuf>,
    /// What to call it in a list: its name, in a tree with the folders that lead to it.
    pub name: String,
    /// Where it stands.
    pub state: Phase,
    /// Why, if it is waiting or paused, or was ended without anybody's word.
    pub reason: Option<Reason>,
    /// When it tries again, if it waits for that.
    pub retry_at: Option<Timestamp>,
    /// How far it is.
    #[serde(flatten)]
    pub progress: Progress,
    /// Whether it can continue in the middle; unknown before a server answered.
    pub resumable: Option<bool>,
    /// What a completed download was checked against.
    pub verified: Option<Verified>,
    /// How often it was started over from the first byte.
    pub restarts: u32,
    /// How often it was tried.
    pub attempts: u32,
    /// 0.0 to 1.0.
    pub priority: f32,
    /// Its place among those of its priority, lowest first.
    pub rank: Rank,
    /// Its group.
    pub group: Option<String>,
    /// What it may cost.
    pub cost_policy: String,
    /// When it was asked for.
    pub added: Timestamp,
    /// When it first ran.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// What went wrong, if the state is due to that.
    pub error: Option<ErrorView>,
    /// What to say at the end.
    #[serde(default)]
    pub notify: Notify,
    /// An upload's files.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "path::shown::all")]
    pub files: Option<Vec<PathBuf>>,
    /// What a file of a tree is called at the address, with the folders that lead to it there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relative_path: Option<String>,
    /// An upload's protocol.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// What the server said: to an upload in the end, to a download when it was begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<Response>,
    /// Where a download was found in the end, if that is not where it was asked for. What may be secret in that
    /// address is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_at: Option<Address>,
    /// The link to what an upload has sent, if its server gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Whether that link shall go onto the clipboard.
    #[serde(default, skip_serializing_if = "super::is_default")]
    pub copy_link: bool,
    /// The name of the place that an upload goes to, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<String>,
}

impl Snapshot {
    /// The picture of `transfer`; `live` is how far it is, if it is running.
    #[must_use]
    pub fn of(transfer: &Transfer, live: Option<Progress>) -> Self {
        let (state, reason) = phase(&transfer.state);
        let mut snapshot = Self {
            id: transfer.id,
            kind: Kind::Download,
            url: transfer.job.url().clone(),
            path: None,
            name: String::new(),
            state,
            reason,
            retry_at: transfer.state.due(),
            progress: Progress::default(),
            resumable: None,
            verified: None,
            restarts: transfer.restarts,
            attempts: transfer.attempts,
            priority: transfer.job.terms().priority.into(),
            rank: transfer.rank(),
            group: transfer.job.terms().group.as_ref().map(ToString::to_string),
            cost_policy: transfer.job.terms().cost_policy.name().to_owned(),
            added: transfer.added,
            started: transfer.started,
            finished: transfer.finished,
            error: error(&transfer.state),
            notify: match &transfer.job {
                Job::Download { request, .. } => request.terms.notify.clone(),
                Job::Upload { request, .. } => request.terms.notify.clone(),
                // Nobody waits for it.
                Job::Leftover { .. } => Notify { quiet: true, ..Notify::default() },
            },
            files: None,
            relative_path: None,
            protocol: None,
            response: None,
            found_at: None,
            link: None,
            copy_link: false,
            destination: None,
        };
        snapshot.describe(transfer);
        if let Some(live) = live {
            snapshot.progress = live;
        }
        snapshot
    }

    fn describe(&mut self, transfer: &Transfer) {
        match &transfer.job {
            Job::Download { request, partial } => {
                if let Some(partial) = partial {
                    self.path = Some(partial.path.clone());
                    self.progress.done = partial.durable.len();
                    self.progress.total = partial.total;
                    self.resumable = Some(partial.resumable);
                    self.verified = partial.verified;
                    self.response = partial.response.as_deref().cloned();
                    self.found_at.clone_from(&partial.found_at);
                } else if let Some(super::Destination::File(file)) = &request.destination {
                    self.path = Some(file.clone());
                }
            }
            Job::Upload { request, delivery } => {
                let size = delivery.size();
                self.kind = Kind::Upload;
                self.path = Some(request.file.clone());
                self.progress.total = Some(size);
                self.progress.done =
                    if transfer.state == State::Completed { size } else { delivery.confirmed };
                self.progress.confirmed = delivery.remote.is_some().then_some(self.progress.done);
                self.resumable = Some(delivery.remote.is_some());
                self.files = Some(request.files().map(Path::to_owned).collect());
                let relative = || request.relative_path().to_string_lossy().into_owned();
                self.relative_path = request.folders.as_ref().map(|_| relative());
                self.protocol = Some(delivery.protocol.unwrap_or(request.protocol).name().to_owned());
                self.response.clone_from(&delivery.response);
                self.verified = delivery.verified;
                self.link.clone_from(&delivery.link);
                self.copy_link = request.place.as_ref().is_some_and(|place| place.copy_link);
                self.destination = request.place.as_ref().map(|place| place.name.clone());
            }
            Job::Leftover { request, delivery } => {
                self.kind = Kind::Leftover;
                self.path = Some(request.file.clone());
                self.progress.total = Some(delivery.size());
                self.progress.done = delivery.confirmed;
                self.protocol = Some(delivery.protocol.unwrap_or(request.protocol).name().to_owned());
            }
        }
        let file_name = self.path.as_ref().and_then(|path| path.file_name());
        self.name = match (&self.relative_path, file_name) {
            (Some(path), _) => path.clone(),
            (None, Some(name)) => name.to_string_lossy().into_owned(),
            (None, None) => last_segment(&self.url),
        };
    }
}

/// What an address would be called before its server has answered.
fn last_segment(url: &Address) -> String {
    let last = url.url().path_segments().and_then(|mut parts| parts.rfind(|part| !part.is_empty()));
    last.map_or_else(
        || url.host(),
        |part| percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned(),
    )
}

fn error(state: &State) -> Option<ErrorView> {
    let failure = state.failure()?;
    let mut error = ErrorView::from(failure);
    if let State::Paused(Pause::RestartNeeded(_)) = state {
        error.message = failure.in_doubt();
    }
    Some(error)
}

fn phase(state: &State) -> (Phase, Option<Reason>) {
    match state {
        State::Queued => (Phase::Queued, None),
        State::Running => (Phase::Running, None),
        State::Verifying => (Phase::Verifying, None),
        State::Completed => (Phase::Completed, None),
        State::Cancelled => (Phase::Cancelled, None),
        State::Skipped => (Phase::Cancelled, Some(Reason::Skipped)),
        State::Failed(_) => (Phase::Failed, None),
        State::Paused(pause) => (
            Phase::Paused,
            Some(match pause {
                Pause::User => Reason::User,
                Pause::RestartNeeded(_) => Reason::RestartNeeded,
                Pause::Changed(_) => Reason::Changed,
                Pause::NeedsLink(_) => Reason::NeedsLink,
                Pause::NeedsLogin(_) => Reason::NeedsLogin,
                Pause::Recoverable(_) => Reason::Recoverable,
            }),
        ),
        State::Waiting(wait) => (
            Phase::Waiting,
            Some(match wait {
                Wait::Retry { failure, .. } if failure.not_before.is_some() => Reason::HostLimit,
                Wait::Retry { .. } => Reason::Retry,
                Wait::DiskSpace { .. } => Reason::DiskSpace,
                Wait::Held(Hold::Network) => Reason::Network,
                Wait::Held(Hold::Metered) => Reason::Metered,
                Wait::Held(Hold::Roaming) => Reason::Roaming,
                Wait::Held(Hold::DataLimit) => Reason::DataLimit,
                Wait::Held(Hold::Battery) => Reason::Battery,
                Wait::Schedule { .. } => Reason::Schedule,
            }),
        ),
    }
}
