//! `get` and `put`: here and now, or handed over to the session.

use std::process::ExitCode;
use std::sync::Arc;

use super::args::{Get, Global, Put, Shared};
use super::here::{self, Work};
use super::{Wrong, destinations, output, remote, request};
use crate::ipc::{Control as _, Reply, Request, WithSecrets};
use crate::{DownloadRequest, Secrets, UploadRequest};

/// Where secrets are kept.
type Keyring = Arc<dyn Secrets>;

pub(super) fn get(get: &Get, global: &Global) -> Result<ExitCode, Wrong> {
    let here = current_folder()?;
    let downloads = match &get.metalink {
        Some(source) => request::described(source, get, &here, super::profile(global)?)?,
        None => request::downloads(get, &here)?,
    };
    start((downloads, Vec::new()), &get.shared, global, None)
}

pub(super) fn put(mut put: Put, global: &Global, keyring: Keyring) -> Result<ExitCode, Wrong> {
    let place = destinations::named(&put.to, global)?;
    if let Some(place) = &place {
        destinations::prefill(&mut put, place);
    }
    let mut uploads = request::uploads(&put, &current_folder()?)?;
    if let Some(place) = &place {
        uploads.iter_mut().for_each(|upload| place.complete(upload));
        // A session finds them itself, when the time comes.
        if !put.shared.background {
            destinations::unlock(&mut uploads, place, &keyring)?;
        }
    }
    // A file that is not there is better known before anything starts.
    for file in uploads.iter().flat_map(UploadRequest::files) {
        crate::Source::of(file)?;
    }
    start((Vec::new(), uploads), &put.shared, global, Some(keyring))
}

fn current_folder() -> Result<std::path::PathBuf, Wrong> {
    std::env::current_dir().map_err(|_| Wrong::new("The current folder is gone. Change to another one."))
}

fn start(
    (downloads, uploads): (Vec<DownloadRequest>, Vec<UploadRequest>),
    shared: &Shared,
    global: &Global,
    keyring: Option<Keyring>,
) -> Result<ExitCode, Wrong> {
    if !shared.background {
        let work = Work {
            downloads,
            uploads,
            keyring,
            authorities: shared.ca_file.iter().cloned().collect(),
            json: shared.json,
            verbose: global.verbose > 0,
            quiet: global.quiet,
        };
        return here::run(work, global);
    }
    let downloads = downloads.into_iter().map(|request| Request::Download(WithSecrets::pack(request)));
    let uploads = uploads.into_iter().map(|request| Request::Upload(WithSecrets::pack(request)));
    let requests: Vec<_> = downloads.chain(uploads).collect();
    remote::block_on(async {
        let session = remote::connect_or_start(global).await?;
        for request in requests {
            if let Reply::Transfer(added) = session.ask(request).await? {
                if shared.json { output::json(&added) } else { output::result(added.id) }
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}
