//! Resume data: a transfer that was cancelled, as a value that can be kept, sent and gone on with, also on another
//! computer.
//!
//! Written down it is two lines of text, the second one RON with its [checksum](super::checked):
//!
//! ```text
//! // windlass resume data, version 1
//! Download(request: (url: "https://…", …), partial: Some((…))) // 5f3a0c21
//! ```
//!
//! It holds what was asked for and how far that has come: of a download what its part file was and what that
//! amounts to ([`Evidence`](super::Evidence)), of an upload what has begun at the server. The bytes themselves
//! are where they were.
//!
//! It holds no secret headers, no cookies and no logins, of servers or proxies: only the names of such headers,
//! so that they can be asked for. **The address is all there, with whatever signature or key is in its query**, as
//! nothing could go on without it, and so are the addresses that servers gave for unfinished uploads, where whoever
//! knows them may write. So whoever gets resume data can get the file, or write into the upload.
//!
//! What is read may have been made by anybody. It is checked ([`sound`]), and what could do harm here
//! does not come along: commands to run at the end, replacing files, what it may cost, and files of this computer
//! that were named beside the one it is about. Whoever wants any of that says so again.

use std::io;

use super::{Delivery, DownloadRequest, ErrorKind, Failure, IfExists, Job, Kind, UploadRequest, checked};

mod hold;
mod sound;
#[cfg(test)]
mod tests;

/// The version of the format that this program writes.
const VERSION: u32 = 1;
/// What stands before the version.
const TITLE: &str = "// windlass resume data, version ";

/// See the module.
#[derive(Clone, Debug)]
pub struct ResumeData(Job);

/// Why something cannot be gone on with as resume data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotResumeData {
    /// It is something else.
    #[error("This is not resume data. “windlass save-resume-data” makes some.")]
    Foreign,
    /// It has changed since it was written.
    #[error("The resume data is damaged. Make it anew, or begin again with the address.")]
    Damaged,
    /// It was written by a later program.
    #[error(
        "The resume data was written by a newer Windlass (format {found}, this one knows {VERSION}). Use the newer program."
    )]
    Newer {
        /// The version of its format.
        found: u32,
    },
    /// A download cannot go on with it.
    #[error("This is the resume data of an upload. Continue it with “windlass put”.")]
    OfUpload,
    /// An upload cannot go on with it.
    #[error("This is the resume data of a download. Continue it with “windlass get”.")]
    OfDownload,
    /// Its checksum is right, but no transfer was ever so.
    #[error("The resume data makes no sense: {0}.")]
    Nonsense(&'static str),
}

impl ResumeData {
    /// The longest text that is taken for resume data, in bytes.
    pub const LONGEST: usize = 16 * 1024 * 1024;

    /// That of a transfer as it stands. What is to be gone on with of a download has its evidence by now.
    pub(crate) fn of(mut job: Job) -> Self {
        match &mut job {
            Job::Download { request, partial } => {
                request.headers.forget_secrets();
                request.terms = std::mem::take(&mut request.terms).stripped();
                request.if_exists = IfExists::default();
                if let Some(partial) = partial {
                    (partial.verified, partial.response, partial.found_at) = (None, None, None);
                }
            }
            Job::Upload { request, delivery } | Job::Leftover { request, delivery } => {
                request.headers.forget_secrets();
                request.terms = std::mem::take(&mut request.terms).stripped();
                (delivery.response, delivery.verified, delivery.link) = (None, None, None);
            }
        }
        Self(job)
    }

    /// Reads what [`Self::to_text`] has written. Never panics, whatever it is given.
    ///
    /// # Errors
    /// If it is no resume data, or none that can be gone on with.
    pub fn parse(bytes: &[u8]) -> Result<Self, NotResumeData> {
        if !bytes.starts_with(TITLE.as_bytes()) || bytes.len() > Self::LONGEST {
            return Err(NotResumeData::Foreign);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| NotResumeData::Damaged)?;
        let mut lines = text.lines();
        let version = lines.next().and_then(|line| line.strip_prefix(TITLE)?.parse().ok());
        match version {
            Some(VERSION) => {}
            Some(found) if found > VERSION => return Err(NotResumeData::Newer { found }),
            _ => return Err(NotResumeData::Damaged),
        }
        let value = lines.next().and_then(checked::text).ok_or(NotResumeData::Damaged)?;
        if lines.any(|line| !line.trim().is_empty()) {
            return Err(NotResumeData::Damaged);
        }
        let job = ron::from_str(value).map_err(|_| NotResumeData::Nonsense("it cannot be understood"))?;
        sound::check(&job).map_err(NotResumeData::Nonsense)?;
        Ok(Self::of(job))
    }

    /// All of it as text, of at most [`Self::LONGEST`] bytes.
    ///
    /// # Errors
    /// If it cannot be written as text, or would be longer.
    pub fn to_text(&self) -> io::Result<String> {
        let text = format!("{TITLE}{VERSION}\n{}", checked::line(&self.0)?);
        if text.len() > Self::LONGEST { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(text) }
    }

    /// Which way it goes.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.0.kind()
    }

    /// What was asked for, to be completed with its secrets and changed as one likes before it is gone on with.
    /// Its destination is where the part file is. It replaces no file, whatever was asked for before.
    ///
    /// # Errors
    /// If it is that of an upload.
    pub fn download(&self) -> Result<DownloadRequest, NotResumeData> {
        match &self.0 {
            Job::Download { request, .. } => Ok(request.clone()),
            Job::Upload { .. } | Job::Leftover { .. } => Err(NotResumeData::OfUpload),
        }
    }

    /// What was asked for, to be completed with its secrets before it is gone on with.
    ///
    /// # Errors
    /// If it is that of a download.
    pub fn upload(&self) -> Result<UploadRequest, NotResumeData> {
        match &self.0 {
            Job::Upload { request, .. } => Ok(request.clone()),
            Job::Download { .. } | Job::Leftover { .. } => Err(NotResumeData::OfDownload),
        }
    }

    /// The download as it goes on, with the request as it is now; `place` is where the file goes by it.
    ///
    /// # Errors
    /// If it is that of an upload.
    pub(crate) fn go_on_with(
        self,
        request: DownloadRequest,
        place: impl FnOnce(&DownloadRequest, &std::path::Path) -> std::path::PathBuf,
    ) -> Result<Job, NotResumeData> {
        let Job::Download { mut partial, .. } = self.0 else { return Err(NotResumeData::OfUpload) };
        if let Some(partial) = &mut partial {
            partial.path = place(&request, &partial.path);
        }
        Ok(Job::Download { request, partial })
    }

    /// The upload as it goes on, with the request and the files as they are now.
    ///
    /// # Errors
    /// If it is not the same upload, or a file is not the one any more that was being sent. A copy is the
    /// same if it has the length and the time of the last change, to the nanosecond.
    pub(crate) fn go_on_sending(self, request: UploadRequest, now: Delivery) -> Result<Job, Failure> {
        let Job::Upload { request: before, delivery } = self.0 else {
            return Err(Failure::new(ErrorKind::NotResumable));
        };
        let is_same = (&before.url, &before.folders, before.protocol, before.method, &before.form)
            == (&request.url, &request.folders, request.protocol, request.method, &request.form)
            && before.file.file_name() == request.file.file_name();
        if !is_same {
            let failure = Failure::new(ErrorKind::NotResumable).about(request.url.host());
            return Err(failure.because("another upload was begun"));
        }
        let age = |delivery: &Delivery| {
            delivery.sources.iter().map(|file| (file.size, file.modified)).collect::<Vec<_>>()
        };
        if age(&now) != age(&delivery) {
            let failure = Failure::new(ErrorKind::FileChanged).about(request.file.display().to_string());
            return Err(failure.because("it is not the file that was being sent"));
        }
        let delivery = Delivery { sources: now.sources, ..*delivery };
        Ok(Job::Upload { request, delivery: Box::new(delivery) })
    }
}

/// The fuzzer's door: what is read can be written, and is read as the same.
#[cfg(fuzzing)]
pub(crate) fn fuzz(bytes: &[u8]) {
    if let Ok(data) = ResumeData::parse(bytes)
        && let Ok(text) = data.to_text()
    {
        let again = ResumeData::parse(text.as_bytes()).map(|data| data.to_text().ok());
        assert_eq!(again, Ok(Some(text)));
    }
}
