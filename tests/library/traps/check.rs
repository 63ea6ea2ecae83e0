//! What must be true after every trap, and what some of them ask for besides.

use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use windlass::{Job, Phase, Ranges, Reason, Transfer, Verified};

use super::run::{Scene, part_of};
use super::{End, FreshEight, SIZE, TAG, file, other_file};
use crate::server::Request;

/// Begins again at most as often as one attempt may.
const RESTARTS: u32 = 2;

pub fn check(scene: &Scene<'_>) -> Result<(), String> {
    let now = &scene.snapshot;
    let told = || format!("{:?} {:?} {:?}, {}", now.state, now.reason, now.error, requests(&scene.seen));
    let kind = now.error.as_ref().map(|error| error.kind);
    let as_expected = match scene.end {
        End::Whole | End::New | End::ChangedOrNew if now.state == Phase::Completed => {
            now.restarts <= RESTARTS
        }
        End::ChangedOrNew => now.state == Phase::Paused && now.reason == Some(Reason::Changed),
        End::Whole | End::New => false,
        End::Unverified => now.state == Phase::Completed && now.verified == Some(Verified::None),
        End::Fails(expected) => now.state == Phase::Failed && kind == Some(expected),
        End::Pauses(reason) => now.state == Phase::Paused && now.reason == Some(reason),
        End::Waits(_) => true,
    };
    ensure(as_expected, || format!("expected {:?}, got {}", scene.end, told()))?;
    match scene.end {
        End::Whole => is_file(scene, file())?,
        End::New => is_file(scene, other_file())?,
        End::ChangedOrNew if now.state == Phase::Completed => is_file(scene, other_file())?,
        End::Unverified => {}
        _ => is_not_there(scene)?,
    }
    ensure(scene.seen.len() <= scene.trap.most, || format!("{} requests", scene.seen.len()))?;
    let plain = scene.seen.iter().all(|request| request.header("accept-encoding") == Some("identity"));
    ensure(plain, || "a compressed answer was asked for".to_owned())?;
    // No HEAD, whose answers lie, and never several ranges at once.
    let simple = |request: &Request| request.header("range").is_none_or(|range| !range.contains(','));
    let simple = scene.seen.iter().all(|request| request.method == "GET" && simple(request));
    ensure(simple, || format!("something else than a part was asked for: {}", told()))?;
    let several = scene.way == FreshEight && !scene.trap.splits && scene.end == End::Whole;
    ensure(!several || scene.seen.len() == 1, || format!("more than one connection: {}", told()))?;
    scene
        .trap
        .wire
        .iter()
        .try_for_each(|wire| wire(&scene.seen).map_err(|what| format!("{what}: {}", told())))
}

fn ensure(holds: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what()) }
}

fn requests(seen: &[Request]) -> String {
    let lines = seen.iter().take(12).map(|request| {
        format!("{} {:?} {:?}", request.path, request.header("range"), request.header("if-range"))
    });
    format!("{} requests: {:?}", seen.len(), lines.collect::<Vec<_>>())
}

/// The file is whole under its name, and nothing lies beside it.
fn is_file(scene: &Scene<'_>, content: &[u8]) -> Result<(), String> {
    let path = scene.snapshot.path.as_ref().ok_or("no path")?;
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    let differs = bytes.iter().zip(content).position(|(a, b)| a != b);
    ensure(bytes == content, || {
        format!("{} bytes instead of {}, differing from {differs:?} on", bytes.len(), content.len())
    })?;
    let beside = std::fs::read_dir(&scene.folder).unwrap().count();
    ensure(beside == 1, || format!("{beside} files instead of one"))
}

/// Nothing is under the name, and what is called durable is right.
fn is_not_there(scene: &Scene<'_>) -> Result<(), String> {
    let part = part_of(&scene.folder, scene.trap.file);
    for entry in std::fs::read_dir(&scene.folder).into_iter().flatten() {
        let found = entry.unwrap().path();
        ensure(found == part, || format!("{} is there", found.display()))?;
    }
    let durable = durable(&scene.state);
    if durable.is_empty() {
        return Ok(());
    }
    let kept = std::fs::File::open(&part).map_err(|error| format!("{durable:?} of nothing: {error}"))?;
    // All of it is from one version of the file.
    let all_of = |content: &[u8]| durable.iter().all(|range| is_part(&kept, content, range));
    ensure(all_of(file()) || all_of(other_file()), || format!("{durable:?} is not all right"))
}

fn is_part(kept: &std::fs::File, content: &[u8], range: &Range<u64>) -> bool {
    let (first, end) = (usize::try_from(range.start).unwrap(), usize::try_from(range.end).unwrap());
    let mut bytes = vec![0; end - first];
    kept.read_exact_at(&mut bytes, range.start).is_ok() && content.get(first..end) == Some(&bytes[..])
}

/// What the session has written down as safely on the disk: the last word of its state file.
fn durable(state: &Path) -> Vec<Range<u64>> {
    let mut durable = Ranges::default();
    let mut files: Vec<_> = std::fs::read_dir(state).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for path in files.iter().filter(|path| path.extension().is_some_and(|ending| ending == "ron")) {
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let Some((entry, _)) = line.rsplit_once(" // ") else { continue };
            if let Some(put) = entry.strip_prefix("Put(").and_then(|rest| rest.strip_suffix(')')) {
                let transfer: Transfer = ron::from_str(put).unwrap();
                durable = match transfer.job {
                    Job::Download { partial: Some(partial), .. } => partial.durable,
                    _ => Ranges::default(),
                };
            } else if let Some(ranges) = entry.strip_prefix("Durable") {
                durable = ron::from_str::<(String, Ranges)>(ranges).unwrap().1;
            }
        }
    }
    durable.iter().collect()
}

/// Every request but a first one for everything names the version.
pub fn names_the_version(seen: &[Request]) -> Result<(), String> {
    let named = |request: &&Request| request.header("if-range") == Some(TAG);
    let fresh = |request: &Request| request.first() == Some(0) && request.last().is_none();
    let unnamed = seen.iter().find(|request| !fresh(request) && !named(request));
    unnamed.map_or(Ok(()), |request| Err(format!("no If-Range: {request:?}")))
}

/// No request names a version.
pub fn names_no_version(seen: &[Request]) -> Result<(), String> {
    let named = seen.iter().find(|request| request.header("if-range").is_some());
    named.map_or(Ok(()), |request| Err(format!("a version is named: {request:?}")))
}

/// One request was enough.
pub fn is_one_request(seen: &[Request]) -> Result<(), String> {
    if seen.len() == 1 { Ok(()) } else { Err("more than one request".to_owned()) }
}

/// There were several connections.
pub fn is_several(seen: &[Request]) -> Result<(), String> {
    if seen.len() >= 8 { Ok(()) } else { Err("not eight connections".to_owned()) }
}

/// A download that went on asked for what it had not, and for the 64 KiB before: the first half of the file
/// was there, or the first half of the first eighth.
pub fn asks_for_the_overlap(seen: &[Request]) -> Result<(), String> {
    let first = seen[0].first().map(|first| first + 64 * 1024);
    let there = [SIZE / 2, SIZE / 16];
    if first.is_some_and(|first| there.contains(&first)) { Ok(()) } else { Err("not the overlap".to_owned()) }
}

/// The address that the user gave was asked when the download began and when its link had expired, and not by
/// every connection for itself.
pub fn asks_once_for_a_link(seen: &[Request]) -> Result<(), String> {
    let asked = seen.iter().filter(|request| request.path == "/file.dat").count();
    if asked <= 3 { Ok(()) } else { Err(format!("a link was asked for {asked} times")) }
}
