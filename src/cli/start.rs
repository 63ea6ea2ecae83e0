//! `get` and `put`: here and now, or handed over to the session.

use std::process::ExitCode;
use std::sync::Arc;

use super::args::{Get, Global, Put, Shared};
use super::groups;
use super::here::{self, Work};
use super::trees::Named;
use super::{Wrong, block_on, destinations, elsewhere, list, output, remote, request, resume, sites};
use crate::ipc::{self, Control as _, Reply, Request, WithSecrets};
use crate::{DownloadRequest, Secrets, Site, Snapshot, UploadRequest};

/// Where secrets are kept.
type Keyring = Arc<dyn Secrets>;

pub(super) fn get(mut get: Get, global: &Global, keyring: Keyring) -> Result<ExitCode, Wrong> {
    let here = current_folder()?;
    elsewhere::check_get(global, &get)?;
    if let Some(file) = &get.from.resume_data {
        let work = resume::download(file, &get, &here)?;
        return start(Work { keyring: Some(keyring), ..work }, &get.shared, global);
    }
    if let Some(list) = &get.shared.input {
        get.urls.extend(list::addresses(list, &get.shared, &here)?);
    }
    let mut downloads = match &get.metalink {
        Some(source) => request::described(source, &get, &here, super::profile(global)?)?,
        None => request::downloads(&get, &here)?,
    };
    let is_placed = get.output.is_some() || get.dir.is_some();
    if !is_placed {
        leave_to_site(&mut downloads, global)?;
    }
    start(Work { downloads, is_placed, keyring: Some(keyring), ..Work::default() }, &get.shared, global)
}

pub(super) fn put(mut put: Put, global: &Global, keyring: Keyring) -> Result<ExitCode, Wrong> {
    elsewhere::check_put(global, &put)?;
    if let Some(file) = &put.from.resume_data {
        let work = resume::upload(file, &put, &current_folder()?)?;
        look_for(&work.uploads, global)?;
        return start(Work { keyring: Some(keyring), ..work }, &put.shared, global);
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
            destinations::unlock(&mut uploads, place, &keyring)?;
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
    let work = Work { uploads, sent, keyring: Some(keyring), ..Work::default() };
    let code = start(work, &put.shared, global)?;
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
fn leave_to_site(downloads: &mut [DownloadRequest], global: &Global) -> Result<(), Wrong> {
    let is_elsewhere = elsewhere::is_meant(global);
    let sites = if is_elsewhere { Vec::new() } else { sites::known(global)? };
    for download in downloads {
        let site = Site::of(&download.url, &sites);
        if is_elsewhere || site.is_some_and(|site| site.folder.is_some()) {
            download.destination = None;
        }
    }
    Ok(())
}

fn current_folder() -> Result<std::path::PathBuf, Wrong> {
    std::env::current_dir().map_err(|_| Wrong::new("The current folder is gone. Change to another one."))
}

/// Starts these.
fn start(mut work: Work, shared: &Shared, global: &Global) -> Result<ExitCode, Wrong> {
    if !shared.background {
        let work = Work {
            authorities: shared.ca_file.iter().cloned().collect(),
            group: groups::wanted(shared, &[]),
            json: shared.json,
            verbose: global.verbose > 0,
            quiet: global.quiet,
            ..work
        };
        return here::run(work, global);
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
