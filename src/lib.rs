//! Windlass moves files to and from servers, in the background, and survives everything.
#![cfg_attr(not(feature = "app"), warn(missing_docs))]

#[allow(dead_code, unused_imports)]
mod attempt;
#[allow(dead_code, unused_imports)]
mod net;
mod session;
#[allow(dead_code, unused_imports)]
mod store;
#[allow(dead_code, unused_imports)]
mod transfer;

#[cfg(feature = "app")]
#[doc(hidden)]
pub mod gui;
#[cfg(feature = "app")]
#[doc(hidden)]
pub mod i18n;
#[cfg(feature = "app")]
#[doc(hidden)]
pub mod ipc;

pub use session::Event;
pub use store::{Appearance, OpenError, Profile, Settings};
pub use transfer::{
    Address, Credentials, Destination, DownloadRequest, ErrorKind, ErrorView, Failure, FileIdentity, Headers,
    IfExists, IllegalMove, Job, Kind, Meter, Method, Notify, Partial, Pause, Phase, Progress, Ranges, Reason,
    Response, Retry, Snapshot, Source, State, Transfer, TransferId, UploadRequest, Validator, Verified, Wait,
};
