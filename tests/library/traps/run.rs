//! Sets the traps and walks into them, many at a time.

use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use windlass::{Download, DownloadRequest, Options, Phase, Profile, Session, Settings, Snapshot};

use super::check::check;
use super::{End, ResumedEight, ResumedOne, SIZE, Stage, Trap, Way, file, other_file};
use crate::server::{Reply, Request, Server};

/// Downloads that run at the same time; most of their time is waiting.
const AT_ONCE: usize = 16;
const LONGEST: Duration = Duration::from_secs(60);
/// No trap has been set yet.
const UNSET: usize = usize::MAX;

/// What is there to be checked afterwards.
pub struct Scene<'a> {
    pub trap: &'a Trap,
    pub way: Way,
    pub end: End,
    pub folder: PathBuf,
    pub state: PathBuf,
    pub snapshot: Snapshot,
    /// The requests since the trap was set.
    pub seen: Vec<Request>,
}

/// Walks into all of them, in every way; what is wrong afterwards is told together.
pub fn spring(traps: Vec<Trap>) {
    let mut names: Vec<_> = traps.iter().map(|trap| trap.name.clone()).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), traps.len(), "each trap has a name of its own");
    let wanted = std::env::var("TRAP").unwrap_or_default();
    let traps: Vec<_> = traps.into_iter().filter(|trap| trap.name.contains(&wanted)).map(Arc::new).collect();
    let cases: Vec<_> =
        traps.iter().flat_map(|trap| trap.ways.iter().map(move |way| (trap.clone(), *way))).collect();
    said(&format!("{} traps, walked into {} times", traps.len(), cases.len()));
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((trap, way)) = cases.get(next.fetch_add(1, SeqCst)) {
                    let end = std::panic::catch_unwind(AssertUnwindSafe(|| walk(trap, *way)));
                    let end = end.unwrap_or_else(|_| Err("panicked; see above".to_owned()));
                    if let Err(what) = end {
                        wrong.lock().unwrap().push(format!("{} ({way:?}): {what}", trap.name));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of {} went wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn walk(trap: &Arc<Trap>, way: Way) -> Result<(), String> {
    let dir = tempfile::tempdir().unwrap();
    let end = trap.ends[way as usize];
    let profile = Profile::at(dir.path().join("profile"));
    let settings = Settings {
        connect_timeout: 10,
        silence_timeout: trap.patience,
        min_split: 16 * 1024,
        on_change: trap.on_change,
        ..Settings::default()
    };
    settings.save(&profile.settings).unwrap();
    let set_at = Arc::new(AtomicUsize::new(UNSET));
    let server = serve(trap.clone(), way, set_at.clone());
    let folder = dir.path().join("down");
    let mut request = DownloadRequest::new(&server.url(trap.file)).unwrap().into_folder(&folder);
    request.terms.connections = std::num::NonZeroU8::new(if super::EIGHT.contains(&way) { 8 } else { 1 });
    let hopeless = matches!(end, End::Fails(_));
    request.terms.retries = Some(trap.retries.unwrap_or(if hopeless { 0 } else { 3 }));
    let state = profile.state.clone();
    let session = Session::open(&Options::new(profile)).unwrap();
    let steps = async {
        if !matches!(way, ResumedOne | ResumedEight) {
            set_at.store(0, SeqCst);
        }
        let download = session.start_download(request).await.unwrap();
        if set_at.load(SeqCst) == UNSET {
            stop_in_the_middle(&download, way).await;
            // A request that is still on its way would run into the trap.
            server.is_quiet();
            set_at.store(server.seen().len(), SeqCst);
            download.resume().await.unwrap();
        }
        let snapshot = match end {
            End::Waits(kind) => crate::until(&download, |now| waits(now, kind)).await,
            _ => download.settled().await.unwrap(),
        };
        session.close().await.unwrap();
        snapshot
    };
    let bounded = async { tokio::time::timeout(LONGEST, steps).await };
    let snapshot = session.runtime().block_on(bounded);
    drop(session);
    let set_at = set_at.load(SeqCst);
    let Ok(snapshot) = snapshot else {
        return Err(format!("took too long, {} requests, trap at {set_at}", server.seen().len()));
    };
    let seen = server.seen()[set_at.min(server.seen().len())..].to_vec();
    check(&Scene { trap, way, end, folder, state, snapshot, seen })
}

/// Serves half of the file, if that is there before the trap, and then sets the trap.
fn serve(trap: Arc<Trap>, way: Way, set_at: Arc<AtomicUsize>) -> Server {
    let stage = move |trap: &Trap, number| Stage {
        content: file(),
        other: other_file(),
        number,
        flavour: trap.flavour,
    };
    Server::start(move |request, reply| {
        let set_at = set_at.load(SeqCst);
        if set_at != UNSET {
            return (trap.serve)(&stage(&trap, request.number - set_at), request, reply);
        }
        let share = if super::EIGHT.contains(&way) && trap.splits { SIZE / 16 } else { SIZE / 2 };
        let stage = stage(&trap, request.number);
        match &trap.before {
            Some(before) => before(&stage, request, reply, share),
            None => hold(&stage, request, reply, share),
        }
    })
}

/// Sends this many bytes of the right answer, and then nothing until the other side hangs up.
pub fn hold(stage: &Stage, request: &Request, reply: &mut Reply, share: usize) {
    stage.right(request).send_some(reply, share);
    reply.body(1);
}

/// Lets a download come as far as it gets, and stops it.
async fn stop_in_the_middle(download: &Download, way: Way) {
    // Of every connection the first half comes.
    let half = if way == ResumedOne { SIZE / 2 } else { SIZE / 16 * 8 } as u64;
    crate::until(download, |now| now.progress.done >= half).await;
    download.pause().await.unwrap();
    crate::until(download, |now| now.progress.connections == 0 && now.progress.done >= half).await;
}

fn waits(now: &Snapshot, kind: windlass::ErrorKind) -> bool {
    now.state == Phase::Waiting && now.error.as_ref().is_some_and(|error| error.kind == kind)
}

/// Shown when the tests are run with `--nocapture`.
#[expect(clippy::print_stdout, reason = "so that the traps can be counted")]
fn said(what: &str) {
    println!("{what}");
}

/// `NAME.part`.
pub fn part_of(folder: &Path, file: &str) -> PathBuf {
    folder.join(format!("{file}.part"))
}
