use std::sync::Mutex;

use futures_util::future::{BoxFuture, FutureExt as _};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{DownloadRequest, Job, Transfer};

/// A session that writes down what it is asked, and refuses links to `refused.example`.
#[derive(Default)]
struct Fake {
    asked: Mutex<Vec<String>>,
    shown: Mutex<Vec<String>>,
    /// Whether nobody can be reached.
    is_gone: bool,
    /// When all of its transfers were added.
    added: Option<Timestamp>,
}

fn transfer(url: &str) -> Snapshot {
    let request = DownloadRequest::new(url).unwrap();
    Snapshot::of(&Transfer::new(Job::Download { request, partial: None }), None)
}

impl Fake {
    fn reply(&self, request: Request) -> Reply {
        let told = serde_json::to_value(&request).unwrap();
        self.asked.lock().unwrap().push(told.to_string());
        match request {
            Request::Settings => {
                Reply::Settings(Box::new(Settings { download_folder: "/down".into(), ..Settings::default() }))
            }
            Request::Sites => Reply::Sites(Vec::new()),
            Request::Downloads(requests) => Reply::Started(
                requests
                    .into_iter()
                    .map(|packed| {
                        let url = packed.unpack().url;
                        let is_refused = url.host() == "refused.example";
                        if is_refused { Err(Fault::new("No.")) } else { Ok(transfer(url.expose())) }
                    })
                    .collect(),
            ),
            Request::Show { .. } => {
                let shown = transfer("https://a.example/f");
                Reply::Transfer(Box::new(Snapshot { added: self.added.unwrap_or(shown.added), ..shown }))
            }
            _ => Reply::Done,
        }
    }
}

/// The same behind the interface of sessions.
#[derive(Clone)]
struct World(Arc<Fake>);

impl Control for World {
    fn ask(&self, request: Request) -> BoxFuture<'static, Result<Reply, Fault>> {
        std::future::ready(Ok(self.0.reply(request))).boxed()
    }

    fn updates(&self) -> BoxStream<'static, Update> {
        stream::iter([Update::All(vec![transfer("https://a.example/f.iso")])])
            .chain(stream::pending())
            .boxed()
    }

    fn progress(&self) -> BoxStream<'static, Update> {
        stream::pending().boxed()
    }
}

impl Outside for World {
    fn running(&self) -> BoxFuture<'static, Result<Option<ipc::Link>, Fault>> {
        let session = (!self.0.is_gone).then(|| Arc::new(self.clone()) as ipc::Link);
        std::future::ready(Ok(session)).boxed()
    }

    fn started(&self) -> BoxFuture<'static, Result<ipc::Link, Fault>> {
        let session = (!self.0.is_gone).then(|| Arc::new(self.clone()) as ipc::Link);
        std::future::ready(session.ok_or_else(|| Fault::new("No session could be started."))).boxed()
    }

    fn show(&self, links: Vec<String>) -> BoxFuture<'static, Result<(), Fault>> {
        self.0.shown.lock().unwrap().extend(links);
        std::future::ready(Ok(())).boxed()
    }
}

/// What is said to these calls, until `enough` of it was.
async fn said(world: &World, calls: &[Value], enough: usize) -> Vec<Value> {
    let (heard, frames) = mpsc::channel(calls.len().max(1));
    for call in calls {
        heard.send(Ok(call.to_string().into_bytes())).await.unwrap();
    }
    let mut heard = Some(heard);
    let mut said = Vec::new();
    let host = Host { outside: Arc::new(world.clone()), knows_us: false, watched: None };
    let talking = host.converse(frames, |words| {
        said.push(serde_json::to_value(words).unwrap());
        if said.len() == enough {
            heard = None;
        }
        Ok(())
    });
    talking.await.unwrap();
    said
}

fn hello() -> Value {
    json!({"id": 1, "ask": {"hello": {"version": VERSION}}})
}

async fn answer(world: &World, ask: Value) -> Value {
    said(world, &[hello(), json!({"id": 2, "ask": ask})], 2).await[1]["answer"].clone()
}

fn add(urls: &[&str], how: &str) -> Value {
    let links: Vec<_> = urls.iter().map(|url| json!({ "url": url, "name": "a/b.iso" })).collect();
    json!({"add": {"links": links, "how": how}})
}

fn world(fake: Fake) -> World {
    World(Arc::new(fake))
}

#[tokio::test]
async fn nothing_is_accepted_before_a_greeting_in_the_same_words() {
    let world = world(Fake::default());
    let strange = json!({"id": 1, "ask": {"hello": {"version": VERSION + 1}}});
    let call = json!({"id": 2, "ask": add(&["https://a.example/"], "start")});
    for calls in [&[call.clone(), call.clone()], &[strange, call]] {
        let said = said(&world, calls, 2).await;
        assert!(said[1]["answer"]["refused"]["message"].is_string(), "{said:?}");
    }
    assert!(world.0.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn links_are_accepted_when_the_session_has_them() {
    let world = world(Fake::default());
    let answer = answer(&world, add(&["https://a.example/1", "https://a.example/2"], "start")).await;
    assert_eq!(answer["accepted"]["ids"].as_array().unwrap().len(), 2);
    let asked = world.0.asked.lock().unwrap().join("\n");
    assert!(asked.contains("/down/b.iso") && !asked.contains("a/b.iso"), "{asked}");
}

#[tokio::test]
async fn a_link_that_cannot_be_had_is_refused_with_all_the_others() {
    let world = world(Fake::default());
    for other in ["file:///etc/passwd", "https://refused.example/"] {
        let answer = answer(&world, add(&["https://a.example/1", other], "start")).await;
        assert!(answer["refused"]["message"].is_string(), "{answer}");
    }
    let asked = world.0.asked.lock().unwrap();
    assert!(asked.last().unwrap().contains("remove"), "{asked:?}");
    assert_eq!(asked.iter().filter(|request| request.contains("\"downloads\"")).count(), 1);
}

#[tokio::test]
async fn without_a_session_nothing_is_accepted() {
    let world = world(Fake { is_gone: true, ..Fake::default() });
    let answer = answer(&world, add(&["https://a.example/1"], "start")).await;
    assert!(answer["refused"]["message"].is_string(), "{answer}");
}

#[tokio::test]
async fn the_dialog_gets_what_is_to_be_looked_at_first() {
    let world = world(Fake::default());
    let answer = answer(&world, add(&["https://a.example/1", "https://a.example/2"], "ask")).await;
    assert_eq!(answer, json!({"accepted": {"ids": []}}));
    let shown = ["curl https://a.example/1 -o b.iso", "curl https://a.example/2 -o b.iso"];
    assert_eq!(*world.0.shown.lock().unwrap(), shown);
    assert!(world.0.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn only_what_was_added_a_moment_ago_can_be_taken_back() {
    let ask = json!({"remove": {"ids": [TransferId::new().to_string()]}});
    let new = world(Fake::default());
    assert_eq!(answer(&new, ask.clone()).await, "done");
    let old = world(Fake { added: Some(Timestamp::UNIX_EPOCH), ..Fake::default() });
    assert!(answer(&old, ask).await["refused"].is_object());
    assert!(!old.0.asked.lock().unwrap().iter().any(|request| request.contains("remove")));
}

#[tokio::test]
async fn who_watches_is_told_what_runs() {
    let calls = [hello(), json!({"id": 2, "ask": "watch"})];
    let running = said(&world(Fake::default()), &calls, 3).await;
    assert_eq!(running[2]["list"]["transfers"][0]["name"], "f.iso");
    let nobody = said(&world(Fake { is_gone: true, ..Fake::default() }), &calls, 3).await;
    assert_eq!(nobody[2], json!({"list": {"transfers": [], "more": 0}}));
}

#[tokio::test]
async fn garbage_is_refused_and_the_conversation_goes_on() {
    let world = world(Fake::default());
    let said = said(&world, &[json!("garbage"), json!({"id": 7}), hello()], 3).await;
    assert_eq!((&said[0]["id"], &said[1]["id"], &said[2]["id"]), (&json!(0), &json!(0), &json!(1)));
}

#[tokio::test]
async fn a_message_that_cannot_be_read_is_the_last() {
    let (heard, frames) = mpsc::channel(1);
    let line = u32::MAX.to_ne_bytes();
    std::thread::spawn(move || listen(&line[..], &heard)).join().unwrap();
    let host = Host { outside: Arc::new(world(Fake::default())), knows_us: false, watched: None };
    let mut said = Vec::new();
    let end = host.converse(frames, |words| {
        said.push(serde_json::to_value(words).unwrap());
        Ok(())
    });
    assert_eq!(end.await.unwrap_err().kind(), io::ErrorKind::FileTooLarge);
    assert!(said[0]["answer"]["refused"].is_object());
}

proptest! {
    #[test]
    fn every_message_has_an_answer(message: Vec<u8>, text in ".*") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut host = Host { outside: Arc::new(world(Fake::default())), knows_us: true, watched: None };
        for message in [message.as_slice(), text.as_bytes()] {
            assert!(matches!(runtime.block_on(host.answer(message)), Said::Answer { id: 0, .. }));
        }
    }
}
