//! What S3 and those that speak like it say and want to hear, in XML. Pure. Root elements are called
//! differently by different servers, so what stands in them counts.

use std::fmt::Write as _;

use crate::net::transport::Answer;
use crate::net::xml::{self, Element};
use crate::transfer::{Address, ErrorKind, Failure};
use crate::upload::refusal;

/// A part that a server has.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub number: u64,
    pub size: u64,
    pub tag: String,
}

/// Some of the parts that a server has.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page {
    pub parts: Vec<Listed>,
    /// Behind which part the next page begins, if there is one.
    pub next: Option<u64>,
}

/// Why a server did not do it: in one word of its own, and as a failure.
#[derive(Debug)]
pub(super) struct Refusal {
    pub code: String,
    pub failure: Failure,
}

/// What the server of `at` refuses with this answer.
pub(super) fn refusal(at: &Address, answer: &Answer) -> Refusal {
    let failure = refusal::failure(at, answer);
    let Some(error) = error(&answer.response.body) else {
        return Refusal { code: String::new(), failure };
    };
    let (code, message) = (text(&error, "Code").unwrap_or_default(), text(&error, "Message"));
    // Of a bucket that lives elsewhere.
    let endpoint = text(&error, "Endpoint").map(|at| format!(" {at}")).unwrap_or_default();
    let mut failure = failure.because(&format!("{code}: {}{endpoint}", message.unwrap_or_default()));
    failure.kind = match code.as_str() {
        "InvalidAccessKeyId" | "SignatureDoesNotMatch" | "ExpiredToken" | "InvalidToken" => {
            ErrorKind::Unauthorized
        }
        "RequestTimeout" => ErrorKind::RequestTimeout,
        "InternalError" => ErrorKind::InternalServerError,
        "SlowDown" | "ServiceUnavailable" => ErrorKind::ServiceUnavailable,
        "EntityTooLarge" => ErrorKind::RequestEntityTooLarge,
        "PreconditionFailed" => ErrorKind::FileExists,
        _ => failure.kind,
    };
    Refusal { code, failure }
}

/// The error that an answer of whatever status is.
fn error(body: &str) -> Option<Element> {
    let root = root(body)?;
    if root.name == "Error" { Some(root) } else { None }
}

/// Whether this answer, which may have begun as a good one, is an error.
pub(super) fn is_error(answer: &Answer) -> bool {
    error(&answer.response.body).is_some()
}

/// The region in which the server says that the bucket is.
pub(super) fn region(body: &str) -> Option<String> {
    text(&error(body)?, "Region")
}

/// What the server calls an upload that was begun.
pub(super) fn upload_id(body: &str) -> Option<String> {
    text(&root(body)?, "UploadId")
}

/// Whether the server said all that it had to say about putting an object together.
pub(super) fn is_complete(body: &str) -> bool {
    root(body).is_some()
}

/// The tag of an object that was put together.
pub(super) fn tag(body: &str) -> Option<String> {
    text(&root(body)?, "ETag")
}

/// A list of parts.
pub(super) fn page(body: &str) -> Option<Page> {
    let root = root(body)?;
    let number = |element: &Element, name: &str| text(element, name)?.parse().ok();
    let listed = |part: &Element| {
        let (number, size) = (number(part, "PartNumber")?, number(part, "Size")?);
        Some(Listed { number, size, tag: text(part, "ETag")? })
    };
    let parts = root.all("Part").map(listed).collect::<Option<Vec<_>>>()?;
    let more = text(&root, "IsTruncated").is_some_and(|word| word == "true");
    let next = if more { Some(number(&root, "NextPartNumberMarker")?) } else { None };
    Some(Page { parts, next })
}

/// Of which parts an object consists.
pub(super) fn assembly<'a>(parts: impl Iterator<Item = (u64, &'a str)>) -> String {
    let mut text = "<CompleteMultipartUpload>".to_owned();
    for (number, tag) in parts {
        let tag = quick_xml::escape::escape(tag);
        // Writing to a string does not fail.
        let _ = write!(text, "<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag></Part>");
    }
    text + "</CompleteMultipartUpload>"
}

/// Some send spaces while they work.
fn root(body: &str) -> Option<Element> {
    xml::read(body.trim()).map(|(_, root)| root)
}

fn text(element: &Element, name: &str) -> Option<String> {
    element.first(name).map(|element| element.text().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transfer::Response;

    const AMAZON: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<ListPartsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><UploadId>X</UploadId>
<NextPartNumberMarker>3</NextPartNumberMarker><IsTruncated>true</IsTruncated>
<Part><PartNumber>2</PartNumber><ETag>&quot;7778&quot;</ETag><Size>10485760</Size></Part>
<Part><PartNumber>3</PartNumber><LastModified>2010-11-10T20:48:33.000Z</LastModified><ETag>"aaaa"</ETag>
<Size>1</Size></Part></ListPartsResult>"#;

    fn refused(status: u16, body: &str) -> Refusal {
        let response = Response { status, headers: Vec::new(), body: body.to_owned() };
        let answer = Answer { response, headers: http::HeaderMap::new(), location: None, media_type: None };
        assert_eq!(is_error(&answer), body.contains("<Error"));
        refusal(&Address::parse("http://s3.example/b/k").unwrap().0, &answer)
    }

    #[test]
    fn lists_are_read_whatever_they_are_called() {
        let part = |number, size, tag: &str| Listed { number, size, tag: tag.to_owned() };
        let parts = || vec![part(2, 10_485_760, "\"7778\""), part(3, 1, "\"aaaa\"")];
        assert_eq!(page(AMAZON), Some(Page { parts: parts(), next: Some(3) }));
        let other = AMAZON.replace("ListPartsResult", "ListPartsResponse").replace("true", "false");
        assert_eq!(page(&other), Some(Page { parts: parts(), next: None }));
        for broken in ["", "<a>", &AMAZON.replace("10485760", "-1"), &AMAZON.replace("<NextPart", "<P")] {
            assert_eq!(page(broken), None, "{broken}");
        }
        assert_eq!(
            upload_id("<InitiateMultipartUpload><UploadId> a </UploadId></InitiateMultipartUpload>"),
            Some("a".into())
        );
        assert_eq!(upload_id("<InitiateMultipartUploadResult/>"), None);
    }

    #[test]
    fn a_refusal_is_told_in_the_servers_words_and_says_what_to_do() {
        let error = |code| {
            format!("<?xml version=\"1.0\"?>\n<Error><Code>{code}</Code><Message>so it is</Message></Error>")
        };
        for (status, code, kind) in [
            (403, "SignatureDoesNotMatch", ErrorKind::Unauthorized),
            (403, "AccessDenied", ErrorKind::Forbidden),
            (400, "RequestTimeout", ErrorKind::RequestTimeout),
            (200, "InternalError", ErrorKind::InternalServerError),
            (503, "SlowDown", ErrorKind::ServiceUnavailable),
            (404, "NoSuchBucket", ErrorKind::NotFound),
            (412, "PreconditionFailed", ErrorKind::FileExists),
        ] {
            let refusal = refused(status, &error(code));
            assert_eq!((refusal.code.as_str(), refusal.failure.kind), (code, kind));
            assert_eq!(refusal.failure.reason.unwrap(), format!("{code}: so it is"));
        }
        let elsewhere = "<Error><Code>A</Code><Message>Go to</Message><Endpoint>b.example</Endpoint></Error>";
        assert_eq!(refused(301, elsewhere).failure.reason.as_deref(), Some("A: Go to b.example"));
        assert_eq!(refused(502, "<html><title>Bad</title></html>").failure.reason.as_deref(), Some("Bad"));
    }

    #[test]
    fn what_an_object_consists_of_is_written_so_that_it_can_be_read() {
        let text = assembly([(1, "\"a\""), (2, "<b>")].into_iter());
        let (_, root) = xml::read(&text).unwrap();
        let tags: Vec<_> = root.all("Part").map(|part| part.first("ETag").unwrap().text()).collect();
        assert_eq!(tags, ["\"a\"", "<b>"]);
    }
}
