//! `get` and `put`: here and now, or handed over to the session.

use std::process::ExitCode;

use super::args::{Get, Global, Put, Shared};
use super::here::{self, Work};
use super::trees::Named;
use super::{Wrong, output, remote, request};
use crate::ipc::{self, Control as _, Reply, Request, WithSecrets};
use crate::{DownloadRequest, Snapshot, UploadRequest};

pub(super) fn get(get: &Get, global: &Global) -> Result<ExitCode, Wrong> {
    let here = current_folder()?;
    let downloads = match &get.metalink {
        Some(source) => request::described(source, get, &here, super::profile(global)?)?,
        None => request::downloads(get, &here)?,
    };
    start(downloads, Vec::new(), &[], (&get.shared, global))
}

pub(super) fn put(put: &Put, global: &Global) -> Result<ExitCode, Wrong> {
    let here = current_folder()?;
    let named = Named::of(&put.files, &here)?;
    let uploads = request::uploads(put, &named, &here)?;
    // A file that is not there is better known before anything starts.
    for file in uploads.iter().filter(|request| request.folders.is_none()).flat_map(UploadRequest::files) {
        crate::Source::of(file)?;
    }
    let everything = named.tell(global.quiet || put.shared.json);
    if uploads.is_empty() {
        return Err(Wrong::new("There is no file to send."));
    }
    let (to, _) = crate::Address::parse(&put.to)?;
    let sent: Vec<_> =
        put.files.iter().map(|file| format!("{} {}", to.expose(), here.join(file).display())).collect();
    let code = start(Vec::new(), uploads, &sent, (&put.shared, global))?;
    Ok(if code == ExitCode::SUCCESS && !everything { ExitCode::FAILURE } else { code })
}

fn current_folder() -> Result<std::path::PathBuf, Wrong> {
    std::env::current_dir().map_err(|_| Wrong::new("The current folder is gone. Change to another one."))
}

/// Starts these; `sent` is what was named to be sent, and where to.
fn start(
    downloads: Vec<DownloadRequest>,
    uploads: Vec<UploadRequest>,
    sent: &[String],
    (shared, global): (&Shared, &Global),
) -> Result<ExitCode, Wrong> {
    if !shared.background {
        let work = Work {
            downloads,
            uploads,
            sent: sent.to_vec(),
            authorities: shared.ca_file.iter().cloned().collect(),
            json: shared.json,
            verbose: global.verbose > 0,
            quiet: global.quiet,
        };
        return here::run(work, global);
    }
    let tell = |added: &Snapshot| if shared.json { output::json(added) } else { output::result(added.id) };
    remote::block_on(async {
        let session = remote::connect_or_start(global).await?;
        for request in downloads {
            if let Reply::Transfer(added) = session.ask(Request::Download(WithSecrets::pack(request))).await?
            {
                tell(&added);
            }
        }
        let uploads = uploads.into_iter().map(|request| ((), request)).collect();
        let mut code = ExitCode::SUCCESS;
        ipc::start_uploads(&session, uploads, |(), started| match started {
            Ok(added) => tell(&added),
            Err(fault) => code = Wrong::from(fault).tell(),
        })
        .await;
        Ok(code)
    })
}
