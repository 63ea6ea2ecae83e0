//! Where a redirect leads, and whether to follow it (RFC 9110 §15.4).

use crate::transfer::{Address, ErrorKind, Failure};

/// Whether a status sends us on.
pub(crate) fn leads_on(status: http::StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// The address that `location` means, seen from `from`.
///
/// # Errors
/// If there is none, it is not an `http` or `https` address, or it leads from an encrypted
/// connection to an open one.
pub(crate) fn target(from: &Address, location: Option<&[u8]>) -> Result<Address, Failure> {
    let nowhere = || Failure::new(ErrorKind::RedirectFailed).about(from.host());
    let text = location.and_then(|bytes| std::str::from_utf8(bytes).ok()).ok_or_else(nowhere)?;
    let next = from.join(text).ok().filter(Address::is_web).ok_or_else(nowhere)?;
    if from.is_https() && !next.is_https() {
        return Err(Failure::new(ErrorKind::HttpsToHttpOnRedirection).about(next.host()));
    }
    Ok(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        Address::parse(text).unwrap().0
    }

    #[test]
    fn locations_are_read_from_where_they_stand() {
        let from = address("https://a.example/dir/file?x=1");
        for (location, expected) in [
            ("other", "https://a.example/dir/other"),
            ("/top", "https://a.example/top"),
            ("?y=2", "https://a.example/dir/file?y=2"),
            ("//b.example/x", "https://b.example/x"),
            ("https://me:pw@b.example/x#part", "https://b.example/x"),
        ] {
            assert_eq!(target(&from, Some(location.as_bytes())).unwrap().expose(), expected);
        }
    }

    #[test]
    fn redirects_that_lead_astray_are_not_followed() {
        let from = address("https://a.example/");
        for location in [
            "file:///etc/passwd",
            "data:,x",
            "javascript:alert(1)",
            "https://",
            "ftp://a.example/",
            "ftps://a.example/",
            "ftpes://a.example/",
            "sftp://a.example/",
        ] {
            assert_eq!(target(&from, Some(location.as_bytes())).unwrap_err().kind, ErrorKind::RedirectFailed);
        }
        assert_eq!(target(&from, None).unwrap_err().kind, ErrorKind::RedirectFailed);
        let downgrade = target(&from, Some(b"http://a.example/")).unwrap_err();
        assert_eq!(downgrade.kind, ErrorKind::HttpsToHttpOnRedirection);
        assert!(target(&address("http://a.example/"), Some(b"https://a.example/")).is_ok());
    }
}
