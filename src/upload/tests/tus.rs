//! tus against a server that keeps to the protocol, and one that forgets, loses count or breaks off.

use std::sync::{Arc, Mutex};

use super::server::{Call, Server};
use super::*;
use crate::transfer::{Protocol, Remote, Tus};

/// A server of tus whose uploads are kept in memory.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Kept {
    /// Deals with a request as the protocol says.
    fn serve(&self, call: &mut Call) {
        call.head();
        let version = call.seen.header("tus-resumable");
        assert!(version == Some("1.0.0"), "{}", call.seen.head);
        let words: Vec<_> = call.seen.head.split(' ').take(2).map(str::to_owned).collect();
        match words[0].as_str() {
            "POST" => call.answer("201 Created", "Location: /up/1\r\n", ""),
            "HEAD" => {
                let offset = format!("Upload-Offset: {}\r\n", self.len());
                call.answer("200 OK", &offset, "");
            }
            "PATCH" => {
                call.rest_of_request();
                self.0.lock().unwrap().extend_from_slice(&call.seen.body);
                let offset = format!("Upload-Offset: {}\r\n", self.len());
                call.answer("204 No Content", &offset, "");
            }
            other => panic!("{other}"),
        }
    }

    fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    fn has(&self, content: &[u8]) {
        assert!(*self.0.lock().unwrap() == content, "not the same");
    }
}

fn tus(content: &[u8], server: &Server) -> Upload {
    let mut upload = Upload::of(content, &server.url("/up/"), Method::Post);
    upload.request = upload.request.through(Protocol::Tus);
    upload
}

fn begun(upload: &Upload, server: &Server) -> Delivery {
    let mut delivery = Delivery::of(vec![Source::of(&upload.request.file).unwrap()]);
    let upload = crate::transfer::Address::parse(&server.url("/up/1")).unwrap().0;
    delivery.remote = Some(Remote::Tus(Tus { upload, expires: None, chunk: None }));
    delivery
}

#[tokio::test]
async fn the_server_is_told_of_the_file_and_gets_it() {
    let kept = Kept::default();
    let all = kept.clone();
    let server = Server::plain(move |call| all.serve(call));
    let content = noise(3 * MIB + 7);
    let ended = tus(&content, &server).send().await;
    assert!(matches!(ended.outcome, Outcome::Completed(None)), "{:?}", ended.outcome);
    kept.has(&content);
    assert_eq!(ended.meter.confirmed(), Some(content.len() as u64));
    let seen = server.seen(2).await;
    assert_eq!(seen[0].header("upload-length"), Some("3145735"));
    assert_eq!(seen[0].header("upload-metadata").unwrap().split(',').next(), Some("filename ZmlsZQ=="));
    assert_eq!(seen[1].header("upload-offset"), Some("0"));
}

#[tokio::test]
async fn an_upload_that_has_begun_goes_on_where_the_server_is() {
    let content = noise(2 * MIB);
    let kept = Kept::default();
    kept.0.lock().unwrap().extend_from_slice(&content[..MIB]);
    let all = kept.clone();
    let server = Server::plain(move |call| all.serve(call));
    let upload = tus(&content, &server);
    let delivery = begun(&upload, &server);
    let ended = upload.start_from(delivery).end().await;
    assert!(matches!(ended.outcome, Outcome::Completed(None)), "{:?}", ended.outcome);
    kept.has(&content);
    assert_eq!(server.seen(2).await[1].body.len(), MIB, "what is there is not sent again");
}
