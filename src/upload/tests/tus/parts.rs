//! Several uploads at once that become one file.

use std::collections::BTreeMap;
use std::num::NonZeroU8;
use std::sync::{MutexGuard, PoisonError};

use super::*;
use crate::transfer::{TusPart, TusParts};
use crate::upload::tests::server::{Call, Seen};

const SIZE: usize = 24 * MIB;

/// A server that keeps several uploads, and puts them together when it is told to.
#[derive(Clone, Default)]
struct Several(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// What has come of each, and how long it will be.
    uploads: BTreeMap<usize, (Vec<u8>, usize)>,
    made: usize,
    /// Files that were made of several.
    files: Vec<Vec<u8>>,
}

impl Several {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A server of this that does something else where `otherwise` says that it has dealt with a request.
    fn serve_but(
        &self,
        otherwise: impl Fn(&Self, &mut Call, &str, usize) -> bool + Send + Sync + 'static,
    ) -> Server {
        let (all, counts) = (self.clone(), Mutex::new(BTreeMap::<String, usize>::new()));
        Server::for_many(move |call| {
            call.head();
            let line = call.seen.head.lines().next().unwrap().rsplit_once(' ').unwrap().0.to_owned();
            let nth = {
                let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
                let count = counts.entry(line.clone()).or_default();
                *count += 1;
                *count - 1
            };
            if !otherwise(&all, call, &line, nth) {
                all.deal(call, &line);
            }
        })
    }

    fn deal(&self, call: &mut Call, line: &str) {
        call.rest_of_request();
        let (method, path) = line.split_once(' ').unwrap();
        let id: usize = path.rsplit_once('/').unwrap().1.parse().unwrap_or_default();
        let mut state = self.state();
        match (method, state.uploads.get_mut(&id)) {
            ("OPTIONS", _) => {
                let offers = "Tus-Version: 1.0.0\r\nTus-Extension: creation,concatenation,termination\r\n";
                call.answer("204 No Content", offers, "");
            }
            ("POST", _) => state.make(call),
            (_, None) => call.answer("404 Not Found", "", ""),
            ("HEAD", Some((bytes, length))) => {
                let headers = format!("Upload-Offset: {}\r\nUpload-Length: {length}\r\n", bytes.len());
                call.answer("200 OK", &headers, "");
            }
            ("PATCH", Some((bytes, length))) => {
                if call.seen.header("upload-offset") != Some(&bytes.len().to_string()) {
                    return call.answer("409 Conflict", "", "");
                }
                bytes.extend_from_slice(&call.seen.body);
                assert!(bytes.len() <= *length);
                call.answer("204 No Content", &format!("Upload-Offset: {}\r\n", bytes.len()), "");
            }
            ("DELETE", _) => {
                state.uploads.remove(&id);
                call.answer("204 No Content", "", "");
            }
            (other, _) => panic!("{other}"),
        }
    }

    /// One file was made of them, and nothing else is left.
    #[track_caller]
    fn has(&self, content: &[u8]) {
        let state = self.state();
        assert!(state.files.len() == 1 && state.files[0] == content, "not the same");
        assert_eq!(state.uploads.len(), 1, "only the whole is left");
    }
}

impl State {
    fn make(&mut self, call: &mut Call) {
        let concat = call.seen.header("upload-concat").unwrap_or_default().to_owned();
        self.made += 1;
        let id = self.made;
        if let Some(parts) = concat.strip_prefix("final;") {
            assert!(
                call.seen.header("upload-length").is_none() && call.seen.header("upload-metadata").is_some()
            );
            let ids = parts.split(' ').map(|url| url.rsplit_once('/').unwrap().1.parse::<usize>().unwrap());
            let whole: Vec<u8> = ids.flat_map(|id| self.uploads[&id].0.clone()).collect();
            self.uploads.insert(id, (whole.clone(), whole.len()));
            self.files.push(whole);
        } else {
            let length = call.seen.header("upload-length").unwrap().parse().unwrap();
            self.uploads.insert(id, (Vec::new(), length));
        }
        call.answer("201 Created", &format!("Location: /up/{id}\r\n"), "");
    }
}

fn in_parts(content: &[u8], server: &Server, count: u8) -> Upload {
    let mut upload = upload(content, server);
    upload.request.terms.connections = NonZeroU8::new(count);
    upload
}

fn large() -> Vec<u8> {
    static CONTENT: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| noise(SIZE));
    CONTENT.clone()
}

fn parts(remote: Option<&Remote>) -> TusParts {
    match remote {
        Some(Remote::TusParts(parts)) => parts.clone(),
        other => panic!("{other:?}"),
    }
}

/// How many bytes came for each upload, in whatever order.
fn brought_in_all(seen: &[Seen]) -> usize {
    seen.iter().filter(|seen| seen.head.starts_with("PATCH")).map(|seen| seen.body.len()).sum()
}

fn count(seen: &[Seen], method: &str) -> usize {
    seen.iter().filter(|seen| seen.head.starts_with(method)).count()
}

#[tokio::test]
async fn a_large_file_goes_in_several_parts_at_once_where_that_is_wished_and_offered() {
    let (content, several) = (large(), Several::default());
    let server = several.serve_but(|_, _, _, _| false);
    let ended = in_parts(&content, &server, 3).send().await;
    several.has(&content);
    let TusParts { parts, joining, .. } = parts(ended.remote.as_ref());
    let ranges: Vec<_> = parts.iter().map(|part| part.start..part.end).collect();
    let third = SIZE as u64 / 3;
    assert_eq!((ranges, joining), (vec![0..third, third..2 * third, 2 * third..SIZE as u64], true));
    assert_eq!((ended.verified, ended.meter.done()), (Some(Verified::Length), SIZE as u64));
    assert_eq!(ended.completed().status, 201);
    let seen = server.seen(12).await;
    assert_eq!((count(&seen, "POST"), count(&seen, "PATCH"), count(&seen, "DELETE")), (4, 3, 3));
}

#[tokio::test]
async fn where_it_is_not_wished_or_not_worth_it_or_cannot_be_after_all_it_is_one_upload() {
    for (size, wished, can) in [(SIZE, 1, true), (15 * MIB, 4, true), (SIZE, 3, false)] {
        let (content, several) = (&large()[..size], Several::default());
        let server = several.serve_but(move |all, call, line, _| {
            let refuses = !can && call.seen.header("upload-concat").is_some() && all.state().made == 1;
            if refuses {
                call.answer("501 Not Implemented", "", "");
            }
            refuses && line.starts_with("POST")
        });
        upload_of(content, &server, wished).await;
        let state = several.state();
        let whole: Vec<_> = state.uploads.values().map(|(bytes, _)| bytes == content).collect();
        assert_eq!((whole, state.files.len()), (vec![true], 0), "{size} {wished} {can}");
    }
}

async fn upload_of(content: &[u8], server: &Server, wished: u8) {
    in_parts(content, server, wished).send().await.completed();
}

#[tokio::test]
async fn a_part_that_was_cut_goes_on_where_the_server_is_and_the_others_do_not_notice() {
    let (content, several) = (large(), Several::default());
    let server = several.serve_but(|all, call, line, nth| {
        let cut = line == "PATCH /up/2" && nth == 0;
        if cut {
            call.body(3 * MIB);
            all.state().uploads.get_mut(&2).unwrap().0.extend_from_slice(&call.seen.body);
            call.reset();
        }
        cut
    });
    let ended = in_parts(&content, &server, 3).send().await;
    several.has(&content);
    assert_eq!(ended.meter.done(), SIZE as u64);
    ended.completed();
    let seen = server.seen(14).await;
    assert_eq!((brought_in_all(&seen), count(&seen, "PATCH")), (SIZE, 4));
}

#[tokio::test]
async fn what_is_known_of_the_parts_is_enough_to_go_on_and_one_that_is_gone_begins_anew_alone() {
    let (content, several) = (large(), Several::default());
    let server = several.serve_but(|_, _, _, _| false);
    let third = SIZE / 3;
    let made = [content[..third].to_vec(), content[third..third + MIB].to_vec()];
    {
        let mut state = several.state();
        state.made = 3;
        state.uploads = made.into_iter().enumerate().map(|(nth, bytes)| (nth + 1, (bytes, third))).collect();
    }
    let address = |path: &str| Address::parse(&server.url(path)).unwrap().0;
    let part = |nth: usize| TusPart {
        tus: Tus::new(address(&format!("/up/{}", nth + 1))),
        start: (nth * third) as u64,
        end: ((nth + 1) * third) as u64,
    };
    let parts = TusParts { endpoint: address("/up/"), parts: (0..3).map(part).collect(), joining: false };
    let parts = ron::from_str(&ron::to_string(&Remote::TusParts(parts)).unwrap()).unwrap();
    go_on_from(in_parts(&content, &server, 3), parts).await.completed();
    several.has(&content);
    assert_eq!(brought_in_all(&server.seen(11).await), 2 * third - MIB);
}

#[tokio::test]
async fn they_are_put_together_twice_only_if_somebody_says_so() {
    let (content, several) = (large(), Several::default());
    let server = several.serve_but(|all, call, line, _| {
        let joins = line == "POST /up/" && call.seen.header("upload-concat") != Some("partial");
        if joins {
            all.state().files.push(Vec::new());
            call.reset();
        }
        joins
    });
    let first = in_parts(&content, &server, 3).send().await;
    let from = first.remote.clone();
    assert!(parts(from.as_ref()).joining);
    first.failed();
    let second = go_on_from(in_parts(&content, &server, 3), from.unwrap()).await;
    let from = second.remote.clone();
    assert_eq!(second.asks_first().kind, ErrorKind::ResultUnknown);
    assert_eq!(several.state().files.len(), 1);
    assert!(!parts(from.as_ref()).joining, "a person has said so");
}
