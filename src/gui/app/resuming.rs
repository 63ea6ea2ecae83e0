//! Going on with what was saved elsewhere: a file with resume data is chosen, read and handed to the session.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use iced::Task;

use crate::gui::desktop::Picked;
use crate::gui::notice::Notice;
use crate::i18n::t;
use crate::ipc::{Request, WithSecrets};
use crate::{Destination, Kind, ResumeData};

use super::{Answer, App, Message};

/// What was read of a file that was chosen; without a request, it cannot be gone on with.
pub type Read = (PathBuf, Option<Box<Request>>);

impl App {
    /// Lets the user choose files with resume data.
    pub(super) fn pick_resume_data(&self) -> Task<Message> {
        let picked = self.desktop.pick_files(t!(self.look.texts, "resume-from"));
        let folder = self.settings.folder();
        let reading = async move {
            match picked.await {
                Picked::Paths(paths) => {
                    let read = move || paths.into_iter().map(|path| read(path, &folder)).collect();
                    tokio::task::spawn_blocking(read).await.map_err(drop)
                }
                Picked::Cancelled => Ok(Vec::new()),
                Picked::Unavailable => Err(()),
            }
        };
        Task::perform(reading, |read| Message::Answer(Answer::ResumeData(read)))
    }

    /// Goes on with what was read.
    pub(super) fn go_on_with(&mut self, read: Result<Vec<Read>, ()>) -> Task<Message> {
        let Ok(read) = read else { return self.notice(Notice::NoPicker) };
        let tasks = read.into_iter().map(|(path, request)| match request {
            Some(request) => self.ask(*request),
            None => self.notice(Notice::NotResumeData(path)),
        });
        Task::batch(tasks.collect::<Vec<_>>())
    }
}

/// Reads a file; downloads go on in `folder`.
fn read(path: PathBuf, folder: &Path) -> Read {
    let request = request(&path, folder).map(Box::new);
    (path, request)
}

fn request(path: &Path, folder: &Path) -> Option<Request> {
    let mut bytes = Vec::new();
    let file = File::open(path).ok()?;
    file.take(ResumeData::LONGEST as u64 + 1).read_to_end(&mut bytes).ok()?;
    let known = ResumeData::parse(&bytes).ok()?;
    let data = String::from_utf8(bytes).ok()?;
    if known.kind() == Kind::Download {
        let mut request = known.download().ok()?;
        // Somebody else may have written where it went before, so that is not where it goes unasked.
        request.destination = Some(match &request.destination {
            Some(Destination::File(file)) => Destination::File(place(file.file_name()?, path, folder)),
            _ => Destination::Folder(folder.to_owned()),
        });
        Some(Request::ResumeDownload { data, request: WithSecrets::pack(request) })
    } else {
        let request = known.upload().ok()?;
        Some(Request::ResumeUpload { data, request: WithSecrets::pack(request) })
    }
}

/// Where a download goes on: beside its resume data if what is there of it lies there too, else in `folder`.
fn place(name: &OsStr, path: &Path, folder: &Path) -> PathBuf {
    let mut part = name.to_owned();
    part.push(".part");
    let beside = path.parent().filter(|beside| beside.join(&part).is_file());
    beside.unwrap_or(folder).join(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DownloadRequest, Job};

    #[test]
    fn a_download_goes_on_beside_its_resume_data_if_its_part_is_there() {
        let dir = tempfile::tempdir().unwrap();
        let (data, name) = (dir.path().join("a.resume"), OsStr::new("a.iso"));
        let downloads = Path::new("/downloads");
        assert_eq!(place(name, &data, downloads), Path::new("/downloads/a.iso"));
        File::create_new(dir.path().join("a.iso.part")).unwrap();
        assert_eq!(place(name, &data, downloads), dir.path().join("a.iso"));
    }

    #[test]
    fn a_download_goes_on_where_files_are_put_and_not_where_a_stranger_says() {
        let dir = tempfile::tempdir().unwrap();
        let mut request = DownloadRequest::new("https://example.org/a.iso").unwrap();
        request.destination = Some(Destination::File("/etc/a.iso".into()));
        let text = ResumeData::of(Job::Download { request, partial: None }).to_text().unwrap();
        let path = dir.path().join("a.resume");
        std::io::Write::write_all(&mut File::create_new(&path).unwrap(), text.as_bytes()).unwrap();
        let Some(Request::ResumeDownload { data, request }) = request_of(&path) else { panic!("it is") };
        assert_eq!(data, text);
        assert_eq!(request.unpack().destination, Some(Destination::File("/downloads/a.iso".into())));
    }

    fn request_of(path: &Path) -> Option<Request> {
        read(path.to_owned(), Path::new("/downloads")).1.map(|request| *request)
    }

    #[test]
    fn what_is_no_resume_data_makes_no_request() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("notes.txt");
        std::io::Write::write_all(&mut File::create_new(&path).unwrap(), b"buy milk").unwrap();
        assert!(read(path, dir.path()).1.is_none());
        assert!(read(dir.path().join("nothing"), dir.path()).1.is_none());
    }
}
