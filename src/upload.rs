//! One upload: look at the file → send it → judge what the server says.
//!
//! It is one request ([`once`]: [`raw`] or a [`form`]), or it goes on after a cut ([`protocol`], which says
//! what every such way of sending has to know: [`tus`], [`webdav`], [`nextcloud`]). What holds for all of them is here and below: the
//! file is the one that was chosen ([`source`]), headers go to the origin they are meant for and nowhere
//! else ([`desk`]), and nothing is sent twice that could do something twice ([`verdict`]).

use std::fs::File;

use crate::attempt::{Attempt, Outcome};
use crate::net::Net;
use crate::transfer::{Delivery, Failure, Protocol, Remote, Source, UploadRequest};

use desk::Desk;

mod desk;
mod form;
mod nextcloud;
mod once;
mod protocol;
mod raw;
mod refusal;
mod source;
#[cfg(test)]
mod tests;
mod tus;
mod verdict;
mod webdav;

/// The files of a request, if they can be sent. Whether they can be read is better known now than in the
/// middle of the night.
pub(crate) fn ready(request: &UploadRequest) -> Result<Vec<Source>, Failure> {
    let look = |path| {
        let source = Source::of(path)?;
        File::open(path).map_err(|error| Failure::from_io(&error, path))?;
        Ok(source)
    };
    request.files().map(look).collect()
}

/// Sends what is missing of `delivery`. The final answer, good or bad, is reported before the outcome is
/// given.
pub(crate) async fn run(attempt: Attempt, request: UploadRequest, delivery: Delivery, net: Net) -> Outcome {
    let desk = Desk { attempt: &attempt, request: &request, sources: &delivery.sources, net: &net };
    match (request.protocol, delivery.remote) {
        (_, Some(Remote::Tus(tus))) => protocol::run(&desk, Some(tus::Upload::from(tus))).await,
        (_, Some(Remote::Webdav(at))) => protocol::run(&desk, Some(webdav::Upload::from(at))).await,
        (_, Some(Remote::Nextcloud(at))) => protocol::run(&desk, Some(nextcloud::Upload::from(at))).await,
        (Protocol::Webdav, None) if nextcloud::suits(&desk) => {
            protocol::run::<nextcloud::Upload>(&desk, None).await
        }
        (Protocol::Webdav, None) => protocol::run::<webdav::Upload>(&desk, None).await,
        (Protocol::Tus, None) => protocol::run::<tus::Upload>(&desk, None).await,
        (Protocol::Auto | Protocol::Raw | Protocol::Form, None) => once::run(&desk).await,
    }
}
