//! What a server of tus says that it can do, before anything begins there.

use http::{HeaderMap, Method};

use super::word;
use crate::attempt::Outcome;
use crate::net::transport::Answer;
use crate::transfer::{Address, Algorithm, ErrorKind, Failure};
use crate::upload::desk::{Desk, Message, number, words};
use crate::upload::refusal::{self, Trouble};

const MOST: &str = "tus-max-size";

/// See the module.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Offer {
    /// The checksum that it looks at, the best that we both know.
    pub checksum: Option<Algorithm>,
    /// Bytes may come with the request that makes an upload.
    pub with_upload: bool,
    /// It makes one upload of several.
    pub concatenation: bool,
}

impl Offer {
    /// Asks for it.
    ///
    /// # Errors
    /// If the file is larger than the server takes.
    pub(super) async fn of(desk: &Desk<'_>) -> Result<Self, Trouble> {
        // The one request that names no version.
        let asked = desk.ask(&desk.request.url, &Message::ruled(Method::OPTIONS)).await;
        let (endpoint, answer) = match asked {
            Ok((endpoint, answer)) if matches!(answer.response.status, 200..=299) => (endpoint, answer),
            // Some proxies keep such questions from their servers, and let the upload itself through.
            Ok(_) | Err(Trouble::Over(Outcome::Failed(_))) => return Ok(Self::default()),
            Err(trouble) => return Err(trouble),
        };
        match number(&answer.headers, MOST) {
            Some(most) if most > 0 && desk.source().size > most => Err(too_large(&endpoint, most).into()),
            _ => Ok(Self::from(&answer.headers)),
        }
    }
}

impl From<&HeaderMap> for Offer {
    fn from(headers: &HeaderMap) -> Self {
        let says =
            |name: &str, word: &str| words(headers, name).any(|known| known.eq_ignore_ascii_case(word));
        let known = [Algorithm::Sha256, Algorithm::Sha1];
        let checksum = known.into_iter().find(|algorithm| says("tus-checksum-algorithm", word(*algorithm)));
        let can = |extension| says("tus-extension", extension);
        Self {
            checksum: checksum.filter(|_| can("checksum")),
            with_upload: can("creation-with-upload"),
            concatenation: can("concatenation"),
        }
    }
}

/// What it means that no upload could begin.
pub(super) fn refused(endpoint: &Address, answer: &Answer) -> Failure {
    let failure = refusal::failure(endpoint, answer);
    match (answer.response.status, number(&answer.headers, MOST)) {
        (413, Some(most)) => Failure { status: failure.status, ..too_large(endpoint, most) },
        (412, _) => {
            let spoken = words(&answer.headers, "tus-version").collect::<Vec<_>>().join(", ");
            failure.because(&format!("it does not speak tus 1.0.0, but {spoken}"))
        }
        _ => failure,
    }
}

fn too_large(endpoint: &Address, most: u64) -> Failure {
    let failure = Failure::new(ErrorKind::RequestEntityTooLarge).about(endpoint.host());
    failure.because(&format!("it takes files of at most {most} bytes"))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_checksum_is_used_only_where_the_server_says_that_it_looks_at_it() {
        for (extensions, algorithms, expected) in [
            ("creation,checksum", "md5, sha1,sha256", Some(Algorithm::Sha256)),
            ("creation, Checksum", "SHA1", Some(Algorithm::Sha1)),
            ("creation,checksum", "md5,crc32", None),
            ("creation,checksum-trailer", "sha1", None),
            ("creation,checksum", "", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("tus-extension", HeaderValue::from_static(extensions));
            headers.insert("tus-checksum-algorithm", HeaderValue::from_static(algorithms));
            assert_eq!(Offer::from(&headers).checksum, expected, "{extensions} {algorithms}");
        }
        assert_eq!(Offer::from(&HeaderMap::new()), Offer::default());
    }
}
