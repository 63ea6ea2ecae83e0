//! Checksums: what a file must amount to, and how that is written.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::address::Address;

/// How a checksum is computed; the weakest first. Of the first two, only accidents are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
#[non_exhaustive]
pub enum Algorithm {
    /// The one of Ethernet and zip (ISO 3309).
    Crc32,
    Md5,
    Sha1,
    Sha256,
    Blake3,
    Sha384,
    Sha512,
}

impl Algorithm {
    /// All of them, the weakest first.
    pub const ALL: [Self; 7] =
        [Self::Crc32, Self::Md5, Self::Sha1, Self::Sha256, Self::Blake3, Self::Sha384, Self::Sha512];

    /// Its name, as in the registry of RFC 5843 in small letters.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Crc32 => "crc32",
            Self::Md5 => "md5",
            Self::Sha1 => "sha-1",
            Self::Sha256 => "sha-256",
            Self::Blake3 => "blake3",
            Self::Sha384 => "sha-384",
            Self::Sha512 => "sha-512",
        }
    }

    /// The algorithm that somebody calls `name`: with or without hyphens, in large or small letters.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let plain: String = name.trim().chars().filter(|c| !matches!(c, '-' | '_')).collect();
        Some(match plain.to_ascii_lowercase().as_str() {
            "crc32" => Self::Crc32,
            "md5" => Self::Md5,
            "sha" | "sha1" => Self::Sha1,
            "sha256" => Self::Sha256,
            "blake3" | "b3" => Self::Blake3,
            "sha384" => Self::Sha384,
            "sha512" => Self::Sha512,
            _ => return None,
        })
    }

    /// How long its checksums are, in bytes.
    #[must_use]
    pub fn length(self) -> usize {
        match self {
            Self::Crc32 => 4,
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 | Self::Blake3 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The usual one of checksums that are so many bytes long.
    fn of_length(length: usize) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.length() == length)
    }
}

/// What a whole file amounts to. Written, it is `sha-256:9f86d0…`.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Checksum {
    algorithm: Algorithm,
    value: Vec<u8>,
}

/// A text that is no checksum.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a checksum. It should look like “sha-256:9f86d0…”.")]
pub struct NotAChecksum(String);

impl Checksum {
    /// The checksum with this value; nothing if it has not the length of one.
    #[must_use]
    pub fn new(algorithm: Algorithm, value: impl Into<Vec<u8>>) -> Option<Self> {
        let value = value.into();
        (value.len() == algorithm.length()).then_some(Self { algorithm, value })
    }

    /// How it is computed.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Its value, in the order in which it is written.
    #[must_use]
    pub fn value(&self) -> &[u8] {
        &self.value
    }

    /// Its value in hexadecimal digits.
    #[must_use]
    pub fn hex(&self) -> String {
        to_hex(&self.value)
    }
}

/// `ALGORITHM:HEX` or `ALGORITHM=HEX`, or the digits alone where their number tells the algorithm. There
/// may be spaces among the digits, as some pages write them.
impl FromStr for Checksum {
    type Err = NotAChecksum;

    fn from_str(text: &str) -> Result<Self, NotAChecksum> {
        let wrong = || NotAChecksum(text.chars().filter(|c| !c.is_control()).take(60).collect());
        let parse = || {
            if let Some((name, digits)) = text.split_once([':', '=']) {
                return Self::new(Algorithm::from_name(name)?, from_hex(digits)?);
            }
            let value = from_hex(text)?;
            Self::new(Algorithm::of_length(value.len())?, value)
        };
        parse().ok_or_else(wrong)
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.algorithm.name(), self.hex())
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for Checksum {
    type Error = NotAChecksum;

    fn try_from(text: String) -> Result<Self, NotAChecksum> {
        text.parse()
    }
}

impl From<Checksum> for String {
    fn from(checksum: Checksum) -> Self {
        checksum.to_string()
    }
}

/// The checksums of the equal pieces that a file is made of; only the last piece may be shorter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WrittenPieces", into = "WrittenPieces")]
pub struct Pieces {
    algorithm: Algorithm,
    length: u64,
    values: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct WrittenPieces {
    algorithm: String,
    length: u64,
    values: String,
}

impl Pieces {
    /// Pieces of `length` bytes whose checksums are `values`, one behind the other; nothing if that
    /// makes no sense.
    #[must_use]
    pub fn new(algorithm: Algorithm, length: u64, values: Vec<u8>) -> Option<Self> {
        let makes_sense = length > 0 && !values.is_empty() && values.len().is_multiple_of(algorithm.length());
        makes_sense.then_some(Self { algorithm, length, values })
    }

    /// How their checksums are computed.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether they make a file of `total` bytes.
    #[must_use]
    pub fn fit(&self, total: u64) -> bool {
        (self.values.len() / self.algorithm.length()) as u64 == total.div_ceil(self.length)
    }

    /// Which bytes of a file of `total` bytes each of them is, and what its checksum must be.
    pub fn iter(&self, total: u64) -> impl Iterator<Item = (std::ops::Range<u64>, &[u8])> {
        self.values.chunks(self.algorithm.length()).zip(0_u64..).map(move |(value, index)| {
            let start = index.saturating_mul(self.length).min(total);
            (start..start.saturating_add(self.length).min(total), value)
        })
    }
}

impl TryFrom<WrittenPieces> for Pieces {
    type Error = NotAChecksum;

    fn try_from(written: WrittenPieces) -> Result<Self, NotAChecksum> {
        let pieces = Algorithm::from_name(&written.algorithm)
            .zip(from_hex(&written.values))
            .and_then(|(algorithm, values)| Self::new(algorithm, written.length, values));
        pieces.ok_or(NotAChecksum(written.algorithm))
    }
}

impl From<Pieces> for WrittenPieces {
    fn from(pieces: Pieces) -> Self {
        Self {
            algorithm: pieces.algorithm.name().to_owned(),
            length: pieces.length,
            values: to_hex(&pieces.values),
        }
    }
}

/// What somebody who knows the file says of it. It outranks what its server says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// Its length in bytes.
    #[serde(default)]
    pub size: Option<u64>,
    /// What it amounts to; all of it must be right.
    #[serde(default)]
    pub checksums: Vec<Checksum>,
    /// What its pieces amount to.
    #[serde(default)]
    pub pieces: Option<Pieces>,
}

/// Another address of the same file. What is secret is never said to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mirror {
    /// Where it is.
    pub url: Address,
    /// The lower, the better (RFC 5854 §4.2.16.1); 1 to 999999.
    pub priority: u32,
    /// The country that it is in, as its two letters of ISO 3166-1 in small ones.
    #[serde(default)]
    pub location: Option<String>,
}

impl Mirror {
    /// What a mirror is worth of which nothing is said.
    pub const LAST: u32 = 999_999;

    /// A mirror of which nothing more is known.
    #[must_use]
    pub fn new(url: Address) -> Self {
        Self { url, priority: Self::LAST, location: None }
    }
}

fn to_hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string does not fail.
        _ = write!(text, "{byte:02x}");
    }
    text
}

/// The bytes that pairs of hexadecimal digits stand for; nothing if there is anything else among them.
fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.bytes().filter(|byte| !byte.is_ascii_whitespace());
    let digits: Option<Vec<u32>> = digits.map(|byte| char::from(byte).to_digit(16)).collect();
    let (pairs, rest) = digits.as_deref()?.as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| u8::try_from(high * 16 + low).unwrap_or_default());
    rest.is_empty().then(|| bytes.collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn a_checksum_is_understood_in_all_its_usual_spellings() {
        let checksum: Checksum = format!("sha-256:{ABC}").parse().unwrap();
        for text in [
            format!("SHA256:{}", ABC.to_uppercase()),
            format!(" sha_256 = {ABC}\n"),
            ABC.to_owned(),
            format!("sha256: {} {}", &ABC[..32], &ABC[32..]),
        ] {
            assert_eq!(text.parse(), Ok(checksum.clone()), "{text}");
        }
    }

    #[test]
    fn what_is_no_checksum_is_refused() {
        for text in
            ["", ":", "sha-256:", "sha-256:12", "md5:zz", "sha-3:00", &ABC[1..], "1234é678", ABC[..6].into()]
        {
            assert!(text.parse::<Checksum>().is_err(), "{text}");
        }
    }

    #[test]
    fn pieces_make_the_whole_and_only_the_last_is_shorter() {
        let pieces = Pieces::new(Algorithm::Crc32, 10, vec![0; 12]).unwrap();
        assert!(pieces.fit(21) && pieces.fit(30) && !pieces.fit(20) && !pieces.fit(31));
        let ranges: Vec<_> = pieces.iter(25).map(|(range, _)| range).collect();
        assert_eq!(ranges, [0..10, 10..20, 20..25]);
        assert!(Pieces::new(Algorithm::Crc32, 0, vec![0; 4]).is_none());
        assert!(Pieces::new(Algorithm::Crc32, 9, vec![0; 5]).is_none());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(index in 0..Algorithm::ALL.len(), bytes in prop::array::uniform32(0_u8..)) {
            let algorithm = Algorithm::ALL[index];
            let value = bytes.repeat(2)[..algorithm.length()].to_vec();
            let checksum = Checksum::new(algorithm, value.clone()).unwrap();
            prop_assert_eq!(checksum.to_string().parse(), Ok(checksum.clone()));
            let read: Checksum = ron::from_str(&ron::to_string(&checksum).unwrap()).unwrap();
            prop_assert_eq!(read, checksum);
            let pieces = Pieces::new(algorithm, 7, value).unwrap();
            let read: Pieces = ron::from_str(&ron::to_string(&pieces).unwrap()).unwrap();
            prop_assert_eq!(read, pieces);
        }

        #[test]
        fn no_text_breaks_the_reader(text in "\\PC{0,80}") {
            _ = text.parse::<Checksum>();
        }
    }
}
