//! Where else a file is, and when to turn there: when the address itself gives nothing at all. Pure.

use crate::attempt::Outcome;
use crate::transfer::{Address, DownloadRequest, ErrorKind, Partial};

/// The other places of a file, in the order in which to try them, and what of `partial` can be
/// continued there. Bytes of two places are one file only if a checksum can show it in the end.
pub(super) fn others(
    request: &DownloadRequest,
    partial: Option<&Partial>,
) -> Vec<(Address, Option<Partial>)> {
    let is_provable = !request.expected.checksums.is_empty();
    if partial.is_some_and(|partial| !partial.durable.is_empty()) && !is_provable {
        return Vec::new();
    }
    let mut mirrors: Vec<_> = request.mirrors.iter().collect();
    mirrors.sort_by_key(|mirror| mirror.priority);
    // Another server has other names for the same version: what is here is known by its bytes.
    let carried = partial.map(|partial| Partial { validator: None, modified: None, ..partial.clone() });
    mirrors.into_iter().map(|mirror| (mirror.url.clone(), carried.clone())).collect()
}

/// Whether it is the place that failed, and another one may do better.
pub(super) fn is_to_blame(outcome: &Outcome) -> bool {
    let Outcome::Failed(failure) = outcome else { return false };
    !matches!(
        failure.kind,
        ErrorKind::Io
            | ErrorKind::DiskFull
            | ErrorKind::PermissionDenied
            | ErrorKind::ReadOnly
            | ErrorKind::FileExists
            | ErrorKind::FileMissing
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transfer::{Failure, Mirror};

    fn request(mirrors: &[(&str, u32)]) -> DownloadRequest {
        let mut request = DownloadRequest::new("http://a.example/f").unwrap();
        request.mirrors = mirrors
            .iter()
            .map(|(url, priority)| Mirror {
                priority: *priority,
                ..Mirror::new(Address::parse(url).unwrap().0)
            })
            .collect();
        request
    }

    #[test]
    fn the_best_of_the_others_comes_first() {
        let request = request(&[("http://c.example/f", 2), ("http://b.example/f", 1)]);
        let hosts: Vec<_> = others(&request, None).into_iter().map(|(url, _)| url.host()).collect();
        assert_eq!(hosts, ["b.example", "c.example"]);
    }

    #[test]
    fn a_full_disk_is_not_the_fault_of_the_server() {
        let failed = |kind| Outcome::Failed(Failure::new(kind));
        assert!(is_to_blame(&failed(ErrorKind::NotFound)));
        assert!(!is_to_blame(&failed(ErrorKind::DiskFull)));
        assert!(!is_to_blame(&Outcome::Stopped));
    }
}
