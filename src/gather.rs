//! What to download, found in whatever somebody pastes: links on lines or in prose, ranges of links, commands
//! of curl, HTML, a Metalink. Pure, and harmless whatever the text is.

use crate::download::name::{self, harmless};
use crate::download::{Metalink, NotAMetalink};
use crate::transfer::{DownloadRequest, ErrorKind, Failure};

mod curl;
#[cfg(fuzzing)]
mod fuzzing;
mod html;
mod range;
mod shell;
#[cfg(test)]
mod tests;
mod words;

#[cfg(fuzzing)]
pub(crate) use fuzzing::fuzz;

/// The longest text that is looked at, in bytes.
const LONGEST: usize = Metalink::LONGEST;
/// How many files are taken from one text.
const MOST: usize = 50_000;
/// How many of them ranges may stand for.
const MOST_IN_RANGES: usize = 10_000;

/// What was found in a text.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    /// What can be downloaded, in the order of the text. An address that is there twice is twice among them.
    pub entries: Vec<Entry>,
    /// What looks as if it were meant, and cannot be.
    pub left_out: Vec<Omission>,
}

/// Something to download.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where it is, and what is to be said there. It goes nowhere yet.
    pub request: DownloadRequest,
    /// What the text calls it, if it does; a harmless file name.
    pub name: Option<String>,
}

/// A part of the text that is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Omission {
    /// The part, or the beginning of it.
    pub text: String,
    /// Why it is.
    pub reason: NotTaken,
}

/// Why a part of a text cannot be downloaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotTaken {
    /// There is no address in it.
    #[error("There is no address in it.")]
    NoAddress,
    /// It is the address of something else.
    #[error("Addresses that begin with “{0}:” cannot be downloaded.")]
    Unsupported(String),
    /// It is no address, although it looks like one.
    #[error("This is not an address.")]
    Invalid,
    /// There is too much of it.
    #[error("This stands for more than {most} files. Use a smaller range.", most = MOST_IN_RANGES)]
    TooMany,
    /// The whole text is too long.
    #[error("This text is too long.")]
    TooLong,
    /// A command that sends something.
    #[error("This command sends something to the server. Let the browser do that.")]
    Sends,
    /// A command with an option that is not known here.
    #[error("The option {0} is not known here. Leave it out if the download works without it.")]
    Option(String),
    /// A command that is cut off.
    #[error("This command is not complete. Copy all of it.")]
    Unfinished,
    /// A link that is short for an address on a page that is not known.
    #[error("This link is short for an address on a page, and the page is not known.")]
    Relative,
    /// It looks like a Metalink.
    #[error(transparent)]
    Metalink(#[from] NotAMetalink),
}

impl Omission {
    /// How many characters of a part are told: enough to know it again.
    pub const LONGEST: usize = 200;
}

impl Entry {
    /// What the file will be called, unless its server says otherwise.
    #[must_use]
    pub fn file_name(&self) -> String {
        self.name.clone().unwrap_or_else(|| name::in_address(&self.request.url))
    }
}

/// Finds what to download in a text.
#[must_use]
pub fn gather(text: &str) -> Gathered {
    let mut gatherer = Gatherer::default();
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.len() > LONGEST {
        gatherer.leave_out(text, NotTaken::TooLong);
    } else if text.starts_with('<') && text.contains("<metalink") {
        gatherer.metalink(text);
    } else if let Some(page) = html::read(text).filter(|_| curl::begins(text).is_none()) {
        gatherer.page(&page);
    } else {
        gatherer.lines(text);
    }
    gatherer.gathered
}

/// Collects what is found.
#[derive(Default)]
struct Gatherer {
    gathered: Gathered,
    /// How many came from ranges.
    in_ranges: usize,
}

impl Gatherer {
    fn metalink(&mut self, text: &str) {
        match Metalink::parse(text.as_bytes()) {
            Ok(metalink) => {
                for file in metalink.files {
                    let name = file.name.clone();
                    if let Some(mut request) = file.request(std::path::Path::new("")) {
                        request.destination = None;
                        self.take(text, Entry { request, name: Some(name) });
                    }
                }
            }
            Err(error) => self.leave_out(text, error.into()),
        }
    }

    fn page(&mut self, page: &html::Page) {
        for link in &page.links {
            match page.resolve(link) {
                Some(Ok(request)) => self.take(link, Entry { request, name: None }),
                Some(Err(reason)) => self.leave_out(link, reason),
                None => {}
            }
        }
    }

    fn lines(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
            if let Some(start) = curl::begins(line) {
                let command = shell::read(&rest[start..]);
                self.command(&command);
                rest = command.rest;
            } else {
                self.line(line.trim());
                rest = after;
            }
        }
    }

    fn line(&mut self, line: &str) {
        if line.is_empty() || line.starts_with('#') {
            return;
        }
        let links = words::links(line);
        if links.is_empty() {
            self.leave_out(line, NotTaken::NoAddress);
        }
        for link in links {
            self.link(&link, true, DownloadRequest::new);
        }
    }

    fn command(&mut self, command: &shell::Command<'_>) {
        let shown = command.words.join(" ");
        if !command.is_complete {
            return self.leave_out(&shown, NotTaken::Unfinished);
        }
        match curl::Call::read(&command.words) {
            Ok(call) if call.urls.is_empty() => self.leave_out(&shown, NotTaken::NoAddress),
            Ok(call) => {
                for (url, name) in call.targets() {
                    let before = self.gathered.entries.len();
                    self.link(&url, call.has_ranges, |url| call.request(url));
                    if let (Some(name), [only]) = (name, &mut self.gathered.entries[before..]) {
                        only.name = Some(harmless(name));
                    }
                }
            }
            Err(reason) => self.leave_out(&shown, reason),
        }
    }

    /// Takes a link, which may stand for several.
    fn link(
        &mut self,
        link: &str,
        has_ranges: bool,
        request: impl Fn(&str) -> Result<DownloadRequest, Failure>,
    ) {
        let range = if has_ranges { range::read(link) } else { None };
        let Some(range) = range else {
            match request(link) {
                Ok(request) => self.take(link, Entry { request, name: None }),
                Err(failure) => self.leave_out(link, reason(&failure, link)),
            }
            return;
        };
        let Some(links) = range.links(MOST_IN_RANGES - self.in_ranges) else {
            return self.leave_out(link, NotTaken::TooMany);
        };
        self.in_ranges += links.len();
        for link in links {
            match request(&link) {
                Ok(request) => self.take(&link, Entry { request, name: None }),
                Err(failure) => return self.leave_out(&link, reason(&failure, &link)),
            }
        }
    }

    fn take(&mut self, text: &str, entry: Entry) {
        if self.gathered.entries.len() < MOST {
            self.gathered.entries.push(entry);
        } else if self.gathered.left_out.last().is_none_or(|last| last.reason != NotTaken::TooMany) {
            self.leave_out(text, NotTaken::TooMany);
        }
    }

    fn leave_out(&mut self, text: &str, reason: NotTaken) {
        let text = text.chars().take(Omission::LONGEST).collect();
        self.gathered.left_out.push(Omission { text, reason });
    }
}

/// Why a link is none.
fn reason(failure: &Failure, link: &str) -> NotTaken {
    match failure.kind {
        ErrorKind::UnsupportedScheme => {
            let scheme = link.split(':').next().unwrap_or_default();
            NotTaken::Unsupported(scheme.to_ascii_lowercase())
        }
        _ => NotTaken::Invalid,
    }
}
