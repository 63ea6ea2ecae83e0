//! A strict server of S3 with one object, and one upload of it in parts.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use http::Method;
use jiff::{SignedDuration, Timestamp};
use md5::{Digest as _, Md5};
use url::Url;

use super::super::server::Call;
use super::error;

/// Where the object is, and what its upload is called.
pub(super) const NAME: &str = "/bucket/folder/file";
pub(super) const ID: &str = "an/id+";

/// See the module.
#[derive(Clone)]
pub(super) struct Bucket {
    pub region: &'static str,
    /// By how many seconds its clock is ahead.
    pub ahead: i64,
    pub state: Arc<Mutex<State>>,
}

#[derive(Default)]
pub(super) struct State {
    /// The object with its tag.
    object: Option<(Vec<u8>, String)>,
    parts: BTreeMap<usize, Vec<u8>>,
    asked: Vec<String>,
}

/// A request that was signed as it should be.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub method: Method,
    query: HashMap<String, String>,
}

impl Default for Bucket {
    fn default() -> Self {
        Self { region: "us-east-1", ahead: 0, state: Arc::default() }
    }
}

impl Asked {
    pub(super) fn is(&self, method: &Method, name: &str) -> bool {
        self.method == *method && self.query.contains_key(name)
    }

    pub(super) fn part(&self) -> Option<usize> {
        self.query.get("partNumber")?.parse().ok()
    }

    fn shown(&self) -> String {
        let method = &self.method;
        match self.part() {
            Some(part) => format!("{method} {part}"),
            None if self.query.contains_key("uploads") => format!("{method} uploads"),
            None if self.query.contains_key("uploadId") => format!("{method} id"),
            None => format!("{method} {NAME}"),
        }
    }
}

impl Bucket {
    pub(super) fn store(&self, content: &[u8]) {
        self.state.lock().unwrap().object = Some((content.to_vec(), quoted(&hex(content))));
    }

    pub(super) fn store_part(&self, number: usize, content: &[u8]) {
        self.state.lock().unwrap().parts.insert(number, content.to_vec());
    }

    /// Stores an object that was put together of parts of so many bytes.
    pub(super) fn store_parts(&self, content: &[u8], part: usize) {
        let tag = tag_of(content.chunks(part));
        self.state.lock().unwrap().object = Some((content.to_vec(), tag));
    }

    #[track_caller]
    pub(super) fn has(&self, content: &[u8]) {
        let state = self.state.lock().unwrap();
        assert!(state.object.as_ref().unwrap().0 == content, "not the same");
    }

    /// What was asked for, signed as it should be.
    pub(super) fn asked(&self) -> Vec<String> {
        self.state.lock().unwrap().asked.clone()
    }

    pub(super) fn serve(&self, call: &mut Call) {
        call.head();
        if let Some(asked) = self.admit(call) {
            self.deal_with(&asked, call);
        }
    }

    /// Looks at the signature, and refuses a request that was not made for this server and moment.
    pub(super) fn admit(&self, call: &mut Call) -> Option<Asked> {
        let head = call.seen.head.clone();
        assert!(!head.contains("S3CR3T") && call.seen.header("authorization").is_none(), "{head}");
        let mut words = head.split(' ');
        let method: Method = words.next()?.parse().unwrap();
        let host = call.seen.header("host").unwrap();
        let url = Url::parse(&format!("http://{host}{}", words.next()?)).unwrap();
        assert_eq!(url.path(), NAME);
        let query: HashMap<_, _> = url.query_pairs().into_owned().collect();
        let (date, credential) = (&query["X-Amz-Date"], &query["X-Amz-Credential"]);
        let scope: Vec<_> = credential.split('/').collect();
        assert_eq!((scope[0], scope[1], &scope[3..]), ("AKEY", &date[..8], &["s3", "aws4_request"][..]));
        let refused = |call: &mut Call, status, headers: &str, body: &str| {
            call.answer(status, headers, body);
            None
        };
        if scope[2] != self.region {
            let body = format!("<Error><Code>X</Code><Region>{}</Region></Error>", self.region);
            return refused(call, "400 Bad Request", "", &body);
        }
        let now = Timestamp::now() + SignedDuration::from_secs(self.ahead);
        let then: Timestamp = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", date)
            .and_then(|date| date.to_zoned(jiff::tz::TimeZone::UTC))
            .unwrap()
            .timestamp();
        if now.duration_since(then).abs() > SignedDuration::from_mins(10) {
            let date = format!("Date: {}\r\n", httpdate::fmt_http_date(now.into()));
            let body = "<Error><Code>RequestTimeTooSkewed</Code></Error>";
            return refused(call, "403 Forbidden", &date, body);
        }
        self.check_signature(call, &method, &url, then);
        let asked = Asked { method, query };
        self.state.lock().unwrap().asked.push(asked.shown());
        Some(asked)
    }

    /// What was sent is what was signed.
    fn check_signature(&self, call: &Call, method: &Method, url: &Url, then: Timestamp) {
        let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let value = |name: &str| &query.iter().find(|(known, _)| known == name).unwrap().1;
        let own: Vec<_> = value("X-Amz-SignedHeaders").split(';').filter(|name| *name != "host").collect();
        let own: Vec<_> = own.iter().map(|name| (*name, call.seen.header(name).unwrap())).collect();
        for line in call.seen.head.lines().filter(|line| line.to_ascii_lowercase().starts_with("x-amz-")) {
            assert!(
                own.iter().any(|(name, _)| line.to_ascii_lowercase().starts_with(name)),
                "not signed: {line}"
            );
        }
        let asked = query.iter().filter(|(name, _)| !name.starts_with("X-Amz-"));
        let asked: Vec<_> = asked.map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let method = match method.as_str() {
            "GET" => rusty_s3::Method::Get,
            "HEAD" => rusty_s3::Method::Head,
            "PUT" => rusty_s3::Method::Put,
            "POST" => rusty_s3::Method::Post,
            other => panic!("{other}"),
        };
        let (asked, own) = (asked.into_iter(), own.into_iter());
        let good_for = value("X-Amz-Expires").parse().unwrap();
        let signed = rusty_s3::signing::sign(
            &then,
            method,
            url.clone(),
            "AKEY",
            "S3CR3T",
            None,
            self.region,
            good_for,
            asked,
            own,
        );
        assert!(signed.as_str().ends_with(value("X-Amz-Signature")), "{url} is not {signed}");
    }

    /// Deals with a request as S3 does.
    pub(super) fn deal_with(&self, asked: &Asked, call: &mut Call) {
        // What is still coming keeps nobody else waiting.
        if asked.part().is_some() {
            receive(call);
        }
        let mut state = self.state.lock().unwrap();
        let foreign = asked.query.get("uploadId").is_some_and(|id| id != ID);
        match (asked.method.as_str(), asked.part()) {
            _ if foreign => error(call, "404 Not Found", "NoSuchUpload"),
            ("HEAD", _) => match &state.object {
                Some((content, tag)) => {
                    let size = content.len();
                    call.say(format!("HTTP/1.1 200 OK\r\nETag: {tag}\r\nContent-Length: {size}\r\n\r\n"));
                }
                None => call.answer("404 Not Found", "", ""),
            },
            ("PUT", part) => {
                if part.is_none() && exists(&state, call) {
                    return error(call, "412 Precondition Failed", "PreconditionFailed");
                }
                if part.is_none() {
                    receive(call);
                }
                let content = call.seen.body.clone();
                let tag = quoted(&hex(&content));
                match part {
                    Some(number) => _ = state.parts.insert(number, content),
                    None => state.object = Some((content, tag.clone())),
                }
                call.answer("200 OK", &format!("ETag: {tag}\r\n"), "");
            }
            ("POST", _) if asked.query.contains_key("uploads") => {
                call.rest_of_request();
                call.answer(
                    "200 OK",
                    "",
                    &format!("<InitiateMultipartUpload><UploadId>{ID}</UploadId></InitiateMultipartUpload>"),
                );
            }
            ("POST", _) => {
                call.rest_of_request();
                if exists(&state, call) {
                    return error(call, "412 Precondition Failed", "PreconditionFailed");
                }
                complete(&mut state, call);
            }
            ("GET", _) => list(&state, asked, call),
            (other, _) => panic!("{other}"),
        }
    }
}

/// Whether there is an object that must not be replaced.
fn exists(state: &State, call: &Call) -> bool {
    state.object.is_some() && call.seen.header("if-none-match") == Some("*")
}

/// Takes a body, which has to be what its sum says.
fn receive(call: &mut Call) {
    if call.seen.header("expect").is_some() {
        call.say("HTTP/1.1 100 Continue\r\n\r\n");
    }
    call.rest_of_request();
    let sum = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, Md5::digest(&call.seen.body));
    assert_eq!(call.seen.header("content-md5"), Some(sum.as_str()));
}

/// Puts the parts together that are named, each with its tag.
fn complete(state: &mut State, call: &mut Call) {
    let mut named = String::from("<CompleteMultipartUpload>");
    for (number, content) in &state.parts {
        let tag = hex(content);
        write!(named, "<Part><PartNumber>{number}</PartNumber><ETag>&quot;{tag}&quot;</ETag></Part>")
            .unwrap();
    }
    named += "</CompleteMultipartUpload>";
    assert_eq!(String::from_utf8_lossy(&call.seen.body), named);
    let tag = tag_of(state.parts.values().map(Vec::as_slice));
    let content = std::mem::take(&mut state.parts).into_values().flatten().collect();
    state.object = Some((content, tag.clone()));
    let tag = tag.replace('"', "&quot;");
    call.answer(
        "200 OK",
        "",
        &format!("\n\n<CompleteMultipartUploadResult><ETag>{tag}</ETag></CompleteMultipartUploadResult>"),
    );
}

/// Lists one part at a time.
fn list(state: &State, asked: &Asked, call: &mut Call) {
    let after: usize = asked.query["part-number-marker"].parse().unwrap();
    let mut rest = state.parts.range(after + 1..);
    let mut body = String::from("<ListPartsResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
    if let Some((number, content)) = rest.next() {
        let (tag, size) = (hex(content), content.len());
        write!(body, "<Part><PartNumber>{number}</PartNumber><ETag>&quot;{tag}&quot;</ETag>").unwrap();
        write!(body, "<Size>{size}</Size></Part><NextPartNumberMarker>{number}</NextPartNumberMarker>")
            .unwrap();
    }
    let more = rest.next().is_some();
    write!(body, "<IsTruncated>{more}</IsTruncated></ListPartsResult>").unwrap();
    call.answer("200 OK", "", &body);
}

fn tag_of<'a>(parts: impl Iterator<Item = &'a [u8]>) -> String {
    let sums: Vec<[u8; 16]> = parts.map(|part| Md5::digest(part).into()).collect();
    quoted(&format!("{}-{}", hex(&sums.concat()), sums.len()))
}

fn hex(content: &[u8]) -> String {
    Md5::digest(content).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn quoted(tag: &str) -> String {
    format!("\"{tag}\"")
}
