//! A place to send files to that has a name, so that nobody has to say twice how it is done.
//!
//! Written down it is words in quotes, as somebody types them behind `windlass put`. The values of its
//! secret headers are not among them: only their names are.

use std::collections::BTreeMap;
use std::path::Path;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::address_book::AddressBookEntry;
use super::request::add_login;
use super::secret::{Purpose, SecretKey};
use super::{Address, Credentials, Failure, Headers, IfExists, LinkRule, Method, Protocol, UploadRequest};

mod sxcu;
mod written;

pub use sxcu::NotAnUploader;
#[cfg(fuzzing)]
pub(crate) use sxcu::fuzz;

/// The longest name, in characters.
const LONGEST_NAME: usize = 100;

/// See the module.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "written::Written", into = "written::Written")]
#[non_exhaustive]
pub struct Place {
    /// What the user calls it.
    pub name: String,
    /// Where files go.
    pub url: Address,
    /// How they are sent.
    pub protocol: Protocol,
    /// With which method, if that was said.
    pub method: Option<Method>,
    /// What the field with the file is called, if it is a form; nothing means `file`.
    pub file_field: Option<String>,
    /// Names and values of the other fields of a form. `{filename}` in a value is the name of the file.
    pub fields: Vec<(String, String)>,
    /// What to do when the name is taken, if that was said.
    pub if_exists: Option<IfExists>,
    /// Headers to send there, and to nobody else.
    pub headers: Headers,
    /// Bytes a second that a file may take; nothing means no limit of its own.
    pub limit: Option<u64>,
    /// How the link to what was sent is found, if the server does not say it in one of the usual ways.
    pub link: Option<LinkRule>,
    /// Whether that link goes onto the clipboard.
    pub copy_link: bool,
    /// Fields of other versions.
    pub(crate) other: BTreeMap<String, ron::Value>,
}

/// From which place a request has what it says, and which of its headers have their values in a keyring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FromPlace {
    /// The name of the place.
    pub name: String,
    /// The names of the headers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
    /// Whether the link goes onto the clipboard.
    #[serde(default, skip_serializing_if = "super::is_default")]
    pub copy_link: bool,
}

/// A name that cannot be given to a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("A destination needs a name of at most 100 letters that is no address.")]
pub struct NotAName;

impl Place {
    /// A place of this name at this address, where files are sent however the server takes them best.
    ///
    /// # Errors
    /// If it cannot be called so.
    pub fn new(name: &str, url: Address) -> Result<Self, NotAName> {
        Ok(Self {
            name: Self::proper_name(name)?,
            url,
            protocol: Protocol::default(),
            method: None,
            file_field: None,
            fields: Vec::new(),
            if_exists: None,
            headers: Headers::default(),
            limit: None,
            link: None,
            copy_link: false,
            other: BTreeMap::new(),
        })
    }

    fn proper_name(name: &str) -> Result<String, NotAName> {
        let name = name.trim();
        let is_short = !name.is_empty() && name.chars().count() <= LONGEST_NAME;
        let is_plain = !name.contains("://") && !name.chars().any(char::is_control);
        if is_short && is_plain { Ok(name.to_owned()) } else { Err(NotAName) }
    }

    /// The same by another name.
    ///
    /// # Errors
    /// If it cannot be called so.
    pub fn called(self, name: &str) -> Result<Self, NotAName> {
        Ok(Self { name: Self::proper_name(name)?, ..self })
    }

    /// Adds a field of a form. One whose name says that it is a secret is kept like one, unless it is made anew
    /// for each file.
    pub fn add_field(&mut self, name: &str, value: &str) {
        if value.contains("{filename}") || !self.headers.add_field(name, value) {
            self.fields.push((name.to_owned(), value.to_owned()));
        }
    }

    /// Logs in there with this.
    pub fn log_in(&mut self, login: &Credentials) {
        add_login(&mut self.headers, &self.url, login);
    }

    /// The same with the secrets of another one, whose values need not be known here.
    #[must_use]
    pub fn with_secrets_of(mut self, other: &Self) -> Self {
        self.headers.add_from(&other.headers.secret_ones());
        self
    }

    /// A request to send this file there. Secrets whose values are not known here are found when it is sent.
    ///
    /// # Errors
    /// As for [`UploadRequest::check`].
    pub fn request(&self, file: &Path) -> Result<UploadRequest, Failure> {
        let mut request = UploadRequest::new(file, self.url.expose())?;
        request = match (self.method, self.protocol) {
            (Some(method), Protocol::Auto | Protocol::Raw) => request.by(method),
            (Some(method), Protocol::Resumable) => request.by(method).through(self.protocol),
            (method, protocol) => {
                request.method = method.unwrap_or_default();
                request.through(protocol)
            }
        };
        request.form.file_field.clone_from(&self.file_field);
        request.form.fields.clone_from(&self.fields);
        request.if_exists = self.if_exists.unwrap_or(IfExists::Fail);
        request.terms.limit = self.limit;
        self.complete(&mut request);
        request.check()?;
        Ok(request)
    }

    /// Makes a request one that goes to this place: with its headers, as far as it says nothing else, and what
    /// is to become of its link.
    pub fn complete(&self, request: &mut UploadRequest) {
        let name = request.file.file_name().map(|name| name.to_string_lossy().into_owned());
        for (_, value) in &mut request.form.fields {
            *value = value.replace("{filename}", name.as_deref().unwrap_or_default());
        }
        if request.link.is_none() {
            request.link.clone_from(&self.link);
        }
        let secrets = request.headers.add_from(&self.headers.without_fields(&request.form.fields));
        request.place = Some(FromPlace { name: self.name.clone(), secrets, copy_link: self.copy_link });
    }
}

impl AddressBookEntry for Place {
    const FILE: &'static str = "destinations.ron";

    fn name(&self) -> &str {
        &self.name
    }

    fn key(&self) -> SecretKey {
        SecretKey::new(Purpose::Destination, &self.name, &self.url)
    }

    fn headers(&self) -> &Headers {
        &self.headers
    }

    fn headers_mut(&mut self) -> &mut Headers {
        &mut self.headers
    }
}

impl FromPlace {
    /// Whether the value of this secret header is kept for the place.
    pub(super) fn keeps(&self, name: &str) -> bool {
        self.secrets.iter().any(|kept| kept == name)
    }
}

impl UploadRequest {
    /// Where the secrets are kept that it lacks and that its place has; nothing if it lacks none of those.
    pub(crate) fn kept_under(&self) -> Option<SecretKey> {
        let place = self.place.as_ref()?;
        let is_kept = self.headers.lost().any(|name| self.is_kept(name));
        is_kept.then(|| SecretKey::new(Purpose::Destination, &place.name, &self.url))
    }

    /// Whether the value of this secret header is kept for its place.
    pub(super) fn is_kept(&self, name: &str) -> bool {
        self.place.as_ref().is_some_and(|place| place.keeps(name))
    }

    /// Takes over what was kept: [`Place::secrets`].
    pub fn take_secrets(&mut self, kept: &SecretString) {
        let place = self.place.as_ref();
        self.headers.restore_lines(kept, |name| place.is_some_and(|place| place.keeps(name)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        let (url, _) = Address::parse("https://a.example/in/").unwrap();
        let mut place = Place::new(" Photos ", url).unwrap();
        (place.protocol, place.method) = (Protocol::Form, Some(Method::Put));
        place.fields = vec![("title".to_owned(), "it is {filename}=".to_owned())];
        place.file_field = Some("f".to_owned());
        place.limit = Some(1000);
        place.headers.add("X-One", "1").unwrap();
        place.headers.add("X-Api-Key", "S3CR3T").unwrap();
        let login = Credentials { user: "me".to_owned(), password: SecretString::from("S3CR3T") };
        place.headers.add_login(&login);
        place.link = Some(LinkRule::parse("{json:url}").unwrap());
        place.copy_link = true;
        place
    }

    #[test]
    fn a_place_is_written_and_read_without_its_secrets() {
        let place = place();
        let written = ron::to_string(&place).unwrap();
        assert!(!format!("{written}{place:?}").contains("S3CR3T"), "{written}");
        let read: Place = ron::from_str(&written).unwrap();
        assert_eq!(ron::to_string(&read).unwrap(), written);
        assert_eq!((read.name.as_str(), read.method, read.copy_link), ("Photos", Some(Method::Put), true));
        assert_eq!(read.headers.lost().count(), 2);
    }

    #[test]
    fn what_another_version_knows_of_it_is_kept() {
        let text = r#"{"name": "a", "url": "https://a.example/", "from_the_future": {"a": [1]}}"#;
        let place: Place = ron::from_str(text).unwrap();
        assert!(ron::to_string(&place).unwrap().contains("from_the_future"));
    }

    #[test]
    fn a_request_finds_its_secrets_again_and_no_others() {
        let place = place();
        let request = place.request(Path::new("/b/c.txt")).unwrap();
        assert_eq!(request.form.fields[0].1, "it is c.txt=");
        assert_eq!((request.kept_under(), request.terms.limit), (None, Some(1000)));
        let mut read: UploadRequest = ron::from_str(&ron::to_string(&request).unwrap()).unwrap();
        assert_eq!(read.kept_under(), Some(place.key()));
        read.take_secrets(&place.secrets().unwrap());
        assert_eq!((read.kept_under(), read.headers.missing()), (None, None));
        assert_eq!(read.headers.login().unwrap().user, "me");
        // What was said for this one file alone is not taken from the place.
        let mut other: UploadRequest = ron::from_str(&ron::to_string(&request).unwrap()).unwrap();
        other.place.as_mut().unwrap().secrets.retain(|name| name != "Authorization");
        other.take_secrets(&place.secrets().unwrap());
        assert_eq!((other.headers.missing(), other.kept_under()), (Some("Authorization"), None));
    }

    #[test]
    fn a_field_whose_name_says_so_is_a_secret_and_goes_into_the_form_alone() {
        let mut place = place();
        for (name, value) in [("api_token", "S3CR3T"), ("key", "{filename}"), ("note", "x")] {
            place.add_field(name, value);
        }
        assert_eq!(place.fields.len(), 3);
        let request = place.request(Path::new("/b/c.txt")).unwrap();
        assert_eq!(request.headers.fields().collect::<Vec<_>>(), [("api_token", "S3CR3T")]);
        assert!(!request.headers.expose().any(|(name, _)| name.contains("token")));
        let mut read: UploadRequest = ron::from_str(&ron::to_string(&request).unwrap()).unwrap();
        assert_eq!(read.headers.fields().count(), 0);
        read.take_secrets(&place.secrets().unwrap());
        assert_eq!(read.headers.fields().count(), 1);
        // Who gives another one means that.
        let mut other = UploadRequest::new("/b/c.txt", "https://a.example/in/").unwrap();
        other.form.fields = vec![("api_token".to_owned(), "mine".to_owned())];
        place.complete(&mut other);
        assert_eq!((other.headers.fields().count(), other.form.fields.len()), (0, 1));
    }

    #[test]
    fn the_key_of_a_secret_names_who_may_see_it() {
        let mut place = place();
        assert_eq!(place.key().origin, "https://a.example:443");
        place.url = Address::parse("https://b.example:444/in/").unwrap().0;
        assert_eq!(place.key().origin, "https://b.example:444");
    }

    #[test]
    fn a_name_is_short_and_no_address() {
        let (url, _) = Address::parse("https://a.example/").unwrap();
        for name in ["", " ", "https://b.example", "a\nb", &"x".repeat(101)] {
            assert!(Place::new(name, url.clone()).is_err(), "{name:?}");
        }
    }
}
