//! The link to what was uploaded, as far as its server gives one.
//!
//! It is the word of a stranger: only addresses of the web are taken for links, without a login and not
//! longer than people can use. Nothing here follows one.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Address, Delivery, Method, Protocol, Remote, Response, UploadRequest};

/// The longest link, in bytes.
const LONGEST: usize = 2048;
/// What does not stand for itself in a part of a path (RFC 3986 §2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// The longest rule, in bytes.
const LONGEST_RULE: usize = 2048;

/// How the link is made of an answer: text in which `{json:a.b[0]}`, `{header:NAME}` and `{response}` stand
/// for parts of it, `{responseurl}` for the address that gave it, and `{filename}` for the name of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LinkRule {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Json(Vec<Step>),
    Header(String),
    Response,
    Asked,
    FileName,
}

/// One step into a JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Name(String),
    Index(usize),
}

/// A rule that cannot be followed, with the part that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” finds no link. It can be {{json:PATH}}, {{header:NAME}}, {{response}}, {{responseurl}} or {{filename}}."
)]
pub struct NotALinkRule(String);

impl LinkRule {
    /// A rule as somebody wrote it.
    ///
    /// # Errors
    /// If something in braces is not known.
    pub fn parse(text: &str) -> Result<Self, NotALinkRule> {
        let wrong = |part: &str| NotALinkRule(part.chars().filter(|c| !c.is_control()).take(60).collect());
        if text.is_empty() || text.len() > LONGEST_RULE {
            return Err(wrong(text));
        }
        let (mut pieces, mut rest) = (Vec::new(), text);
        while let Some((before, inside)) = rest.split_once('{') {
            let (part, after) = inside.split_once('}').ok_or_else(|| wrong(rest))?;
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            pieces.push(piece(part).ok_or_else(|| wrong(part))?);
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Ok(Self { text: text.to_owned(), pieces })
    }

    /// What it makes of an answer; nothing if a part of it is not there.
    fn follow(&self, request: &UploadRequest, response: &Response) -> Option<String> {
        let mut json = None;
        let mut link = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => link.push_str(text),
                Piece::Header(name) => link.push_str(header(response, name)?),
                Piece::Response => link.push_str(response.body.trim()),
                Piece::Asked => link.push_str(&without_query(&request.url)),
                Piece::FileName => {
                    let name = request.file.file_name()?.as_encoded_bytes();
                    link.extend(percent_encode(name, RESERVED));
                }
                Piece::Json(path) => {
                    let json = json.get_or_insert_with(|| serde_json::from_str::<Value>(&response.body).ok());
                    link.push_str(&at(json.as_ref()?, path)?);
                }
            }
            if link.len() > LONGEST {
                return None;
            }
        }
        Some(link)
    }
}

fn piece(text: &str) -> Option<Piece> {
    let (word, argument) = text.split_once(':').unwrap_or((text, ""));
    match (word.trim().to_ascii_lowercase().as_str(), argument.trim()) {
        ("response", "") => Some(Piece::Response),
        ("responseurl", "") => Some(Piece::Asked),
        ("filename", "") => Some(Piece::FileName),
        ("header", name) => {
            http::HeaderName::from_bytes(name.as_bytes()).ok().map(|_| Piece::Header(name.to_owned()))
        }
        ("json", path) => steps(path).map(Piece::Json),
        _ => None,
    }
}

/// The steps of `a.b[0]`, with or without `$.` before them.
fn steps(path: &str) -> Option<Vec<Step>> {
    let path = path.strip_prefix('$').map_or(path, |rest| rest.strip_prefix('.').unwrap_or(rest));
    let mut steps = Vec::new();
    for part in path.split('.').filter(|_| !path.is_empty()) {
        if part.contains(['{', '|', '*', '?', '@', '(']) {
            return None;
        }
        let (name, mut indexes) = part.split_at(part.find('[').unwrap_or(part.len()));
        if !name.is_empty() {
            steps.push(Step::Name(name.to_owned()));
        } else if indexes.is_empty() || !steps.is_empty() {
            return None;
        }
        while !indexes.is_empty() {
            let (index, rest) = indexes.strip_prefix('[')?.split_once(']')?;
            let name = index.trim_matches(['\'', '"']);
            steps.push(match index.parse() {
                Ok(index) => Step::Index(index),
                Err(_) if name.len() + 2 == index.len() && !name.is_empty() => Step::Name(name.to_owned()),
                Err(_) => return None,
            });
            indexes = rest;
        }
    }
    Some(steps)
}

fn at(json: &Value, path: &[Step]) -> Option<String> {
    let found = path.iter().try_fold(json, |value, step| match step {
        Step::Name(name) => value.get(name),
        Step::Index(index) => value.get(index),
    });
    match found? {
        Value::String(text) => Some(text.clone()),
        value @ (Value::Number(_) | Value::Bool(_)) => Some(value.to_string()),
        _ => None,
    }
}

impl TryFrom<String> for LinkRule {
    type Error = NotALinkRule;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<LinkRule> for String {
    fn from(rule: LinkRule) -> Self {
        rule.text
    }
}

impl fmt::Display for LinkRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The link to what was sent, if there is one.
pub(crate) fn found(request: &UploadRequest, delivery: &Delivery) -> Option<String> {
    let response = delivery.response.as_ref();
    if let Some(rule) = &request.link {
        return proper(&rule.follow(request, response?)?, &request.url);
    }
    let placed = || proper(&without_query(&request.stored_at()), &request.url);
    let named = || proper(header(response?, "location")?, &request.url);
    match delivery.protocol.unwrap_or(request.protocol) {
        Protocol::S3 => placed(),
        Protocol::Webdav => match &delivery.remote {
            Some(Remote::Webdav(at)) => proper(&without_query(&at.target), &request.url),
            Some(Remote::Nextcloud(at)) => proper(&without_query(&at.target), &request.url),
            _ => placed(),
        },
        Protocol::Auto | Protocol::Raw if request.method == Method::Put => named().or_else(placed),
        Protocol::Auto | Protocol::Raw | Protocol::Form => named().or_else(|| {
            let said = response?.body.trim();
            let is_whole = ["http://", "https://"].iter().any(|scheme| said.starts_with(scheme));
            if is_whole { proper(said, &request.url) } else { None }
        }),
        _ => None,
    }
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    let mut named = response.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
    named.next().map(|(_, value)| value.as_str())
}

/// What is asked for may be a secret, such as a signature.
fn without_query(url: &Address) -> String {
    let mut url = url.url().clone();
    url.set_query(None);
    url.into()
}

/// `text`, read at `base`, if that is an address for people.
fn proper(text: &str, base: &Address) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return None;
    }
    let mut base = base.url().clone();
    // A mere fragment would take over what was asked for, and with it perhaps a signature.
    base.set_query(None);
    let url = base.join(text).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    let is_plain = url.username().is_empty() && url.password().is_none();
    (is_web && is_plain && url.as_str().len() <= LONGEST).then(|| url.into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn answer(headers: &[(&str, &str)], body: &str) -> Delivery {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let response = Some(Response { status: 200, headers, body: body.to_owned() });
        Delivery { response, ..Delivery::of(Vec::new()) }
    }

    fn form() -> UploadRequest {
        UploadRequest::new("/a/b c.txt", "https://me:S3CR3T@a.example/up?sig=S3CR3T")
            .unwrap()
            .through(Protocol::Form)
    }

    fn by_rule(rule: &str, delivery: &Delivery) -> Option<String> {
        let request = UploadRequest { link: Some(LinkRule::parse(rule).unwrap()), ..form() };
        found(&request, delivery)
    }

    #[test]
    fn a_rule_takes_the_link_out_of_an_answer() {
        let body = r#"{"data": {"url": "https://x.example/1", "id": 7, "list": [{"k-k": "z"}]}}"#;
        let answer = answer(&[("X-Id", "42")], body);
        for (rule, link) in [
            ("{json:data.url}", Some("https://x.example/1")),
            ("{json:$.data.url}", Some("https://x.example/1")),
            ("https://y.example/{json:data.id}?n={filename}", Some("https://y.example/7?n=b%20c.txt")),
            ("https://y.example/{json:data.list[0]['k-k']}/{HEADER:x-id}", Some("https://y.example/z/42")),
            ("/f/{json:data.id}", Some("https://a.example/f/7")),
            ("{json:data.none}", None),
            ("{json:data}", None),
            ("{header:none}", None),
        ] {
            assert_eq!(by_rule(rule, &answer).as_deref(), link, "{rule}");
        }
        assert_eq!(by_rule("{responseurl}/1", &answer).as_deref(), Some("https://a.example/up/1"));
    }

    #[test]
    fn a_rule_that_is_not_known_is_refused_by_name() {
        for rule in
            ["", "{regex:1}", "a{json:x", "{}", "{json:a..b}", "{json:a[x]}", "{header:}", "{header:a b}"]
        {
            assert!(LinkRule::parse(rule).is_err(), "{rule}");
        }
        assert!(LinkRule::parse("{regex:1}").unwrap_err().to_string().contains("regex:1"));
    }

    #[test]
    fn only_an_address_of_the_web_is_a_link() {
        for body in [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://a.example/\u{7}x",
            "https://a.example/x\nhttps://b.example/",
            "https://me:pw@a.example/x",
            "see https://a.example/x",
            "https://",
            "",
        ] {
            assert_eq!(found(&form(), &answer(&[], body)), None, "{body:?}");
            assert_eq!(
                by_rule("{response}", &answer(&[], body)).filter(|_| body.contains(':')),
                None,
                "{body:?}"
            );
        }
        let long = format!("https://a.example/{}", "x".repeat(LONGEST));
        assert_eq!(found(&form(), &answer(&[], &long)), None);
        assert_eq!(found(&form(), &answer(&[], " https://a.example/x\n")).unwrap(), "https://a.example/x");
        let located = answer(&[("Location", "/x")], "https://a.example/y");
        assert_eq!(found(&form(), &located).unwrap(), "https://a.example/x");
    }

    #[test]
    fn a_mere_fragment_leads_to_no_secret() {
        let located = answer(&[("Location", "#top")], "");
        assert_eq!(found(&form(), &located).unwrap(), "https://a.example/up#top");
    }

    #[test]
    fn what_is_put_at_an_address_has_that_address_without_what_signs_it() {
        let put = UploadRequest::new("/a/b", "https://me:S3CR3T@a.example/in/?X-Sig=S3CR3T").unwrap();
        for request in
            [put.clone().by(Method::Put), put.clone().through(Protocol::S3), put.through(Protocol::Webdav)]
        {
            assert_eq!(found(&request, &answer(&[], "stored")).unwrap(), "https://a.example/in/b");
        }
        let tus = form().through(Protocol::Tus);
        assert_eq!(found(&tus, &answer(&[("Location", "/x")], "")), None);
    }

    proptest! {
        #[test]
        fn whatever_a_server_says_a_link_is_short_and_of_the_web(body in ".{0,80}", rule in "(\\{[a-z]{0,12}(:[a-z.\\[\\]0]{0,8})?\\}|.){0,6}") {
            let rule = LinkRule::parse(&rule).ok();
            if let Some(rule) = &rule {
                prop_assert_eq!(LinkRule::parse(&rule.to_string()).unwrap(), rule.clone());
            }
            let request = UploadRequest { link: rule, ..form() };
            if let Some(link) = found(&request, &answer(&[("Location", &body)], &body)) {
                prop_assert!(link.starts_with("http") && link.len() <= LONGEST);
                prop_assert!(link.chars().all(|c| c.is_ascii_graphic()));
                prop_assert!(!link.contains("S3CR3T"));
            }
        }
    }
}
