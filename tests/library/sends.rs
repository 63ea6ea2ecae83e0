//! Uploads to servers that keep files under paths.

mod ftp;
mod sftp;

use std::path::Path;

use windlass::{IfExists, Session, Snapshot, UploadRequest};

use crate::write;

/// A request to send this, and not to wait long in between.
fn request(dir: &Path, content: &[u8], url: &str) -> UploadRequest {
    let path = dir.join("a file.bin");
    write(&path, content);
    UploadRequest::new(path, url).unwrap()
}

fn replacing(mut request: UploadRequest) -> UploadRequest {
    request.if_exists = IfExists::Overwrite;
    request
}

async fn send(session: &Session, request: UploadRequest) -> Snapshot {
    session.start_upload(request).await.unwrap().settled().await.unwrap()
}

/// That a name is the one that a file has until all of it is there.
fn is_part_of(path: &str, name: &str) -> bool {
    path.strip_suffix("part").is_some_and(|path| path.starts_with(&format!(".{name}.")))
}
