//! What a transfer has hold of, so that no two of them go on with the same thing.

use std::path::Path;

use crate::transfer::{Address, Job, Partial, Remote, UploadRequest};

impl Job {
    /// Whether both would go on with one part file, or with one upload at a server.
    #[must_use]
    pub(crate) fn collides_with(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Download { partial: Some(partial), .. }, Self::Download { partial: Some(other), .. }) => {
                places(partial).any(|place| places(other).any(|taken| place == taken))
            }
            (
                Self::Upload { request, delivery },
                Self::Upload { request: by, delivery: other }
                | Self::Leftover { request: by, delivery: other },
            ) => {
                let name = delivery.remote.as_ref().and_then(|remote| name(request, remote));
                name.is_some() && name == other.remote.as_ref().and_then(|remote| self::name(by, remote))
            }
            _ => false,
        }
    }
}

/// Where its part file is, or may be fetched from.
fn places(partial: &Partial) -> impl Iterator<Item = &Path> {
    let before = partial.evidence.as_ref().map(|evidence| evidence.path.as_path());
    std::iter::once(partial.path.as_path()).chain(before)
}

/// What tells an upload at a server from all others; nothing if the server has nothing of it.
fn name<'a>(request: &'a UploadRequest, remote: &'a Remote) -> Option<(&'a Address, &'a str)> {
    Some(match remote {
        Remote::Tus(tus) => (&tus.upload, ""),
        Remote::TusParts(parts) => (&parts.parts.first()?.tus.upload, ""),
        Remote::Resumable(at) => (&at.upload, ""),
        Remote::S3(s3) => (&request.url, s3.id.as_deref()?),
        Remote::Google(google) => (&google.session, ""),
        Remote::Beside(at) => (&request.url, &at.tag),
        Remote::Webdav(at) => (&at.part, ""),
        Remote::Nextcloud(at) => (&at.folder, ""),
    })
}
