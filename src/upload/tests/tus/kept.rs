//! A server of tus that keeps one upload in memory, as the protocol says, and one that is told to do wrong.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::Digest as _;

use crate::upload::tests::server::{Call, Seen, Server};

#[derive(Clone, Default)]
pub(super) struct Kept {
    pub bytes: Arc<Mutex<Vec<u8>>>,
    /// Beside the version, what it says when it is asked what it can do.
    pub offers: &'static str,
    /// What it says with every answer.
    pub says: &'static str,
}

impl Kept {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let kept = Self::default();
        kept.keep(bytes);
        kept
    }

    /// Deals with a request as the protocol says.
    pub(super) fn serve(&self, call: &mut Call) {
        call.head();
        self.serve_on(call);
    }

    /// The same where the head was read.
    pub(super) fn serve_on(&self, call: &mut Call) {
        let method = method(call);
        let version = call.seen.header("tus-resumable");
        assert_eq!(version, (method != "OPTIONS").then_some("1.0.0"), "{}", call.seen.head);
        match method.as_str() {
            "OPTIONS" => call.answer("204 No Content", &format!("Tus-Version: 1.0.0\r\n{}", self.offers), ""),
            "POST" => call.answer("201 Created", &format!("Location: 1\r\n{}", self.says), ""),
            "HEAD" => self.says_offset(call, "200 OK"),
            "PATCH" => self.append(call),
            "DELETE" => call.answer("204 No Content", "", ""),
            other => panic!("{other}"),
        }
    }

    fn append(&self, call: &mut Call) {
        call.rest_of_request();
        let seen = &call.seen;
        assert_eq!(seen.header("content-type"), Some("application/offset+octet-stream"));
        if seen.header("upload-offset") != Some(&self.len().to_string()) {
            return call.answer("409 Conflict", "", "");
        }
        if let Some(sum) = seen.header("upload-checksum") {
            let right = BASE64_STANDARD.encode(sha2::Sha256::digest(&seen.body));
            if sum != format!("sha256 {right}") {
                return call.answer("460 Checksum Mismatch", "", "");
            }
        }
        self.keep(&call.seen.body);
        self.says_offset(call, "204 No Content");
    }

    pub(super) fn says_offset(&self, call: &mut Call, status: &str) {
        let headers = format!("Upload-Offset: {}\r\n{}", self.len(), self.says);
        call.answer(status, &headers, "");
    }

    pub(super) fn keep(&self, more: &[u8]) {
        self.bytes.lock().unwrap().extend_from_slice(more);
    }

    pub(super) fn forget(&self) {
        self.bytes.lock().unwrap().clear();
    }

    fn len(&self) -> usize {
        self.bytes.lock().unwrap().len()
    }

    #[track_caller]
    pub(super) fn has(&self, content: &[u8]) {
        assert!(*self.bytes.lock().unwrap() == content, "not the same");
    }
}

fn method(call: &Call) -> String {
    call.seen.head.split(' ').next().unwrap_or_default().to_owned()
}

/// A server that deals with the nth request of a method as a test says, if it says something.
pub(super) fn scripted(
    kept: &Kept,
    script: impl Fn(&Kept, &mut Call, &str, usize) -> bool + Send + 'static,
) -> Server {
    let (kept, seen) = (kept.clone(), Mutex::new(HashMap::<String, usize>::new()));
    Server::plain(move |call| {
        call.head();
        let method = method(call);
        let nth = {
            let mut seen = seen.lock().unwrap();
            let count = seen.entry(method.clone()).or_default();
            *count += 1;
            *count - 1
        };
        if !script(&kept, call, &method, nth) {
            kept.serve_on(call);
        }
    })
}

/// How many bytes came with each request that brought some.
pub(super) fn brought(seen: &[Seen]) -> Vec<usize> {
    seen.iter().filter(|seen| seen.head.starts_with("PATCH")).map(|seen| seen.body.len()).collect()
}
