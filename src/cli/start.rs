//! `get` and `put`: here and now, or handed over to the session.

use std::path::Path;
use std::process::ExitCode;

use super::args::{Get, Global, Put, Shared};
use super::groups;
use super::here::{self, Work};
use super::trees::Named;
use super::{
    Computer, Wrong, block_on, destinations, elsewhere, list, output, pasted, remote, request, resume, sites,
};
use crate::ipc::{self, Control as _, Reply, Request, WithSecrets};
use crate::{Destination, DownloadRequest, Site, Snapshot, UploadRequest};

pub(super) fn get(mut get: Get, global: &Global, computer: &Computer) -> Result<ExitCode, Wrong> {
    let here = current_folder()?;
    elsewhere::check_get(global, &get)?;
    if let Some(file) = &get.from.resume_data {
        let work = resume::download(file, &get, &here)?;
        return start(work, &get.shared, global, computer);
    }
    if let Some(list) = &get.shared.input {
        get.urls.extend(list::addresses(list, &get.shared, &here)?);
    }
    let mut downloads = match (&get.metalink, &get.pasted) {
        (Some(source), _) => request::described(source, &get, &here, super::profile(global)?)?,
        (None, Some(text)) => pasted::downloads(text, &get, &here)?,
        (None, None) => request::downloads(&get, &here)?,
    };
    let is_placed = get.output.is_some() || get.dir.is_some();
    if !is_placed {
        leave_to_site(&mut downloads, &here, global)?;
    }
    start(Work { downloads, is_placed, ..Work::default() }, &get.shared, global, computer)
}

pub(super) fn put(mut put: Put, global: &Global, computer: &Computer) -> Result<ExitCode, Wrong> {
    elsewhere::check_put(global, &put)?;
    if let Some(file) = &put.from.resume_data {
        let work = resume::upload(file, &put, &current_folder()?)?;
        look_for(&work.uploads, global)?;
        return start(work, &put.shared, global, computer);
    }
    let place = destinations::named(&put.to, global)?;
    if let Some(place) = &place {
        destinations::prefill(&mut put, place);
    }
    let here = current_folder()?;
    if let Some(list) = &put.shared.input {
        put.files.extend(list::files(list, &put.shared, &here, elsewhere::is_meant(global))?);
        elsewhere::check_paths(global, &put.files)?;
    }
    let named = if elsewhere::is_meant(global) {
        Named::elsewhere(&put.files)
    } else {
        Named::of(&put.files, &here)?
    };
    let mut uploads = request::uploads(&put, &named, &here)?;
    if let Some(place) = &place {
        for upload in &mut uploads {
            place.complete(upload);
        }
        // A session finds them itself, when the time comes.
        if !put.shared.background {
            destinations::unlock(&mut uploads, place, &computer.keyring)?;
        }
    }
    look_for(&uploads, global)?;
    let everything = named.tell(global.quiet || put.shared.json);
    if uploads.is_empty() {
        return Err(Wrong::new("There is no file to send."));
    }
    let (to, _) = crate::Address::parse(&put.to)?;
    let sent: Vec<_> =
        put.files.iter().map(|file| format!("{} {}", to.expose(), here.join(file).display())).collect();
    let code = start(Work { uploads, sent, ..Work::default() }, &put.shared, global, computer)?;
    Ok(if code == ExitCode::SUCCESS && !everything { ExitCode::FAILURE } else { code })
}

/// A file that is not there is better known before anything starts, if it can be.
fn look_for(uploads: &[UploadRequest], global: &Global) -> Result<(), Wrong> {
    if elsewhere::is_meant(global) {
        return Ok(());
    }
    for file in uploads.iter().filter(|request| request.folders.is_none()).flat_map(UploadRequest::files) {
        crate::Source::of(file)?;
    }
    Ok(())
}

/// Where a site says where its downloads go, and elsewhere, this folder is not meant.
fn leave_to_site(downloads: &mut [DownloadRequest], here: &Path, global: &Global) -> Result<(), Wrong> {
    if elsewhere::is_meant(global) {
        for download in downloads {
            download.destination = None;
        }
        return Ok(());
    }
    let sites = sites::known(global)?;
    for download in downloads {
        let Some(folder) = Site::of(&download.url, &sites).and_then(|site| site.folder.as_ref()) else {
            continue;
        };
        download.destination = match download.destination.take() {
            // Where something else than the server says what it is called, it is still called so.
            Some(Destination::File(file)) => {
                Some(Destination::File(folder.join(file.strip_prefix(here).unwrap_or(&file))))
            }
            Some(Destination::Folder(_)) | None => None,
        };
    }
    Ok(())
}

fn current_folder() -> Result<std::path::PathBuf, Wrong> {
    std::env::current_dir().map_err(|_| Wrong::new("The current folder is gone. Change to another one."))
}

/// Starts these.
fn start(mut work: Work, shared: &Shared, global: &Global, computer: &Computer) -> Result<ExitCode, Wrong> {
    if !shared.background {
        let work = Work {
            authorities: shared.ca_file.iter().cloned().collect(),
            group: groups::wanted(shared, &[]),
            json: shared.json,
            verbose: global.verbose > 0,
            quiet: global.quiet,
            ..work
        };
        return here::run(work, global, computer);
    }
    let tell = |added: &Snapshot| if shared.json { output::json(added) } else { output::result(added.id) };
    block_on(async {
        let session = remote::connect_or_start(global).await?;
        groups::prepare(shared, &session).await?;
        if !work.is_placed && work.resumed.is_none() && groups::has_folder(shared, &session).await? {
            work.downloads.iter_mut().for_each(|download| download.destination = None);
        }
        if let Some(data) = work.resumed {
            let data = data.to_text().map_err(|error| Wrong::new(error.to_string()))?;
            let downloads = work
                .downloads
                .into_iter()
                .map(WithSecrets::pack)
                .map(|request| Request::ResumeDownload { data: data.clone(), request });
            let uploads = work
                .uploads
                .into_iter()
                .map(WithSecrets::pack)
                .map(|request| Request::ResumeUpload { data: data.clone(), request });
            for request in downloads.chain(uploads) {
                if let Reply::Transfer(added) = session.ask(request).await? {
                    tell(&added);
                }
            }
            return Ok(ExitCode::SUCCESS);
        }
        let mut code = ExitCode::SUCCESS;
        let mut each = |(), started| match started {
            Ok(added) => tell(&added),
            Err(fault) => code = Wrong::from(fault).tell(),
        };
        let downloads = work.downloads.into_iter().map(|request| ((), request)).collect();
        ipc::start(&session, downloads, Request::Downloads, &mut each).await;
        let uploads = work.uploads.into_iter().map(|request| ((), request)).collect();
        ipc::start(&session, uploads, Request::Uploads, &mut each).await;
        Ok(code)
    })
}
