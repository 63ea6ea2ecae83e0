//! The plain upload: one request whose body is the file, and nothing around it.

use http::HeaderValue;
use http::header::{CONTENT_TYPE, HeaderMap};

use super::desk::Message;
use super::source::Part;
use crate::transfer::{Method, Source, UploadRequest};

/// The request.
pub(super) fn message(asked: &UploadRequest, source: Source) -> Message {
    let kind = HeaderValue::from_static("application/octet-stream");
    Message {
        method: method(asked.method),
        headers: HeaderMap::from_iter([(CONTENT_TYPE, kind)]),
        ruled: false,
        body: vec![Part::whole(&asked.file, source)],
    }
}

/// The method as it is written.
pub(super) fn method(method: Method) -> http::Method {
    match method {
        Method::Put => http::Method::PUT,
        Method::Post => http::Method::POST,
        Method::Patch => http::Method::PATCH,
    }
}
