//! What a server answers: a head, and a body that is read as it comes.

use std::io;

use http::{HeaderMap, StatusCode};
use jiff::Timestamp;

use super::again::retry_after;
use super::body::{Bare, Body};
use super::connection::Pool;
use crate::transfer::{Address, Response};

/// How many bytes of a head are kept to be shown.
const LONGEST_HEAD: usize = 4096;

/// An answer, and who gave it.
pub(crate) struct Answer {
    pub(super) head: http::response::Parts,
    pub url: Address,
    /// Whether it comes from the origin that was asked, and from nowhere else in between.
    pub at_home: bool,
    pub(super) body: Option<Body>,
    /// Where its connection goes when it was read, if it may be used again.
    pub(super) pool: Option<Pool>,
}

impl Answer {
    /// What the server of another kind at `url` would have said in the terms of HTTP.
    pub(super) fn foreign(url: &Address, status: StatusCode, body: Option<Body>) -> Self {
        let mut answer = http::Response::new(());
        *answer.status_mut() = status;
        let (head, ()) = answer.into_parts();
        Self { head, url: url.clone(), at_home: true, body, pool: None }
    }

    /// The same with these headers.
    pub(super) fn with(mut self, headers: HeaderMap) -> Self {
        self.head.headers = headers;
        self
    }

    /// The HTTP status.
    pub(crate) fn status(&self) -> StatusCode {
        self.head.status
    }

    /// The headers.
    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// What is kept of it to be shown: no more than the beginning of a long head, and nothing that sets cookies.
    pub(crate) fn response(&self) -> Response {
        let said = self.headers().iter().filter(|(name, _)| *name != http::header::SET_COOKIE);
        let mut room = LONGEST_HEAD;
        let headers = said.map_while(|(name, value)| {
            room = room.checked_sub(name.as_str().len() + value.len())?;
            Some((name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        });
        Response { status: self.status().as_u16(), headers: headers.collect(), body: String::new() }
    }

    /// When the server wants to be asked again, if it refused for now.
    pub(crate) fn again(&self) -> Option<Timestamp> {
        let for_now = matches!(self.status().as_u16(), 429 | 503);
        for_now.then(|| retry_after(self.headers(), Timestamp::now())).flatten()
    }

    /// Reads on in the body, into `buffer`: at most `limit` bytes and never more than it has room for;
    /// 0 is the end. Dropped while it waits, it has read nothing.
    ///
    /// # Errors
    /// If the body breaks off.
    pub(crate) async fn read(&mut self, buffer: &mut Vec<u8>, limit: usize) -> io::Result<usize> {
        match &mut self.body {
            Some(body) => body.read(buffer, limit).await,
            None => Ok(0),
        }
    }

    /// What is left of the body, if that can be had off the socket itself.
    pub(crate) fn bare(&mut self) -> Option<Bare<'_>> {
        self.body.as_mut()?.bare()
    }

    /// Gives back bytes that were read, to be read again.
    pub(crate) fn put_back(&mut self, bytes: &[u8]) {
        if let Some(body) = &mut self.body {
            body.put_back(bytes);
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        // With a rest of this body on it, a connection is of no use to another request.
        if let (Some(pool), Some(stream)) = (&self.pool, self.body.take().and_then(Body::into_stream)) {
            pool.put(&self.url.origin(), stream);
        }
    }
}
