//! Whether resume data makes sense. Its checksum says that it is as somebody has written it, and that may have
//! been anybody: nothing of it may break a promise, or a division, later.

use std::path::Path;

use http::HeaderValue;

use crate::transfer::{
    Chunks, Delivery, DownloadRequest, Headers, Job, Partial, Protocol, Remote, TusPart, UploadRequest,
    Validator,
};

/// No file is longer (the offsets of this system are signed).
const LONGEST: u64 = i64::MAX as u64;
/// No object of S3 has more parts.
const MOST_PARTS: u64 = 10_000;
/// The longest name of a version that goes into a header, in bytes.
const LONGEST_NAME: usize = 8 * 1024;

type Sound = Result<(), &'static str>;

/// Says what makes no sense.
pub(super) fn check(job: &Job) -> Sound {
    match job {
        Job::Download { request, partial } => {
            headers(&request.headers)?;
            destination(request)?;
            partial.as_deref().map_or(Ok(()), part)
        }
        Job::Upload { request, delivery } => upload(request, delivery),
        Job::Leftover { .. } => Err("it is about nothing that anybody wants"),
    }
}

fn must(is_so: bool, else_it: &'static str) -> Sound {
    if is_so { Ok(()) } else { Err(else_it) }
}

fn headers(headers: &Headers) -> Sound {
    must(headers.are_legal(), "it has headers that cannot be sent")
}

fn is_place_of_file(path: &Path) -> bool {
    path.is_absolute() && path.file_name().is_some()
}

fn destination(request: &DownloadRequest) -> Sound {
    use crate::transfer::Destination::{File, Folder};
    must(
        match &request.destination {
            None => true,
            Some(File(file)) => is_place_of_file(file),
            Some(Folder(folder)) => folder.is_absolute(),
        },
        "its file has no place",
    )
}

fn part(partial: &Partial) -> Sound {
    let Some(evidence) = &partial.evidence else { return Err("nothing proves its bytes") };
    must(partial.durable.is_empty(), "it has bytes that nothing proves")?;
    must(is_place_of_file(&partial.path) && is_place_of_file(&evidence.path), "its file has no place")?;
    must(evidence.is_sound(), "it does not say what its bytes amount to")?;
    let end = evidence.ranges.iter().last().map_or(0, |range| range.end);
    must(end <= partial.total.unwrap_or(LONGEST), "it has bytes behind the end of the file")?;
    must(partial.total.unwrap_or_default() <= LONGEST, "its file is longer than any")?;
    let version = partial.validator.as_ref().map(Validator::as_header);
    let names = version.into_iter().chain(partial.modified.as_deref());
    let is_name = |name: &str| name.len() <= LONGEST_NAME && HeaderValue::from_str(name).is_ok();
    must(names.into_iter().all(is_name), "its version has no name")
}

fn upload(request: &UploadRequest, delivery: &Delivery) -> Sound {
    headers(&request.headers)?;
    must(request.check().is_ok(), "nothing is sent there like that")?;
    must(request.files().all(is_place_of_file), "its file has no place")?;
    must(request.files().count() == delivery.sources.len(), "it does not know its files")?;
    let sizes = delivery.sources.iter().map(|source| source.size);
    let size = sizes.fold(0, u64::saturating_add);
    must(size <= LONGEST, "its files are longer than any")?;
    must(delivery.confirmed <= size, "more of it has arrived than there is")?;
    let Some(remote) = &delivery.remote else { return Ok(()) };
    must(delivery.sources.len() == 1 && request.protocol != Protocol::Form, "a form cannot be continued")?;
    must(matches!(remote, Remote::Beside(_)) != request.url.is_web(), "it goes on in another way")?;
    must(is_remote(remote, size), "what it says of the server cannot be")
}

fn is_remote(remote: &Remote, size: u64) -> bool {
    let is_some = |bytes: u64| (1..=LONGEST).contains(&bytes);
    let sized = |chunks: &Chunks| {
        let lengths = [chunks.size, chunks.most].into_iter().flatten().all(is_some);
        lengths && chunks.cut.is_none_or(|at| at <= size)
    };
    match remote {
        Remote::Tus(tus) => tus.upload.is_web() && tus.checked <= size && sized(&tus.chunks),
        Remote::TusParts(parts) => {
            let is_part = |part: &TusPart| {
                let length = part.end.saturating_sub(part.start);
                length > 0
                    && part.tus.upload.is_web()
                    && part.tus.checked <= length
                    && sized(&part.tus.chunks)
            };
            let starts = parts.parts.iter().map(|part| part.start);
            let ends = parts.parts.iter().map(|part| part.end);
            let is_all = std::iter::once(0).chain(ends).eq(starts.chain([size]));
            parts.endpoint.is_web() && is_all && parts.parts.iter().all(is_part)
        }
        Remote::Resumable(at) => at.upload.is_web() && at.least <= LONGEST && sized(&at.chunks),
        Remote::S3(s3) => is_some(s3.part) && s3.tags.keys().all(|part| (1..=MOST_PARTS).contains(part)),
        Remote::Google(google) => google.session.is_web() && is_some(google.chunk),
        Remote::Webdav(at) => at.part.is_web() && at.target.is_web() && is_some(at.chunk),
        Remote::Nextcloud(at) => at.folder.is_web() && at.target.is_web() && is_some(at.chunk),
        // It stands in the name of a file there.
        Remote::Beside(at) => {
            (1..=64).contains(&at.tag.len()) && at.tag.bytes().all(|byte| byte.is_ascii_alphanumeric())
        }
    }
}
