//! `get` and `put` in this process: a session of their own, progress on standard error, results on
//! standard output.
//!
//! The session lives in a folder named after the command, so that the same command line, given
//! again after an interruption, continues where it was.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;

use super::args::Global;
use super::output::{self, Printable, PrintableLines};
use super::to_read::ToRead;
use super::view::View;
use super::{Computer, INTERRUPTED, Wrong, profile};
use crate::{
    DownloadRequest, ErrorKind, Event, Group, Kind, OpenError, Options, Phase, Profile, Reason, ResumeData,
    Session, Snapshot, TransferId, UploadRequest,
};

/// What to do, and how to tell of it.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Work {
    pub downloads: Vec<DownloadRequest>,
    pub uploads: Vec<UploadRequest>,
    /// What was named to be sent, and where to. What is in a folder may be more the next time.
    pub sent: Vec<String>,
    /// What the one download or upload among them goes on from.
    pub resumed: Option<ResumeData>,
    pub authorities: Vec<std::path::PathBuf>,
    /// Whether somebody said where downloads go.
    pub is_placed: bool,
    /// What is set for their group.
    pub group: Option<Group>,
    pub json: bool,
    pub verbose: bool,
    pub quiet: bool,
}

/// Commands that were interrupted this long ago are not given again.
const FORGOTTEN: Duration = Duration::from_secs(90 * 24 * 3600);
/// How long what earlier runs have left at servers may take to go from there.
const CLEARING: Duration = Duration::from_secs(5);
/// Tries in a row without progress when somebody is waiting for the end.
const RETRIES: u32 = 3;

/// After these nothing goes on from where it is. Whoever was told so, and gives the command again, means it to begin
/// anew.
const ENDS: [ErrorKind; 7] = [
    ErrorKind::Changed,
    ErrorKind::ChecksumMismatch,
    ErrorKind::FileChanged,
    ErrorKind::InsufficientRangeSupport,
    ErrorKind::NotResumable,
    ErrorKind::RequestedRangeNotSatisfiable,
    ErrorKind::ResultUnknown,
];

/// Does the work and waits for its end.
pub(super) fn run(work: Work, global: &Global, computer: &Computer) -> Result<ExitCode, Wrong> {
    let options = Options {
        authorities: work.authorities.clone(),
        secrets: Some(Arc::new(ToRead(computer.keyring.clone()))),
        // That is known in a moment, and until then nothing starts: the network might cost something.
        conditions: None,
        ..Options::new(own_profile(&work, global)?)
    };
    if let Some(commands) = options.profile.state.parent() {
        forget_old(commands);
    }
    let session = Session::open(&options).map_err(|error| match error {
        OpenError::Locked => Wrong::new("This very command is already running."),
        error => Wrong::new(error.to_string()),
    })?;
    (computer.watch)(&session);
    let runtime = session.runtime().clone();
    let code = runtime.block_on(async {
        let outcome = tokio::select! {
            outcome = transfer(&session, work) => outcome.map(Some),
            () = super::signals::interrupted() => Ok(None),
        };
        if let Ok(Some(_)) = outcome {
            tell_what_is_left(&session).await?;
        }
        // Every byte that arrived is kept, whatever the end was.
        session.close().await.map_err(|error| Wrong::new(error.to_string()))?;
        outcome
    })?;
    drop(session);
    Ok(match code {
        Some(true) => {
            // Nothing is left to continue.
            _ = std::fs::remove_dir_all(&options.profile.state);
            ExitCode::SUCCESS
        }
        Some(false) => ExitCode::FAILURE,
        None => ExitCode::from(INTERRUPTED),
    })
}

/// Gives what earlier runs have left at servers a moment to go from there, and says what does not.
async fn tell_what_is_left(session: &Session) -> Result<(), crate::Error> {
    let mut events = session.subscribe();
    let end = tokio::time::Instant::now() + CLEARING;
    loop {
        let left = session.leftovers().await?;
        let is_going = |t: &Snapshot| matches!(t.state, Phase::Queued | Phase::Running | Phase::Waiting);
        let is_late = tokio::time::Instant::now() >= end;
        if is_late || !left.iter().any(is_going) {
            for leftover in left {
                let why = leftover.error.map(|error| error.message).unwrap_or_default();
                let what = "what an earlier try has sent may still be at the server";
                output::note(format_args!("windlass: {}: {what}. {}", leftover.url, Printable(&why)));
            }
            return Ok(());
        }
        _ = tokio::time::timeout_at(end, events.recv()).await;
    }
}

/// The folder of a command is named after what it gets and sends, and where from and to.
fn own_profile(work: &Work, global: &Global) -> Result<Profile, Wrong> {
    let mut identity = String::new();
    for request in &work.downloads {
        _ = writeln!(identity, "get {} {:?}", request.url.expose(), request.destination);
    }
    for sent in &work.sent {
        _ = writeln!(identity, "put {sent}");
    }
    if let Some(Ok(data)) = work.resumed.as_ref().map(ResumeData::to_text) {
        identity.push_str(&data);
    }
    let name = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, identity.as_bytes()).to_string();
    Ok(profile(global)?.for_command(&name))
}

/// Removes the records of commands that were interrupted long ago; what they got stays where it is.
fn forget_old(commands: &Path) {
    let last_change = |folder: &Path| {
        let files = std::fs::read_dir(folder).ok()?.flatten();
        files.filter_map(|file| file.metadata().ok()?.modified().ok()).max()
    };
    for folder in std::fs::read_dir(commands).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let age = last_change(&folder).and_then(|at| at.elapsed().ok());
        if age.is_some_and(|age| age > FORGOTTEN) {
            // Another time will do as well.
            _ = std::fs::remove_dir_all(folder);
        }
    }
}

/// Starts what is not there from an earlier run, and waits. True if everything completed.
async fn transfer(session: &Session, mut work: Work) -> Result<bool, Wrong> {
    for retries in work.uploads.iter_mut().map(|request| &mut request.terms.retries) {
        retries.get_or_insert(RETRIES);
    }
    if let Some(group) = &work.group {
        session.set_group(group.clone()).await?;
    }
    let (ids, mut all_well) = begin(session, &work).await?;
    // Only now: that an earlier run's transfer waited for its secrets is over and done with.
    let (mut events, mut progress) = (session.subscribe(), session.progress());
    let mut view = View::new(work.quiet || work.json && !output::is_watched(), ids.len());
    let mut open: HashSet<TransferId> = ids.into_iter().collect();
    for snapshot in session.list().await? {
        view.show(&snapshot);
        all_well &= settle(&snapshot, &mut open, &work);
    }
    while !open.is_empty() {
        let event = tokio::select! {
            event = events.recv() => event,
            Ok(moved) = progress.recv() => {
                moved.iter().for_each(|(id, progress)| view.move_on(*id, progress));
                continue;
            }
        };
        match event {
            Ok(Event::Changed { transfer }) => {
                view.show(&transfer);
                all_well &= settle(&transfer, &mut open, &work);
            }
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => {
                for transfer in session.list().await? {
                    view.show(&transfer);
                    all_well &= settle(&transfer, &mut open, &work);
                }
            }
            Err(RecvError::Closed) => return Err(Wrong::new("The session has ended.")),
        }
    }
    view.finish();
    Ok(all_well)
}

/// What has begun, and whether that is everything that was asked for.
async fn begin(session: &Session, work: &Work) -> Result<(Vec<TransferId>, bool), Wrong> {
    let known = session.list().await?;
    // Asked for together, they are written down together.
    let downloads = work.downloads.iter().map(|request| async {
        let earlier = known
            .iter()
            .find(|t| t.kind == Kind::Download && t.url == request.url && t.state != Phase::Completed);
        // Its secrets are not on the disk, so what was begun goes on with the request as it is now.
        if let Some(earlier) = earlier {
            session.renew_download(earlier.id, request.clone()).await?;
            // With another checksum, what came may be right.
            let ends = |kind| kind != ErrorKind::ChecksumMismatch && ENDS.contains(&kind);
            if earlier.error.as_ref().is_some_and(|error| ends(error.kind)) {
                session.restart(Some(vec![earlier.id])).await?;
            }
            Ok::<_, crate::Error>(earlier.id)
        } else {
            let mut request = request.clone();
            request.terms.retries.get_or_insert(RETRIES);
            let download = match &work.resumed {
                Some(data) => session.resume_download(data, request).await?,
                None => session.start_download(request).await?,
            };
            Ok(download.id())
        }
    });
    let downloads = futures_util::future::join_all(downloads).await;
    let (mut ids, all) =
        super::sending::begin(session, &known, (&work.uploads, work.resumed.as_ref())).await?;
    for id in downloads {
        ids.push(id?);
    }
    // What earlier runs have left besides is of no interest any more.
    let begun: HashSet<_> = ids.iter().collect();
    let stale: Vec<_> = known.iter().map(|transfer| transfer.id).filter(|id| !begun.contains(id)).collect();
    if !stale.is_empty() {
        session.remove(Some(stale), false).await?;
    }
    Ok((ids, all))
}

/// Whether a transfer is well so far; prints its result when it has come to rest.
fn settle(snapshot: &Snapshot, open: &mut HashSet<TransferId>, work: &Work) -> bool {
    let resting =
        !matches!(snapshot.state, Phase::Queued | Phase::Running | Phase::Waiting | Phase::Verifying);
    if !resting || !open.remove(&snapshot.id) {
        return true;
    }
    let well = snapshot.state == Phase::Completed || snapshot.reason == Some(Reason::Skipped);
    if work.json {
        output::json(snapshot);
    } else if snapshot.state == Phase::Completed {
        report(snapshot, work.verbose);
    }
    if let Some(error) = &snapshot.error {
        output::note(format_args!("windlass: {}: {}", Printable(&snapshot.name), Printable(&error.message)));
        if ENDS.contains(&error.kind) {
            output::note("windlass: Give the same command again to begin anew.");
        }
    }
    well
}

fn report(snapshot: &Snapshot, verbose: bool) {
    match (&snapshot.kind, &snapshot.path, &snapshot.response) {
        (Kind::Download, Some(path), _) => output::result(path.display()),
        (Kind::Upload, _, Some(response)) if verbose => {
            output::result(format_args!("{} {}", response.status, PrintableLines(&response.body)));
        }
        _ => {}
    }
    if let Some(link) = &snapshot.link {
        output::result(Printable(link));
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn only_what_was_interrupted_long_ago_is_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        for (name, age) in [("new", Duration::ZERO), ("recent", FORGOTTEN / 2), ("old", FORGOTTEN * 2)] {
            std::fs::create_dir(dir.path().join(name)).unwrap();
            for (file, age) in [("lock", age), ("transfers-000001.ron", age * 2)] {
                let file = File::create_new(dir.path().join(name).join(file)).unwrap();
                file.set_modified(SystemTime::now() - age).unwrap();
            }
        }
        forget_old(dir.path());
        let mut left: Vec<_> =
            std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["new", "recent"]);
        forget_old(&dir.path().join("nowhere"));
    }
}
