use proptest::prelude::*;
use secrecy::ExposeSecret as _;

use super::*;

fn urls(text: &str) -> Vec<String> {
    gather(text).entries.iter().map(|entry| entry.request.url.expose().to_owned()).collect()
}

fn only(text: &str) -> Entry {
    let mut gathered = gather(text);
    assert_eq!((gathered.entries.len(), gathered.left_out.len()), (1, 0), "{gathered:?}");
    gathered.entries.remove(0)
}

fn reasons(text: &str) -> Vec<NotTaken> {
    gather(text).left_out.into_iter().map(|omission| omission.reason).collect()
}

#[test]
fn links_are_found_on_lines_and_among_words_without_what_they_are_wrapped_in() {
    let a = "https://a.example/x.zip";
    for text in [
        "https://a.example/x.zip",
        "  https://a.example/x.zip\r\n\r\n",
        "# a list\nhttps://a.example/x.zip",
        "See https://a.example/x.zip.",
        "(see https://a.example/x.zip), please!",
        "<https://a.example/x.zip>",
        "[the file](https://a.example/x.zip)",
        "**https://a.example/x.zip**",
        "'https://a.example/x.zip', and more",
        "{\"url\":\"https://a.example/x.zip\"}",
        "| https://a.example/x.zip|",
        "请下载https://a.example/x.zip，谢谢。",
        "「https://a.example/x.zip」",
    ] {
        assert_eq!(urls(text), [a], "{text}");
    }
    let two = ["https://a.example/1", "ftp://b.example/2"];
    for text in [
        "https://a.example/1 ftp://b.example/2",
        "https://a.example/1\nftp://b.example/2",
        "[one](https://a.example/1)[two](ftp://b.example/2)",
        "https://a.example/1, ftp://b.example/2;",
    ] {
        assert_eq!(urls(text), two, "{text}");
    }
}

#[test]
fn brackets_and_links_that_belong_to_a_link_stay_in_it() {
    for url in [
        "https://en.example/wiki/Rust_(language)",
        "https://a.example/get?from=http://b.example/2",
        "http://[2001:db8::1]/x",
        "https://a.example/x_",
    ] {
        assert_eq!(urls(url), [url]);
    }
    assert_eq!(urls("(https://en.example/a_(b))"), ["https://en.example/a_(b)"]);
    assert_eq!(urls("www.example.org/a."), ["https://www.example.org/a"]);
}

#[test]
fn a_name_with_spaces_is_one_link_and_a_sentence_is_none() {
    assert_eq!(urls("https://a.example/my file 1.zip"), ["https://a.example/my%20file%201.zip"]);
    assert_eq!(urls("https://a.example/my is a nice place"), ["https://a.example/my"]);
    assert_eq!(urls("https://a.example/x.zip see readme.txt"), ["https://a.example/x.zip"]);
}

#[test]
fn what_cannot_be_taken_is_told_with_its_reason() {
    let gathered = gather("https://a.example/1\nnot a link\nmagnet:?xt=urn:btih:0\ngopher://d/4\nhttp://");
    assert_eq!(gathered.entries.len(), 1);
    let reasons: Vec<_> = gathered.left_out.into_iter().map(|left| left.reason).collect();
    let unsupported = |scheme: &str| NotTaken::Unsupported(scheme.to_owned());
    assert_eq!(
        reasons,
        [NotTaken::NoAddress, unsupported("magnet"), unsupported("gopher"), NotTaken::Invalid]
    );
    assert_eq!(self::reasons(&"x".repeat(LONGEST + 1)), [NotTaken::TooLong]);
}

#[test]
fn a_range_stands_for_many_links() {
    assert_eq!(urls("https://a.example/[08-11].jpg").join(" "), {
        let of = |n| format!("https://a.example/{n}.jpg");
        ["08", "09", "10", "11"].map(of).join(" ")
    });
    let letters = [
        "https://a.example/a/0",
        "https://a.example/a/10",
        "https://a.example/b/0",
        "https://a.example/b/10",
    ];
    assert_eq!(urls("https://a.example/[a-b]/[0-15:10]"), letters);
    assert_eq!(urls("https://a.example/[3-1]").len(), 3);
    // None of these is a range.
    for text in [
        "https://a.example/[1-2",
        "https://a.example/[1]",
        "https://a.example/[a-2]",
        "https://a.example/[1-2:0]",
    ] {
        assert_eq!(urls(text).len(), 1, "{text}");
    }
}

#[test]
fn too_large_a_range_is_refused_and_the_rest_taken() {
    assert_eq!(urls("https://a.example/[1-10000]").len(), 10_000);
    for text in [
        "https://a.example/[1-10001]",
        "https://a.example/[1-200]/[1-200]",
        "https://a.example/[0-999999999999999999]",
        &format!("https://a.example/[1-9999]{}", "x".repeat(10_000)),
    ] {
        assert_eq!(reasons(text), [NotTaken::TooMany]);
    }
    assert_eq!(urls("https://a.example/[1-9000] https://b.example/[1-9000] https://c.example/").len(), 9001);
}

#[test]
fn a_command_of_curl_is_taken_with_all_it_says() {
    let text = r#"curl 'https://a.example/get?x=1&y=2' \
  -H 'accept: */*' \
  -H 'if-none-match: "abc"' -H 'range: bytes=0-9' \
  -b 'id=S3CR3T; a=b' \
  -H $'x-name: it\'s caf\u00e9' \
  -A "Mozilla/5.0 \"x\"" -e https://b.example/ -sSLo /tmp/out.zip --compressed -x socks5h://me:pw@127.0.0.1:9050"#;
    let entry = only(text);
    assert_eq!(entry.request.url.expose(), "https://a.example/get?x=1&y=2");
    assert_eq!(entry.file_name(), "out.zip");
    let mut sent: Vec<_> = entry.request.headers.expose().map(|(n, v)| format!("{n}: {v}")).collect();
    sent.sort_unstable_by_key(|line| line.to_lowercase());
    assert_eq!(
        sent,
        [
            "accept: */*",
            "Cookie: id=S3CR3T; a=b",
            "Referer: https://b.example/",
            "User-Agent: Mozilla/5.0 \"x\"",
            "x-name: it's café",
        ]
    );
    assert_eq!(String::from(entry.request.terms.proxy.clone()), "socks5h://127.0.0.1:9050");
    assert!(entry.request.headers.proxy_login().is_some());
}

#[test]
fn commands_stand_among_links_and_name_several() {
    let text = "https://a.example/1\n$ curl -O b.example/2 --url https://c.example/[1-2] -o three -u me:pw;\nhttps://d.example/4";
    let gathered = gather(text);
    let urls: Vec<_> = gathered.entries.iter().map(|entry| entry.request.url.expose()).collect();
    assert_eq!(
        urls,
        [
            "https://a.example/1",
            "http://b.example/2",
            "https://c.example/1",
            "https://c.example/2",
            "https://d.example/4"
        ]
    );
    let login = gathered.entries[2].request.headers.login().unwrap();
    assert_eq!((login.user.as_str(), login.password.expose_secret()), ("me", "pw"));
    assert!(gathered.entries[4].request.headers.is_empty(), "that is said to others only");
    assert_eq!(super::gather("curl -g 'https://a.example/[1-2]'").entries.len(), 1);
}

#[test]
fn a_command_that_sends_something_or_is_not_understood_is_refused() {
    for text in [
        "curl https://a.example/ -X POST",
        "curl https://a.example/ --data-raw 'x=1'",
        "curl -d x https://a.example/",
        "curl -F a=@b https://a.example/",
        "curl -T file https://a.example/",
    ] {
        assert_eq!(reasons(text), [NotTaken::Sends], "{text}");
    }
    let option = |name: &str| NotTaken::Option(name.to_owned());
    assert_eq!(reasons("curl --interface eth0 https://a.example/"), [option("--interface")]);
    assert_eq!(reasons("curl -K x https://a.example/"), [option("-K")]);
    assert_eq!(reasons("curl -b cookies.txt https://a.example/"), [option("--cookie")]);
    assert_eq!(reasons("curl 'https://a.example/"), [NotTaken::Unfinished]);
    assert_eq!(reasons("curl https://a.example/ -H"), [NotTaken::Unfinished]);
    assert_eq!(reasons("curl --silent"), [NotTaken::NoAddress]);
}

#[test]
fn a_page_gives_what_it_links_to_and_shows() {
    let text = r#"<!-- <a href="https://no.example/"> --><BASE href="https://a.example/dir/page.html">
        <a class="x" href="file.zip?a=1&amp;b=2">file</a> <img alt='>' src=/i.png><a href=#top>
        <a href="javascript:x()"><a href='//cdn.example/v.mp4'><script src="no.js"></script>
        <a href="gopher://old.example/">"#;
    let gathered = gather(text);
    let urls: Vec<_> = gathered.entries.iter().map(|entry| entry.request.url.expose()).collect();
    assert_eq!(
        urls,
        ["https://a.example/dir/file.zip?a=1&b=2", "https://a.example/i.png", "https://cdn.example/v.mp4"]
    );
    assert_eq!(gathered.left_out.len(), 1);
    assert_eq!(reasons("<a href='x.zip'>"), [NotTaken::Relative]);
    assert_eq!(self::urls("<p>https://a.example/x</p>"), ["https://a.example/x"]);
}

#[test]
fn a_metalink_is_known_by_its_text() {
    let text = "<?xml version='1.0'?><metalink xmlns='urn:ietf:params:xml:ns:metalink'><file name='a.iso'>
        <size>5</size><url>https://a.example/1</url><url>https://b.example/2</url></file></metalink>";
    let entry = only(text);
    assert_eq!((entry.file_name().as_str(), entry.request.mirrors.len()), ("a.iso", 1));
    assert_eq!((entry.request.expected.size, entry.request.destination), (Some(5), None));
    assert!(matches!(reasons("<metalink></metalink>")[..], [NotTaken::Metalink(_)]));
}

#[test]
fn a_login_in_a_link_is_shown_nowhere() {
    let gathered = gather("https://me:S3CR3T@a.example/x");
    assert_eq!(gathered.entries[0].request.headers.login().unwrap().user, "me");
    assert!(!format!("{gathered:?}").contains("S3CR3T"));
}

/// Pieces of text that mean something.
fn soup() -> impl Strategy<Value = String> {
    let pieces = [
        "https://a.example/",
        "www.",
        "[1-3]",
        "[a-",
        "]",
        "(",
        ")",
        "curl ",
        "-H ",
        "'",
        "\"",
        "$'",
        "\\",
        "\n",
        " ",
        "<a href=",
        "<base href=",
        ">",
        "&amp;",
        "&#",
        ";",
        "<metalink",
        "\\u00e",
        "é",
        "，",
        "-",
        "=",
        "://",
        "%",
        "-o",
        "x",
        "@",
        ":",
    ];
    proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..40)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_gives_something_harmless(text in prop_oneof![soup(), "\\PC{0,200}", "(?s).{0,200}"]) {
        let gathered = gather(&text);
        prop_assert!(gathered.entries.len() <= MOST);
        for entry in &gathered.entries {
            let name = entry.file_name();
            prop_assert_eq!(harmless(&name), name);
        }
    }

    #[test]
    fn every_link_is_found_in_its_order_whatever_stands_between(
        paths in proptest::collection::vec("[a-z0-9]{1,8}(/[a-zA-Z0-9_-]{0,7}[a-z0-9])?", 1..20),
        between in proptest::sample::select(vec![" ", "\n", ", ", "; ", " and ", "> <", "\") (\"", "\r\n\r\n"]),
    ) {
        let links: Vec<_> = paths.iter().map(|path| format!("https://a.example/{path}")).collect();
        prop_assert_eq!(urls(&links.join(between)), links);
    }

    #[test]
    fn a_range_stands_for_as_many_as_it_says(first in 0_u64..2000, count in 1_u64..500, step in 1_u64..20) {
        let last = first + (count - 1) * step;
        let found = urls(&format!("https://a.example/[{first}-{last}:{step}]"));
        let expected: Vec<_> = (0..count).map(|n| format!("https://a.example/{}", first + n * step)).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn whatever_is_quoted_is_read_back(words in proptest::collection::vec("\\PC{0,20}", 1..6)) {
        let quoted: Vec<_> = words.iter().map(|word| format!("'{}'", word.replace('\'', "'\\''"))).collect();
        let text = quoted.join(" ");
        let command = shell::read(&text);
        prop_assert!(command.is_complete);
        prop_assert_eq!(command.words, words);
    }
}
