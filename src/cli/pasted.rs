//! `get --pasted`: what to get, found in whatever was copied somewhere, as the window finds it in what is pasted there.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::Wrong;
use super::args::Get;
use super::output::{self, Printable};
use super::request::{self, Common};
use crate::{DownloadRequest, Failure, Metalink, NotTaken, gather};

/// So many parts that are left out are named; the others are only counted.
const NAMED: usize = 20;

/// One request for each file that a text speaks of. What in it looks as if it were meant, and cannot be, is told.
///
/// # Errors
/// If it cannot be read, or there is none in it.
pub(super) fn downloads(source: &Path, get: &Get, here: &Path) -> Result<Vec<DownloadRequest>, Wrong> {
    if get.shared.sends_something() {
        return Err(Wrong::usage(
            "What is found in a text may be on any server. Headers and logins are sent only to addresses that you name.",
        ));
    }
    if get.shared.reads_a_password() && source == Path::new("-") {
        return Err(Wrong::usage(
            "The password and the text cannot both come from standard input. Name a file with --pasted.",
        ));
    }
    let gathered = gather(&read(source, here)?);
    // That there is more in a text than addresses is no surprise.
    let left_out = gathered.left_out.iter().filter(|part| part.reason != NotTaken::NoAddress);
    for part in left_out.clone().take(NAMED) {
        output::note(format_args!("windlass: “{}”: {}", Printable(&part.text), part.reason));
    }
    let rest = left_out.count().saturating_sub(NAMED);
    if rest > 0 {
        output::note(format_args!("windlass: {rest} more parts cannot be meant."));
    }
    let mut seen = HashSet::new();
    let mut found = gathered.entries;
    found.retain(|entry| seen.insert(entry.request.url.clone()));
    if found.is_empty() {
        return Err(Wrong::usage("There is no address of a file in this text."));
    }
    if get.output.is_some() && found.len() > 1 {
        return Err(Wrong::usage("--output takes one file, and the text speaks of more. Use --dir."));
    }
    let shared = Common::of(&get.shared)?;
    let folder = request::folder(get, here);
    let requests = found.into_iter().map(|entry| {
        let mut request = match (&get.output, &entry.name) {
            (Some(file), _) => entry.request.into_file(here.join(file)),
            (None, Some(name)) => entry.request.into_file(folder.join(name)),
            (None, None) => entry.request.into_folder(&folder),
        };
        shared.add_proxy_login(&mut request.headers);
        request::prefer(&mut request, get, &shared, here);
        request
    });
    Ok(requests.collect())
}

fn read(source: &Path, here: &Path) -> Result<String, Wrong> {
    let mut text = Vec::new();
    // One byte more than is looked at shows that there is too much.
    let longest = Metalink::LONGEST as u64 + 1;
    let outcome = if source == Path::new("-") {
        io::stdin().lock().take(longest).read_to_end(&mut text)
    } else {
        File::open(here.join(source)).and_then(|file| file.take(longest).read_to_end(&mut text))
    };
    outcome.map_err(|error| Failure::from_io(&error, source))?;
    // An old page may be in another encoding; the addresses in it are not.
    Ok(String::from_utf8_lossy(&text).into_owned())
}
