//! Which of the written lines are links.

use crate::{Address, ipc};

/// What was written, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// Addresses, each once, in the order they were written.
    pub good: Vec<String>,
    /// Lines that are none.
    pub bad: Vec<String>,
}

impl Links {
    /// Sorts what was written. A line is one address, in which a browser would allow spaces, or
    /// several with spaces between them.
    pub fn read(text: &str) -> Self {
        let mut links = Self::default();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let several = line.matches("://").count() > 1;
            let words = if several { ipc::links_in(line) } else { Vec::new() };
            if several && words.len() == line.split_whitespace().count() {
                for word in words {
                    links.take(word);
                }
            } else if !several && Address::parse(line).is_ok() {
                links.take(line.to_owned());
            } else {
                links.bad.push(line.to_owned());
            }
        }
        links
    }

    fn take(&mut self, link: String) {
        if !self.good.contains(&link) {
            self.good.push(link);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_link_or_is_named() {
        let links =
            Links::read("https://a.example/1\n\n  http://b.example/2  \nnot a link\nftp://c/3\ngopher://d/4");
        assert_eq!(links.good, ["https://a.example/1", "http://b.example/2", "ftp://c/3"]);
        assert_eq!(links.bad, ["not a link", "gopher://d/4"]);
    }

    #[test]
    fn a_link_written_twice_is_there_once() {
        let links = Links::read("https://a.example/1 https://a.example/1\nhttps://a.example/1");
        assert_eq!(links.good, ["https://a.example/1"]);
        assert!(links.bad.is_empty());
    }

    #[test]
    fn a_name_with_spaces_is_one_link() {
        let links = Links::read("https://a.example/my file.zip");
        assert_eq!(links.good, ["https://a.example/my file.zip"]);
    }

    #[test]
    fn a_link_with_another_one_inside_is_one_link() {
        let inside = "https://a.example/get?from=http://b.example/2";
        assert_eq!(Links::read(inside).good, [inside]);
    }
}
