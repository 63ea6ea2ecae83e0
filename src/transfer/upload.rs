//! What the user asked to send. No server answer ever changes it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::address::{Address, Credentials, Scheme};
use super::error::{ErrorKind, Failure};
use super::folders::Folders;
use super::headers::Headers;
use super::is_default;
use super::link::LinkRule;
use super::path;
use super::place::FromPlace;
use super::request::{IfExists, add_login, address_and_login};
use super::terms::Terms;

/// How a file is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Protocol {
    /// However the server can take it best; that is found out.
    #[default]
    Auto,
    /// As the body of one request.
    Raw,
    /// As a browser sends a form (RFC 7578).
    Form,
    /// tus 1.0.0, which goes on after a cut.
    Tus,
    /// A resumable upload of HTTP (draft-ietf-httpbis-resumable-upload), which goes on after a cut.
    Resumable,
    /// As an object of S3, in parts if it is large. The login is its two keys, which are never sent.
    S3,
    /// In a resumable session, as the services of Google have them.
    Google,
    /// The file transfer of SSH, which goes on after a cut.
    Sftp,
    /// FTP, encrypted or not as the address says, which goes on after a cut where the server can.
    Ftp,
    /// WebDAV (RFC 4918), into a file beside the one that it becomes when it is complete.
    Webdav,
}

impl Protocol {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Auto,
        Self::Raw,
        Self::Form,
        Self::Tus,
        Self::Resumable,
        Self::Webdav,
        Self::S3,
        Self::Google,
        Self::Sftp,
        Self::Ftp,
    ];

    /// Whether it is seen that a name is taken, so that [`IfExists`] can be kept to.
    #[must_use]
    pub fn sees_names(self) -> bool {
        matches!(self, Self::Auto | Self::Webdav | Self::Sftp | Self::Ftp)
    }

    /// Its name on the outside.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Raw => "raw",
            Self::Form => "form",
            Self::Tus => "tus",
            Self::Resumable => "resumable",
            Self::Webdav => "webdav",
            Self::S3 => "s3",
            Self::Google => "google",
            Self::Sftp => "sftp",
            Self::Ftp => "ftp",
        }
    }

    /// The only one for this kind of address; nothing if there are several.
    #[must_use]
    pub fn of(scheme: Scheme) -> Option<Self> {
        match scheme {
            Scheme::Http | Scheme::Https => None,
            Scheme::Sftp => Some(Self::Sftp),
            Scheme::Ftp | Scheme::Ftps | Scheme::Ftpes => Some(Self::Ftp),
        }
    }

    /// Whether servers of this kind of address can be spoken to like this.
    fn fits(self, scheme: Scheme) -> bool {
        match Self::of(scheme) {
            Some(own) => self == Self::Auto || self == own,
            None => !matches!(self, Self::Sftp | Self::Ftp),
        }
    }
}

/// The HTTP method of an upload that is one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// May do a thing twice when it is sent twice (RFC 9110 §9.3.3).
    #[default]
    Post,
    /// May be sent again without harm (RFC 9110 §9.3.4).
    Put,
    /// May do a thing twice when it is sent twice (RFC 5789 §2).
    Patch,
}

impl Method {
    /// Whether sending it twice is the same as sending it once (RFC 9110 §9.2.2).
    #[must_use]
    pub fn is_idempotent(self) -> bool {
        self == Self::Put
    }
}

/// What stands in a form beside the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// What the field with the file is called; nothing means `file`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_field: Option<String>,
    /// Names and values of the other fields, but for those that [are secret](UploadRequest::add_field). They come
    /// first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<(String, String)>,
    /// Further files, each in a field of the same name.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "path::list")]
    pub others: Vec<PathBuf>,
}

/// A request to send one file; a form may carry several.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UploadRequest {
    /// The file to send.
    #[serde(with = "path")]
    pub file: PathBuf,
    /// Where it goes.
    pub url: Address,
    /// If it is sent as a part of a tree, the folders that lead to it from the address. Where files have
    /// addresses of their own these are made as far as they are missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folders: Option<Folders>,
    /// How it is sent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub protocol: Protocol,
    /// With which method, if it is one request.
    #[serde(default, skip_serializing_if = "is_default")]
    pub method: Method,
    /// What stands beside it, if it is a form.
    #[serde(default, skip_serializing_if = "is_default")]
    pub form: Form,
    /// What to do when there is something at the address already, where servers keep files under addresses.
    #[serde(default, skip_serializing_if = "is_default")]
    pub if_exists: IfExists,
    /// Headers to send to the address, and to nobody else.
    #[serde(default, skip_serializing_if = "Headers::is_empty")]
    pub headers: Headers,
    /// On what terms.
    #[serde(default, skip_serializing_if = "is_default")]
    pub terms: Terms,
    /// How the link to it is found in what the server says in the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<LinkRule>,
    /// The named place that it goes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<FromPlace>,
}

impl UploadRequest {
    /// A request to send `file` to `url`, as somebody typed it. A login in the address becomes a header.
    ///
    /// # Errors
    /// As for [`Address::parse`], and if nothing can be sent to such an address.
    pub fn new(file: impl Into<PathBuf>, url: &str) -> Result<Self, Failure> {
        let (url, headers) = address_and_login(url)?;
        let request = Self {
            file: file.into(),
            url,
            folders: None,
            protocol: Protocol::default(),
            method: Method::default(),
            form: Form::default(),
            if_exists: IfExists::Fail,
            headers,
            terms: Terms::default(),
            link: None,
            place: None,
        };
        request.check()?;
        Ok(request)
    }

    /// Whether files can be sent to such an address like this.
    ///
    /// # Errors
    /// [`ErrorKind::UnsupportedScheme`].
    pub fn check(&self) -> Result<(), Failure> {
        let scheme = self.url.scheme();
        if self.protocol.fits(scheme) {
            return Ok(());
        }
        let refused = Failure::new(ErrorKind::UnsupportedScheme).about(scheme.name());
        Err(refused.because(&format!("nothing is sent there by {}", self.protocol.name())))
    }

    /// Logs in to the address with this.
    pub fn log_in(&mut self, login: &Credentials) {
        add_login(&mut self.headers, &self.url, login);
    }

    /// Puts a field into its form. One whose name says that it is a secret is kept like a secret header, unless it
    /// is made anew for each file.
    pub fn add_field(&mut self, name: &str, value: &str) {
        if value.contains("{filename}") || !self.headers.add_field(name, value) {
            self.form.fields.push((name.to_owned(), value.to_owned()));
        }
    }

    /// Sends it as one request with this method. PUT names the file that it makes on the server, so an
    /// address that ends with `/` means a folder there and gets the name of the file behind it.
    #[must_use]
    pub fn by(mut self, method: Method) -> Self {
        (self.protocol, self.method) = (Protocol::Raw, method);
        if method == Method::Put {
            self.url = self.stored_at();
        }
        self
    }

    /// Sends it like this. An object of S3 has an address of its own, as with PUT.
    #[must_use]
    pub fn through(mut self, protocol: Protocol) -> Self {
        self.protocol = protocol;
        if protocol == Protocol::S3 {
            self.url = self.stored_in(&self.url).unwrap_or(self.url);
        }
        self
    }

    /// Takes over the address anew.
    ///
    /// # Errors
    /// What was sent to one address cannot be continued at another. But the same one may come with a login,
    /// which is not kept from one day to the next.
    pub(super) fn point_at(&mut self, url: &Address, headers: &Headers) -> Result<(), Failure> {
        let is_same = *url == self.url || self.stored_in(url).as_ref() == Some(&self.url);
        let login = headers.login().filter(|_| is_same);
        self.log_in(&login.ok_or_else(|| Failure::new(ErrorKind::NotResumable))?);
        Ok(())
    }

    /// All the files that it sends.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        let others = self.form.others.iter().filter(|_| self.protocol == Protocol::Form);
        std::iter::once(&self.file).chain(others).map(PathBuf::as_path)
    }

    /// Whether nothing can be done twice by sending it twice.
    #[must_use]
    pub(crate) fn is_repeatable(&self) -> bool {
        match self.protocol {
            Protocol::Auto | Protocol::Raw => self.method.is_idempotent() || !self.url.is_web(),
            Protocol::Form => false,
            Protocol::Tus
            | Protocol::Resumable
            | Protocol::Webdav
            | Protocol::S3
            | Protocol::Google
            | Protocol::Sftp
            | Protocol::Ftp => true,
        }
    }
}

#[cfg(test)]
mod tests;
