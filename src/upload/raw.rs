//! The plain upload: one PUT or POST whose body is the file, and nothing around it.

use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, USER_AGENT};
use http::{HeaderName, HeaderValue, Request, Uri};

use crate::net::AGENT;
use crate::transfer::{Address, ErrorKind, Failure, Method, UploadRequest};

/// The request that sends `body`, of `size` bytes, to `target`. The request's own headers go along and
/// come before ours, so `target` has to be of the origin they are meant for.
///
/// # Errors
/// If the address or a header cannot be written into a request.
pub(super) fn request<B>(
    asked: &UploadRequest,
    target: &Address,
    body: B,
    size: u64,
) -> Result<Request<B>, Failure> {
    let unsendable = || Failure::new(ErrorKind::InvalidUrl).about(target.host());
    let mut request = Request::new(body);
    *request.method_mut() = match asked.method {
        Method::Put => http::Method::PUT,
        Method::Post => http::Method::POST,
    };
    *request.uri_mut() = target.target().parse::<Uri>().map_err(|_| unsendable())?;

    let mut headers = HeaderMap::new();
    let host = HeaderValue::try_from(target.host()).map_err(|_| unsendable())?;
    headers.insert(HOST, host);
    headers.insert(CONTENT_LENGTH, HeaderValue::from(size));
    for (name, value) in asked.headers.expose() {
        let name = HeaderName::try_from(name).map_err(|_| unsendable())?;
        let mut value = HeaderValue::try_from(value).map_err(|_| unsendable())?;
        value.set_sensitive(true);
        headers.append(name, value);
    }
    for (name, value) in [(USER_AGENT, AGENT), (ACCEPT, "*/*"), (CONTENT_TYPE, "application/octet-stream")] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    *request.headers_mut() = headers;
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_of_the_user_replaces_ours() {
        let mut asked = UploadRequest::new("/f", "http://example.org/a%20b?c=d").unwrap().by(Method::Put);
        asked.headers.add("content-type", "image/png").unwrap();
        let request = request(&asked, &asked.url, (), 7).unwrap();
        assert_eq!((request.method().as_str(), request.uri().to_string().as_str()), ("PUT", "/a%20b?c=d"));
        assert_eq!(request.headers()[CONTENT_TYPE], "image/png");
        assert_eq!(request.headers()[HOST], "example.org");
        assert_eq!(request.headers()[CONTENT_LENGTH], "7");
        assert_eq!(request.headers()[USER_AGENT], concat!("Windlass/", env!("CARGO_PKG_VERSION")));
    }

    #[test]
    fn an_odd_but_legal_address_is_sent_as_it_is() {
        for path in ["/", "/a|b^c`d", "/%E4%F6?x={1}&y=[2]&z='3'", "/a//b/;c=d,e", "/ü"] {
            let asked = UploadRequest::new("/f", &format!("http://[::1]:8080{path}")).unwrap();
            let request = request(&asked, &asked.url, (), 0).unwrap();
            assert_eq!(request.headers()[HOST], "[::1]:8080");
            assert!(asked.url.expose().ends_with(&request.uri().to_string()), "{path}");
        }
    }
}
