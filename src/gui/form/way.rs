//! How files are sent, as somebody chooses it.

use crate::i18n::{Texts, t};
use crate::{Method, Place, Protocol, UploadRequest};

/// A protocol, and for one request the method.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Way {
    protocol: Protocol,
    method: Method,
}

impl Way {
    /// All there are to choose from. FTP and SFTP are chosen by the address.
    pub const ALL: [Self; 9] = [
        Self::of(Protocol::Auto),
        Self { protocol: Protocol::Raw, method: Method::Post },
        Self { protocol: Protocol::Raw, method: Method::Put },
        Self::of(Protocol::Form),
        Self::of(Protocol::Webdav),
        Self::of(Protocol::S3),
        Self::of(Protocol::Tus),
        Self::of(Protocol::Resumable),
        Self::of(Protocol::Google),
    ];

    const fn of(protocol: Protocol) -> Self {
        Self { protocol, method: Method::Post }
    }

    /// How files are sent to a place, if that can be chosen here.
    pub fn of_place(place: &Place) -> Self {
        let way = Self { protocol: place.protocol, method: place.method.unwrap_or_default() };
        Self::ALL
            .into_iter()
            .find(|known| *known == way || known.protocol == way.protocol && way.protocol != Protocol::Raw)
            .unwrap_or_default()
    }

    /// Says of a place that files are sent there like this.
    pub fn describe(self, place: &mut Place) {
        place.protocol = self.protocol;
        place.method = Some(self.method).filter(|_| self.protocol == Protocol::Raw);
    }

    /// Whether fields go along.
    pub fn has_fields(self) -> bool {
        self.protocol == Protocol::Form
    }

    /// Whether it is seen that a name is taken.
    pub fn sees_names(self) -> bool {
        self.protocol.sees_names()
    }

    /// The request, sent like this.
    pub fn apply(self, request: UploadRequest) -> UploadRequest {
        match self.protocol {
            Protocol::Raw => request.by(self.method),
            protocol => request.through(protocol),
        }
    }

    /// What it is called.
    pub fn name(self, texts: &Texts) -> String {
        match (self.protocol, self.method) {
            (Protocol::Raw, Method::Post) => "POST".to_owned(),
            (Protocol::Raw, _) => "PUT".to_owned(),
            (Protocol::Form, _) => t!(texts, "way-form"),
            (Protocol::Webdav, _) => "WebDAV".to_owned(),
            (Protocol::S3, _) => "S3".to_owned(),
            (Protocol::Tus, _) => "tus".to_owned(),
            (Protocol::Resumable, _) => t!(texts, "way-resumable"),
            (Protocol::Google, _) => "Google".to_owned(),
            _ => t!(texts, "way-auto"),
        }
    }

    /// What to know about it.
    pub fn hint(self, texts: &Texts) -> String {
        let way = match (self.protocol, self.method) {
            (Protocol::Raw, Method::Post) => "post",
            (Protocol::Raw, _) => "put",
            (protocol, _) => protocol.name(),
        };
        t!(texts, "way-hint", way = way)
    }
}
