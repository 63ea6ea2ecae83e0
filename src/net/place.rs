//! What is at a path of a server that keeps files, and who asks. Pure.

use crate::attempt::Timeouts;
use crate::transfer::{Address, Failure, Headers};

use super::gateway::Refusal;

/// Who wants to send a file, and where to.
#[derive(Debug)]
pub(crate) struct Caller<'a> {
    pub url: &'a Address,
    /// For the origin of `url` alone.
    pub headers: &'a Headers,
    pub timeouts: Timeouts,
}

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Nothing,
    /// A file with so many bytes.
    File(u64),
    /// A folder, or something of which the server does not say what it is.
    Other,
}

/// The folders that a file at `path` lies in, the outermost first.
pub(super) fn folders(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    let ends = path.iter().enumerate().skip(1).filter(|(_, byte)| **byte == b'/');
    ends.map(|(end, _)| &path[..end]).filter(|folder| !folder.ends_with(b"/"))
}

impl Refusal {
    /// The same to somebody who knows nothing of HTTP.
    pub(super) fn into_failure(self, url: &Address) -> Failure {
        match self {
            Self::Status(status) => {
                Failure { status: None, ..Failure::from_status(status.as_u16()) }.about(url.host())
            }
            Self::Failed(failure) => failure,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folders_of_a_path_are_named_from_the_outermost_on() {
        let of = |path: &'static str| {
            folders(path.as_bytes()).map(|folder| std::str::from_utf8(folder).unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(of("/a/b//c"), ["/a", "/a/b"]);
        assert_eq!(of("a/b"), ["a"]);
        assert!(of("a").is_empty() && of("/a").is_empty());
    }
}
