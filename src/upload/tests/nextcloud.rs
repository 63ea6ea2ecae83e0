//! Nextcloud's chunks, against a server in memory that insists on everything that its manual says.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::server::{Call, Server};
use super::*;
use crate::transfer::{IfExists, Nextcloud, Protocol};

const FILES: &str = "/nc/remote.php/dav/files/me/";
const UPLOADS: &str = "/nc/remote.php/dav/uploads/me/";
const SIZE: usize = 23 * MIB + 1;

#[derive(Default)]
struct State {
    files: BTreeMap<String, Vec<u8>>,
    folders: Vec<String>,
    /// Folders of chunks, and the chunks by their names.
    uploads: BTreeMap<String, BTreeMap<String, Vec<u8>>>,
    /// Only so much may come at once.
    most: Option<usize>,
    /// The chunk of this name is cut off after so many bytes, once.
    cut: Option<(&'static str, usize)>,
    /// Putting together takes so long that this is said first.
    merging: Option<&'static str>,
    carried: usize,
}

#[derive(Clone, Default)]
struct Cloud(Arc<Mutex<State>>);

impl Cloud {
    fn start(&self) -> Server {
        let cloud = self.clone();
        cloud.state().folders.push(FILES.to_owned());
        Server::plain(move |call| cloud.serve(call))
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    fn carried(&self) -> usize {
        std::mem::take(&mut self.state().carried)
    }

    fn serve(&self, call: &mut Call) {
        call.head();
        let mut state = self.state();
        let length = call.seen.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        if state.most.is_some_and(|most| length > most) {
            return call.answer("413 Request Entity Too Large", "", "");
        }
        if let Some((_, cut)) = state.cut.take_if(|(name, _)| call.seen.head.contains(&format!("/{name} "))) {
            call.body(cut);
            state.carried += cut;
            return call.reset();
        }
        call.body(length);
        let head = call.seen.head.clone();
        let mut words = head.split(' ');
        let (method, path) = (words.next().unwrap(), words.next().unwrap());
        let (status, body) = match path.strip_prefix(UPLOADS) {
            Some(inside) => state.upload(call, method, inside),
            None => (state.file(call, method, path), String::new()),
        };
        if method == "HEAD" && status == "200 OK" {
            let size = state.files[path].len();
            call.say(format!("HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n"));
        } else {
            call.answer(status, "", &body);
        }
    }
}

impl State {
    /// Deals with what is asked about files.
    fn file(&mut self, call: &Call, method: &str, path: &str) -> &'static str {
        assert!(path.starts_with(FILES), "{path}");
        assert_ne!(path.rsplit('.').next(), Some("part"), "such names are not allowed");
        let folder = path.trim_end_matches('/');
        let folder = &folder[..=folder.rfind('/').unwrap()];
        match method {
            "HEAD" if self.files.contains_key(path) => "200 OK",
            "HEAD" => "404 Not Found",
            "MKCOL" if self.folders.iter().any(|known| known == path) => "405 Method Not Allowed",
            "MKCOL" | "PUT" if !self.folders.iter().any(|known| known == folder) => "409 Conflict",
            "MKCOL" => {
                self.folders.push(path.to_owned());
                "201 Created"
            }
            "PUT" => {
                self.carried += call.seen.body.len();
                self.files.insert(path.to_owned(), call.seen.body.clone());
                "201 Created"
            }
            "MOVE" => {
                let moved = self.files.remove(path).unwrap();
                self.files.insert(destination(call), moved);
                "201 Created"
            }
            other => panic!("{other}"),
        }
    }

    /// Deals with what is asked about chunks.
    fn upload(&mut self, call: &Call, method: &str, inside: &str) -> (&'static str, String) {
        let (folder, name) = inside.split_once('/').unwrap();
        if matches!(method, "MKCOL" | "PUT" | "MOVE") {
            assert!(destination(call).starts_with(FILES));
            assert_eq!(call.seen.header("oc-total-length"), Some(SIZE.to_string().as_str()));
        }
        let known = self.uploads.get_mut(folder);
        let status = match (method, known) {
            ("MKCOL", Some(_)) => "405 Method Not Allowed",
            ("MKCOL", None) => {
                assert_eq!(name, "");
                self.uploads.insert(folder.to_owned(), BTreeMap::new());
                "201 Created"
            }
            (_, None) => "404 Not Found",
            ("PROPFIND", Some(chunks)) => {
                assert_eq!((name, call.seen.header("depth")), ("", Some("1")));
                return ("207 Multi-Status", told(folder, chunks));
            }
            ("DELETE", Some(_)) => {
                self.uploads.remove(folder);
                "204 No Content"
            }
            ("PUT", Some(chunks)) => {
                assert!((1..=10_000).contains(&name.parse::<u32>().unwrap()) && name.len() == 5);
                chunks.insert(name.to_owned(), call.seen.body.clone());
                self.carried += call.seen.body.len();
                "201 Created"
            }
            ("MOVE", Some(_)) => {
                assert_eq!(name, ".file");
                self.put_together(call, folder)
            }
            (other, _) => panic!("{other}"),
        };
        (status, String::new())
    }

    fn put_together(&mut self, call: &Call, folder: &str) -> &'static str {
        assert!(call.seen.header("x-oc-mtime").unwrap().parse::<u64>().unwrap() > 1_700_000_000);
        let to = destination(call);
        if call.seen.header("overwrite") != Some("T") && self.files.contains_key(&to) {
            return "412 Precondition Failed";
        }
        let chunks: Vec<_> = self.uploads[folder].values().cloned().collect();
        let (_, but_last) = chunks.split_last().unwrap();
        assert!(but_last.iter().all(|chunk| chunk.len() >= 5 * MIB));
        let file = chunks.concat();
        assert_eq!(file.len(), SIZE);
        self.uploads.remove(folder);
        self.files.insert(to, file);
        self.merging.take().unwrap_or("201 Created")
    }
}

/// Where the file shall be.
fn destination(call: &Call) -> String {
    let host = format!("http://{}", call.seen.header("host").unwrap());
    call.seen.header("destination").unwrap().strip_prefix(&host).expect("all of the address").to_owned()
}

fn told(folder: &str, chunks: &BTreeMap<String, Vec<u8>>) -> String {
    let response = |name: &str, size: usize| {
        format!(
            "<d:response><d:href>{UPLOADS}{folder}/{name}</d:href><d:propstat><d:prop><d:getcontentlength>{size}\
             </d:getcontentlength></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
        )
    };
    let all: String = chunks.iter().map(|(name, chunk)| response(name, chunk.len())).collect();
    format!(
        "<?xml version=\"1.0\"?><d:multistatus xmlns:d=\"DAV:\">{}{all}</d:multistatus>",
        response(".file", 7)
    )
}

/// Its chunks are all different, as none begins where what is repeated does.
fn content() -> Vec<u8> {
    let mut content = noise(64 * 1024 + 13).repeat(SIZE / (64 * 1024) + 1);
    content.truncate(SIZE);
    content
}

fn cloud(content: &[u8], server: &Server, path: &str) -> Upload {
    let mut upload = Upload::of(content, &server.url(&format!("{FILES}{path}")), Method::Post);
    upload.request = upload.request.through(Protocol::Webdav);
    upload
}

fn on(upload: &Upload, remote: Option<Remote>) -> Delivery {
    let mut delivery = Delivery::of(vec![Source::of(&upload.request.file).unwrap()]);
    delivery.remote = remote;
    delivery
}

#[tokio::test]
async fn chunks_become_the_file() {
    let (kept, content) = (Cloud::default(), content());
    let server = kept.start();
    let ended = cloud(&content, &server, "a b/c/").send().await;
    assert_eq!(ended.verified, Some(Verified::Length));
    ended.completed();
    assert!(kept.state().files[&format!("{FILES}a%20b/c/file")] == content);
    assert!(kept.state().uploads.is_empty());
}

#[tokio::test]
async fn after_a_cut_only_the_chunks_that_are_missing_are_sent() {
    let (kept, content) = (Cloud::default(), content());
    let server = kept.start();
    kept.state().cut = Some(("00002", 5 * MIB));
    let cut = cloud(&content, &server, "f").send().await;
    assert!(matches!(cut.outcome, Outcome::Failed(_)));
    assert_eq!(kept.carried(), 15 * MIB);
    let again = cloud(&content, &server, "f");
    let delivery = on(&again, cut.remote);
    again.start_from(delivery).end().await.completed();
    assert!(kept.state().files[&format!("{FILES}f")] == content);
    assert_eq!(kept.carried(), SIZE - 10 * MIB);
}

#[tokio::test]
async fn too_much_in_a_chunk_makes_smaller_ones_in_the_right_order() {
    let (kept, content) = (Cloud::default(), content());
    let server = kept.start();
    kept.state().most = Some(5 * MIB);
    cloud(&content, &server, "f").send().await.completed();
    assert!(kept.state().files[&format!("{FILES}f")] == content);
}

#[tokio::test]
async fn chunks_of_an_upload_that_was_forgotten_are_sent_anew() {
    let (kept, content) = (Cloud::default(), content());
    let server = kept.start();
    kept.state().cut = Some(("00001", 5 * MIB));
    let cut = cloud(&content, &server, "f").send().await;
    kept.state().uploads.clear();
    let again = cloud(&content, &server, "f");
    let delivery = on(&again, cut.remote);
    let ended = again.start_from(delivery).end().await;
    ended.completed();
    assert!(kept.state().files[&format!("{FILES}f")] == content);
}

#[tokio::test]
async fn a_file_that_is_being_put_together_is_waited_for_and_not_sent_again() {
    for said in ["423 Locked", "504 Gateway Timeout"] {
        let (kept, content) = (Cloud::default(), content());
        let server = kept.start();
        kept.state().merging = Some(said);
        let waits = cloud(&content, &server, "f").send().await;
        assert!(
            matches!(&waits.outcome, Outcome::Failed(f) if f.kind.retry() == crate::transfer::Retry::Transient)
        );
        kept.carried();
        let again = cloud(&content, &server, "f");
        let delivery = on(&again, waits.remote);
        let ended = again.start_from(delivery).end().await;
        assert!(matches!(ended.outcome, Outcome::Completed(None)), "{:?}", ended.outcome);
        assert_eq!((ended.verified, kept.carried()), (Some(Verified::Length), 0));
    }
}

#[tokio::test]
async fn a_name_that_is_taken_is_left_alone_unless_somebody_wishes_otherwise() {
    for wish in [IfExists::Fail, IfExists::Skip, IfExists::Overwrite, IfExists::Rename] {
        let (kept, content) = (Cloud::default(), content());
        let server = kept.start();
        kept.state().files.insert(format!("{FILES}f.iso"), b"old".to_vec());
        let mut upload = cloud(&content, &server, "f.iso");
        upload.request.if_exists = wish;
        let ended = upload.send().await;
        let state = kept.state();
        match wish {
            IfExists::Fail => {
                assert_eq!(ended.kind(), ErrorKind::FileExists);
                assert!(state.uploads.is_empty());
            }
            IfExists::Skip => {
                assert!(matches!(ended.outcome, Outcome::Skipped), "{:?}", ended.outcome);
                assert!(state.uploads.is_empty());
            }
            IfExists::Overwrite => assert!(state.files[&format!("{FILES}f.iso")] == content),
            IfExists::Rename => {
                assert_eq!(state.files[&format!("{FILES}f.iso")], b"old");
                assert!(state.files[&format!("{FILES}f%20%281%29.iso")] == content);
            }
        }
    }
}

#[tokio::test]
async fn a_small_file_goes_there_as_to_any_server() {
    let kept = Cloud::default();
    let server = kept.start();
    cloud(b"few", &server, "f").send().await.completed();
    assert_eq!(kept.state().files.iter().collect::<Vec<_>>(), [(&format!("{FILES}f"), &b"few".to_vec())]);
}

#[tokio::test]
async fn what_is_known_of_an_upload_is_all_that_is_needed_to_go_on() {
    let address = |text: &str| crate::transfer::Address::parse(text).unwrap().0;
    let at = Remote::Nextcloud(Nextcloud {
        folder: address("https://a.example/remote.php/dav/uploads/me/x/"),
        target: address("https://a.example/remote.php/dav/files/me/f"),
        chunk: 7,
        moving: true,
    });
    assert_eq!(ron::from_str::<Remote>(&ron::to_string(&at).unwrap()).unwrap(), at);
}
