//! A cookie of the browser, and whether it goes to an address.

use serde::Deserialize;
use url::Host;

use crate::Address;

/// A cookie, with what the browser knows of where it belongs. Its value is a secret, so it cannot be shown.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Cookie {
    name: String,
    value: String,
    domain: String,
    host_only: bool,
    path: String,
    secure: bool,
}

impl Cookie {
    /// Whether the browser would send it there (RFC 6265 §5.4), and it is one that can be sent.
    pub(super) fn belongs_to(&self, address: &Address) -> bool {
        self.is_legal()
            && address.is_web()
            && self.is_of_host(address)
            && (!self.secure || address.is_https())
            && covers(&self.path, address.url().path())
    }

    /// Whether its host is that of the address, or one above it for which it was meant.
    pub(super) fn is_of_host(&self, address: &Address) -> bool {
        let host = address.url().host_str().unwrap_or_default();
        let domain = self.domain.trim_start_matches('.').to_ascii_lowercase();
        let below = || host.strip_suffix(domain.as_str()).is_some_and(|rest| rest.ends_with('.'));
        let is_name = matches!(address.url().host(), Some(Host::Domain(_)));
        !domain.is_empty() && (host == domain || !self.host_only && is_name && below())
    }

    fn is_legal(&self) -> bool {
        let is_plain = |text: &str| !text.contains(|c: char| c.is_control() || c == ';');
        is_plain(&self.name) && is_plain(&self.value) && !self.name.contains('=')
    }

    /// As it stands in the header.
    pub(super) fn pair(&self) -> String {
        if self.name.is_empty() { self.value.clone() } else { format!("{}={}", self.name, self.value) }
    }
}

/// Whether a cookie's path holds for this one (RFC 6265 §5.1.4).
fn covers(path: &str, asked: &str) -> bool {
    let rest = asked.strip_prefix(path);
    rest.is_some_and(|rest| rest.is_empty() || path.ends_with('/') || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookie(domain: &str, host_only: bool) -> Cookie {
        Cookie {
            name: "key".into(),
            value: "C00K1E".into(),
            domain: domain.into(),
            host_only,
            path: "/".into(),
            secure: false,
        }
    }

    fn goes(cookie: &Cookie, url: &str) -> bool {
        cookie.belongs_to(&Address::parse(url).unwrap().0)
    }

    #[test]
    fn a_cookie_goes_to_its_host_and_to_those_below_if_it_is_meant_for_them() {
        let (narrow, wide) = (cookie("a.example", true), cookie(".a.example", false));
        assert!(goes(&narrow, "https://a.example/f") && goes(&wide, "https://A.example/f"));
        assert!(goes(&wide, "https://b.a.example/f") && !goes(&narrow, "https://b.a.example/f"));
        for other in ["https://example/", "https://ba.example/", "https://a.example.org/", "ftp://a.example/"]
        {
            assert!(!goes(&narrow, other) && !goes(&wide, other), "{other}");
        }
        assert!(!goes(&cookie("0.0.1", false), "http://127.0.0.1/"));
        assert!(!goes(&cookie("", false), "http://a.example/"));
    }

    #[test]
    fn a_secure_one_is_never_sent_in_the_open_and_each_only_to_its_path() {
        let secure = Cookie { secure: true, ..cookie("a.example", true) };
        assert!(goes(&secure, "https://a.example/") && !goes(&secure, "http://a.example/"));
        let deep = Cookie { path: "/files".into(), ..cookie("a.example", true) };
        assert!(goes(&deep, "http://a.example/files/x") && !goes(&deep, "http://a.example/filesystem"));
    }

    #[test]
    fn one_that_would_be_another_or_another_header_is_not_sent() {
        for (name, value) in [("key", "a; b=c"), ("key", "a\r\nX: y"), ("a=b", "c"), ("key", "\0")] {
            let odd = Cookie { name: name.into(), value: value.into(), ..cookie("a.example", true) };
            assert!(!goes(&odd, "https://a.example/"), "{name} {value}");
        }
    }
}
