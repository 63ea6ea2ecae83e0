//! Files of checksums beside the file, for who wants them to be looked for.

use std::time::Duration;

use percent_encoding::percent_decode_str;
use tokio::time::timeout;

use super::listing;
use crate::download::Download;
use crate::download::document::{self, Wanted};
use crate::transfer::{Address, Algorithm, Checksum};

/// Longer lists are not read, in bytes.
const LONGEST: usize = 1024 * 1024;
/// Nobody waits longer than this for all of them together.
const PATIENCE: Duration = Duration::from_secs(15);

/// A file beside another one that may say what that amounts to.
#[derive(Debug, PartialEq, Eq)]
struct Sibling {
    url: Address,
    usual: Algorithm,
    /// Whether it is about that one file.
    is_its_own: bool,
}

impl Download {
    /// Looks for a file of checksums that names this file, if that is wanted and nothing is known of it.
    /// That there is none is no failure.
    pub(in crate::download) async fn look_for_checksum(&self) -> Vec<Checksum> {
        let known = &self.request.expected;
        let is_wanted = self.request.find_checksum || self.attempt.find_checksums;
        if !is_wanted || !known.checksums.is_empty() || known.pieces.is_some() {
            return Vec::new();
        }
        let look = async {
            for sibling in siblings(&self.sources.first().url) {
                if let Some(found) = self.look_into(&sibling).await {
                    return vec![found];
                }
            }
            Vec::new()
        };
        tokio::select! {
            () = self.attempt.stop.cancelled() => Vec::new(),
            found = timeout(PATIENCE, look) => found.unwrap_or_default(),
        }
    }

    async fn look_into(&self, sibling: &Sibling) -> Option<Checksum> {
        let source = self.sources.first();
        let wanted = Wanted {
            url: &sibling.url,
            headers: &source.headers,
            timeouts: self.attempt.timeouts,
            longest: LONGEST,
        };
        let list = document::read(&source.net, &wanted).await.ok()?;
        // Elsewhere somebody else may have written it.
        if list.url.origin() != source.url.origin() {
            return None;
        }
        let text = String::from_utf8_lossy(&list.bytes);
        let name = name(&source.url)?;
        if sibling.is_its_own {
            listing::only(&text, &name, sibling.usual)
        } else {
            listing::find(&text, &name, sibling.usual)
        }
    }
}

/// Where lists usually are, those of the strongest sums first.
fn siblings(url: &Address) -> Vec<Sibling> {
    let Some(last) = last_part(url) else { return Vec::new() };
    [
        (format!("{last}.sha256"), Algorithm::Sha256, true),
        ("SHA256SUMS".to_owned(), Algorithm::Sha256, false),
        ("SHA512SUMS".to_owned(), Algorithm::Sha512, false),
        ("MD5SUMS".to_owned(), Algorithm::Md5, false),
    ]
    .into_iter()
    .filter_map(|(path, usual, is_its_own)| {
        // Without the dot, a name with a colon in it would be an address.
        let url = url.join(&format!("./{path}")).ok()?;
        Some(Sibling { url, usual, is_its_own })
    })
    .collect()
}

/// The last part of the path, as it stands there.
fn last_part(url: &Address) -> Option<&str> {
    url.url().path().rsplit('/').next().filter(|last| !last.is_empty())
}

fn name(url: &Address) -> Option<String> {
    percent_decode_str(last_part(url)?).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(url: &str) -> Vec<String> {
        let (url, _) = Address::parse(url).unwrap();
        siblings(&url).into_iter().map(|sibling| sibling.url.expose().to_owned()).collect()
    }

    #[test]
    fn lists_are_looked_for_in_the_folder_of_the_file_and_without_its_query() {
        let found = addresses("http://a.example/dir/a%20b:c.iso?token=S3CR3T");
        assert_eq!(
            found,
            [
                "http://a.example/dir/a%20b:c.iso.sha256",
                "http://a.example/dir/SHA256SUMS",
                "http://a.example/dir/SHA512SUMS",
                "http://a.example/dir/MD5SUMS",
            ]
        );
    }

    #[test]
    fn a_folder_has_no_list_about_itself() {
        assert!(addresses("http://a.example/dir/").is_empty());
    }
}
