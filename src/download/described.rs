//! What an answer says of the file, beside its bytes: what to call it, what it amounts to, where else it is.

use std::path::{Path, PathBuf};

use super::judge::Grant;
use super::mirrors::Links;
use super::{Download, blocking, mirrors, name};
use crate::attempt::Outcome;
use crate::net::Answer;
use crate::transfer::{Address, Checksum, Destination, IfExists, Response};

/// See the module.
pub(super) struct Described {
    /// Where it wants to go.
    pub path: PathBuf,
    pub digests: Vec<Checksum>,
    pub links: Links,
    /// What the server has said besides.
    pub response: Box<Response>,
    /// Where it was found, if that is not where it was asked for.
    pub found_at: Option<Address>,
}

impl Download {
    /// Looks for the file before anybody is asked, where it is known what it will be called.
    ///
    /// # Errors
    /// [`Outcome::Skipped`].
    pub(super) async fn unless_done_before(&self) -> Result<(), Outcome> {
        match &self.request.destination {
            Some(Destination::File(file)) => self.unless_there(file).await,
            _ => Ok(()),
        }
    }

    /// Whether nothing is to be got as there is a file at `path`. Anything else that is there is an obstacle.
    ///
    /// # Errors
    /// [`Outcome::Skipped`].
    pub(super) async fn unless_there(&self, path: &Path) -> Result<(), Outcome> {
        let path = path.to_owned();
        if self.request.if_exists == IfExists::Skip
            && blocking(move || Ok(path.is_file())).await.is_ok_and(|is| is)
        {
            return Err(Outcome::Skipped);
        }
        Ok(())
    }

    /// What `answer` says of the file.
    pub(super) fn describe(&self, grant: &Grant, answer: &Answer) -> Described {
        let digests = self.digests(grant, answer);
        // What comes from elsewhere has to prove that it is the same (RFC 6249 §6).
        let links = mirrors::stated(answer.headers(), &answer.url);
        let known = &self.request.expected;
        let can_prove = !digests.is_empty() || !known.checksums.is_empty() || known.pieces.is_some();
        let links = if can_prove { links } else { Links::default() };
        let mut response = Box::new(answer.response());
        self.attempt.secrets.hide_in_response(&mut response);
        let found_at = (answer.url != self.request.url).then(|| answer.url.without_secrets());
        Described { path: self.wanted_path(answer), digests, links, response, found_at }
    }

    fn wanted_path(&self, answer: &Answer) -> PathBuf {
        let folder = match &self.request.destination {
            Some(Destination::File(file)) => {
                return std::path::absolute(file).unwrap_or_else(|_| file.clone());
            }
            Some(Destination::Folder(folder)) => folder,
            None => &self.attempt.folder,
        };
        let path = folder.join(self.name(answer));
        std::path::absolute(&path).unwrap_or(path)
    }

    /// What the server and the addresses call the file.
    pub(super) fn name(&self, answer: &Answer) -> String {
        let disposition = answer.headers().get(http::header::CONTENT_DISPOSITION);
        name::stated(disposition, &self.request.url, &answer.url)
    }
}
