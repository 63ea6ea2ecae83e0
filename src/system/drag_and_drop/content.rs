//! What dropped bytes mean: files and links, and how files are put the same way. Pure; it believes nothing
//! and fails at nothing.
//!
//! Unusable parts (a file on another machine, a word that is no address) are left out, the rest
//! stays. Order is kept, nothing comes twice.

use std::collections::HashSet;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;
use url::Url;

use crate::Scheme;
use crate::system::files::uri_of;

/// The forms we understand, best first.
pub(super) const KINDS: [&str; 5] =
    ["text/uri-list", "text/x-moz-url", "text/plain;charset=utf-8", "UTF8_STRING", "text/plain"];

/// What somebody dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Absolute paths of files and folders on this machine; they need not exist.
    pub files: Vec<PathBuf>,
    /// Addresses of files that can be got, complete and escaped.
    pub links: Vec<String>,
}

impl Content {
    /// Whether there was nothing usable.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.links.is_empty()
    }
}

/// Reads `bytes` that were offered as `kind`, one of [`KINDS`]; any other kind holds nothing.
pub(super) fn parse(kind: &str, bytes: &[u8]) -> Content {
    let mut found = Found::default();
    match kind {
        "text/uri-list" => read_uri_list(&String::from_utf8_lossy(bytes), &mut found),
        "text/x-moz-url" => moz_url(bytes, &mut found),
        "text/plain;charset=utf-8" | "UTF8_STRING" | "text/plain" => {
            words(&String::from_utf8_lossy(bytes), &mut found);
        }
        _ => {}
    }
    found.content
}

/// The path of a `file:` address of this machine (RFC 8089), with the bytes it stands for; nothing
/// for other hosts, relative paths and what cannot be a file name.
pub fn file_of_uri(uri: &str) -> Option<PathBuf> {
    let rest = uri.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("file:")).map(|_| &uri[5..])?;
    let path = match rest.strip_prefix("//") {
        None => rest,
        Some(rest) => {
            let (host, _) = rest.split_once('/')?;
            if !host.is_empty() && !host.eq_ignore_ascii_case("localhost") {
                return None;
            }
            &rest[host.len()..]
        }
    };
    let bytes: Vec<u8> = percent_decode_str(path).collect();
    (bytes.starts_with(b"/") && !bytes.contains(&0)).then(|| PathBuf::from(OsString::from_vec(bytes)))
}

/// These files, whose paths are absolute, as a `text/uri-list` (RFC 2483 §5).
pub(super) fn uri_list<P: AsRef<Path>>(files: &[P]) -> Vec<u8> {
    files.iter().flat_map(|file| [uri_of(file.as_ref()), "\r\n".into()]).collect::<String>().into_bytes()
}

/// Content under construction, with what it already has.
#[derive(Default)]
struct Found {
    content: Content,
    files: HashSet<PathBuf>,
    links: HashSet<String>,
}

impl Found {
    fn uri(&mut self, uri: &str) {
        if let Some(file) = file_of_uri(uri) {
            if self.files.insert(file.clone()) {
                self.content.files.push(file);
            }
        } else {
            self.link(uri);
        }
    }

    fn link(&mut self, text: &str) {
        let Ok(url) = Url::parse(text) else { return };
        if Scheme::named(url.scheme()).is_none() {
            return;
        }
        let link = String::from(url);
        if self.links.insert(link.clone()) {
            self.content.links.push(link);
        }
    }
}

/// RFC 2483 §5, as strict as its writers: bare line feeds and a trailing NUL are common.
fn read_uri_list(text: &str, found: &mut Found) {
    for line in text.split(['\r', '\n', '\0']) {
        let line = line.trim();
        if !line.is_empty() && !line.starts_with('#') {
            found.uri(line);
        }
    }
}

/// Mozilla's form: address and title in turn, each on a line, in UTF-16 of this machine; a few
/// programs write it in UTF-8.
fn moz_url(bytes: &[u8], found: &mut Found) {
    // An address starts with an ASCII letter: its second byte tells which of the two this is.
    let text = if bytes.starts_with(&[0xFF, 0xFE]) || bytes.get(1) == Some(&0) {
        let pairs: Vec<u16> =
            bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&pairs)
    } else {
        String::from_utf8_lossy(bytes).into_owned()
    };
    for line in text.trim_start_matches('\u{FEFF}').trim_end_matches('\0').split('\n').step_by(2) {
        found.uri(line.trim());
    }
}

/// The words that are addresses, without the quotes and marks of the sentence around them.
fn words(text: &str, found: &mut Found) {
    for word in text.split(|sign: char| sign.is_whitespace() || matches!(sign, '\0' | '<' | '>' | '"')) {
        found.link(word.trim_end_matches([',', ';', '.']).trim_matches('\''));
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;

    fn list(bytes: &[u8]) -> Content {
        parse("text/uri-list", bytes)
    }

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn files_and_links_come_out_of_one_list() {
        let content = list(b"# from a test\r\nfile:///a%20b.txt\r\nhttps://example.org/x.iso\r\n");
        assert_eq!(content.files, [Path::new("/a b.txt")]);
        assert_eq!(content.links, ["https://example.org/x.iso"]);
    }

    #[test]
    fn bare_line_feeds_and_a_trailing_nul_do_not_disturb() {
        let content = list(b"file:///a\nfile:///b\n\0");
        assert_eq!(content.files, [Path::new("/a"), Path::new("/b")]);
        assert_eq!(list(b"file:///a\0").files, [Path::new("/a")]);
    }

    #[test]
    fn a_name_that_is_not_utf_8_keeps_its_bytes() {
        let content = list(b"file:///tmp/%FFx");
        assert_eq!(content.files, [Path::new(OsStr::from_bytes(b"/tmp/\xFFx"))]);
    }

    #[test]
    fn this_machine_is_known_by_three_spellings() {
        for uri in ["file:///a", "file://localhost/a", "FILE://LocalHost/a", "file:/a"] {
            assert_eq!(file_of_uri(uri).as_deref(), Some(Path::new("/a")), "{uri}");
        }
    }

    #[test]
    fn files_of_other_machines_and_malformed_ones_are_refused() {
        for uri in ["file://nas/a", "file:a", "file://", "file:", "file://a", "file:///a%00b", "é:/a", ""] {
            assert_eq!(file_of_uri(uri), None, "{uri}");
        }
        assert!(list(b"file://nas/share/x").is_empty());
    }

    #[test]
    fn marks_of_other_addresses_are_part_of_a_file_name() {
        assert_eq!(file_of_uri("file:///a#1?.iso").as_deref(), Some(Path::new("/a#1?.iso")));
        assert_eq!(file_of_uri("file:///100%").as_deref(), Some(Path::new("/100%")));
    }

    #[test]
    fn a_link_dropped_twice_is_added_once() {
        let content = list(b"https://example.org\r\nfile:///a\r\nhttps://EXAMPLE.org/\r\nfile:///a\r\n");
        assert_eq!(content.links, ["https://example.org/"]);
        assert_eq!(content.files.len(), 1);
    }

    #[test]
    fn what_is_neither_file_nor_web_address_is_left_out() {
        assert!(list(b"mailto:a@b.c\r\njavascript:alert(1)\r\nhttp://\r\nnonsense\r\n").is_empty());
    }

    #[test]
    fn a_mozilla_link_has_a_title_that_is_no_link() {
        let text = "https://example.org/é\nhttp://title.example";
        assert_eq!(parse("text/x-moz-url", &utf16(text)).links, ["https://example.org/%C3%A9"]);
        assert_eq!(parse("text/x-moz-url", text.as_bytes()).links, ["https://example.org/%C3%A9"]);
        let mut marked = vec![0xFF, 0xFE];
        marked.extend(utf16(text));
        assert_eq!(parse("text/x-moz-url", &marked).links.len(), 1);
    }

    #[test]
    fn several_mozilla_links_come_in_turns_with_their_titles() {
        let content = parse("text/x-moz-url", &utf16("http://a/\nA\nfile:///b\nB\0"));
        assert_eq!(content.links, ["http://a/"]);
        assert_eq!(content.files, [Path::new("/b")]);
    }

    #[test]
    fn only_the_addresses_in_a_text_are_taken() {
        let content = parse(
            "UTF8_STRING",
            b"see <https://example.org/a>,\nfile:///etc/passwd http://b/ gopher://c/ ftp://d/",
        );
        assert_eq!(content.links, ["https://example.org/a", "http://b/", "ftp://d/"]);
        let content = parse("text/plain", "\"https://example.org/a\"\u{3000}'https://b/c'.".as_bytes());
        assert_eq!(content.links, ["https://example.org/a", "https://b/c"]);
        assert!(content.files.is_empty());
    }

    #[test]
    fn a_kind_nobody_asked_for_holds_nothing() {
        assert!(parse("image/png", b"https://example.org").is_empty());
    }

    fn repeated<T: std::hash::Hash + Eq>(items: &[T]) -> bool {
        items.iter().collect::<HashSet<_>>().len() != items.len()
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_strange(kind in 0..KINDS.len(), bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
            let content = parse(KINDS[kind], &bytes);
            prop_assert!(content.files.iter().all(|file| file.is_absolute()));
        }

        #[test]
        fn nothing_comes_twice_and_everything_is_absolute(
            kind in 0..KINDS.len(),
            lines in proptest::collection::vec("(file://(localhost)?/|https?://|#|)[a-b%/ .]{0,4}", 0..24),
            end in "\r\n|\n| |\0",
        ) {
            let text = lines.join(&end);
            for bytes in [text.clone().into_bytes(), utf16(&text)] {
                let content = parse(KINDS[kind], &bytes);
                prop_assert!(!repeated(&content.files) && !repeated(&content.links));
                prop_assert!(content.files.iter().all(|file| file.is_absolute()));
                prop_assert!(content.links.iter().all(|link| link.starts_with("http") && Url::parse(link).is_ok()));
            }
        }

        #[test]
        fn every_list_of_files_survives_the_way_through_another_program(
            names in proptest::collection::hash_set(proptest::collection::vec(1..=255_u8, 0..32), 0..8),
        ) {
            let path = |name| PathBuf::from(OsString::from_vec([b"/".as_slice(), name].concat()));
            // Names that differ may lead to the same place, as "/." and "/" do; that is listed once.
            let files: HashSet<PathBuf> = names.iter().map(|name| path(name)).collect();
            let files: Vec<_> = files.into_iter().collect();
            let written = uri_list(&files);
            prop_assert!(written.is_ascii());
            prop_assert_eq!(list(&written), Content { files: files.clone(), links: Vec::new() });
            for (line, file) in String::from_utf8(written).unwrap().split_terminator("\r\n").zip(&files) {
                let read = file_of_uri(line);
                prop_assert_eq!(read.as_ref(), Some(file));
            }
        }
    }
}
