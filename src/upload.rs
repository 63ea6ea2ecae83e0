//! One upload: look at the file → send it → judge what the server says.
//!
//! It is one request ([`once`]: [`raw`] or a [`form`]), or it goes on after a cut ([`protocol`], which says
//! what every such way of sending has to know: [`tus`], [`resumable`], [`webdav`], [`nextcloud`], [`s3`],
//! [`google`], and [`beside`] for servers of SFTP and FTP). What holds for all of them is here and below: the
//! file is the one that was chosen ([`source`]), headers go to the origin they are meant for and nowhere else
//! ([`desk`]), and nothing is sent twice that could do something twice ([`verdict`]).

use std::fs::File;

use crate::attempt::{Attempt, Outcome, Report};
use crate::net::Net;
use crate::transfer::{Delivery, Failure, Headers, Protocol, Remote, Source, UploadRequest};

use desk::Desk;
use protocol::Protocol as _;
pub use tree::{Found, LeftOut, Tally, Tree, Why};

mod beside;
mod chunks;
mod desk;
mod engine;
mod form;
mod ftp;
mod google;
mod lanes;
mod nextcloud;
mod once;
mod probe;
mod protocol;
mod raw;
mod refusal;
mod resumable;
mod s3;
mod sftp;
mod source;
mod sum;
#[cfg(test)]
mod tests;
mod tree;
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
    let words = words(&request);
    let desk = Desk { attempt: &attempt, request: &request, words, sources: &delivery.sources, net: &net };
    match delivery.remote {
        Some(remote) => go_on(&desk, remote).await,
        None => begin(&desk).await,
    }
}

/// What the user says to the server. What signs is not said.
fn words(request: &UploadRequest) -> Headers {
    match request.protocol {
        Protocol::S3 => request.headers.without_login(s3::is_for_the_object),
        _ => request.headers.clone(),
    }
}

/// Removes what the server has of `delivery`, unless that is a complete file. It is there no more when this
/// completes.
pub(crate) async fn remove(
    attempt: Attempt,
    request: UploadRequest,
    delivery: Delivery,
    net: Net,
) -> Outcome {
    let words = words(&request);
    let desk = Desk { attempt: &attempt, request: &request, words, sources: &delivery.sources, net: &net };
    let removed = match delivery.remote {
        None => Ok(()),
        Some(Remote::Tus(tus)) => tus::Upload::from(tus).abort(&desk).await,
        Some(Remote::TusParts(parts)) => tus::abort_parts(&desk, parts).await,
        Some(Remote::Resumable(at)) => resumable::Upload::from(at).abort(&desk).await,
        Some(Remote::Webdav(at)) => webdav::Upload::from(at).abort(&desk).await,
        Some(Remote::Nextcloud(at)) => nextcloud::Upload::from(at).abort(&desk).await,
        Some(Remote::S3(s3)) => match s3::Upload::of(&desk, s3) {
            Ok(begun) => begun.abort(&desk).await,
            Err(failure) => Err(failure.into()),
        },
        Some(Remote::Google(google)) => google::Upload::from(google).abort(&desk).await,
        Some(Remote::Beside(at)) => beside::abort(&desk, at).await,
    };
    removed.map_or_else(Outcome::from, |()| Outcome::Completed(None))
}

async fn go_on(desk: &Desk<'_>, remote: Remote) -> Outcome {
    match remote {
        Remote::Tus(tus) => engine::run(desk, Some(tus::Upload::from(tus))).await,
        Remote::TusParts(parts) => tus::go_on_in_parts(desk, parts).await,
        Remote::Resumable(at) => engine::run(desk, Some(resumable::Upload::from(at))).await,
        Remote::Webdav(at) => engine::run(desk, Some(webdav::Upload::from(at))).await,
        Remote::Nextcloud(at) => engine::run(desk, Some(nextcloud::Upload::from(at))).await,
        Remote::S3(s3) => match s3::Upload::of(desk, s3) {
            Ok(begun) => engine::run(desk, Some(begun)).await,
            Err(failure) => Outcome::Failed(failure),
        },
        Remote::Google(google) => engine::run(desk, Some(google::Upload::from(google))).await,
        Remote::Beside(at) => beside::run(desk, Some(at)).await,
    }
}

async fn begin(desk: &Desk<'_>) -> Outcome {
    let protocol = match desk.request.protocol {
        Protocol::Auto => match probe::protocol(desk).await {
            Ok(found) => found,
            Err(outcome) => return outcome,
        },
        chosen => chosen,
    };
    desk.attempt.report(Report::Chosen(protocol)).await;
    match protocol {
        Protocol::Auto | Protocol::Raw | Protocol::Form => once::run(desk, protocol).await,
        Protocol::Tus => tus::begin(desk).await,
        Protocol::Resumable => engine::run::<resumable::Upload>(desk, None).await,
        Protocol::Webdav if nextcloud::suits(desk) => engine::run::<nextcloud::Upload>(desk, None).await,
        Protocol::Webdav => engine::run::<webdav::Upload>(desk, None).await,
        Protocol::S3 => engine::run::<s3::Upload>(desk, None).await,
        Protocol::Google => engine::run::<google::Upload>(desk, None).await,
        Protocol::Sftp | Protocol::Ftp => beside::run(desk, None).await,
    }
}
