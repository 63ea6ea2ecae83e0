//! From where one attempt at an upload talks to its servers over HTTP.
//!
//! The user's words go to the server that the user has named. One that it leads to hears none of them.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_LENGTH, HeaderMap, USER_AGENT};
use http::{HeaderValue, Request, StatusCode};

use super::refusal::{self, Trouble};
use super::source::{Content, Part};
use crate::attempt::{Attempt, Limits, Outcome};
use crate::net::transport::{Answer, Broken, Exchange, Interim, Line, exchange};
use crate::net::{AGENT, Net, Way};
use crate::transfer::{Address, ErrorKind, Failure, Headers, Meter, Source, UploadRequest};

/// Most redirects that are followed.
pub(super) const MOST_REDIRECTS: usize = 5;

/// What a request says, wherever it goes.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub method: http::Method,
    /// Our own; those that the user has set come before them unless they are `ruled`.
    pub headers: HeaderMap,
    /// Whether the headers are what the protocol says that they have to be.
    pub ruled: bool,
    pub body: Vec<Part>,
}

impl Message {
    /// One of a protocol that says what stands in it.
    pub(super) fn ruled(method: http::Method) -> Self {
        Self { method, headers: HeaderMap::new(), ruled: true, body: Vec::new() }
    }

    /// The same with this header.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<HeaderValue>) -> Self {
        self.headers.insert(name, value.into());
        self
    }

    /// The same with this body.
    pub(super) fn carrying(mut self, body: Vec<Part>) -> Self {
        self.body = body;
        self
    }

    /// How many bytes the body has.
    pub(super) fn size(&self) -> u64 {
        self.body.iter().map(Part::len).sum()
    }
}

/// See the module.
pub(super) struct Desk<'a> {
    pub attempt: &'a Attempt,
    pub request: &'a UploadRequest,
    /// What the user says to the server of its address.
    pub words: Headers,
    /// Each of the files as it was.
    pub sources: &'a [Source],
    pub net: &'a Net,
}

impl Desk<'_> {
    /// The file, of what sends one.
    pub(super) fn source(&self) -> Source {
        // A request has at least one file.
        self.sources.first().copied().unwrap_or_else(|| unreachable!("an upload without a file"))
    }

    /// Makes sure that it is still the one that was chosen.
    ///
    /// # Errors
    /// If it is not.
    pub(super) async fn check_source(&self) -> Result<(), Failure> {
        let (source, path) = (self.source(), self.request.file.clone());
        let checking = tokio::task::spawn_blocking(move || source.check(&path)).await;
        checking.unwrap_or_else(|_| Err(Failure::new(ErrorKind::Io)))
    }

    /// The server takes bytes and has no more than before.
    pub(super) fn no_progress(&self) -> Failure {
        let failure = Failure::new(ErrorKind::ErrorHttpInvalidServerResponse).about(self.request.url.host());
        failure.because("it takes bytes and does not have them")
    }

    /// Does this, unless it is told to stop meanwhile.
    pub(super) async fn unless_stopped<T>(
        &self,
        work: impl Future<Output = Result<T, Trouble>> + Send,
    ) -> Result<T, Trouble> {
        tokio::select! {
            done = work => done,
            () = self.attempt.stop.cancelled() => Err(Outcome::Stopped.into()),
        }
    }

    /// A part of that file.
    pub(super) fn part(&self, range: std::ops::Range<u64>) -> Part {
        Part::File { path: self.request.file.clone(), source: self.source(), range }
    }

    /// Asks something in a few words, also where the server of `to` sends us on to another address of its own.
    /// Any other final status is an answer, and comes with the address that gave it.
    ///
    /// # Errors
    /// If no answer comes.
    pub(super) async fn ask(&self, to: &Address, message: &Message) -> Result<(Address, Answer), Trouble> {
        let mut to = to.clone();
        for _ in 0..=MOST_REDIRECTS {
            let exchange = self.say((&to, message), (&Meter::default(), &Limits::default()), None).await?;
            let answer = exchange.end.map_err(unanswered)?;
            match refusal::same_again(&to, &answer) {
                Some(next) => to = next,
                None => return Ok((to, answer)),
            }
        }
        Err(Failure::new(ErrorKind::RedirectFailed).about(to.host()).into())
    }

    /// Sends bytes of files.
    ///
    /// # Errors
    /// If nothing could be sent at all.
    pub(super) async fn send(&self, to: &Address, message: &Message) -> Result<Exchange, Outcome> {
        self.say((to, message), (&self.attempt.meter, &self.attempt.limits), None).await
    }

    /// The same; interim answers are told of while it goes on.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub(super) async fn send_telling(
        &self,
        to: &Address,
        message: &Message,
        interim: &Interim,
    ) -> Result<Exchange, Outcome> {
        self.say((to, message), (&self.attempt.meter, &self.attempt.limits), Some(interim)).await
    }

    /// A server that wants the login proved gets the same once more.
    async fn say(
        &self,
        (to, message): (&Address, &Message),
        (meter, limits): (&Meter, &Limits),
        interim: Option<&Interim>,
    ) -> Result<Exchange, Outcome> {
        let Attempt { timeouts, stop, .. } = self.attempt;
        let way = self.net.way(to).map_err(Outcome::Failed)?;
        let dial = self.net.dial(way.as_ref(), *timeouts);
        // Others could do something twice.
        let mut fresh = !is_idempotent(&message.method);
        let mut proved = false;
        loop {
            let opened = tokio::select! {
                opened = Content::open(message.body.clone(), limits.clone()) => opened,
                // A disk on the network may keep one waiting.
                () = stop.cancelled() => return Err(Outcome::Stopped),
            };
            let content = opened.map_err(Outcome::Failed)?;
            let request = self.written(to, way.as_ref(), message, content).map_err(Outcome::Failed)?;
            let begun = meter.done();
            let expect = self.net.may_say(to);
            let line = Line { dial, idle: self.net.kept(way.as_ref()), fresh, expect, meter, stop, interim };
            let Ok(exchange) = exchange(&line, to, request).await else {
                fresh = true;
                meter.set_done(begun);
                continue;
            };
            if exchange.unheard {
                self.net.says_nothing(to);
            }
            if let Ok(answer) = &exchange.end {
                if expect && answer.status() == StatusCode::EXPECTATION_FAILED {
                    self.net.says_nothing(to);
                    meter.set_done(begun);
                    continue;
                }
                if let Some(refused) = way.as_ref().and_then(|way| way.refused(to, answer.status())) {
                    return Err(Outcome::Failed(refused));
                }
                self.net.take_cookies(to, &answer.headers);
                let asks = |words| self.net.is_challenged((to, words), answer.status(), &answer.headers);
                if !proved && self.words(to).is_some_and(asks) {
                    proved = true;
                    meter.set_done(begun);
                    continue;
                }
            }
            return Ok(exchange);
        }
    }

    /// What the user says to that server.
    fn words(&self, to: &Address) -> Option<&Headers> {
        (to.origin() == self.request.url.origin()).then_some(&self.words)
    }

    fn written<B>(
        &self,
        to: &Address,
        way: Option<&Way>,
        message: &Message,
        body: B,
    ) -> Result<Request<B>, Failure> {
        let mut request = Request::new(body);
        request.method_mut().clone_from(&message.method);
        self.net.address(&mut request, to, way, self.words(to))?;
        let headers = request.headers_mut();
        let size = message.size();
        // What could have a body says that it has none (RFC 9110 §8.6).
        if size > 0 || [http::Method::POST, http::Method::PUT, http::Method::PATCH].contains(&message.method)
        {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(size));
        }
        for (name, value) in &message.headers {
            if message.ruled {
                headers.insert(name, value.clone());
            } else {
                headers.entry(name).or_insert_with(|| value.clone());
            }
        }
        for (name, value) in [(USER_AGENT, AGENT), (ACCEPT, "*/*")] {
            headers.entry(name).or_insert(HeaderValue::from_static(value));
        }
        Ok(request)
    }
}

/// Whether a request may be sent once more if nobody knows what became of it (RFC 9110 §9.2.2, RFC 4918).
fn is_idempotent(method: &http::Method) -> bool {
    method.is_idempotent() || ["PROPFIND", "MKCOL", "MOVE"].contains(&method.as_str())
}

/// What becomes of a request that a protocol can repeat, if no answer came.
pub(super) fn unanswered(broken: Broken) -> Trouble {
    match broken {
        Broken::Stopped => Trouble::Over(Outcome::Stopped),
        Broken::Failed(failure) => failure.into(),
    }
}

/// Bytes that stand in a header.
pub(super) fn value(text: impl TryInto<HeaderValue>) -> HeaderValue {
    text.try_into().unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// A number that stands in a header.
pub(super) fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

/// The words of a list in a header.
pub(super) fn words<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim).filter(|word| !word.is_empty())
}

/// A body of a few bytes.
pub(super) fn few(bytes: impl Into<Bytes>) -> Vec<Part> {
    vec![Part::Bytes(bytes.into())]
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use http::header::{CONTENT_TYPE, HOST};

    use super::*;
    use crate::net::Proxies;
    use crate::transfer::Method;
    use crate::upload::raw;

    fn written(asked: &UploadRequest, to: &Address) -> Request<()> {
        let (reports, _) = tokio::sync::mpsc::channel(1);
        let attempt = Attempt::alone(PathBuf::new(), reports);
        let net = Net::new(&crate::net::trust(&[]).unwrap(), Proxies::none());
        let source =
            Source { size: 7, modified: 0, identity: crate::transfer::FileIdentity { inode: 0, born: 0 } };
        let words = asked.headers.clone();
        let desk = Desk { attempt: &attempt, request: asked, words, sources: &[source], net: &net };
        desk.written(to, None, &raw::message(asked, source), ()).unwrap()
    }

    #[test]
    fn a_header_of_the_user_replaces_ours() {
        let mut asked = UploadRequest::new("/f", "http://example.org/a%20b?c=d").unwrap().by(Method::Put);
        asked.headers.add("content-type", "image/png").unwrap();
        let request = written(&asked, &asked.url);
        assert_eq!((request.method().as_str(), request.uri().to_string().as_str()), ("PUT", "/a%20b?c=d"));
        assert_eq!(request.headers()[CONTENT_TYPE], "image/png");
        assert_eq!(request.headers()[HOST], "example.org");
        assert_eq!(request.headers()[CONTENT_LENGTH], "7");
        assert_eq!(request.headers()[USER_AGENT], concat!("Windlass/", env!("CARGO_PKG_VERSION")));
    }

    #[test]
    fn another_server_hears_nothing_of_what_the_user_says_to_this_one() {
        let mut asked = UploadRequest::new("/f", "https://me:S3CR3T@example.org/a").unwrap().by(Method::Put);
        asked.headers.add("X-Api-Key", "S3CR3T").unwrap();
        let (elsewhere, _) = Address::parse("https://example.com/a").unwrap();
        assert_eq!(written(&asked, &asked.url).headers().get_all("x-api-key").iter().count(), 1);
        let request = written(&asked, &elsewhere);
        assert!(!request.headers().values().any(|value| value.as_bytes().ends_with(b"S3CR3T")));
        assert!(!request.headers().contains_key("authorization"));
    }

    #[test]
    fn an_odd_but_legal_address_is_sent_as_it_is() {
        for path in ["/", "/a|b^c`d", "/%E4%F6?x={1}&y=[2]&z='3'", "/a//b/;c=d,e", "/ü"] {
            let asked = UploadRequest::new("/f", &format!("http://[::1]:8080{path}")).unwrap();
            let request = written(&asked, &asked.url);
            assert_eq!(request.headers()[HOST], "[::1]:8080");
            assert!(asked.url.expose().ends_with(&request.uri().to_string()), "{path}");
        }
    }
}
