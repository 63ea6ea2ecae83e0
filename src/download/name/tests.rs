use std::path::Path;

use proptest::prelude::*;

use super::*;

fn named(disposition: &str) -> Option<String> {
    from_disposition(disposition.as_bytes()).map(|name| harmless(&name))
}

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

#[test]
fn the_header_is_read_as_the_standard_says() {
    for (header, expected) in [
        (r#"attachment; filename="foo.html""#, Some("foo.html")),
        ("attachment; filename=foo.html", Some("foo.html")),
        ("attachment; FILENAME=foo.html ; size=3", Some("foo.html")),
        (r#"attachment; filename="a;b.txt""#, Some("a;b.txt")),
        (r#"attachment; filename="f\"oo.html""#, Some("f_oo.html")),
        (r#"attachment; filename="foo-ä.html""#, Some("foo-ä.html")),
        ("attachment; filename*=UTF-8''foo-%c3%a4.html", Some("foo-ä.html")),
        ("attachment; filename*=iso-8859-1''foo-%E4.html", Some("foo-ä.html")),
        (r#"attachment; filename="old.txt"; filename*=UTF-8''new.txt"#, Some("new.txt")),
        (r#"attachment; filename*=UTF-8''new.txt; filename="old.txt""#, Some("new.txt")),
        (r#"attachment; filename*=UTF-8''%ff%fe; filename="kept.txt""#, Some("kept.txt")),
        (r#"attachment; filename*=klingon''x; filename="kept.txt""#, Some("kept.txt")),
        (r#"attachment; foo=bar; filename="foo.html""#, Some("foo.html")),
        ("filename=foo.html", Some("foo.html")),
        ("inline", None),
        ("attachment", None),
        ("attachment; filename", None),
        (r#"attachment; filename="""#, None),
        (r#"attachment; filename="unfinished.txt"#, Some("unfinished.txt")),
        (r#"attachment; filename="C:\dir\file.txt""#, Some("file.txt")),
        (r#"attachment; filename="../../etc/passwd""#, Some("passwd")),
        ("attachment; filename*=UTF-8''..%2f..%2fetc%2fpasswd", Some("passwd")),
    ] {
        assert_eq!(named(header).as_deref(), expected, "{header}");
    }
    assert_eq!(from_disposition(b"attachment; filename=\"foo-\xe4.html\"").as_deref(), Some("foo-ä.html"));
}

#[test]
fn without_a_header_the_address_gives_the_name() {
    let asked = url("https://example.org/dir/my%20file.iso?x=1");
    assert_eq!(suggest(None, &asked, &asked), "my file.iso");
    let bare = url("https://example.org/");
    assert_eq!(suggest(None, &bare, &url("https://cdn.example.org/real.iso")), "real.iso");
    assert_eq!(suggest(None, &bare, &bare), "download");
}

#[test]
fn a_redirect_does_not_change_the_name_that_was_seen() {
    let asked = url("https://example.org/photo.jpg");
    assert_eq!(suggest(None, &asked, &url("https://evil.example/.bashrc")), "photo.jpg");
}

#[test]
fn names_that_hide_or_mislead_are_made_plain() {
    for (text, expected) in [
        (".bashrc", "bashrc"),
        ("-rf", "rf"),
        ("..", "download"),
        ("", "download"),
        ("a\u{202e}gpj.exe", "a_gpj.exe"),
        ("a\nb", "a_b"),
        ("CON", "_CON"),
        ("com1.txt", "_com1.txt"),
        ("com", "_com"),
        ("common.txt", "common.txt"),
        ("trailing. . ", "trailing"),
        ("film.part", "film_part"),
        ("CON..part", "_CON._part"),
        ("a\u{308}.txt", "ä.txt"),
        ("日本語.zip", "日本語.zip"),
    ] {
        assert_eq!(harmless(text), expected, "{text:?}");
    }
}

#[test]
fn a_long_name_keeps_its_ending() {
    let name = harmless(&format!("{}.tar.zst", "ü".repeat(300)));
    assert!(
        name.len() <= LONGEST
            && std::path::Path::new(&name).extension().is_some_and(|ending| ending == "zst"),
        "{name}"
    );
}

#[test]
fn a_number_goes_before_the_ending() {
    assert_eq!(numbered("a.tar.gz", 2), "a (2).tar.gz");
    assert_eq!(numbered("a.iso", 1), "a (1).iso");
    assert_eq!(numbered("README", 3), "README (3)");
    assert_eq!(numbered("x.tar", 1), "x (1).tar");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn whatever_comes_in_a_harmless_name_comes_out(text in "\\PC{0,260}|[./\\\\ ~-]{0,9}(CON|part|\\.\\.|\u{202e}|\u{0}|x){0,3}\\PC{0,4}") {
        let name = harmless(&text);
        prop_assert!(!name.is_empty() && name.len() <= LONGEST, "{:?}", name);
        prop_assert!(!name.contains(['/', '\\', '\0']) && !name.chars().any(char::is_control), "{:?}", name);
        prop_assert!(!name.starts_with(['.', '-', '~', ' ']) && name != "." && name != "..", "{:?}", name);
        let joined = Path::new("/tmp/dir").join(&name);
        prop_assert_eq!(joined.parent(), Some(Path::new("/tmp/dir")));
        prop_assert_eq!(harmless(&name), name.clone());
    }

    #[test]
    fn no_header_can_make_it_fail(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        let address = url("https://example.org/");
        let name = suggest(Some(&bytes), &address, &address);
        prop_assert_eq!(harmless(&name), name);
    }

    #[test]
    fn no_parameter_can_make_it_fail(text in "(attachment)?(; ?(filename|FileName\\*|x)=?(\"[^\"]{0,8}\"?|UTF-8''[%a-f0-9/.]{0,9}|[^;]{0,6})){0,4}") {
        if let Some(name) = from_disposition(text.as_bytes()) {
            let name = harmless(&name);
            prop_assert_eq!(harmless(&name), name);
        }
    }
}
