//! Metalink: a file that describes other files, where they are and what they amount to. Pure: from the
//! bytes of one to what can be downloaded. Its fourth version is RFC 5854, its third one that of
//! metalinker.org.
//!
//! What is not known here is passed over, as RFC 5854 §4 wants it; what is known and makes no sense refuses
//! the whole.

use std::path::Path;

use crate::net::xml::{self, Element};
use crate::transfer::{
    Address, Algorithm, Checksum, Destination, DownloadRequest, Expected, Failure, Mirror, Pieces,
};

use super::mirrors::country;
use super::name::harmless;

/// The namespaces of its two versions.
const FOURTH: &str = "urn:ietf:params:xml:ns:metalink";
const THIRD: &str = "http://www.metalinker.org/";
/// Files and addresses of one file that are taken from one Metalink.
const MOST_FILES: usize = 1000;
const MOST_SOURCES: usize = 256;

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metalink {
    /// What it describes, at least one file.
    pub files: Vec<DescribedFile>,
}

/// A file as a [`Metalink`] describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribedFile {
    /// What to call it; a harmless file name.
    pub name: String,
    /// What is known of it.
    pub expected: Expected,
    /// Where it is, the best first; at least one.
    pub sources: Vec<Mirror>,
}

/// Bytes that are no Metalink.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This is not a Metalink: {0}.")]
pub struct NotAMetalink(&'static str);

impl Metalink {
    /// The longest one that is read, in bytes.
    pub const LONGEST: usize = 4 * 1024 * 1024;

    /// Reads one.
    ///
    /// # Errors
    /// If it is none, or describes no file that can be got by HTTP.
    pub fn parse(bytes: &[u8]) -> Result<Self, NotAMetalink> {
        if bytes.len() > Self::LONGEST {
            return Err(NotAMetalink("it is far too long"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| NotAMetalink("it is not written in UTF-8"))?;
        let text = text.trim_start_matches('\u{feff}');
        let (namespace, root) = xml::read(text).ok_or(NotAMetalink("it is not plain, well-formed XML"))?;
        let files: Vec<_> = match (root.name.as_str(), namespace.as_str()) {
            ("metalink", FOURTH) => root.all("file").map(fourth).collect::<Result<_, _>>()?,
            ("metalink", THIRD) => {
                let files = root.first("files").into_iter().flat_map(|files| files.all("file"));
                files.map(third).collect::<Result<_, _>>()?
            }
            _ => return Err(NotAMetalink("it is another kind of XML")),
        };
        let files: Vec<_> =
            files.into_iter().filter(|file: &DescribedFile| !file.sources.is_empty()).collect();
        match files.len() {
            0 => Err(NotAMetalink("it names no file that can be got over the web")),
            count if count > MOST_FILES => Err(NotAMetalink("it names too many files")),
            _ => Ok(Self { files }),
        }
    }
}

impl DescribedFile {
    /// A request to get it into `folder` from the best of its sources; nothing if it has none.
    #[must_use]
    pub fn request(self, folder: &Path) -> Option<DownloadRequest> {
        let mut sources = self.sources.into_iter();
        let mut request = DownloadRequest::at(sources.next()?.url);
        request.destination = Some(Destination::File(folder.join(self.name)));
        request.expected = self.expected;
        request.mirrors = sources.collect();
        Some(request)
    }
}

impl From<NotAMetalink> for Failure {
    fn from(error: NotAMetalink) -> Self {
        Self::new(crate::transfer::ErrorKind::ErrorHttpInvalidServerResponse).because(error.0)
    }
}

/// A `metalink:file` (RFC 5854 §4.1.2).
fn fourth(file: &Element) -> Result<DescribedFile, NotAMetalink> {
    let sources = file.all("url").map(|url| {
        let priority = url.attribute("priority").and_then(|text| text.parse().ok());
        (url, priority.unwrap_or(Mirror::LAST))
    });
    describe(file, file, file.all("pieces").map(|pieces| (pieces, pieces.all("hash").collect())), sources)
}

/// A `file` of version 3, whose hashes and addresses are each in an element of their own.
fn third(file: &Element) -> Result<DescribedFile, NotAMetalink> {
    let nothing = Element::default();
    let verification = file.first("verification").unwrap_or(&nothing);
    let pieces = verification.all("pieces").map(|pieces| {
        let mut hashes: Vec<_> = pieces.all("hash").collect();
        let number = |hash: &&Element| hash.attribute("piece").and_then(|text| text.parse::<u64>().ok());
        hashes.sort_by_key(number);
        (pieces, hashes)
    });
    // Of another type are addresses of something that leads to the file, such as a torrent.
    let is_file = |url: &&Element| matches!(url.attribute("type"), None | Some("http" | "https" | "ftp"));
    let urls = file.first("resources").into_iter().flat_map(|resources| resources.all("url"));
    let sources = urls.filter(is_file).map(|url| {
        // The best is 100.
        let preference = url.attribute("preference").and_then(|text| text.parse::<u32>().ok());
        (url, preference.map_or(Mirror::LAST, |preference| 101 - preference.min(100)))
    });
    describe(file, verification, pieces, sources)
}

/// What both versions say in the same way: `hashes` is the element with the hashes in it, `pieces` are those
/// with hashes of pieces and these in their order, `sources` addresses and their priorities.
fn describe<'a>(
    file: &'a Element,
    hashes: &'a Element,
    pieces: impl Iterator<Item = (&'a Element, Vec<&'a Element>)>,
    sources: impl Iterator<Item = (&'a Element, u32)>,
) -> Result<DescribedFile, NotAMetalink> {
    let name = file.attribute("name").filter(|name| !name.trim().is_empty());
    let name = harmless(name.ok_or(NotAMetalink("a file in it has no name"))?);
    let size = file.first("size").map(|size| size.text().parse());
    let size = size.transpose().map_err(|_| NotAMetalink("the size of a file makes no sense"))?;
    let checksums = hashes.all("hash").filter_map(hash).collect::<Result<_, _>>()?;
    let pieces: Vec<_> =
        pieces.filter_map(|(element, hashes)| of_pieces(element, &hashes, size)).collect::<Result<_, _>>()?;
    let pieces = pieces.into_iter().max_by_key(Pieces::algorithm);
    Ok(DescribedFile { name, expected: Expected { size, checksums, pieces }, sources: ordered(sources) })
}

/// A hash of the whole file; nothing if its algorithm is not known.
fn hash(element: &Element) -> Option<Result<Checksum, NotAMetalink>> {
    let algorithm = element.attribute("type").and_then(Algorithm::from_name)?;
    let written = format!("{}:{}", algorithm.name(), element.text());
    Some(written.parse().map_err(|_| NotAMetalink("a checksum makes no sense")))
}

/// Hashes of pieces (RFC 5854 §4.1.3); nothing if their algorithm is not known.
fn of_pieces(
    element: &Element,
    hashes: &[&Element],
    size: Option<u64>,
) -> Option<Result<Pieces, NotAMetalink>> {
    let algorithm = element.attribute("type").and_then(Algorithm::from_name)?;
    let pieces = || {
        let length = element.attribute("length")?.trim().parse().ok()?;
        let mut values = Vec::with_capacity(hashes.len() * algorithm.length());
        for hash in hashes {
            let checksum: Checksum = format!("{}:{}", algorithm.name(), hash.text()).parse().ok()?;
            values.extend_from_slice(checksum.value());
        }
        Pieces::new(algorithm, length, values).filter(|pieces| size.is_none_or(|size| pieces.fit(size)))
    };
    Some(pieces().ok_or(NotAMetalink("the pieces of a file do not make the whole")))
}

/// The addresses that we can get, the best first, each once; a login in one is dropped.
fn ordered<'a>(sources: impl Iterator<Item = (&'a Element, u32)>) -> Vec<Mirror> {
    let mut ordered: Vec<Mirror> = Vec::new();
    for (element, priority) in sources {
        let Ok((url, _)) = Address::parse(element.text()) else { continue };
        if ordered.len() < MOST_SOURCES && ordered.iter().all(|known| known.url != url) {
            let location = element.attribute("location").and_then(country);
            ordered.push(Mirror { url, priority: priority.clamp(1, Mirror::LAST), location });
        }
    }
    ordered.sort_by_key(|mirror| mirror.priority);
    ordered
}

#[cfg(test)]
#[path = "metalink/tests.rs"]
mod tests;
