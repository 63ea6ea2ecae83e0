//! A server of resumable uploads that keeps one upload in memory and says where a client does not keep to
//! the draft.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::upload::tests::server::{Call, Seen, Server};

#[derive(Clone, Default)]
pub(super) struct Strict(Arc<Mutex<State>>);

pub(super) struct State {
    pub version: u8,
    pub bytes: Vec<u8>,
    pub made: Option<u64>,
    pub complete: bool,
    /// What it says of limits.
    pub limits: &'static str,
    pub most_at_once: usize,
    pub least_at_once: usize,
    /// It keeps to itself where it keeps things, until the last answer.
    pub silent: bool,
    /// What the target says of the file.
    pub says: (&'static str, &'static str),
    /// What the client did wrong.
    pub wrong: Vec<String>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            version: 8,
            bytes: Vec::new(),
            made: None,
            complete: false,
            limits: "min-size=0",
            most_at_once: usize::MAX,
            least_at_once: 0,
            silent: false,
            says: ("200 OK", "stored"),
            wrong: Vec::new(),
        }
    }
}

impl Strict {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A server of this.
    pub(super) fn serve(&self) -> Server {
        self.serve_but(|_, _, _, _| false)
    }

    /// One that deals with the nth request of a method as a test says, if it says something.
    pub(super) fn serve_but(
        &self,
        script: impl Fn(&Self, &mut Call, &str, usize) -> bool + Send + 'static,
    ) -> Server {
        let (all, counts) = (self.clone(), Mutex::new(std::collections::HashMap::<String, usize>::new()));
        Server::plain(move |call| {
            call.head();
            let method = call.seen.head.split(' ').next().unwrap_or_default().to_owned();
            let nth = {
                let mut counts = counts.lock().unwrap();
                let count = counts.entry(method.clone()).or_default();
                *count += 1;
                *count - 1
            };
            if !script(&all, call, &method, nth) {
                all.deal(call, &method);
            }
        })
    }

    fn deal(&self, call: &mut Call, method: &str) {
        if call.seen.header("upload-draft-interop-version") != Some(&self.state().version.to_string()) {
            return call.answer("400 Bad Request", "", "another version");
        }
        match method {
            "OPTIONS" => {
                let limits = format!("Upload-Limit: {}\r\n", self.state().limits);
                call.answer("204 No Content", &limits, "");
            }
            "POST" | "PUT" => self.make(call),
            "HEAD" => self.tell(call),
            "PATCH" => self.append(call),
            "DELETE" => call.answer("204 No Content", "", ""),
            other => self.blame(call, &format!("nobody says {other}")),
        }
    }

    fn make(&self, call: &mut Call) {
        let number = |name| call.seen.header(name).and_then(|length| length.parse::<u64>().ok());
        let (length, content) = (number("upload-length"), number("content-length"));
        let at_once = call.seen.header("upload-complete") == Some("?1");
        let fits = if at_once { content == length } else { content == Some(0) };
        let said = call.seen.header("upload-complete").is_some();
        if !said || !fits || length.is_none() || call.seen.header("content-disposition").is_none() {
            return self
                .blame(call, "an upload is made with nothing or everything, and all that is known of it");
        }
        let State { version, limits, silent, .. } = {
            let mut state = self.state();
            (state.made, state.complete) = (length, false);
            state.bytes.clear();
            State { version: state.version, limits: state.limits, silent: state.silent, ..State::default() }
        };
        if !silent {
            tell_place(call, version);
        }
        if at_once {
            call.rest_of_request();
            return self.take(call, true);
        }
        let limits = format!("Upload-Limit: {limits}\r\n");
        call.answer("201 Created", &format!("Location: /uploads/1\r\nUpload-Complete: ?0\r\n{limits}"), "");
    }

    fn tell(&self, call: &mut Call) {
        if ["upload-offset", "upload-complete"].iter().any(|name| call.seen.header(name).is_some()) {
            return self.blame(call, "who asks says nothing");
        }
        let state = self.state();
        let (offset, complete) = (state.bytes.len(), u8::from(state.complete));
        let length = state.made.map(|made| format!("Upload-Length: {made}\r\n")).unwrap_or_default();
        let limits = state.limits;
        drop(state);
        call.say(format!(
            "HTTP/1.1 204 No Content\r\nUpload-Offset: {offset}\r\nUpload-Complete: ?{complete}\r\n{length}\
             Upload-Limit: {limits}\r\nCache-Control: no-store\r\n\r\n"
        ));
    }

    fn append(&self, call: &mut Call) {
        let (most, least, limits) = {
            let state = self.state();
            (state.most_at_once, state.least_at_once, state.limits)
        };
        if call.seen.length() > most {
            call.answer("413 Content Too Large", &format!("Upload-Limit: {limits}\r\n"), "");
            call.finish();
            return call.rest();
        }
        let complete = call.seen.header("upload-complete") == Some("?1");
        if call.seen.length() < least && !complete {
            return self.blame(call, "too little at once");
        }
        call.rest_of_request();
        let wrong = wrong(&call.seen);
        if let Some(wrong) = wrong {
            return self.blame(call, wrong);
        }
        self.take(call, complete);
    }

    fn take(&self, call: &mut Call, last: bool) {
        let mut state = self.state();
        let now = state.bytes.len();
        if call.seen.header("upload-offset").is_some_and(|offset| offset != now.to_string()) {
            drop(state);
            let headers = format!(
                "Upload-Offset: {now}\r\nUpload-Complete: ?0\r\nContent-Type: application/problem+json\r\n"
            );
            let body =
                "{\"type\":\"https://iana.org/assignments/http-problem-types#mismatching-upload-offset\"}";
            return call.answer("409 Conflict", &headers, body);
        }
        let end = (now + call.seen.body.len()) as u64;
        if state.complete || state.made.is_some_and(|made| end > made || (last && end != made)) {
            drop(state);
            return self.blame(call, "that is not the length that was announced");
        }
        state.bytes.extend_from_slice(&call.seen.body);
        state.complete = last;
        let (version, says, silent) = (state.version, state.says, state.silent);
        drop(state);
        if !silent {
            let interim = format!("Upload-Draft-Interop-Version: {version}\r\nUpload-Offset: {end}\r\n\r\n");
            call.say(format!("HTTP/1.1 104 Upload Resumption Supported\r\n{interim}"));
        }
        // Newer versions do not say it.
        let offset = if version < 7 { format!("Upload-Offset: {end}\r\n") } else { String::new() };
        if last {
            call.answer(says.0, &format!("Upload-Complete: ?1\r\n{offset}"), says.1);
        } else {
            call.say(format!("HTTP/1.1 204 No Content\r\nUpload-Complete: ?0\r\n{offset}\r\n"));
        }
    }

    fn blame(&self, call: &mut Call, wrong: &str) {
        self.state().wrong.push(wrong.to_owned());
        call.rest_of_request();
        call.answer("400 Bad Request", "", wrong);
    }

    /// The file is there, and the client kept to the draft.
    #[track_caller]
    pub(super) fn has(&self, content: &[u8]) {
        let state = self.state();
        assert!(state.wrong.is_empty(), "{:?}", state.wrong);
        assert!(state.bytes == content, "not the same");
        assert!(state.complete);
    }
}

/// Says where the upload is, while it comes.
pub(super) fn tell_place(call: &mut Call, version: u8) {
    call.say(format!(
        "HTTP/1.1 104 Upload Resumption Supported\r\nUpload-Draft-Interop-Version: {version}\r\n\
         Location: /uploads/1\r\n\r\n"
    ));
}

/// What is wrong with a request that brings bytes.
fn wrong(seen: &Seen) -> Option<&'static str> {
    let number = |name| seen.header(name).is_some_and(|value| value.parse::<u64>().is_ok());
    let complete = seen.header("upload-complete");
    if seen.header("content-type") != Some("application/partial-upload") {
        return Some("bytes come as application/partial-upload");
    }
    if !number("content-length") || !number("upload-offset") {
        return Some("bytes come with their place and number");
    }
    if !matches!(complete, Some("?0" | "?1")) {
        return Some("bytes come with whether they are the last");
    }
    (seen.length() == 0 && complete == Some("?0")).then_some("nothing was sent for nothing")
}
