use proptest::prelude::*;

use super::*;

const FOURTH_VERSION: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<metalink xmlns="urn:ietf:params:xml:ns:metalink">
  <published>2009-05-15T12:23:23Z</published>
  <file name="../../dir/example.ext">
    <size>14</size>
    <identity>Example</identity>
    <hash type="sha-256">ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad</hash>
    <hash type="whirlpool">00</hash>
    <pieces length="10" type="crc32"><hash>352441c2</hash><hash>00000001</hash></pieces>
    <url>http://last.example/f</url>
    <url location="DE" priority="2">http://b.example/f</url>
    <url location="deu" priority="1">https://u:S3CR3T@a.example/f</url>
    <url priority="1">file:///etc/passwd</url>
    <url priority="1">http://b.example/f</url>
    <metaurl mediatype="torrent" priority="1">http://a.example/f.torrent</metaurl>
  </file>
  <file name="other"><url>magnet:?xt=1</url></file>
</metalink>"#;

const THIRD_VERSION: &str = r#"<metalink version="3.0" xmlns="http://www.metalinker.org/"><files>
  <file name="example.ext"><size>14</size>
    <verification>
      <hash type="md5">900150983cd24fb0d6963f7d28e17f72</hash>
      <pieces length="10" type="crc32"><hash piece="1">00000001</hash><hash piece="0">352441c2</hash></pieces>
    </verification>
    <resources maxconnections="1">
      <url type="bittorrent" preference="100">http://a.example/f.torrent#</url>
      <url type="http" location="uk" preference="90">http://b.example/f</url>
      <url type="http" preference="10">http://c.example/f</url>
    </resources>
  </file>
</files></metalink>"#;

fn shown(file: &DescribedFile) -> Vec<(String, u32, Option<&str>)> {
    let source = |source: &'_ Mirror| (source.url.expose().to_owned(), source.priority);
    file.sources.iter().map(|s| (source(s).0, source(s).1, s.location.as_deref())).collect()
}

#[test]
fn the_fourth_version_is_read() {
    let metalink = Metalink::parse(FOURTH_VERSION.as_bytes()).unwrap();
    assert_eq!(metalink.files.len(), 1);
    let file = &metalink.files[0];
    assert_eq!(file.name, "example.ext");
    assert_eq!(file.expected.size, Some(14));
    assert_eq!(file.expected.checksums.len(), 1);
    let pieces = file.expected.pieces.as_ref().unwrap();
    assert_eq!(pieces.iter(14).map(|(range, _)| range).collect::<Vec<_>>(), [0..10, 10..14]);
    assert_eq!(
        shown(file),
        [
            ("https://a.example/f".into(), 1, None),
            ("http://b.example/f".into(), 2, Some("de")),
            ("http://last.example/f".into(), Mirror::LAST, None),
        ]
    );
}

#[test]
fn the_third_version_is_read() {
    let metalink = Metalink::parse(THIRD_VERSION.as_bytes()).unwrap();
    let file = &metalink.files[0];
    assert_eq!(file.expected.checksums[0].algorithm(), Algorithm::Md5);
    let pieces = file.expected.pieces.as_ref().unwrap();
    assert_eq!(pieces.iter(14).next().unwrap().1, [0x35, 0x24, 0x41, 0xc2]);
    let sources = shown(file);
    assert_eq!(sources[0], ("http://b.example/f".into(), 11, Some("uk")));
    assert_eq!(sources[1], ("http://c.example/f".into(), 91, None));
}

#[test]
fn a_request_goes_to_the_best_source_and_knows_the_others() {
    let file = Metalink::parse(FOURTH_VERSION.as_bytes()).unwrap().files.remove(0);
    let request = file.clone().request(Path::new("/down")).unwrap();
    assert_eq!(request.url, file.sources[0].url);
    assert_eq!(request.mirrors, file.sources[1..]);
    assert_eq!(request.destination, Some(Destination::File("/down/example.ext".into())));
    assert_eq!(request.expected, file.expected);
}

#[test]
fn what_makes_no_sense_is_refused_as_a_whole() {
    for (from, to) in [
        ("urn:ietf:params:xml:ns:metalink", "urn:x"),
        ("name=\"../../dir/example.ext\"", "name=\"\""),
        ("<size>14", "<size>-1"),
        ("<size>14", "<size>21"),
        ("ba7816bf", "ba7816"),
        ("length=\"10\"", "length=\"0\""),
        ("352441c2", "352441"),
        ("<metalink ", "<!DOCTYPE a><metalink "),
        ("http", "gopher"),
    ] {
        let changed = FOURTH_VERSION.replace(from, to);
        assert!(changed != FOURTH_VERSION && Metalink::parse(changed.as_bytes()).is_err(), "{to}");
    }
    assert!(Metalink::parse(b"\xff\xfe").is_err());
    assert!(Metalink::parse(&vec![b' '; Metalink::LONGEST + 1]).is_err());
}

proptest! {
    #[test]
    fn no_name_leads_out_of_the_folder(name in "[^<&\"\\x00-\\x1f]{1,60}|([./\\\\]|\\.\\.|etc){1,10}") {
        let text = FOURTH_VERSION.replace("../../dir/example.ext", &name);
        if let Ok(metalink) = Metalink::parse(text.as_bytes()) {
            let request = metalink.files[0].clone().request(Path::new("/down")).unwrap();
            let Some(Destination::File(path)) = request.destination else { panic!() };
            prop_assert_eq!(path.parent(), Some(Path::new("/down")));
            prop_assert!(!path.file_name().unwrap().to_string_lossy().starts_with('.'));
        }
    }

    #[test]
    fn a_metalink_cut_or_changed_anywhere_breaks_nothing(at in 0_usize..1400, byte: u8) {
        let mut bytes = FOURTH_VERSION.as_bytes().to_vec();
        let at = at % bytes.len();
        _ = Metalink::parse(&bytes[..at]);
        bytes[at] = byte;
        _ = Metalink::parse(&bytes);
    }
}
