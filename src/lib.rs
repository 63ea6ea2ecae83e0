//! Windlass moves files to and from servers, in the background, and survives everything: the window
//! that started a transfer, the program that asked for it, a crash, a power cut, a changed network.
//! A file it calls complete is right.
//!
//! This is the library, usable by any program; the window and the command line are built on it behind
//! the feature `app`.
//!
//! ```
//! # use std::io::{Read as _, Write as _};
//! use windlass::{DownloadRequest, Options, Profile, Session};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = std::env::temp_dir().join(format!("windlass-example-{}", std::process::id()));
//! # std::fs::create_dir(&folder)?;
//! # let server = std::net::TcpListener::bind("127.0.0.1:0")?;
//! # let address = format!("http://{}/large.iso", server.local_addr()?);
//! # std::thread::spawn(move || {
//! #     let mut callers = Vec::new();
//! #     for caller in server.incoming() {
//! #         let mut caller = caller.unwrap();
//! #         caller.read(&mut [0; 4096]).unwrap();
//! #         // The first one waits in vain.
//! #         if !callers.is_empty() {
//! #             caller.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nlarge").unwrap();
//! #         }
//! #         callers.push(caller);
//! #     }
//! # });
//! // One session owns all transfers of a profile.
//! let options = Options::new(Profile::at(folder.join("transfers")));
//! let session = Session::open(&options)?;
//! let id = session.runtime().block_on(async {
//!     let request = DownloadRequest::new(&address)?.into_folder(&folder);
//!     let download = session.start_download(request).await?;
//!     // What was started is written down, so all of this may end now, even by a crash.
//!     session.close().await?;
//!     Ok::<_, windlass::Error>(download.id())
//! })?;
//! drop(session);
//!
//! // What one session has left, the next one goes on with by itself.
//! let session = Session::open(&options)?;
//! session.runtime().block_on(async {
//!     let downloads = session.downloads().await?;
//!     let download = downloads.iter().find(|download| download.id() == id).ok_or("it is gone")?;
//!     let end = download.settled().await?;
//!     assert_eq!(end.state, windlass::Phase::Completed);
//!     session.close().await?;
//!     Ok::<_, Box<dyn std::error::Error>>(())
//! })?;
//! # assert_eq!(std::fs::read(folder.join("large.iso"))?, b"large");
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok(())
//! # }
//! ```
//!
//! # The house
//!
//! ```text
//! program ─▶ gui ──┬▶ system ─┐
//!        ├─▶ host ─┼▶ i18n    ├▶ the names below ─▶ session ─▶ download, upload ─▶ net ─▶ attempt ─▶ transfer
//!        └─▶ cli ─┬┴▶ ipc ────┘                          └───────────┴▶ store ─────────────────────▶ transfer
//!                 └▶ install ─▶ system
//!                 └▶ gather ─▶ download
//! ```
//!
//! | room | what happens there |
//! |---|---|
//! | `transfer` | what a transfer is: plain data, no input or output |
//! | `attempt` | what one attempt at a transfer is given, and gives back |
//! | `store` | settings and transfers on disk, in RON; the one way to replace a file |
//! | `net` | what transfers need from the network: HTTP, FTP, SFTP, proxies, trust, logins, cookies, redirects |
//! | `download` | one attempt at a download: find → ask → open → fetch → verify → place |
//! | `upload` | one attempt at an upload: look at the file → send it → judge the answer |
//! | `gather` | what to download, found in whatever somebody pastes |
//! | `session` | the one owner of all transfers: who runs, what is written down, who is told |
//! | `ipc` | the words between a session and whoever commands it, and the socket they are spoken on |
//! | `system` | the desktop behind small interfaces: drops, tray, notifications, pickers |
//! | `i18n` | what people read, in their language |
//! | `install` | what of the program lies in the user's folders, so that the desktop knows it |
//! | `host` | a session with its socket, log and notifications, window or not |
//! | `browser` | downloads that a browser hands over, and how it comes to know us |
//! | `cli` | the command line |
//! | `gui` | the window |
//! | `program` | from arguments to one of the three |
//!
//! Arrows run only downwards. The application uses only what is given out here. `gui` and `cli` never
//! know each other; `browser` knows `ipc`, and is known to `cli` and `program`. What the desktop knows
//! reaches the session as one value, [`Conditions`].

#![deny(missing_docs)]

mod attempt;
mod download;
mod gather;
mod net;
mod session;
mod store;
mod transfer;
mod upload;

#[cfg(feature = "app")]
#[doc(hidden)]
pub mod browser;
#[cfg(feature = "app")]
#[doc(hidden)]
pub mod cli;
#[cfg(feature = "app")]
#[doc(hidden)]
pub mod gui;
#[cfg(feature = "app")]
#[doc(hidden)]
pub mod host;
#[cfg(feature = "app")]
#[doc(hidden)]
pub mod i18n;
#[cfg(feature = "app")]
#[doc(hidden)]
pub mod install;
#[cfg(feature = "app")]
#[doc(hidden)]
pub mod ipc;
#[cfg(feature = "app")]
#[doc(hidden)]
pub mod program;
#[cfg(feature = "app")]
#[doc(hidden)]
pub mod system;

/// Doors for the fuzzer: each takes anything and panics if a promise is broken. See `tests/fuzz`.
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing {
    /// Headers of an answer.
    pub fn judge(input: &[u8]) {
        crate::download::fuzzing::judge(input);
    }

    /// A `Content-Disposition` and an address.
    pub fn name(input: &[u8]) {
        crate::download::fuzzing::name(input);
    }

    /// A `Content-Range`.
    pub fn range(input: &[u8]) {
        crate::download::fuzzing::range(input);
    }

    /// A Metalink, or a list of checksums.
    pub fn metalink(input: &[u8]) {
        crate::download::fuzzing::metalink(input);
    }

    /// Text that somebody pastes.
    pub fn gather(input: &[u8]) {
        crate::gather::fuzz(input);
    }

    /// What an extension of a browser says.
    #[cfg(feature = "app")]
    pub fn browser(input: &[u8]) {
        crate::browser::fuzz(input);
    }

    /// A custom uploader of ShareX.
    pub fn sxcu(input: &[u8]) {
        crate::transfer::fuzz_sxcu(input);
    }

    /// Resume data, or the value in it without its checksum.
    pub fn resume_data(input: &[u8]) {
        crate::transfer::fuzz_resume_data(input);
        let Ok(text) = std::str::from_utf8(input) else { return };
        let line = crate::transfer::checked::checked(text);
        let text = format!("// windlass resume data, version 1\n{line}");
        crate::transfer::fuzz_resume_data(text.as_bytes());
    }

    /// A state file, or the lines of one without their checksums.
    pub fn state(input: &[u8]) {
        crate::store::fuzz_state(input);
        let Ok(text) = std::str::from_utf8(input) else { return };
        let lines = text.lines().map(crate::transfer::checked::checked).collect::<String>();
        crate::store::fuzz_state(
            format!("// windlass transfers, version 1, generation 1, records 0\n{lines}").as_bytes(),
        );
    }
}

#[cfg(feature = "app")]
pub(crate) use download::name::harmless;
pub use download::{DescribedFile, Metalink, NotAMetalink, Probed};
pub use gather::{Entry, Gathered, NotTaken, Omission, gather};
pub use net::Proxies;
pub use session::{
    Arrived, Claim, Download, Error, Event, Handle, Moved, NoSecrets, Notice, Options, Reader, Secrets,
    Session, Upload, forget, keep, metalink, save_resume_data,
};
pub use store::{
    Accent, AddressBook, Appearance, Contrast, Motion, NotASetting, NotAWindow, OpenError, Pace, Places,
    Profile, Settings, Sites, Window,
};
#[cfg(feature = "app")]
pub(crate) use store::{create, load_document, replace, save_document, sync_dir};
pub use transfer::{
    Address, AddressBookEntry, Algorithm, Beside, Bound, Budget, Change, Checksum, Chunks, CommandLine,
    Completion, Conditions, Connection, Connectivity, Cost, CostPolicy, Count, Credentials, DataPlan,
    Delivery, Destination, DownloadRequest, Ended, ErrorKind, ErrorView, Evidence, Expected, Failure,
    FileIdentity, Folders, Form, FromPlace, FromSite, Google, Group, GroupName, GroupView, Happened, Headers,
    History, IfExists, IllegalMove, Job, Kind, LinkRule, Meter, Method, Mirror, Nextcloud, NotAChange,
    NotAChecksum, NotACommand, NotAFingerprint, NotAGroup, NotAHeader, NotAKind, NotALinkRule, NotAMoment,
    NotAName, NotAPolicy, NotAPriority, NotAnUploader, NotInside, NotResumeData, Notify, OnChange, Partial,
    Partly, Past, Pause, Period, Phase, Pieces, Place, Position, Priority, Progress, Protocol, Proxy,
    ProxyChoice, ProxyKind, Purpose, Ranges, Rank, Reason, Remote, Response, Resumable, ResumeData, Retry,
    S3, Saving, Scheme, SecretKey, Segments, Site, Snapshot, Source, Standing, State, Statistics, Terms,
    Transfer, TransferId, Turn, Tus, UploadRequest, Validator, Verified, Wait, Webdav, hold, moment, speed,
};
pub use upload::{Found, LeftOut, Tally, Tree, Why};
