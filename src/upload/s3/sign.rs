//! Signing for S3 with an address and nothing else (AWS Signature Version 4, in the query): what is sent is
//! not read for it, and of the login only the access key is seen.

use http::header::DATE;
use http::{HeaderMap, Method};
use jiff::{SignedDuration, Timestamp};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::words;
use crate::net::transport::Answer;
use crate::transfer::{Address, Credentials, ErrorKind, Failure, UploadRequest};

/// Where an address names no region, and what servers with none of their own want to hear.
const REGION: &str = "us-east-1";
/// What of the address names the region: `?region=eu-west-1`.
const IN_ADDRESS: &str = "region";
/// The header in which a passing login has its third part.
pub(super) const TOKEN: &str = "x-amz-security-token";
/// For how long what is signed is good, in seconds; each request is signed just before it is sent.
const GOOD_FOR: u64 = 60 * 60;
/// How much clocks may differ without our setting ours by the server's.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);
/// What a path may hold as it is; S3 takes a slash for a slash, however it is written.
const AS_IS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// See the module.
#[derive(Clone)]
pub(super) struct Signer {
    /// The address of the object, as it is signed.
    object: Url,
    keys: Credentials,
    token: Option<SecretString>,
    region: String,
    /// By how much the server's clock is ahead of ours.
    ahead: SignedDuration,
}

impl Signer {
    /// One with the login of `request`.
    ///
    /// # Errors
    /// If there is none, or its address is not that of an object.
    pub(super) fn of(request: &UploadRequest) -> Result<Self, Failure> {
        let wrong = |why| Failure::new(ErrorKind::InvalidUrl).about(request.url.to_string()).because(why);
        let mut object = request.url.url().clone();
        let path: Vec<u8> = percent_decode_str(object.path()).collect();
        let mut names = path[1..].splitn(2, |byte| *byte == b'/');
        // Without a key, the file would be sent to the bucket itself.
        if !matches!((names.next(), names.next()), (Some(bucket), Some(key)) if !bucket.is_empty() && !key.is_empty())
        {
            return Err(wrong("S3 wants https://server/bucket/name"));
        }
        let region = object.query_pairs().find(|(name, _)| name == IN_ADDRESS);
        let region = region.map_or_else(|| REGION.to_owned(), |(_, region)| region.into_owned());
        if !is_region(&region) {
            return Err(wrong("this is not the name of a region"));
        }
        object.set_path(&percent_encode(&path, AS_IS).to_string());
        object.set_query(None);
        let keys = request.headers.login().filter(|login| !login.password.expose_secret().is_empty());
        let keys = keys.ok_or_else(|| {
            let failure = Failure::new(ErrorKind::Unauthorized).about(request.url.host());
            failure.because("S3 wants an access key and a secret key")
        })?;
        let token = request.headers.expose().find(|(name, _)| name.eq_ignore_ascii_case(TOKEN));
        let token = token.map(|(_, token)| SecretString::from(token));
        Ok(Self { object, keys, token, region, ahead: SignedDuration::ZERO })
    }

    /// The address for a request with this `query`, which is sorted by name, and these `headers`, of which S3's
    /// own are signed too.
    ///
    /// # Errors
    /// If it becomes too long.
    pub(super) fn sign(
        &self,
        method: &Method,
        query: &[(&str, &str)],
        headers: &HeaderMap,
    ) -> Result<Address, Failure> {
        let mut own: Vec<_> =
            headers.iter().filter(|(name, _)| name.as_str().starts_with("x-amz-")).collect();
        own.sort_by_key(|(name, _)| name.as_str());
        let own: Vec<_> =
            own.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect();
        let address = rusty_s3::signing::sign(
            &self.now(),
            as_theirs(method),
            self.object.clone(),
            &self.keys.user,
            self.keys.password.expose_secret(),
            self.token.as_ref().map(ExposeSecret::expose_secret),
            &self.region,
            GOOD_FOR,
            query.iter().copied(),
            own.iter().copied(),
        );
        Address::parse(address.as_str()).map(|(address, _)| address)
    }

    /// What time it is where the server is, as far as we know.
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        now.checked_add(self.ahead).unwrap_or(now)
    }

    /// Takes over what a refusal says about the server's region and clock. If that was news, the same request
    /// may do when it is signed again.
    pub(super) fn learn(&mut self, answer: &Answer) -> bool {
        if !matches!(answer.response.status, 301 | 307 | 400 | 403) {
            return false;
        }
        let named = answer.headers.get("x-amz-bucket-region").and_then(|value| value.to_str().ok());
        let named = named.map(str::to_owned).or_else(|| words::region(&answer.response.body));
        if let Some(region) = named.filter(|region| is_region(region) && *region != self.region) {
            self.region = region;
            return true;
        }
        let date = answer.headers.get(DATE).and_then(|value| value.to_str().ok());
        let date = date.and_then(|date| httpdate::parse_http_date(date).ok());
        let Some(date) = date.and_then(|date| Timestamp::try_from(date).ok()) else { return false };
        if answer.response.status != 403 || date.duration_since(self.now()).abs() < TOLERANCE {
            return false;
        }
        self.ahead = date.duration_since(Timestamp::now());
        true
    }
}

/// It becomes a part of what is signed, between slashes.
fn is_region(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn as_theirs(method: &Method) -> rusty_s3::Method {
    match *method {
        Method::HEAD => rusty_s3::Method::Head,
        Method::PUT => rusty_s3::Method::Put,
        Method::POST => rusty_s3::Method::Post,
        Method::DELETE => rusty_s3::Method::Delete,
        _ => rusty_s3::Method::Get,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::transfer::{Protocol, Response};

    fn request(url: &str) -> UploadRequest {
        UploadRequest::new("/a b", url).unwrap().through(Protocol::S3)
    }

    fn of(url: &str) -> Result<Signer, Failure> {
        Signer::of(&request(url))
    }

    fn refusal(status: u16, header: (&'static str, &str), body: &str) -> Answer {
        let response = Response { status, headers: Vec::new(), body: body.to_owned() };
        let headers = HeaderMap::from_iter([(header.0.parse().unwrap(), header.1.parse().unwrap())]);
        Answer { response, headers, location: None, media_type: None }
    }

    #[test]
    fn the_address_carries_the_signature_and_not_the_secret() {
        let signer = of("http://AKEY:S3CR3T@s3.example:9000/b/a%2Fb|c/?region=eu-west-1&x=y").unwrap();
        let query = [("partNumber", "3"), ("uploadId", "a/b+c")];
        let address = signer.sign(&Method::PUT, &query, &HeaderMap::new()).unwrap();
        let exposed = address.expose();
        assert!(exposed.starts_with("http://s3.example:9000/b/a/b%7Cc/a%20b?X-Amz-Algorithm="), "{exposed}");
        for part in ["Credential=AKEY%2F", "%2Feu-west-1%2Fs3%2F", "&partNumber=3&uploadId=a%2Fb%2Bc&"] {
            assert!(exposed.contains(part), "{exposed}");
        }
        assert!(!exposed.contains("S3CR3T") && !exposed.contains("x=y"));
        assert_eq!(address.to_string(), "http://s3.example:9000/b/a/b%7Cc/a%20b?…");
    }

    #[test]
    fn the_servers_own_headers_are_signed_and_a_passing_login_has_three_parts() {
        let mut request = request("http://AKEY:S3CR3T@s3.example/b/k");
        request.headers.add("X-Amz-Security-Token", "T0K3N").unwrap();
        let signer = Signer::of(&request).unwrap();
        let headers = HeaderMap::from_iter([
            ("x-amz-meta-b".parse().unwrap(), "2".parse().unwrap()),
            ("content-type".parse().unwrap(), "a/b".parse().unwrap()),
            ("x-amz-acl".parse().unwrap(), "private".parse().unwrap()),
        ]);
        let address = signer.sign(&Method::PUT, &[], &headers).unwrap();
        assert!(address.expose().contains("X-Amz-Security-Token=T0K3N"));
        assert!(address.expose().contains("X-Amz-SignedHeaders=host%3Bx-amz-acl%3Bx-amz-meta-b&"));
    }

    #[test]
    fn without_an_object_or_two_keys_nothing_is_signed() {
        for url in
            ["http://a:b@s3.example/k", "http://a:b@s3.example//k", "http://a:b@s3.example/b/k?region=a/b"]
        {
            assert_eq!(of(url).err().map(|failure| failure.kind), Some(ErrorKind::InvalidUrl), "{url}");
        }
        for url in ["http://s3.example/b/k", "http://a@s3.example/b/k"] {
            assert_eq!(of(url).err().map(|failure| failure.kind), Some(ErrorKind::Unauthorized), "{url}");
        }
    }

    #[test]
    fn a_servers_region_and_clock_are_learned_once() {
        let mut signer = of("http://a:b@s3.example/b/k").unwrap();
        let elsewhere = refusal(400, ("x-a", ""), "<Error><Region>eu-west-1</Region></Error>");
        assert!(signer.learn(&elsewhere) && !signer.learn(&elsewhere));
        let late = refusal(403, ("date", "Fri, 24 May 2013 00:00:00 GMT"), "");
        assert!(signer.learn(&late) && !signer.learn(&late));
        let address = signer.sign(&Method::GET, &[], &HeaderMap::new()).unwrap();
        assert!(address.expose().contains("%2F20130524%2Feu-west-1%2F"), "{}", address.expose());
        let elsewhere = refusal(200, ("x-amz-bucket-region", "eu-west-2"), "");
        assert!(!signer.learn(&elsewhere), "what was no refusal needs no other signature");
    }

    proptest! {
        #[test]
        fn whatever_a_key_is_called_its_address_means_it(name in "[^/.\\\\\\t\\r\\n\\x00?#]{1,20}") {
            let file = std::path::Path::new("/").join(name.trim());
            let request = UploadRequest::new(&file, "http://a:b@s3.example/b/x").unwrap();
            let folder = UploadRequest { url: Address::parse("http://s3.example/b/").unwrap().0, ..request };
            let request = folder.through(Protocol::S3);
            prop_assume!(!request.url.url().path().ends_with('/'));
            let address = Signer::of(&request).unwrap().sign(&Method::PUT, &[], &HeaderMap::new()).unwrap();
            let path: Vec<u8> = percent_decode_str(address.url().path()).collect();
            prop_assert_eq!(path, format!("/b/{}", name.trim()).into_bytes());
        }
    }
}
