//! A right answer to a request for a file, to be made wrong.

use crate::server::{Reply, Request};

use super::TAG;

/// See the module.
#[derive(Clone)]
pub struct Right {
    pub status: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Where the body begins in the file, and the byte behind its last one.
    pub first: usize,
    pub end: usize,
    pub total: usize,
}

impl Right {
    /// The usual names; what it sends is yet to be [settled](Self::settle).
    pub fn new(content: &[u8]) -> Self {
        let mut right = Self {
            status: String::new(),
            headers: Vec::new(),
            body: Vec::new(),
            first: 0,
            end: 0,
            total: content.len(),
        };
        right.set("ETag", TAG);
        right.set("Accept-Ranges", "bytes");
        right.set("Content-Type", "application/octet-stream");
        right.set("Connection", "close");
        right
    }

    /// Decides between all of the file and a part, as RFC 9110 §14 says.
    pub fn settle(&mut self, content: &[u8], request: &Request) {
        let names = [self.get("ETag"), self.get("Last-Modified")];
        let wanted = request.header("if-range");
        let matches = wanted.is_none_or(|wanted| names.contains(&Some(wanted.to_owned())));
        match request.first().filter(|_| matches) {
            Some(first) if first >= content.len() => {
                self.refuse("416 Range Not Satisfiable");
                self.set("Content-Range", format!("bytes */{}", content.len()));
            }
            Some(first) => {
                let last = request.last().unwrap_or(usize::MAX).min(content.len() - 1);
                self.part(content, first, last + 1);
            }
            None => self.whole(content),
        }
    }

    /// Makes it the answer with all of the file.
    pub fn whole(&mut self, content: &[u8]) {
        self.status = String::from("200 OK");
        self.without("Content-Range");
        (self.first, self.end, self.total) = (0, content.len(), content.len());
        self.fill(content);
    }

    /// Makes it the answer with a part of the file.
    pub fn part(&mut self, content: &[u8], first: usize, end: usize) {
        self.status = String::from("206 Partial Content");
        (self.first, self.end, self.total) = (first, end, content.len());
        self.set("Content-Range", format!("bytes {first}-{}/{}", end - 1, content.len()));
        self.fill(content);
    }

    fn fill(&mut self, content: &[u8]) {
        self.body = content[self.first..self.end].to_vec();
        self.set("Content-Length", self.body.len().to_string());
    }

    /// The rule for refusals: nothing but a status.
    pub fn refuse(&mut self, status: impl Into<String>) {
        self.status = status.into();
        self.body = b"no".to_vec();
        for name in ["Content-Range", "ETag", "Accept-Ranges"] {
            self.without(name);
        }
        self.set("Content-Length", "2");
    }

    pub fn get(&self, name: &str) -> Option<String> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }

    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.without(name);
        self.add(name, value);
    }

    pub fn add(&mut self, name: &str, value: impl Into<String>) {
        self.headers.push((name.to_owned(), value.into()));
    }

    pub fn without(&mut self, name: &str) {
        self.headers.retain(|(known, _)| known != name);
    }

    /// The bytes of the head.
    pub fn head(&self) -> String {
        let lines: Vec<_> = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        format!("HTTP/1.1 {}\r\n{}\r\n", self.status, lines.concat())
    }

    pub fn send(&self, reply: &mut Reply) -> bool {
        reply.send(self.head()) && reply.send(&self.body)
    }

    /// Sends the head and this many bytes of the body.
    pub fn send_some(&self, reply: &mut Reply, count: usize) -> bool {
        reply.send(self.head()) && reply.send(&self.body[..count.min(self.body.len())])
    }

    /// The body in chunks (RFC 9112 §7.1) without an end.
    pub fn chunks(&mut self) -> Vec<u8> {
        self.without("Content-Length");
        self.set("Transfer-Encoding", "chunked");
        let mut sent = Vec::new();
        for chunk in self.body.chunks(50_000) {
            sent.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            sent.extend_from_slice(chunk);
            sent.extend_from_slice(b"\r\n");
        }
        sent
    }
}
