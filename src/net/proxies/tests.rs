use proptest::prelude::*;

use super::*;
use crate::transfer::ErrorKind;

/// What these variables say; values with their names before them.
fn said(variables: &[&str]) -> Proxies {
    let variables: Vec<_> = variables.iter().filter_map(|line| line.split_once('=')).collect();
    Proxies::of_variables(|name| {
        variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    })
}

fn way(proxies: &Proxies, to: &str) -> Option<String> {
    let (to, _) = Address::parse(to).unwrap();
    proxies.way(&to).unwrap().map(|way| way.proxy.to_string())
}

#[test]
fn each_scheme_has_its_proxy_and_one_is_for_all() {
    let proxies = said(&["http_proxy=http://a:1", "all_proxy=socks5h://b:2"]);
    assert_eq!(way(&proxies, "http://example.org/").as_deref(), Some("http://a:1"));
    assert_eq!(way(&proxies, "https://example.org/").as_deref(), Some("socks5h://b:2"));
    let proxies = said(&["http_proxy=http://a:1", "ftp_proxy=http://c:3"]);
    for (url, proxy) in [
        ("ftp://example.org/", Some("http://c:3")),
        ("ftps://example.org/", Some("http://c:3")),
        ("ftpes://example.org/", Some("http://c:3")),
        ("sftp://example.org/", None),
        ("https://example.org/", None),
    ] {
        assert_eq!(way(&proxies, url).as_deref(), proxy, "{url}");
    }
    assert_eq!(way(&said(&["all_proxy=b:2"]), "sftp://example.org/").as_deref(), Some("http://b:2"));
    assert_eq!(way(&said(&[]), "http://example.org/"), None);
    assert_eq!(way(&said(&["http_proxy= "]), "http://example.org/"), None);
}

#[test]
fn names_are_known_in_both_cases_and_small_letters_go_first() {
    let both = ["HTTPS_PROXY=http://capitals:1", "https_proxy=http://small:1"];
    assert_eq!(way(&said(&both), "https://example.org/").as_deref(), Some("http://small:1"));
    assert_eq!(way(&said(&both[..1]), "https://example.org/").as_deref(), Some("http://capitals:1"));
}

#[test]
fn a_header_of_a_request_to_a_script_is_no_proxy() {
    let set = ["HTTP_PROXY=http://evil:1", "HTTPS_PROXY=http://good:1", "REQUEST_METHOD=GET"];
    assert_eq!(way(&said(&set), "http://example.org/"), None);
    assert_eq!(way(&said(&set), "https://example.org/").as_deref(), Some("http://good:1"));
    assert_eq!(way(&said(&set[..1]), "http://example.org/").as_deref(), Some("http://evil:1"));
}

#[test]
fn this_computer_is_reached_straight() {
    let proxies = said(&["all_proxy=http://a:1"]);
    for host in
        ["localhost", "LOCALHOST.", "a.localhost", "127.0.0.1", "127.9.9.9", "[::1]", "[::ffff:127.0.0.1]"]
    {
        for scheme in ["http", "ftp", "ftpes", "sftp"] {
            assert_eq!(way(&proxies, &format!("{scheme}://{host}:8080/")), None, "{scheme}, {host}");
        }
    }
    for host in ["localhost.example", "notlocalhost", "128.0.0.1", "[::2]"] {
        assert!(way(&proxies, &format!("http://{host}/")).is_some(), "{host}");
    }
}

#[test]
fn exceptions_hold_for_every_scheme() {
    let proxies = said(&["all_proxy=http://p:1", "no_proxy=10.0.0.0/8,a.example:22"]);
    for straight in ["sftp://10.1.2.3/", "ftps://10.1.2.3/", "sftp://a.example/", "ftp://a.example:22/"] {
        assert_eq!(way(&proxies, straight), None, "{straight}");
    }
    for through in ["sftp://11.1.2.3/", "ftpes://a.example/", "sftp://a.example:2222/"] {
        assert!(way(&proxies, through).is_some(), "{through}");
    }
}

#[test]
fn exceptions_are_names_with_all_below_networks_and_ports() {
    for (exceptions, straight, through) in [
        ("*", &["a.example", "10.0.0.1"][..], &[][..]),
        (
            "example.org",
            &["example.org", "EXAMPLE.org.", "a.b.example.org"],
            &["myexample.org", "example.org.evil"],
        ),
        (".example.org", &["example.org", "a.example.org"], &["aexample.org"]),
        ("*.example.org", &["a.example.org"], &["example.com"]),
        ("10.0.0.0/8", &["10.255.1.2"], &["11.0.0.1", "10.example.org"]),
        ("192.168.1.1", &["192.168.1.1"], &["192.168.1.10"]),
        ("2001:db8::/32", &["[2001:db8:1::1]"], &["[2001:db9::1]"]),
        ("[2001:db8::1]:8080", &["[2001:db8::1]:8080"], &["[2001:db8::1]"]),
        ("example.org:8080", &["example.org:8080", "a.example.org:8080"], &["example.org"]),
        ("example.org:80", &["example.org"], &["example.org:8080"]),
        ("a.example, b.example c.example", &["a.example", "b.example", "c.example"], &["d.example"]),
        ("0.0.0.0/0", &["9.9.9.9"], &["[2001:db8::1]", "example.org"]),
        ("10.0.0.0/99", &["10.0.0.0"], &["10.0.0.1"]),
        (" ,,.,a:b,1/2/3,:80", &[], &["a", "example.org"]),
    ] {
        let proxies = said(&["all_proxy=http://p:1", &format!("no_proxy={exceptions}")]);
        for host in straight {
            assert_eq!(way(&proxies, &format!("http://{host}/")), None, "{exceptions}: {host}");
        }
        for host in through {
            assert!(way(&proxies, &format!("http://{host}/")).is_some(), "{exceptions}: {host}");
        }
    }
}

#[test]
fn what_is_no_proxy_fails_and_is_not_passed_by() {
    let proxies = said(&["all_proxy=sokcs5://me:S3CR3T@a:1", "no_proxy=b.example"]);
    let to = |text| Address::parse(text).unwrap().0;
    let failure = proxies.way(&to("http://a.example/")).unwrap_err();
    assert_eq!(failure.kind, ErrorKind::InvalidProxy);
    assert!(!failure.to_string().contains("S3CR3T"));
    assert!(proxies.way(&to("http://b.example/")).unwrap().is_none());
}

#[test]
fn a_login_is_never_shown() {
    let proxies = said(&["all_proxy=http://me:S3CR3T@a:1"]);
    let (to, _) = Address::parse("http://a.example/").unwrap();
    assert!(!format!("{proxies:?} {:?}", proxies.way(&to)).contains("S3CR3T"));
}

proptest! {
    #[test]
    fn no_exception_breaks_anything(exceptions in "[a-z0-9.:/*\\[\\], ]{0,40}", host in "[a-z0-9.]{1,20}") {
        let proxies = said(&["all_proxy=http://p:1", &format!("no_proxy={exceptions}")]);
        if let Ok((to, _)) = Address::parse(&format!("http://{host}/")) {
            let _ = proxies.way(&to);
        }
    }

    #[test]
    fn a_network_holds_what_begins_with_its_bits(one: u32, other: u32, bits in 0_u32..=32) {
        let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
        let (first, second) = (IpAddr::V4(one.into()), IpAddr::V4(other.into()));
        prop_assert_eq!(same_beginning(first, second, bits), one & mask == other & mask);
    }
}
