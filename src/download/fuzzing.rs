//! The fuzzer's doors to what decides about bytes and names: each takes anything and panics if a
//! promise is broken. See `tests/fuzz`.

use std::fmt::Write as _;
use std::path::Path;

use http::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::judge::fields::content_range;
use super::judge::{Asked, Verdict, judge as decide};
use super::metalink::{DescribedFile, Metalink};
use super::name::{harmless, suggest};
use super::verify::listing;
use crate::transfer::{Algorithm, Destination, Mirror, Validator};

/// Answers to questions: nothing is granted but what was asked for. The first bytes are the question,
/// the lines behind them the headers.
pub(crate) fn judge(input: &[u8]) {
    let Some((head, lines)) = input.split_at_checked(8) else { return };
    let number = |at: usize| u64::from(head[at]) * if head[7] & 1 == 0 { 1 } else { 1 << 56 };
    let flag = |bit: u8| head[6] & (1 << bit) != 0;
    let held = flag(0);
    let asked = Asked {
        offset: if held { number(0) } else { 0 },
        end: (held && flag(1)).then(|| number(0).saturating_add(number(1))),
        held,
        version: (held && flag(2)).then(|| Validator::ETag("\"v1\"".into())),
        modified: (held && flag(3)).then(|| "Fri, 20 Nov 2026 11:00:00 GMT".into()),
        total: (held && flag(4)).then(|| number(2)),
        no_page: flag(5),
        elsewhere: flag(6),
    };
    let status = [200, 206, 206, 416, 203, 404, 304, 100][usize::from(head[3] % 8)];
    let headers = headers(lines);
    match decide(&asked, "file", status, &headers) {
        Verdict::Write(grant) => {
            assert_eq!(grant.offset, if status == 206 { asked.offset } else { 0 });
            let end = grant.length.map(|length| grant.offset + length);
            assert!(end.is_none_or(|end| grant.total.is_none_or(|total| end <= total)));
            assert!(status != 206 || end.is_some_and(|end| asked.end.is_none_or(|last| end <= last)));
            if asked.held {
                assert!(asked.total.is_none_or(|known| grant.total.is_none_or(|total| total == known)));
                assert!(asked.version.is_none() || grant.version.is_none() || grant.version == asked.version);
            }
            assert!(!grant.splittable || grant.version.is_some() && grant.total.is_some());
            let _ = grant.within();
        }
        Verdict::Complete { total } => assert_eq!(total, asked.offset),
        Verdict::Refuse(failure) => drop(failure.to_string()),
        Verdict::StartOver | Verdict::Distrust | Verdict::Changed(_) | Verdict::Page => assert!(asked.held),
    }
}

/// Names from headers and addresses: a plain file in the folder.
pub(crate) fn name(input: &[u8]) {
    let (header, path) = input.split_at(input.len() / 2);
    let Ok(mut url) = Url::parse("https://example.org/") else { return };
    url.set_path(&String::from_utf8_lossy(path));
    let name = suggest(Some(header), &url, &url);
    assert!(!name.is_empty() && name.len() <= 200 && name != "." && name != "..", "{name:?}");
    assert!(!name.contains(['/', '\\', '\0']) && !name.chars().any(char::is_control), "{name:?}");
    assert!(!name.starts_with(['.', '-', '~', ' ']) && !name.ends_with(['.', ' ']), "{name:?}");
    let folder = Path::new("/folder");
    assert_eq!(folder.join(&name).parent(), Some(folder), "{name:?}");
    assert_eq!(harmless(&name), name);
}

/// `Content-Range`: what is read makes sense.
pub(crate) fn range(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Some(range) = content_range(text) {
        assert!(range.first <= range.last && range.last < u64::MAX);
        assert!(range.total.is_none_or(|total| range.last < total));
    }
}

/// A Metalink or a list of checksums: nothing leads out of the folder, sizes and pieces agree, and what was
/// read can be written and read again.
pub(crate) fn metalink(input: &[u8]) {
    if let Ok(text) = std::str::from_utf8(input) {
        list(text);
    }
    let Ok(metalink) = Metalink::parse(input) else { return };
    assert!(input.len() <= Metalink::LONGEST && (1..=1000).contains(&metalink.files.len()));
    let hashes: usize = metalink.files.iter().map(described).sum();
    // What is kept of a document is no more than there is in it.
    assert!(hashes * 2 <= input.len());
    let text = written(&metalink);
    assert_eq!(Metalink::parse(text.as_bytes()), Ok(metalink), "{text}");
}

/// Looks at one file, and returns how many bytes of hashes are known of it.
fn described(file: &DescribedFile) -> usize {
    let known = &file.expected;
    let pieces = known.pieces.iter().flat_map(|pieces| pieces.iter(known.size.unwrap_or(u64::MAX)));
    let (mut end, mut bytes) = (0, 0);
    for (range, value) in pieces {
        assert!(range.start == end && range.start <= range.end, "{range:?} behind {end}");
        (end, bytes) = (range.end, bytes + value.len());
    }
    assert!(known.pieces.is_none() || known.size.is_none_or(|size| size == end));
    assert!((1..=256).contains(&file.sources.len()));
    assert!(file.sources.is_sorted_by_key(|source| source.priority));
    for (at, source) in file.sources.iter().enumerate() {
        let url = source.url.url();
        assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none());
        assert!((1..=Mirror::LAST).contains(&source.priority));
        assert!(file.sources[..at].iter().all(|earlier| earlier.url != source.url));
    }
    let (name, folder) = (file.name.clone(), Path::new("/folder"));
    assert!(harmless(&name) == name && !name.starts_with('.'), "{name:?}");
    let request = file.clone().request(folder);
    let Some(Destination::File(path)) = request.and_then(|request| request.destination) else { panic!() };
    assert!(path.parent() == Some(folder) && path.file_name() == Some(name.as_ref()), "{path:?}");
    bytes + known.checksums.iter().map(|sum| sum.value().len()).sum::<usize>()
}

/// A Metalink of the fourth version that says the same.
fn written(metalink: &Metalink) -> String {
    let hex = |value: &[u8]| value.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    let plain = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let mut text = "<metalink xmlns='urn:ietf:params:xml:ns:metalink'>".to_owned();
    for DescribedFile { name, expected, sources } in &metalink.files {
        _ = write!(text, "<file name=\"{}\">", plain(name));
        _ = expected.size.map(|size| write!(text, "<size>{size}</size>"));
        for sum in &expected.checksums {
            _ = write!(text, "<hash type='{}'>{}</hash>", sum.algorithm().name(), sum.hex());
        }
        if let Some(pieces) = &expected.pieces {
            let length = pieces.iter(u64::MAX).next().map_or(0, |(range, _)| range.end);
            _ = write!(text, "<pieces type='{}' length='{length}'>", pieces.algorithm().name());
            pieces.iter(0).for_each(|(_, value)| text += &format!("<hash>{}</hash>", hex(value)));
            text += "</pieces>";
        }
        for Mirror { url, priority, location } in sources {
            let place = location.as_deref().unwrap_or_default();
            let url = plain(url.expose());
            _ = write!(text, "<url priority='{priority}' location='{place}'>{url}</url>");
        }
        text += "</file>";
    }
    text + "</metalink>"
}

fn list(text: &str) {
    let name = text.split_whitespace().last().and_then(|word| word.rsplit('/').next()).unwrap_or("file");
    for usual in Algorithm::ALL {
        let found = listing::only(text, name, usual);
        assert_eq!(found, listing::only(text, name, usual));
        if let Some(sum) = found.filter(|_| !name.contains(['\\', '\r'])) {
            let line = format!("{}  {name}\n", sum.hex());
            assert_eq!(listing::only(&line, name, sum.algorithm()), Some(sum));
        }
    }
}

fn headers(lines: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines.split(|byte| *byte == b'\n').take(50) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let name = HeaderName::from_bytes(&line[..colon]);
        let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    headers
}
