//! Files that lie beside their place until all of them is there: what a stop in the last moment leaves.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use super::*;
use crate::net::{Caller, Place};
use crate::transfer::{Address, Beside, IfExists, Remote, Verified};
use crate::upload::beside::{Server, Upload};
use crate::upload::desk::Desk;
use crate::upload::engine;
use crate::upload::protocol::Protocol as _;

/// A server in memory, and everything that was done there.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<(Files, Vec<String>)>>);

type Files = BTreeMap<String, Vec<u8>>;

impl Memory {
    fn with(files: &[(&str, &[u8])]) -> Self {
        let memory = Self::default();
        for (path, content) in files {
            memory.0.lock().unwrap().0.insert((*path).to_owned(), content.to_vec());
        }
        memory
    }

    fn files(&self) -> Vec<(String, Vec<u8>)> {
        self.0.lock().unwrap().0.clone().into_iter().collect()
    }

    fn did(&self) -> Vec<String> {
        self.0.lock().unwrap().1.clone()
    }

    fn note(&self, what: &str, path: &[u8]) -> String {
        let path = text(path);
        self.0.lock().unwrap().1.push(format!("{what} {path}"));
        path
    }
}

fn text(path: &[u8]) -> String {
    String::from_utf8(path.to_vec()).unwrap()
}

impl Server for Memory {
    async fn connect(_: &Desk<'_>, _: &Caller<'_>) -> Result<Self, Failure> {
        unreachable!("it is connected")
    }

    fn path(url: &Address) -> Result<Vec<u8>, Failure> {
        Ok(url.target().as_bytes().to_vec())
    }

    fn unsure(&self) -> Option<u64> {
        Some(3)
    }

    fn tells_sizes(&self) -> bool {
        true
    }

    async fn look(&mut self, path: &[u8]) -> Result<Place, Failure> {
        let files = &self.0.lock().unwrap().0;
        Ok(files.get(&text(path)).map_or(Place::Nothing, |file| Place::File(file.len() as u64)))
    }

    async fn begin(&mut self, _: &Desk<'_>, path: &[u8], offset: u64) -> Result<bool, Failure> {
        let path = self.note(&format!("begin at {offset}"), path);
        let file = &mut self.0.lock().unwrap().0;
        file.entry(path).or_default().truncate(usize::try_from(offset).unwrap());
        Ok(true)
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<Option<u64>, Failure> {
        let files = &mut self.0.lock().unwrap().0;
        files.iter_mut().find(|(path, _)| path.contains(".part")).unwrap().1.extend_from_slice(bytes);
        Ok(None)
    }

    async fn end(&mut self) -> Result<(), Failure> {
        Ok(())
    }

    async fn rename(&mut self, from: &[u8], to: &[u8], _: bool) -> Result<(), Failure> {
        let (from, to) = (self.note("rename", from), text(to));
        let files = &mut self.0.lock().unwrap().0;
        let file = files.remove(&from).ok_or_else(|| Failure::new(ErrorKind::NotFound))?;
        files.insert(to, file);
        Ok(())
    }

    async fn remove(&mut self, path: &[u8]) -> Result<(), Failure> {
        let path = self.note("remove", path);
        self.0.lock().unwrap().0.remove(&path);
        Ok(())
    }

    fn keep(self) {}
}

/// Goes on with an upload of `new file` to `/a`, of which that is there.
async fn go_on(memory: &Memory, at: Beside, if_exists: IfExists) -> (Outcome, Verified) {
    let mut upload = super::Upload::of(b"new file", "sftp://a.example/a", Method::Post);
    upload.request.protocol = crate::transfer::Protocol::Sftp;
    upload.request.if_exists = if_exists;
    let (reports, mut heard, _) = written_down();
    let attempt = Attempt::alone(PathBuf::new(), reports);
    let net = Net::new(&upload.tls, Proxies::none());
    let words = upload.request.headers.clone();
    let sources = [Source::of(&upload.request.file).unwrap()];
    let desk = Desk { attempt: &attempt, request: &upload.request, words, sources: &sources, net: &net };
    let begun = Upload::over(memory.clone(), at, attempt.meter.connection());
    let outcome = engine::run(&desk, Some(begun)).await;
    drop(attempt);
    let mut verified = Verified::None;
    while let Some((_, report)) = heard.recv().await {
        if let Report::Proved(proof) = report {
            verified = proof;
        }
    }
    (outcome, verified)
}

fn at(placing: bool) -> Beside {
    Beside { tag: "7f".to_owned(), number: 0, whole: false, placing }
}

#[tokio::test]
async fn what_was_in_its_place_when_the_program_ended_is_complete() {
    let memory = Memory::with(&[("/a", b"new file")]);
    let (outcome, verified) = go_on(&memory, at(true), IfExists::Fail).await;
    assert!(matches!(outcome, Outcome::Completed(None)), "{outcome:?}");
    assert_eq!((verified, memory.did()), (Verified::Length, Vec::<String>::new()));
}

#[tokio::test]
async fn a_file_of_the_same_length_in_its_place_is_another_one_unless_it_was_about_to_be_put_there() {
    let memory = Memory::with(&[("/a", b"old file")]);
    let (outcome, _) = go_on(&memory, at(false), IfExists::Fail).await;
    assert!(matches!(outcome, Outcome::Failed(failure) if failure.kind == ErrorKind::FileExists));
    assert_eq!(memory.files()[1], ("/a".to_owned(), b"old file".to_vec()));
}

#[tokio::test]
async fn what_was_about_to_get_its_name_gets_it_and_what_went_out_of_its_way_goes() {
    let memory = Memory::with(&[("/.a.7f.part", b"new file"), ("/.a.7f.old", b"old")]);
    let (outcome, verified) = go_on(&memory, at(true), IfExists::Overwrite).await;
    assert!(matches!(outcome, Outcome::Completed(None)), "{outcome:?}");
    assert_eq!(verified, Verified::Length);
    assert_eq!(memory.files(), [("/a".to_owned(), b"new file".to_vec())]);
    assert_eq!(memory.did(), ["rename /.a.7f.part", "remove /.a.7f.old"]);
}

#[tokio::test]
async fn the_end_of_what_is_there_is_sent_again_and_nothing_of_what_is_too_long_is_kept() {
    for (there, offset) in [("new fi", 3), ("new file", 5), ("new", 0), ("something longer", 0)] {
        let memory = Memory::with(&[("/.a.7f.part", there.as_bytes())]);
        let (outcome, _) = go_on(&memory, at(false), IfExists::Fail).await;
        assert!(matches!(outcome, Outcome::Completed(None)), "{outcome:?}");
        assert_eq!(memory.files(), [("/a".to_owned(), b"new file".to_vec())]);
        assert_eq!(memory.did()[0], format!("begin at {offset} /.a.7f.part"));
    }
}

#[tokio::test]
async fn what_is_left_of_an_upload_can_be_removed() {
    let memory = Memory::with(&[("/.a.7f.part", b"new"), ("/a", b"old")]);
    let upload = super::Upload::of(b"new file", "sftp://a.example/a", Method::Post);
    let attempt = Attempt::alone(PathBuf::new(), written_down().0);
    let net = Net::new(&upload.tls, Proxies::none());
    let words = upload.request.headers.clone();
    let sources = [Source::of(&upload.request.file).unwrap()];
    let desk = Desk { attempt: &attempt, request: &upload.request, words, sources: &sources, net: &net };
    let begun = Upload::over(memory.clone(), at(false), attempt.meter.connection());
    assert!(matches!(begun.remote(), Remote::Beside(_)));
    begun.abort(&desk).await.unwrap();
    assert_eq!(memory.files(), [("/a".to_owned(), b"old".to_vec())]);

    let all: &[(&str, &[u8])] = &[("/.a.7f.part", b"new file"), ("/.a.7f.old", b"old")];
    let memory = Memory::with(all);
    let stopped = Upload::over(memory.clone(), at(true), attempt.meter.connection());
    stopped.abort(&desk).await.unwrap();
    assert_eq!(memory.files(), [("/a".to_owned(), b"old".to_vec())], "what was there before is there again");

    let memory = Memory::with(&[("/a", b"new file")]);
    let done = Upload::over(memory.clone(), at(true), attempt.meter.connection());
    assert!(done.abort(&desk).await.is_err());
    assert_eq!(memory.files(), [("/a".to_owned(), b"new file".to_vec())], "what is complete stays");
}
