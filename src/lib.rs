//! Windlass moves files to and from servers, in the background, and survives everything.
#![cfg_attr(not(feature = "app"), warn(missing_docs))]

mod attempt;
mod download;
mod net;
mod session;
mod store;
mod transfer;
mod upload;

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
pub mod ipc;
#[cfg(feature = "app")]
#[doc(hidden)]
pub mod program;
#[cfg(feature = "app")]
#[doc(hidden)]
pub mod system;

pub use session::{Conditions, Download, Error, Event, Notice, Options, Session, Upload};
pub use store::{Appearance, OpenError, Profile, Settings};
pub use transfer::{
    Address, Credentials, Destination, DownloadRequest, ErrorKind, ErrorView, Failure, FileIdentity, Headers,
    IfExists, IllegalMove, Job, Kind, Meter, Method, NotAHeader, Notify, Partial, Pause, Phase, Progress,
    Ranges, Reason, Response, Retry, Snapshot, Source, State, Transfer, TransferId, UploadRequest, Validator,
    Verified, Wait,
};
