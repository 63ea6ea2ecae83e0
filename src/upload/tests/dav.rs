//! A server of WebDAV in memory, as good or as bad as those that there are.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use super::server::{Call, Server};

/// What a server makes of a PUT with `Content-Range`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parts {
    /// Refuses it, with this status.
    Refuses(&'static str),
    /// Writes the part where it belongs; what came of one that was cut stays.
    Writes,
    /// The same, but one that was cut leaves nothing.
    WritesWhole,
    /// Makes the part all there is of the file, and says that all is well.
    Destroys,
    /// Writes few bytes where they belong, and destroys with many.
    Pretends,
}

/// What is left of a file when a PUT of all of it was cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// What was there before.
    Old,
    /// What had come.
    Part,
    /// Nothing.
    Nothing,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    pub(super) parts: Parts,
    pub(super) cut: Cut,
    /// Takes and promises the PATCH of sabre/dav.
    pub(super) patch: bool,
    /// Answers HEAD.
    pub(super) head: bool,
    /// What it says when the folder of a file is missing.
    pub(super) nowhere: &'static str,
}

impl Kind {
    pub(super) const NGINX: Self = Self {
        parts: Parts::Refuses("501 Not Implemented"),
        cut: Cut::Old,
        patch: false,
        head: true,
        nowhere: "500 Internal Server Error",
    };
    pub(super) const APACHE: Self = Self { parts: Parts::Writes, nowhere: "409 Conflict", ..Self::NGINX };
    pub(super) const LIGHTTPD: Self = Self { parts: Parts::WritesWhole, ..Self::APACHE };
    pub(super) const WSGIDAV: Self =
        Self { parts: Parts::Refuses("400 Bad Request"), cut: Cut::Part, ..Self::APACHE };
    pub(super) const DAV_SERVER: Self = Self { parts: Parts::Writes, cut: Cut::Part, ..Self::APACHE };
    pub(super) const SABRE: Self = Self { patch: true, ..Self::WSGIDAV };
    pub(super) const RCLONE: Self = Self { parts: Parts::Destroys, cut: Cut::Part, ..Self::APACHE };
    pub(super) const DUFS: Self = Self { parts: Parts::Destroys, cut: Cut::Nothing, ..Self::APACHE };
}

#[derive(Clone)]
pub(super) struct Dav(Arc<Mutex<State>>);

pub(super) struct State {
    kind: Kind,
    pub(super) files: BTreeMap<String, Vec<u8>>,
    /// Each ends with `/`.
    pub(super) folders: Vec<String>,
    /// The next request that carries more is cut after so many bytes.
    pub(super) cut: Option<usize>,
    /// Said once instead of anything else, to the next request of this method.
    pub(super) instead: VecDeque<(&'static str, &'static str, &'static str)>,
    /// The answer to the next MOVE of what was sent is lost on its way.
    pub(super) lose_answer: bool,
    /// The method and path of each request, and how many bytes came with it.
    pub(super) log: Vec<(String, usize)>,
}

impl Dav {
    pub(super) fn new(kind: Kind) -> Self {
        let folders = vec!["/".to_owned(), "/in/".to_owned()];
        Self(Arc::new(Mutex::new(State {
            kind,
            files: BTreeMap::new(),
            folders,
            cut: None,
            instead: VecDeque::new(),
            lose_answer: false,
            log: Vec::new(),
        })))
    }

    pub(super) fn start(&self) -> Server {
        let dav = self.clone();
        Server::plain(move |call| dav.serve(call))
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// All bytes that came in bodies since this was asked last.
    pub(super) fn carried(&self) -> usize {
        self.state().log.drain(..).map(|(_, bytes)| bytes).sum()
    }

    fn serve(&self, call: &mut Call) {
        call.head();
        let mut state = self.state();
        let mut words = call.seen.head.split(' ').map(str::to_owned);
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        if let Some(at) = state.instead.iter().position(|(wanted, ..)| *wanted == method) {
            let (_, status, body) = state.instead.remove(at).unwrap();
            state.log.push((format!("{method} {path}"), 0));
            drop(state);
            call.rest_of_request();
            return call.answer(status, "Content-Type: text/plain\r\n", body);
        }
        let length = call.seen.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        let cut = state.cut.take_if(|cut| *cut < length);
        call.body(cut.unwrap_or(length));
        state.log.push((format!("{method} {path}"), call.seen.body.len()));
        if cut.is_some() {
            state.write(call, &method, &path, true);
            return call.reset();
        }
        let (status, headers, body) = state.answer(call, &method, &path);
        let is_last = method == "MOVE" && !path.contains(".try");
        let lost = is_last && std::mem::take(&mut state.lose_answer);
        drop(state);
        if lost {
            call.reset();
        } else if method == "HEAD" {
            call.say(format!("HTTP/1.1 {status}\r\n{headers}\r\n"));
        } else {
            call.answer(status, &headers, &body);
        }
    }
}

impl State {
    fn answer(&mut self, call: &Call, method: &str, path: &str) -> (&'static str, String, String) {
        let nothing = String::new;
        let file = self.files.get(path);
        let is_folder = self.folders.iter().any(|folder| folder == path);
        match method {
            "HEAD" if !self.kind.head => ("405 Method Not Allowed", nothing(), nothing()),
            "HEAD" => match file {
                Some(file) => ("200 OK", format!("Content-Length: {}\r\n", file.len()), nothing()),
                None => ("404 Not Found", nothing(), nothing()),
            },
            "GET" => ("200 OK", nothing(), String::from_utf8_lossy(file.unwrap_or(&Vec::new())).into_owned()),
            "OPTIONS" => {
                let class = if self.kind.patch { "1, 2, sabredav-partialupdate" } else { "1, 2" };
                ("200 OK", format!("DAV: {class}\r\n"), nothing())
            }
            "PROPFIND" => match file {
                Some(file) => {
                    let size = file.len();
                    let told = format!(
                        "<multistatus xmlns='DAV:'><response><href>{path}</href><propstat><prop>\
                         <getcontentlength>{size}</getcontentlength></prop></propstat></response></multistatus>"
                    );
                    ("207 Multi-Status", nothing(), told)
                }
                None => ("404 Not Found", nothing(), nothing()),
            },
            "MKCOL" if is_folder => ("405 Method Not Allowed", nothing(), nothing()),
            "MKCOL" if !self.has_folder_of(path) => ("409 Conflict", nothing(), nothing()),
            "MKCOL" => {
                self.folders.push(path.to_owned());
                ("201 Created", nothing(), nothing())
            }
            "DELETE" => match self.files.remove(path) {
                Some(_) => ("204 No Content", nothing(), nothing()),
                None => ("404 Not Found", nothing(), nothing()),
            },
            "MOVE" => (self.rename(call, path), nothing(), nothing()),
            "PUT" | "PATCH" => (self.write(call, method, path, false), nothing(), nothing()),
            other => panic!("{other}"),
        }
    }

    fn has_folder_of(&self, path: &str) -> bool {
        let inside = path.strip_suffix('/').unwrap_or(path);
        self.folders.iter().any(|folder| *folder == inside[..=inside.rfind('/').unwrap()])
    }

    fn rename(&mut self, call: &Call, path: &str) -> &'static str {
        let destination = call.seen.header("destination").unwrap();
        let host = format!("http://{}", call.seen.header("host").unwrap());
        let to = destination.strip_prefix(&host).expect("all of the address").to_owned();
        let overwrite = match call.seen.header("overwrite") {
            Some("T") => true,
            Some("F") => false,
            other => panic!("{other:?}"),
        };
        if !overwrite && self.files.contains_key(&to) {
            return "412 Precondition Failed";
        }
        let Some(file) = self.files.remove(path) else { return "404 Not Found" };
        if self.files.insert(to, file).is_some() { "204 No Content" } else { "201 Created" }
    }

    /// Writes what came.
    fn write(&mut self, call: &Call, method: &str, path: &str, cut: bool) -> &'static str {
        let (kind, body) = (self.kind, call.seen.body.clone());
        if !self.has_folder_of(path) {
            return kind.nowhere;
        }
        let old = self.files.get(path).cloned();
        let (range, parts) = match method {
            "PATCH" if !kind.patch => return "405 Method Not Allowed",
            "PATCH" => {
                let kind = call.seen.header("content-type");
                assert_eq!(kind, Some("application/x-sabredav-partialupdate"));
                (call.seen.header("x-update-range").unwrap().strip_prefix("bytes="), Parts::Writes)
            }
            _ => {
                let range =
                    call.seen.header("content-range").map(|range| range.strip_prefix("bytes ").unwrap());
                (range, kind.parts)
            }
        };
        let start = range.map(|range| range.split('-').next().unwrap().parse::<usize>().unwrap());
        let written = |start: usize| {
            let mut file = old.clone().unwrap_or_default();
            file.resize(file.len().max(start + body.len()), 0);
            file[start..start + body.len()].copy_from_slice(&body);
            file
        };
        let (new, status) = match (start, parts) {
            (Some(_), Parts::Refuses(status)) => return status,
            (Some(_), Parts::WritesWhole) if cut => (old, ""),
            // Without a file to write to, what came of a cut one is thrown away.
            (Some(_), Parts::Writes) if cut && old.is_none() => (None, ""),
            (Some(start), Parts::Writes | Parts::WritesWhole) => (Some(written(start)), "204 No Content"),
            (Some(start), Parts::Pretends) if body.len() == 1 => (Some(written(start)), "204 No Content"),
            (None, _) if cut && kind.cut == Cut::Old => (old, ""),
            (_, _) if cut && kind.cut == Cut::Nothing => (None, ""),
            (None | Some(_), _) => (Some(body), "201 Created"),
        };
        match new {
            Some(file) => _ = self.files.insert(path.to_owned(), file),
            None => _ = self.files.remove(path),
        }
        status
    }
}
