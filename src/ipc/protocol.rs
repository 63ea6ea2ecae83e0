//! The words between a session and whoever commands it. How they are written is `wire`'s business.
//!
//! The window, the command line and every other process say the same [`Request`]s, whether the
//! session lives in their own process or behind the control socket.

use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::{
    Address, AddressBookEntry, DownloadRequest, Event, Group, GroupName, GroupView, Headers, History, Moved,
    Place, Position, Probed, Segments, Settings, Site, Snapshot, Statistics, TransferId, UploadRequest,
};

use super::fault::Fault;
use super::when_done::{Afterwards, WhenDone};

/// The version of these words. A session answers only to its own.
pub const VERSION: u32 = 1;

/// Something a session is asked to do. The name of each is that of a method, and what it has the params.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Request {
    /// The first word on a connection.
    Hello {
        /// The version the caller speaks.
        version: u32,
    },
    /// All transfers, oldest first.
    List,
    /// What is left at servers of uploads that were given up, oldest first. To resume it is to try again at
    /// once; to remove it is to forget it.
    Leftovers,
    /// One transfer.
    Show {
        /// Its id or the beginning of it.
        id: String,
    },
    /// What has become of one transfer so far.
    History {
        /// Its id or the beginning of it.
        id: String,
    },
    /// Which parts of one transfer's file are here, and who gets the others, for as long as somebody looks.
    Segments {
        /// Its id or the beginning of it.
        id: String,
    },
    /// Say what the server of a download says of it now. Nothing is started.
    Probe(Box<WithSecrets<DownloadRequest>>),
    /// Start downloads; those that can start do. A call can carry only so many, see [`start`](super::start).
    Downloads(Vec<WithSecrets<DownloadRequest>>),
    /// Start uploads; those that can start do, and a call can carry only so many.
    Uploads(Vec<WithSecrets<UploadRequest>>),
    /// End a transfer, and give the data with which it can go on elsewhere.
    HandOver {
        /// Its id or the beginning of it.
        id: String,
    },
    /// Go on with a download from its resume data.
    ResumeDownload {
        /// The data.
        data: String,
        /// What is asked for now.
        request: Box<WithSecrets<DownloadRequest>>,
    },
    /// Go on with an upload from its resume data.
    ResumeUpload {
        /// The data.
        data: String,
        /// What is asked for now.
        request: Box<WithSecrets<UploadRequest>>,
    },
    /// Stop for now.
    Pause(Which),
    /// Go on.
    Resume(Which),
    /// End without an error.
    Cancel(Which),
    /// Drop the bytes and begin again.
    Restart(Which),
    /// Forget, with the part file.
    Remove {
        /// Which ones.
        which: Which,
        /// Whether completed files go as well.
        #[serde(default)]
        delete_file: bool,
    },
    /// Change what was asked for: keys and values as in `windlass set`.
    Amend {
        /// Its id or the beginning of it.
        id: String,
        /// What to change, in order.
        changes: Vec<(String, String)>,
    },
    /// Move a transfer to another place among those that wait.
    Move {
        /// Its id or the beginning of it.
        id: String,
        /// Where to; others by their ids or the beginnings of them.
        to: Position<String>,
    },
    /// All groups, by name.
    Groups,
    /// Make a group, or set something else for one that there is.
    SetGroup(Box<Group>),
    /// Forget a group; its transfers stay.
    RemoveGroup {
        /// Its name.
        name: GroupName,
    },
    /// How much was moved, day by day and in all.
    Statistics,
    /// The settings.
    Settings,
    /// Change the settings.
    Configure(Box<Settings>),
    /// The named places that files can be sent to.
    Destinations,
    /// Add one, with its secrets, in place of the one that was called so before.
    KeepDestination(Box<WithSecrets<Place>>),
    /// Add one in place of another, whose secrets it gets as far as it has none of its own.
    ChangeDestination {
        /// What the other one is called.
        name: String,
        /// What is there from now on.
        to: Box<WithSecrets<Place>>,
    },
    /// Forget the one of this name, with its secrets.
    ForgetDestination {
        /// Its name.
        name: String,
    },
    /// The servers of which something is known.
    Sites,
    /// Add one, with its secrets, in place of the one at that address.
    KeepSite(Box<WithSecrets<Site>>),
    /// Add one in place of another, whose secrets it gets as far as it has none of its own.
    ChangeSite {
        /// The address of the other one.
        url: Address,
        /// What is there from now on.
        to: Box<WithSecrets<Site>>,
    },
    /// Forget the one at this address, with its secrets.
    ForgetSite {
        /// Its address.
        url: Address,
    },
    /// Raise the window.
    OpenWindow(InWindow),
    /// From now on, a list and then every event.
    Watch {
        /// Whether the listener is a window that others may want to see.
        #[serde(default)]
        window: bool,
    },
    /// From now on, how far running transfers are.
    Progress,
    /// Say what happens when all is done, and choose it for this time.
    WhenDone {
        /// What is chosen; nothing only asks.
        #[serde(default)]
        then: Option<Afterwards>,
    },
    /// Write everything down and end.
    Quit,
}

/// A dialog for something new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum New {
    /// The download dialog.
    Download,
    /// The upload dialog.
    Upload,
}

/// Which transfers are meant: `{"all": true}` or `{"ids": […]}`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "AllOrIds", into = "AllOrIds")]
pub enum Which {
    /// All for which it makes sense.
    All,
    /// These; each an id or the beginning of one.
    Ids(Vec<String>),
}

#[derive(Serialize, Deserialize)]
struct AllOrIds {
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    all: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ids: Option<Vec<String>>,
}

impl From<Which> for AllOrIds {
    fn from(which: Which) -> Self {
        match which {
            Which::All => Self { all: true, ids: None },
            Which::Ids(ids) => Self { all: false, ids: Some(ids) },
        }
    }
}

impl TryFrom<AllOrIds> for Which {
    type Error = &'static str;

    fn try_from(said: AllOrIds) -> Result<Self, &'static str> {
        match said {
            AllOrIds { all: true, ids: None } => Ok(Self::All),
            AllOrIds { all: false, ids: Some(ids) } => Ok(Self::Ids(ids)),
            _ => Err("say either `ids` or `all`"),
        }
    }
}

impl From<TransferId> for Which {
    fn from(id: TransferId) -> Self {
        Self::Ids(vec![id.to_string()])
    }
}

/// A request together with the secrets that its own serialisation leaves out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WithSecrets<R> {
    request: R,
    #[serde(default)]
    secrets: Vec<(String, Secret)>,
}

/// A secret on its way through a socket that only one user can open.
#[derive(Clone, Debug)]
struct Secret(SecretString);

impl Serialize for Secret {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.0.expose_secret())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|text| Self(text.into()))
    }
}

/// A request that has headers.
pub trait HasHeaders {
    /// Its headers.
    fn headers(&mut self) -> &mut Headers;
}

impl HasHeaders for DownloadRequest {
    fn headers(&mut self) -> &mut Headers {
        &mut self.headers
    }
}

impl HasHeaders for UploadRequest {
    fn headers(&mut self) -> &mut Headers {
        &mut self.headers
    }
}

impl<T: AddressBookEntry> HasHeaders for T {
    fn headers(&mut self) -> &mut Headers {
        self.headers_mut()
    }
}

impl<R: HasHeaders> WithSecrets<R> {
    /// Packs a request.
    pub fn pack(mut request: R) -> Box<Self> {
        let secrets = request.headers().secrets().map(|(n, v)| (n.to_owned(), Secret(v.into()))).collect();
        Box::new(Self { request, secrets })
    }

    /// Unpacks it, with its secrets back in place. A script may have put some where they would be written down.
    pub fn unpack(mut self) -> R {
        self.request.headers().hide_secrets();
        self.request.headers().restore(self.secrets.into_iter().map(|(name, value)| (name, value.0)));
        self.request
    }
}

/// What a session answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// It is done, and written down.
    Done,
    /// The version the session speaks, and whether a window is attached to it.
    Hello {
        /// The version.
        version: u32,
        /// Whether there is a window to raise.
        window: bool,
    },
    /// Transfers.
    Transfers(Vec<Snapshot>),
    /// One transfer.
    Transfer(Box<Snapshot>),
    /// What has become of one transfer so far.
    History(History),
    /// Which parts of one transfer's file are here.
    Segments(Segments),
    /// What became of each upload.
    Started(Vec<Result<Snapshot, Fault>>),
    /// The settings.
    Settings(Box<Settings>),
    /// How much was moved.
    Statistics(Statistics),
    /// Named places.
    Destinations(Vec<Place>),
    /// Sites.
    Sites(Vec<Site>),
    /// Groups.
    Groups(Vec<GroupView>),
    /// What a server says of a file.
    Probed(Probed),
    /// The data with which a transfer can go on elsewhere.
    ResumeData(String),
    /// What happens when all is done.
    WhenDone(WhenDone),
}

/// What goes to a listener. The name of each is that of a notification, and what it has the params.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "method", content = "params", rename_all = "kebab-case")]
pub enum Update {
    /// Everything there is: the first word, and again when the listener fell behind.
    All(Vec<Snapshot>),
    /// Something happened.
    Event(Event),
    /// Running transfers moved on.
    Progress(Moved),
    /// Somebody wants to see the window.
    OpenWindow(InWindow),
    /// Something else happens when all is done, or it is about to happen, or not any more.
    WhenDone(WhenDone),
    /// The session has ended.
    Gone,
}

/// What somebody wants to see in the window.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InWindow {
    /// Links for the download dialog.
    pub links: Vec<String>,
    /// Files for the upload dialog.
    pub files: Vec<PathBuf>,
    /// A dialog that opens blank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<New>,
    /// The desktop's word that it was the user who wants it: an activation token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// The links among pasted or dropped text: every word that is an address we can get.
#[must_use]
pub fn links_in(text: &str) -> Vec<String> {
    text.split_whitespace().filter(|word| Address::parse(word).is_ok()).map(str::to_owned).collect()
}
