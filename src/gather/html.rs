//! Links in a piece of HTML: what a page links to, and what it shows.

use super::{NotTaken, reason};
use crate::transfer::{Address, DownloadRequest, ErrorKind};

/// Elements with a link to something that somebody may want, and the attribute that has it.
const LINKS: [(&str, &str); 9] = [
    ("a", "href"),
    ("area", "href"),
    ("img", "src"),
    ("source", "src"),
    ("video", "src"),
    ("audio", "src"),
    ("embed", "src"),
    ("track", "src"),
    ("base", "href"),
];
/// Links that lead to no file.
const NOWHERE: [&str; 7] = ["javascript", "mailto", "data", "tel", "blob", "about", "sms"];

/// What was found in a page.
#[derive(Default)]
pub(super) struct Page {
    /// As they stand there.
    pub links: Vec<String>,
    /// The address that short ones belong to.
    base: Option<Address>,
}

/// Reads a page; nothing if no link is in it.
pub(super) fn read(text: &str) -> Option<Page> {
    let mut page = Page::default();
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        rest = &rest[open + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, behind)| behind);
            continue;
        }
        let name = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).len();
        let (tag, behind) = rest.split_at(name);
        let wanted = LINKS.iter().find(|(known, _)| known.eq_ignore_ascii_case(tag));
        let Some((tag, wanted)) = wanted.filter(|_| behind.starts_with(|c: char| c.is_whitespace())) else {
            continue;
        };
        let (value, behind) = attribute(behind, wanted);
        rest = behind;
        match value {
            Some(value) if *tag == "base" => {
                page.base = page.base.or_else(|| Address::parse(&value).ok().map(|(base, _)| base));
            }
            Some(value) => page.links.push(value),
            None => {}
        }
    }
    (!page.links.is_empty()).then_some(page)
}

/// The value of an attribute of the element whose attributes these are, and what comes behind the element.
fn attribute<'a>(text: &'a str, wanted: &str) -> (Option<String>, &'a str) {
    let (mut rest, mut found) = (text, None);
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        let end =
            rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/')).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        let Some(value) = behind.trim_start().strip_prefix('=') else {
            rest = behind.trim_start();
            match rest.strip_prefix('>') {
                Some(behind) => return (found, behind),
                None if rest.is_empty() => return (found, rest),
                None => continue,
            }
        };
        let (value, behind) = self::value(value.trim_start());
        if name.eq_ignore_ascii_case(wanted) && found.is_none() {
            found = Some(decoded(value));
        }
        rest = behind;
    }
}

/// The value at the beginning, without its quotes, and what comes behind it.
fn value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            return inside.split_once(quote).unwrap_or((inside, ""));
        }
    }
    text.split_at(text.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(text.len()))
}

/// With the letters that its references stand for.
fn decoded(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        // The longest of those that are known here.
        let end = rest.bytes().take(9).position(|byte| byte == b';');
        match end.and_then(|end| Some((letter(&rest[..end])?, end))) {
            Some((letter, end)) => {
                decoded.push(letter);
                rest = &rest[end + 1..];
            }
            None => decoded.push('&'),
        }
    }
    decoded.push_str(rest);
    decoded
}

fn letter(reference: &str) -> Option<char> {
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    match reference {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = reference.strip_prefix('#')?;
            match digits.strip_prefix(['x', 'X']) {
                Some(digits) => number(digits, 16),
                None => number(digits, 10),
            }
        }
    }
}

impl Page {
    /// What a link means there; nothing if it leads to no file.
    pub(super) fn resolve(&self, link: &str) -> Option<Result<DownloadRequest, NotTaken>> {
        let link: String = link.trim().chars().filter(|c| !c.is_control()).collect();
        if link.is_empty() || link.starts_with('#') {
            return None;
        }
        let scheme = link.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
        if scheme.is_some_and(|scheme| NOWHERE.contains(&scheme.as_str())) {
            return None;
        }
        Some(match DownloadRequest::new(&link) {
            Ok(request) => Ok(request),
            Err(failure) if failure.kind == ErrorKind::UnsupportedScheme || link.contains("://") => {
                Err(reason(&failure, &link))
            }
            Err(_) => self.relative(&link),
        })
    }

    fn relative(&self, link: &str) -> Result<DownloadRequest, NotTaken> {
        let address = match (&self.base, link.starts_with("//")) {
            (Some(base), _) => base.join(link),
            (None, true) => Address::parse(&format!("https:{link}")).map(|(address, _)| address),
            (None, false) => return Err(NotTaken::Relative),
        };
        address.map(DownloadRequest::at).map_err(|_| NotTaken::Invalid)
    }
}
