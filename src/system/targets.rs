//! What the desktop or somebody at a terminal wants opened: links for downloads, files for uploads.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::drag_and_drop::file_of_uri;
use crate::{Address, Metalink};

/// What is to be opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    /// What is to be got, each a text with links in it.
    pub links: Vec<String>,
    /// What is to be sent.
    pub files: Vec<PathBuf>,
}

impl Targets {
    /// Files are what is there, or is an address of one; the rest are links. A Metalink is opened for what it
    /// describes.
    pub fn of(words: &[String]) -> Self {
        let mut targets = Self::default();
        for word in words {
            if let Some(file) = file_of_uri(word) {
                targets.add(file);
            } else if Address::parse(word).is_err() && Path::new(word).exists() {
                targets.add(std::path::absolute(word).unwrap_or_else(|_| word.into()));
            } else {
                targets.links.push(word.clone());
            }
        }
        targets
    }

    fn add(&mut self, file: PathBuf) {
        match described(&file) {
            Some(text) => self.links.push(text),
            None => self.files.push(file),
        }
    }
}

/// The text of a Metalink.
fn described(file: &Path) -> Option<String> {
    let kind = file.extension()?.to_str()?;
    // Pipes and devices have no end.
    if !["meta4", "metalink"].iter().any(|known| kind.eq_ignore_ascii_case(known)) || !file.is_file() {
        return None;
    }
    let mut text = String::new();
    let longest = Metalink::LONGEST as u64;
    File::open(file).ok()?.take(longest).read_to_string(&mut text).ok()?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_sent_and_links_are_got() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a b.pdf");
        crate::replace(&file, b"text").unwrap();
        let path = file.to_str().unwrap();
        let words =
            ["https://example.org/a.iso", path, &format!("file://{}", path.replace(' ', "%20")), "/nowhere"];
        let targets = Targets::of(&words.map(str::to_owned));
        assert_eq!(targets.files, [file.clone(), file]);
        assert_eq!(targets.links, ["https://example.org/a.iso", "/nowhere"]);
    }

    #[test]
    fn a_metalink_is_opened_for_what_it_describes() {
        let dir = tempfile::tempdir().unwrap();
        let described = dir.path().join("a.Meta4");
        crate::replace(&described, b"<metalink/>").unwrap();
        let folder = dir.path().join("b.metalink");
        std::fs::create_dir(&folder).unwrap();
        let targets = Targets::of(&[&described, &folder].map(|path| path.to_str().unwrap().to_owned()));
        assert_eq!(targets, Targets { links: vec!["<metalink/>".into()], files: vec![folder] });
    }
}
