//! The plain upload: one PUT or POST whose body is the file, and nothing around it.

use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, USER_AGENT};
use http::{HeaderValue, Request};

use crate::net::{AGENT, Net, Way};
use crate::transfer::{Address, Failure, Method, UploadRequest};

/// The request that sends `body`, of `size` bytes, to `target` on this way. The request's own headers go along and
/// come before ours, so `target` has to be of the origin they are meant for.
///
/// # Errors
/// If the address or a header cannot be written into a request.
pub(super) fn request<B>(
    net: &Net,
    asked: &UploadRequest,
    (target, way): (&Address, Option<&Way>),
    (body, size): (B, u64),
) -> Result<Request<B>, Failure> {
    let mut request = Request::new(body);
    *request.method_mut() = match asked.method {
        Method::Put => http::Method::PUT,
        Method::Post => http::Method::POST,
    };
    net.address(&mut request, target, way, &asked.headers)?;
    let headers = request.headers_mut();
    headers.insert(CONTENT_LENGTH, HeaderValue::from(size));
    for (name, value) in [(USER_AGENT, AGENT), (ACCEPT, "*/*"), (CONTENT_TYPE, "application/octet-stream")] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    Ok(request)
}

#[cfg(test)]
mod tests {
    use http::header::HOST;

    use super::*;
    use crate::net::Proxies;

    fn net() -> Net {
        Net::new(&crate::net::trust(&[]).unwrap(), Proxies::none())
    }

    #[test]
    fn a_header_of_the_user_replaces_ours() {
        let mut asked = UploadRequest::new("/f", "http://example.org/a%20b?c=d").unwrap().by(Method::Put);
        asked.headers.add("content-type", "image/png").unwrap();
        let request = request(&net(), &asked, (&asked.url, None), ((), 7)).unwrap();
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
            let request = request(&net(), &asked, (&asked.url, None), ((), 0)).unwrap();
            assert_eq!(request.headers()[HOST], "[::1]:8080");
            assert!(asked.url.expose().ends_with(&request.uri().to_string()), "{path}");
        }
    }
}
