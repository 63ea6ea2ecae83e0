use http::HeaderValue;
use proptest::prelude::*;

use super::*;

fn address(text: &str) -> Address {
    Address::parse(text).unwrap().0
}

/// What a jar sends to an address, after `from` has set these.
fn after(from: &str, set: &[&str], to: &str) -> String {
    let jar = Jar::default();
    let set: Vec<_> = set.iter().map(|line| HeaderValue::from_str(line).unwrap()).collect();
    jar.take(&address(from), set.iter());
    sent(&jar, to)
}

fn sent(jar: &Jar, to: &str) -> String {
    line(None, &jar.for_request(&address(to))).unwrap_or_default()
}

#[test]
fn a_cookie_goes_back_to_the_host_that_set_it_and_nowhere_else() {
    let from = "https://a.example.org/dir/login";
    for (to, expected) in [
        ("https://a.example.org/dir/file", "s=1"),
        ("https://a.example.org/dir", "s=1"),
        ("http://a.example.org/dir/", "s=1"),
        ("https://a.example.org/", ""),
        ("https://a.example.org/directory", ""),
        ("https://a.example.org:8443/dir/file", ""),
        ("https://b.example.org/dir/file", ""),
        ("https://b.a.example.org/dir/file", ""),
        ("https://example.org/dir/file", ""),
        ("https://evila.example.org/dir/file", ""),
    ] {
        assert_eq!(after(from, &["s=1"], to), expected, "{to}");
    }
}

#[test]
fn a_domain_lets_the_hosts_below_it_have_the_cookie() {
    for (from, domain, to, expected) in [
        ("https://a.example.org/", "example.org", "https://b.example.org/", "s=1"),
        ("https://a.example.org/", ".example.org", "https://example.org/", "s=1"),
        ("https://a.example.org/", "EXAMPLE.org", "https://a.b.example.org/", "s=1"),
        ("https://a.example.org/", "a.example.org", "https://c.a.example.org/", "s=1"),
        ("https://a.example.org/", "example.org", "https://myexample.org/", ""),
        ("https://a.example.org/", "org", "https://a.example.org/", ""),
        ("https://a.example.org/", ".org.", "https://a.example.org/", ""),
        ("https://a.example.org/", "b.example.org", "https://b.example.org/", ""),
        ("https://a.example.org/", "other.net", "https://other.net/", ""),
        ("http://localhost/", "localhost", "http://localhost/", "s=1"),
        ("http://localhost/", "localhost", "http://a.localhost/", ""),
        ("http://10.0.0.1/", "10.0.0.1", "http://10.0.0.1/", "s=1"),
        ("http://10.0.0.1/", "0.0.1", "http://10.0.0.1/", ""),
        ("http://[::1]/", "", "http://[::1]/", "s=1"),
    ] {
        assert_eq!(
            after(from, &[&format!("s=1; Path=/; Domain={domain}")], to),
            expected,
            "{from} {domain} {to}"
        );
    }
}

#[test]
fn a_secure_cookie_needs_encryption_both_ways() {
    let (open, safe) = ("http://a.example/", "https://a.example/");
    assert_eq!(after(safe, &["s=1; Secure"], safe), "s=1");
    assert_eq!(after(safe, &["s=1; Secure"], open), "");
    assert_eq!(after(open, &["s=1; Secure"], safe), "");
    assert_eq!(after(open, &["__Secure-s=1"], safe), "");
    assert_eq!(after(safe, &["__Host-s=1; Secure; Path=/"], safe), "__Host-s=1");
    assert_eq!(after("https://a.b.example/", &["__Host-s=1; Secure; Path=/; Domain=b.example"], safe), "");
    // On the usual ports, encrypted or not, it is the same server.
    assert_eq!(after(open, &["s=1"], safe), "s=1");
}

#[test]
fn a_cookie_ends_when_its_server_says() {
    let here = "http://a.example/";
    for (set, expected) in [
        (&["s=1; Max-Age=100"][..], "s=1"),
        (&["s=1; Max-Age=0"], ""),
        (&["s=1; Max-Age=-9223372036854775808"], ""),
        (&["s=1; Max-Age=9223372036854775807"], "s=1"),
        (&["s=1; Max-Age=nonsense"], "s=1"),
        (&["s=1; Expires=Wed, 21 Oct 2015 07:28:00 GMT"], ""),
        (&["s=1; Expires=Wed, 21-Oct-2015 07:28:00 GMT"], ""),
        (&["s=1; Expires=Wed, 21 Oct 2015 07:28:00 GMT; Max-Age=100"], "s=1"),
        (&["s=1; Expires=whenever"], "s=1"),
        (&["s=1", "s=2; Max-Age=0"], ""),
        (&["s=1", "s=2"], "s=2"),
        (&["s=1", "s=2; Path=/b", "t=3"], "s=1; t=3"),
    ] {
        assert_eq!(after(here, set, here), expected, "{set:?}");
    }
}

#[test]
fn what_is_no_cookie_is_not_kept() {
    let long = format!("s={}", "x".repeat(LONGEST));
    for set in ["", "s", "=1", ";", "; Path=/", long.as_str()] {
        assert_eq!(after("http://a.example/", &[set], "http://a.example/"), "", "{set}");
    }
    let many: Vec<_> = (0..MOST * 2).map(|number| format!("c{number}=1")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    assert_eq!(after("http://a.example/", &many, "http://a.example/").matches('=').count(), MOST);
}

#[test]
fn a_file_of_cookies_is_read_as_browsers_write_it() {
    let file = "# Netscape HTTP Cookie File\n\n\
        .example.org\tTRUE\t/\tFALSE\t0\tall\t1\n\
        #HttpOnly_a.example.org\tFALSE\t/dir\tTRUE\t4102444800\thidden\tx=y z\r\n\
        a.example.org\tFALSE\t/\tFALSE\t1\told\t2\n\
        other.net\tTRUE\t/\tFALSE\t0\tforeign\t3\n\
        a.example.org\tFALSE\t/\tFALSE\t0\tempty\t\n";
    let jar = Jar::of_file(file).unwrap();
    assert_eq!(sent(&jar, "https://a.example.org/dir/f"), "hidden=x=y z; all=1; empty=");
    assert_eq!(sent(&jar, "http://a.example.org:8080/dir/f"), "all=1; empty=");
    assert_eq!(sent(&jar, "http://b.example.org/"), "all=1");
    assert_eq!(sent(&jar, "http://sub.other.net/"), "foreign=3");
    assert_eq!(sent(&jar, "http://example.com/"), "");
    assert!(!format!("{jar:?}").contains("x=y"));
    assert!(Jar::of_file("# nothing\n").is_ok());
    for text in ["PK\u{3}\u{4}", "a\tb\tc", "[{\"name\": \"a\"}]", "a.example\tTRUE\t/\tFALSE\tsoon\tn\tv"] {
        assert!(Jar::of_file(text).is_err(), "{text}");
    }
}

#[test]
fn what_a_server_sets_goes_before_what_the_user_gave() {
    let jar = [("s".to_owned(), SecretString::from("new"))];
    assert_eq!(line(Some("s=old; t=2;"), &jar).unwrap(), "t=2; s=new");
    assert_eq!(line(Some("a=b; c=d"), &[]).unwrap(), "a=b; c=d");
    assert_eq!(line(None, &[]), None);
}

proptest! {
    #[test]
    fn no_cookie_reaches_a_host_that_did_not_set_it(
        set in "[a-z]{1,3}=[a-z]{0,3}(; ?(domain|path|secure|max-age|expires)=?[a-z./0-9]{0,9}){0,4}",
        host in "[a-z]{1,5}\\.net",
    ) {
        prop_assert_eq!(after("https://a.example.org/x/y", &[&set], &format!("https://{host}/x/y")), "");
    }
}
