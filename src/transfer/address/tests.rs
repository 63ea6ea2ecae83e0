use proptest::prelude::*;
use secrecy::ExposeSecret;

use super::*;

#[test]
fn a_name_and_password_are_taken_out_at_the_door() {
    let (address, credentials) = Address::parse("https://me:s%20cret@example.org/a?b=c#d").unwrap();
    assert_eq!(address.expose(), "https://example.org/a?b=c");
    let credentials = credentials.unwrap();
    assert_eq!((credentials.user.as_str(), credentials.password.expose_secret()), ("me", "s cret"));
}

#[test]
fn a_shown_address_keeps_its_query_to_itself() {
    let (address, _) = Address::parse("http://example.org:8080/a?token=SECRET").unwrap();
    assert_eq!(format!("{address} {address:?}").matches("SECRET").count(), 0);
    assert_eq!(address.to_string(), "http://example.org:8080/a?…");
}

#[test]
fn addresses_of_every_scheme_have_hosts_ports_and_origins_alike() {
    for (text, host, port, path) in [
        ("ftp://EXAMPLE.org:21/a;type=I", "example.org", 21, "/a"),
        ("ftps://Example.org/a;type=a", "example.org", 990, "/a"),
        ("ftpes://me@ex%61mple.org:21/a/b", "example.org", 21, "/a/b"),
        ("sftp://b\u{fc}cher.example:22/~/a;type=i", "xn--bcher-kva.example", 22, "/~/a;type=i"),
        ("sftp://[::1]:2222", "[::1]:2222", 2222, "/"),
        ("sftp://127.0.0.1/a/../b", "127.0.0.1", 22, "/b"),
    ] {
        let (address, _) = Address::parse(text).unwrap();
        assert_eq!((address.host().as_str(), address.port(), address.target()), (host, port, path), "{text}");
        assert_eq!(address.origin(), Address::parse(address.expose()).unwrap().0.origin());
        assert_eq!(Address::parse(address.expose()).unwrap().0, address);
    }
    let origin = |text| Address::parse(text).unwrap().0.origin();
    assert_eq!(origin("https://a.example:443/x"), origin("https://A.example/y"));
    assert_ne!(origin("ftp://a.example/"), origin("ftpes://a.example/"));
    for scheme in ["http", "ftps", "sftp"] {
        let server = Address::parse(&format!("{scheme}://127.0.0.1/")).unwrap().0.server();
        assert_eq!(server, Host::<String>::Ipv4([127, 0, 0, 1].into()), "{scheme}");
    }
    assert!(Address::parse("sftp://a%00b/").is_err());
}

#[test]
fn what_is_no_address_is_refused_with_a_sentence() {
    for (text, kind) in [
        ("not an address", ErrorKind::InvalidUrl),
        ("http://", ErrorKind::InvalidUrl),
        ("", ErrorKind::InvalidUrl),
        ("file:///etc/passwd", ErrorKind::UnsupportedScheme),
        ("magnet:?xt=urn:btih:1", ErrorKind::UnsupportedScheme),
        ("javascript:alert(1)", ErrorKind::UnsupportedScheme),
    ] {
        assert_eq!(Address::parse(text).unwrap_err().kind, kind, "{text}");
    }
    assert!(!Address::parse("http://me:SECRET@").unwrap_err().to_string().contains("SECRET"));
}

#[test]
fn a_files_name_is_put_behind_a_folders_address_so_that_it_means_itself() {
    let (folder, _) = Address::parse("http://example.org/in/?to=a").unwrap();
    let file = folder.file_in_folder(OsStr::new("50% ä?.txt")).unwrap();
    assert_eq!(file.expose(), "http://example.org/in/50%25%20%C3%A4%3F.txt?to=a");
    assert!(file.file_in_folder(OsStr::new("a")).is_none());
}

proptest! {
    #[test]
    fn whatever_is_refused_or_taken_shows_no_password(text in "(https?|ftp|sftp|gopher)://u:S3CR3T@[a-z.:/?#@\\[\\]]{0,20}") {
        let shown = match Address::parse(&text) {
            Ok((address, _)) => format!("{address:?} {}", address.expose()),
            Err(failure) => failure.to_string(),
        };
        prop_assert!(!shown.contains("S3CR3T"), "{}", shown);
    }

    #[test]
    fn nor_if_it_holds_what_should_have_been_encoded(text in "(https?|sftp)://u:[/?#@:%]{1,3}S3CR3T[/?#@:%]{0,3}@[a-z.:/?#@]{0,20}") {
        if let Err(failure) = Address::parse(&text) {
            prop_assert!(!failure.to_string().contains("S3CR3T"), "{}", failure);
        }
    }
}
