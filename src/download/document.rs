//! A small file that is read into memory: a list of checksums, or a Metalink.

use http::header::CONTENT_LENGTH;
use tokio::time::timeout;

use super::metalink::Metalink;
use crate::attempt::Timeouts;
use crate::net::{Get, Net};
use crate::transfer::{Address, ErrorKind, Failure, Headers};

/// See the module.
#[derive(Debug)]
pub(super) struct Document {
    /// Whose words these are.
    pub url: Address,
    pub bytes: Vec<u8>,
}

/// What to read.
pub(super) struct Wanted<'a> {
    pub url: &'a Address,
    /// For the origin of `url` alone.
    pub headers: &'a Headers,
    pub timeouts: Timeouts,
    /// A longer one is not read.
    pub longest: usize,
}

/// Reads it.
///
/// # Errors
/// If it does not come, or is longer than it may be.
pub(super) async fn read(net: &Net, wanted: &Wanted<'_>) -> Result<Document, Failure> {
    let (url, timeouts) = (wanted.url, wanted.timeouts);
    let get = Get { url, headers: wanted.headers, offset: 0, end: None, version: None, timeouts };
    let mut answer = net.get(&get).await?;
    let status = answer.status().as_u16();
    if !matches!(status, 200 | 203 | 206) {
        return Err(Failure::from_status(status).about(answer.url.host()));
    }
    let host = answer.url.host();
    let length = answer.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let length: Option<usize> = length.and_then(|length| length.parse().ok());
    let mut bytes = Vec::new();
    loop {
        if bytes.len() > wanted.longest {
            return Err(Failure::new(ErrorKind::ErrorHttpInvalidServerResponse)
                .about(host)
                .because("it is far too long"));
        }
        bytes.reserve(16 * 1024);
        let read = timeout(timeouts.silence, answer.read(&mut bytes, usize::MAX)).await;
        let read = read.map_err(|_| Failure::new(ErrorKind::Timeout).about(&host))?;
        if read.map_err(|error| crate::net::from_error(&error, &host))? == 0 {
            break;
        }
    }
    if length.is_some_and(|length| length != bytes.len()) {
        return Err(Failure::new(ErrorKind::Truncated).about(host));
    }
    Ok(Document { url: answer.url.clone(), bytes })
}

/// Reads a Metalink, whatever its server calls it. `headers` are for the origin of `url` alone.
///
/// # Errors
/// If it does not come, or is none.
pub(crate) async fn metalink(
    net: &Net,
    url: &Address,
    headers: &Headers,
    timeouts: Timeouts,
) -> Result<Metalink, Failure> {
    let document = read(net, &Wanted { url, headers, timeouts, longest: Metalink::LONGEST }).await?;
    Metalink::parse(&document.bytes).map_err(|error| Failure::from(error).about(document.url.host()))
}
