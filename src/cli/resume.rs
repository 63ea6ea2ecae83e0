//! Resume data: written into a file, and gone on with.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::Wrong;
use super::args::{Get, How, Put, SaveResumeData};
use super::here::Work;
use super::request::Common;
use crate::ipc::{Client, Control as _, Reply, Request};
use crate::{
    Address, Destination, ErrorKind, Failure, NotResumeData, ResumeData, save_resume_data as save_to,
};

/// Ends a transfer and writes its resume data into a new file. That it can be written is seen to before.
pub(super) async fn save(what: SaveResumeData, session: &Client) -> Result<(), Wrong> {
    let path = std::path::absolute(&what.file).unwrap_or(what.file);
    let about = |kind, path: &Path| Failure::new(kind).about(path.display().to_string());
    if path.symlink_metadata().is_ok() {
        return Err(about(ErrorKind::FileExists, &path).into());
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.is_dir()) {
        return Err(about(ErrorKind::FileMissing, folder).because("there is no such folder").into());
    }
    let Reply::ResumeData(text) = session.ask(Request::HandOver { id: what.id }).await? else {
        return Ok(());
    };
    let data = ResumeData::parse(text.as_bytes())?;
    save_to(&data, &path).map_err(|failure| {
        Wrong::new(format!("{failure} The transfer is cancelled; say this again with another file."))
    })
}

/// The download that goes on, with what was said anew.
pub(super) fn download(file: &Path, get: &Get, here: &Path) -> Result<Work, Wrong> {
    let data = read(file, here)?;
    let mut request = data.download()?;
    let shared = Common::of(&get.shared)?;
    request.headers.take_over(shared.headers()?);
    if let Some(login) = &shared.login {
        request.log_in(login);
    }
    if let Some(key) = &get.host_key {
        request.headers.set_host_key(key)?;
    }
    let folder = get.dir.as_ref().map_or_else(|| here.to_owned(), |dir| here.join(dir));
    // Somebody else may have written where it went before, so that is not where it goes unasked.
    request.destination = Some(match (&get.output, &request.destination) {
        (Some(file), _) => Destination::File(here.join(file)),
        (None, Some(Destination::File(file))) => {
            Destination::File(folder.join(file.file_name().unwrap_or_default()))
        }
        (None, _) => Destination::Folder(folder),
    });
    request.if_exists = get.if_exists.into();
    request.terms = shared.terms(request.terms, get.limit, get.connections, here);
    request.sequential |= get.sequential;
    request.find_checksum |= get.find_checksum;
    request.expected.checksums.extend(get.checksums.iter().cloned());
    for mirror in &get.mirrors {
        request = request.with_mirror(Address::parse(mirror)?.0);
    }
    Ok(Work { downloads: vec![request], resumed: Some(data), ..Work::default() })
}

/// The upload that goes on, with what was said anew.
pub(super) fn upload(file: &Path, put: &Put, here: &Path) -> Result<Work, Wrong> {
    let how = &put.how;
    let says_how = how.protocol != How::Auto || how.method.is_some() || how.file_field.is_some();
    if says_how || !how.fields.is_empty() || put.together {
        return Err(Wrong::usage("How it is sent stands in the resume data. Leave that out."));
    }
    let data = read(file, here)?;
    let mut request = data.upload()?;
    match put.files.as_slice() {
        [] => {}
        [file] => request.file = here.join(file),
        _ => return Err(Wrong::usage("Only one upload goes on from resume data. Name one file at most.")),
    }
    let shared = Common::of(&put.shared)?;
    request.headers.take_over(shared.headers()?);
    if let Some(login) = &shared.login {
        request.log_in(login);
    }
    if let Some(key) = &how.host_key {
        request.headers.set_host_key(key)?;
    }
    if let Some(if_exists) = how.if_exists {
        request.if_exists = if_exists.into();
    }
    request.terms = shared.terms(request.terms, how.limit, put.connections, here);
    request.link = how.link.clone().or(request.link);
    Ok(Work { uploads: vec![request], resumed: Some(data), ..Work::default() })
}

/// Reads a file that was called so.
fn read(file: &Path, here: &Path) -> Result<ResumeData, Wrong> {
    let mut bytes = Vec::new();
    File::open(here.join(file))
        .and_then(|file| file.take(ResumeData::LONGEST as u64 + 1).read_to_end(&mut bytes))
        .map_err(|error| Failure::from_io(&error, file))?;
    Ok(ResumeData::parse(&bytes)?)
}

impl From<NotResumeData> for Wrong {
    fn from(error: NotResumeData) -> Self {
        Self::new(error.to_string())
    }
}
