//! Starting many uploads: in their order, and as many in one call as fit into it.

use super::{Control, Fault, Reply, Request, WithSecrets};
use crate::{Snapshot, UploadRequest};

/// How many go into a call, which has a bound. They are written down together, which is what takes time.
const AT_ONCE: usize = 32;

/// Starts uploads; `each` is told what became of each.
pub async fn start_uploads<T>(
    session: &(impl Control + ?Sized),
    uploads: Vec<(T, UploadRequest)>,
    mut each: impl FnMut(T, Result<Snapshot, Fault>),
) {
    let mut uploads = uploads.into_iter().peekable();
    while uploads.peek().is_some() {
        let (names, requests): (Vec<_>, Vec<_>) =
            uploads.by_ref().take(AT_ONCE).map(|(name, request)| (name, *WithSecrets::pack(request))).unzip();
        match session.ask(Request::Uploads(requests)).await {
            Ok(Reply::Started(started)) => {
                names.into_iter().zip(started).for_each(|(name, started)| each(name, started));
            }
            Ok(_) => {}
            Err(fault) => names.into_iter().for_each(|name| each(name, Err(fault.clone()))),
        }
    }
}
