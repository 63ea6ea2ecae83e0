//! The uploads of a command that runs here: those that an earlier run has begun go on, and the others start, many
//! at once.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use futures_util::future::join_all;

use super::Wrong;
use crate::{Address, Kind, ResumeData, Session, Snapshot, TransferId, UploadRequest};

/// How many are written down together.
const AT_ONCE: usize = 256;

/// What makes an upload the same as one of an earlier run: where it goes, its file, and its place in a tree.
type Key<'a> = (&'a Address, &'a Path, Option<Cow<'a, str>>);

/// Begins what is asked for, from resume data if there is some; `known` is what earlier runs have left. The answer is what has begun, and whether
/// that is all of it: a file of a tree that is refused is told and holds up nothing.
pub(super) async fn begin(
    session: &Session,
    known: &[Snapshot],
    (requests, resumed): (&[UploadRequest], Option<&ResumeData>),
) -> Result<(Vec<TransferId>, bool), Wrong> {
    let earlier: HashMap<Key<'_>, TransferId> =
        known.iter().filter_map(|transfer| Some((key(transfer)?, transfer.id))).collect();
    let (mut ids, mut all) = (Vec::with_capacity(requests.len()), true);
    for requests in requests.chunks(AT_ONCE) {
        let (mut fresh, mut renewing) = (Vec::new(), Vec::new());
        for request in requests {
            let path = request.relative_path();
            let place = request.folders.as_ref().map(|_| path.to_string_lossy());
            match earlier.get(&(&request.url, request.file.as_path(), place)) {
                Some(id) => renewing.push((*id, request)),
                None => fresh.push(request),
            }
        }
        // Secrets are not on the disk, so what was begun goes on with the request as it is now.
        let renewed = renewing.into_iter().map(|(id, request)| async move {
            (request, session.renew_upload(id, request.clone()).await.map(|()| id))
        });
        let renewed = join_all(renewed).await;
        let starting = fresh.iter().map(|request| (*request).clone());
        let started = match resumed {
            Some(data) => join_all(starting.map(|request| session.resume_upload(data, request))).await,
            None => session.start_uploads(starting.collect()).await?,
        };
        let started = started.into_iter().map(|upload| upload.map(|upload| upload.id()));
        for (request, begun) in renewed.into_iter().chain(fresh.into_iter().zip(started)) {
            match begun {
                Ok(id) => ids.push(id),
                Err(error) if request.folders.is_some() => {
                    Wrong::from(error).tell();
                    all = false;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok((ids, all))
}

fn key(transfer: &Snapshot) -> Option<Key<'_>> {
    let place = transfer.relative_path.as_deref().map(Cow::Borrowed);
    let path = transfer.path.as_deref().filter(|_| transfer.kind == Kind::Upload)?;
    Some((&transfer.url, path, place))
}
