//! What few need: on what terms to get it, what it must amount to, and what to say to the server.

use std::path::Path;

use crate::gui::form::login::{self, Login};
use crate::gui::form::terms::{self, Terms};
use crate::{Checksum, DownloadRequest, IfExists};

/// What was filled in.
#[derive(Debug, Default)]
pub struct More {
    /// On what terms.
    pub terms: Terms,
    /// What to say to the server.
    pub login: Login,
    /// What the file must amount to.
    pub checksum: String,
    /// What to do when the name is taken.
    pub if_exists: IfExists,
}

/// A value that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is no checksum.
    Checksum,
    /// In the terms.
    Terms(terms::Field),
    /// In what is said to the server.
    Login(login::Wrong),
}

impl More {
    /// Puts all of it into a request; the checksum only if it is the only one.
    ///
    /// # Errors
    /// The first value that cannot be taken.
    pub fn apply(&self, request: &mut DownloadRequest, is_only: bool) -> Result<(), Wrong> {
        let checksum = match self.checksum.trim() {
            "" => None,
            text => Some(text.parse::<Checksum>().map_err(|_| Wrong::Checksum)?),
        };
        request.expected.checksums.extend(checksum.filter(|_| is_only));
        request.if_exists = self.if_exists;
        self.terms.apply(&mut request.terms).map_err(Wrong::Terms)?;
        let (headers, login) = self.login.read(false).map_err(Wrong::Login)?;
        request.headers.take_over(headers);
        if let Some(login) = login {
            request.log_in(&login);
        }
        Ok(())
    }

    /// Where the downloads of the group go, if that is set for it.
    pub fn folder(&self) -> Option<&Path> {
        self.terms.folder()
    }
}
