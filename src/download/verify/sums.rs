//! Checksums in the making: bytes go in, in order, and what they amount to comes out.

use sha2::Digest as _;

use crate::transfer::{Algorithm, Checksum};

/// What the same bytes amount to in several ways.
#[derive(Clone, Debug)]
pub(crate) struct Sums(Vec<Sum>);

/// Boxed where they are large.
#[derive(Clone, Debug)]
enum Sum {
    Crc32(crc32fast::Hasher),
    Md5(md5::Md5),
    Sha1(sha1::Sha1),
    Sha256(sha2::Sha256),
    Blake3(Box<blake3::Hasher>),
    Sha384(Box<sha2::Sha384>),
    Sha512(Box<sha2::Sha512>),
}

impl Sums {
    /// Sums of no bytes so far, each algorithm once.
    pub(crate) fn new(algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        let mut algorithms: Vec<_> = algorithms.into_iter().collect();
        algorithms.sort_unstable();
        algorithms.dedup();
        Self(algorithms.into_iter().map(Sum::new).collect())
    }

    /// Puts in the next bytes.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.iter_mut().for_each(|sum| sum.update(bytes));
    }

    /// What the bytes amount to.
    pub(crate) fn finish(self) -> Vec<Checksum> {
        self.0.into_iter().filter_map(Sum::finish).collect()
    }
}

impl Sum {
    fn new(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Crc32 => Self::Crc32(crc32fast::Hasher::new()),
            Algorithm::Md5 => Self::Md5(md5::Md5::new()),
            Algorithm::Sha1 => Self::Sha1(sha1::Sha1::new()),
            Algorithm::Sha256 => Self::Sha256(sha2::Sha256::new()),
            Algorithm::Blake3 => Self::Blake3(Box::default()),
            Algorithm::Sha384 => Self::Sha384(Box::default()),
            Algorithm::Sha512 => Self::Sha512(Box::default()),
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Crc32(sum) => sum.update(bytes),
            Self::Md5(sum) => sum.update(bytes),
            Self::Sha1(sum) => sum.update(bytes),
            Self::Sha256(sum) => sum.update(bytes),
            Self::Blake3(sum) => _ = sum.update(bytes),
            Self::Sha384(sum) => sum.update(bytes),
            Self::Sha512(sum) => sum.update(bytes),
        }
    }

    /// Always something: each value has the length of its algorithm.
    fn finish(self) -> Option<Checksum> {
        match self {
            Self::Crc32(sum) => Checksum::new(Algorithm::Crc32, sum.finalize().to_be_bytes()),
            Self::Md5(sum) => Checksum::new(Algorithm::Md5, sum.finalize().to_vec()),
            Self::Sha1(sum) => Checksum::new(Algorithm::Sha1, sum.finalize().to_vec()),
            Self::Sha256(sum) => Checksum::new(Algorithm::Sha256, sum.finalize().to_vec()),
            Self::Blake3(sum) => Checksum::new(Algorithm::Blake3, *sum.finalize().as_bytes()),
            Self::Sha384(sum) => Checksum::new(Algorithm::Sha384, sum.finalize().to_vec()),
            Self::Sha512(sum) => Checksum::new(Algorithm::Sha512, sum.finalize().to_vec()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of `abc`, from the standards that define the algorithms (FIPS 180-4, RFC 1321 and others).
    const ABC: [&str; 7] = [
        "crc32:352441c2",
        "md5:900150983cd24fb0d6963f7d28e17f72",
        "sha-1:a9993e364706816aba3e25717850c26c9cd0d89d",
        "sha-256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "blake3:6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85",
        "sha-384:cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
        "sha-512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
         2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ];

    #[test]
    fn each_algorithm_says_what_its_standard_says() {
        let mut sums = Sums::new(Algorithm::ALL);
        sums.update(b"a");
        sums.update(b"bc");
        let found: Vec<_> = sums.finish().iter().map(ToString::to_string).collect();
        assert_eq!(found, ABC);
    }

    #[test]
    fn an_algorithm_that_is_wanted_twice_is_computed_once() {
        let sums = Sums::new([Algorithm::Md5, Algorithm::Crc32, Algorithm::Md5]);
        assert_eq!(sums.finish().len(), 2);
    }
}
