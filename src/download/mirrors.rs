//! Where else a file is, in the words of its server. Pure: from `Link` headers (RFC 8288) to addresses, as
//! RFC 6249 uses them: `<http://a.example/f>; rel=duplicate; pri=1; geo=de` and `<http://b.example/f.meta4>;
//! rel=describedby; type="application/metalink4+xml"`.

use http::{HeaderMap, header::LINK};

use crate::transfer::{Address, Mirror};

/// The media types of a Metalink, of its fourth and third version.
const METALINK: [&str; 2] = ["application/metalink4+xml", "application/metalink+xml"];
/// Longest value that is looked at, in bytes; more mirrors than this are not taken.
const LONGEST: usize = 32 * 1024;
const MOST: usize = 64;

/// What the links of an answer lead to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Links {
    /// Other addresses of the same file, the best first.
    pub mirrors: Vec<Mirror>,
    /// A Metalink that describes the file, of the same origin.
    pub description: Option<Address>,
}

/// What the answer with these headers links to, which came from `base`. What leads from a safe address to
/// an unsafe one is passed over.
pub(super) fn stated(headers: &HeaderMap, base: &Address) -> Links {
    let mut links = Links::default();
    for value in headers.get_all(LINK).iter().filter(|value| value.len() <= LONGEST) {
        for link in value.to_str().map(split).unwrap_or_default() {
            take(&link, base, &mut links);
        }
    }
    links.mirrors.sort_by_key(|mirror| mirror.priority);
    links.mirrors.truncate(MOST);
    links
}

fn take(link: &Link<'_>, base: &Address, links: &mut Links) {
    let is = |kind: &str| {
        link.get("rel").is_some_and(|rel| rel.split_whitespace().any(|word| word.eq_ignore_ascii_case(kind)))
    };
    let Ok(url) = base.join(link.target) else { return };
    if base.is_https() && !url.is_https() {
        return;
    }
    if is("duplicate") && url != *base && links.mirrors.iter().all(|known| known.url != url) {
        let priority = link.get("pri").and_then(|text| text.parse().ok());
        let priority = priority.unwrap_or(Mirror::LAST).clamp(1, Mirror::LAST);
        let location = link.get("geo").and_then(country);
        links.mirrors.push(Mirror { url, priority, location });
    } else if is("describedby") && url.origin() == base.origin() && links.description.is_none() {
        let kind = link.get("type").unwrap_or_default().to_ascii_lowercase();
        links.description = METALINK.contains(&kind.as_str()).then_some(url);
    }
}

/// The two letters of a country, in small ones.
pub(super) fn country(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_lowercase())).then_some(text)
}

/// One link as it stands: its target, and its parameters without their quotes.
#[derive(Debug)]
struct Link<'a> {
    target: &'a str,
    parameters: Vec<(&'a str, &'a str)>,
}

impl<'a> Link<'a> {
    /// A parameter; of one that stands twice, the first (RFC 8288 §3.3).
    fn get(&self, name: &str) -> Option<&'a str> {
        self.parameters.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }
}

/// The links of a value, as far as it is well formed (RFC 8288 appendix B.2).
fn split(mut text: &str) -> Vec<Link<'_>> {
    let mut links = Vec::new();
    while let Some((target, rest)) =
        text.trim_start_matches([' ', '\t', ',']).strip_prefix('<').and_then(|rest| rest.split_once('>'))
    {
        let mut link = Link { target: target.trim(), parameters: Vec::new() };
        text = rest.trim_start();
        while let Some(rest) = text.strip_prefix(';') {
            let Some((parameter, rest)) = parameter(rest.trim_start()) else { return links };
            link.parameters.push(parameter);
            text = rest.trim_start();
        }
        links.push(link);
    }
    links
}

/// A parameter at the beginning of `text`, and what stands behind it. What is escaped in quotes stays so:
/// nothing that is of use here needs it.
fn parameter(text: &str) -> Option<((&str, &str), &str)> {
    let name_end = text.find(['=', ';', ',']).unwrap_or(text.len());
    let (name, rest) = text.split_at(name_end);
    let Some(rest) = rest.strip_prefix('=') else { return Some(((name.trim(), ""), rest)) };
    let rest = rest.trim_start();
    let Some(quoted) = rest.strip_prefix('"') else {
        let end = rest.find([';', ',']).unwrap_or(rest.len());
        return Some(((name.trim(), rest[..end].trim()), &rest[end..]));
    };
    let mut is_escaped = false;
    let end = quoted.find(|c| {
        let is_end = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        is_end
    })?;
    Some(((name.trim(), &quoted[..end]), &quoted[end + 1..]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn links(base: &str, values: &[&str]) -> Links {
        let headers = values.iter().map(|value| (LINK, value.parse().unwrap())).collect();
        stated(&headers, &Address::parse(base).unwrap().0)
    }

    fn shown(links: &Links) -> Vec<(String, u32, Option<&str>)> {
        let mirror = |m: &'_ Mirror| (m.url.to_string(), m.priority);
        links.mirrors.iter().map(|m| (mirror(m).0, mirror(m).1, m.location.as_deref())).collect()
    }

    #[test]
    fn mirrors_and_descriptions_are_found_the_best_first() {
        // After RFC 6249 §1.1.
        let found = links(
            "http://www.example.com/example.ext",
            &[
                "<http://www2.example.com/example.ext>; rel=duplicate",
                "<http://c.example/x.meta4>; rel=describedby; type=\"application/metalink4+xml\"",
                "<http://example.com/example.ext.torrent>; rel=describedby; type=\"application/x-bittorrent\"",
                "</example.ext.meta4>; rel=describedby; type=\"application/metalink4+xml\"",
                "<http://b.example/e,x;t>; REL=\"nofollow duplicate\"; pri=1; geo=DE; pref, <c>; rel=duplicate; pri=0",
                "<http://example.com/example.ext.asc>; rel=describedby; type=\"application/pgp-signature\"",
            ],
        );
        assert_eq!(found.description.as_ref().unwrap().expose(), "http://www.example.com/example.ext.meta4");
        assert_eq!(
            shown(&found),
            [
                ("http://b.example/e,x;t".into(), 1, Some("de")),
                ("http://www.example.com/c".into(), 1, None),
                ("http://www2.example.com/example.ext".into(), Mirror::LAST, None),
            ]
        );
    }

    #[test]
    fn a_link_to_itself_to_something_else_or_to_an_unsafe_place_is_no_mirror() {
        let found = links(
            "https://a.example/f",
            &[
                "<https://a.example/f>; rel=duplicate, <http://b.example/f>; rel=duplicate",
                "<ftp://c.example/f>; rel=duplicate, <file:///etc/passwd>; rel=duplicate",
                "<https://d.example/f>; rel=next, <https://e.example/f>; title=\"; rel=duplicate\"",
                "<https://f.example/f; rel=duplicate",
                "<https://g.example/f>; rel=\"duplicate",
            ],
        );
        assert_eq!(found, Links::default());
    }

    #[test]
    fn a_login_in_a_link_is_dropped() {
        let found = links("http://a.example/f", &["<http://u:S3CR3T@b.example/f>; rel=duplicate"]);
        assert_eq!(found.mirrors[0].url.expose(), "http://b.example/f");
    }

    proptest! {
        #[test]
        fn no_header_breaks_the_reader(text in "[ -~]{0,120}|[<>;,=\" a\\\\]{0,40}") {
            let found = links("http://a.example/f", &[&text]);
            prop_assert!(found.mirrors.len() <= MOST);
        }

        #[test]
        fn a_mirror_is_found_behind_whatever_is_well_formed(title in "[a-z,;<>= ]{0,20}", pri in 1_u32..1000) {
            let value = format!("<x>; title=\"{title}\", <http://b.example/>; pri={pri}; rel=duplicate");
            prop_assert_eq!(links("http://a.example/f", &[&value]).mirrors[0].priority, pri);
        }
    }
}
