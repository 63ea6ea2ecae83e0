//! What the user asked to send. No server answer ever changes it.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::address::Address;
use super::change::Change;
use super::error::{ErrorKind, Failure};
use super::headers::Headers;
use super::is_default;
use super::proxy::ProxyChoice;
use super::request::{IfExists, Notify, address_and_login};

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
    /// WebDAV (RFC 4918), into a file beside the one that it becomes when it is complete.
    Webdav,
}

impl Protocol {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Auto, Self::Raw, Self::Form, Self::Tus, Self::Webdav];

    /// Its name on the outside.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Raw => "raw",
            Self::Form => "form",
            Self::Tus => "tus",
            Self::Webdav => "webdav",
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
    /// Names and values of the other fields. They come first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<(String, String)>,
    /// Further files, each in a field of the same name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<PathBuf>,
}

/// A request to send one file; a form may carry several.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UploadRequest {
    /// The file to send.
    pub file: PathBuf,
    /// Where it goes.
    pub url: Address,
    /// How it is sent.
    #[serde(default, skip_serializing_if = "is_default")]
    pub protocol: Protocol,
    /// With which method, if it is one request.
    #[serde(default, skip_serializing_if = "is_default")]
    pub method: Method,
    /// What stands beside it, if it is a form.
    #[serde(default, skip_serializing_if = "is_default")]
    pub form: Form,
    /// What to do when the name is taken, where files have names and somebody can see that: over WebDAV.
    #[serde(default = "fail", skip_serializing_if = "is_fail")]
    pub if_exists: IfExists,
    /// Headers to send to the address, and to nobody else.
    #[serde(default, skip_serializing_if = "Headers::is_empty")]
    pub headers: Headers,
    /// What to say at the end.
    #[serde(default, skip_serializing_if = "is_default")]
    pub notify: Notify,
    /// Tries in a row without a byte of progress before it fails; nothing means the session's own number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retries: Option<u32>,
    /// Bytes a second that it may send; nothing means no limit of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Through which proxy; the login for it stands among the headers.
    #[serde(default, skip_serializing_if = "is_default")]
    pub proxy: ProxyChoice,
    /// A file of cookies (in Netscape's format), each for the servers that it names there. It is read
    /// anew for every attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cookie_file: Option<PathBuf>,
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
            protocol: Protocol::default(),
            method: Method::default(),
            form: Form::default(),
            if_exists: fail(),
            headers,
            notify: Notify::default(),
            retries: None,
            limit: None,
            proxy: ProxyChoice::default(),
            cookie_file: None,
        };
        request.check()?;
        Ok(request)
    }

    /// Whether files can be sent to such an address at all.
    ///
    /// # Errors
    /// [`ErrorKind::UnsupportedScheme`].
    pub fn check(&self) -> Result<(), Failure> {
        if self.url.is_web() {
            return Ok(());
        }
        let scheme = self.url.scheme().name();
        let refused = Failure::new(ErrorKind::UnsupportedScheme).about(scheme);
        Err(refused.because("files can be got from there, but not sent there yet"))
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

    /// Sends it like this.
    #[must_use]
    pub fn through(mut self, protocol: Protocol) -> Self {
        self.protocol = protocol;
        self
    }

    /// The address that the file itself gets where files have addresses of their own: if its own ends
    /// with `/`, that is a folder.
    #[must_use]
    pub fn stored_at(&self) -> Address {
        let name = self.file.file_name();
        name.and_then(|name| self.url.file_in_folder(name)).unwrap_or_else(|| self.url.clone())
    }

    /// Takes over a change.
    ///
    /// # Errors
    /// What was sent to one address cannot be continued at another.
    pub(super) fn amend(&mut self, change: Change) -> Result<(), Failure> {
        match change {
            Change::Limit(limit) => self.limit = limit.filter(|limit| *limit > 0),
            Change::Url(..) => return Err(Failure::new(ErrorKind::NotResumable)),
        }
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
            Protocol::Auto | Protocol::Raw => self.method.is_idempotent(),
            Protocol::Form => false,
            Protocol::Tus | Protocol::Webdav => true,
        }
    }

    /// The address that more than one of these files would be stored at, each in place of the one
    /// before it.
    #[must_use]
    pub fn clash(requests: &[Self]) -> Option<Address> {
        let stored = |request: &Self| match (request.protocol, request.method) {
            (Protocol::Raw, Method::Put) => Some(request.url.clone()),
            (Protocol::Webdav, _) => Some(request.stored_at()),
            _ => None,
        };
        let mut seen = HashSet::new();
        requests.iter().filter_map(stored).find(|url| !seen.insert(url.clone()))
    }
}

/// A file on a server is nobody's to replace or to have a second one of, unless somebody says so.
fn fail() -> IfExists {
    IfExists::Fail
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over like this")]
fn is_fail(wish: &IfExists) -> bool {
    *wish == IfExists::Fail
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transfer::DownloadRequest;

    fn put(file: &str, url: &str) -> UploadRequest {
        UploadRequest::new(file, url).unwrap().by(Method::Put)
    }

    #[test]
    fn a_file_that_is_put_into_a_folder_keeps_its_name() {
        assert_eq!(
            put("/b/a b.txt", "http://example.org/in/").url.expose(),
            "http://example.org/in/a%20b.txt"
        );
        assert_eq!(put("/b/a.txt", "http://example.org/in").url.expose(), "http://example.org/in");
        let posted = UploadRequest::new("/a", "http://example.org/in/").unwrap();
        assert_eq!(posted.by(Method::Post).url.expose(), "http://example.org/in/");
    }

    #[test]
    fn nothing_is_sent_to_where_files_can_only_be_got_from() {
        for url in ["ftp://a.example/in/", "ftps://a.example/", "ftpes://a.example/", "sftp://a.example/"] {
            assert_eq!(UploadRequest::new("/a", url).unwrap_err().kind, ErrorKind::UnsupportedScheme);
            assert!(DownloadRequest::new(url).is_ok());
        }
    }

    #[test]
    fn files_that_would_be_stored_in_place_of_each_other_are_found() {
        let folder = "http://example.org/in/";
        assert!(UploadRequest::clash(&[put("/a/x", folder), put("/a/y", folder)]).is_none());
        assert!(UploadRequest::clash(&[put("/a/x", folder), put("/b/x", folder)]).is_some());
        let one = "http://example.org/in";
        assert!(UploadRequest::clash(&[put("/a/x", one), put("/a/y", one)]).is_some());
        let posted = || UploadRequest::new("/a", one).unwrap();
        assert!(UploadRequest::clash(&[posted(), posted()]).is_none());
        let shared = |file| UploadRequest::new(file, folder).unwrap().through(Protocol::Webdav);
        assert!(UploadRequest::clash(&[shared("/a/x"), shared("/b/y")]).is_none());
        assert!(UploadRequest::clash(&[shared("/a/x"), shared("/b/x")]).is_some());
    }
}
