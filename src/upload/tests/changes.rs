use std::path::Path;

use super::server::Server;
use super::*;

/// What becomes of an upload whose file `change` happens to when the server has a part of it.
async fn meanwhile(method: Method, change: impl Fn(&Path) + Send + 'static) -> Ended {
    let file = Arc::new(std::sync::Mutex::new(PathBuf::new()));
    let path = file.clone();
    let server = Server::plain(move |call| {
        call.head();
        call.body(300_000);
        change(&path.lock().unwrap());
        call.rest();
    });
    let upload = Upload::of_size(LARGE, &server.url("/"), method);
    *file.lock().unwrap() = upload.path();
    let ended = upload.send().await;
    assert!(server.seen(1).await[0].body.len() < LARGE, "the server got a complete file");
    ended
}

fn open(path: &Path) -> std::fs::File {
    OpenOptions::new().write(true).open(path).unwrap()
}

#[tokio::test]
async fn a_file_that_shrinks_stops_the_upload() {
    let ended = meanwhile(Method::Put, |path| open(path).set_len(MIB as u64).unwrap()).await;
    let (failure, _) = ended.failed();
    assert_eq!(failure.kind, ErrorKind::FileChanged);
    assert!(failure.subject.unwrap().ends_with("/file"));
}

#[tokio::test]
async fn a_file_that_grows_stops_the_upload() {
    let ended = meanwhile(Method::Post, |path| open(path).set_len(2 * LARGE as u64).unwrap()).await;
    assert_eq!(ended.kind(), ErrorKind::FileChanged);
}

#[tokio::test]
async fn a_file_that_is_written_to_stops_the_upload() {
    let ended = meanwhile(Method::Put, |path| open(path).write_all(b"new").unwrap()).await;
    assert_eq!(ended.kind(), ErrorKind::FileChanged);
}

#[tokio::test]
async fn a_file_that_is_replaced_stops_the_upload() {
    let ended = meanwhile(Method::Put, |path| {
        let other = path.with_extension("new");
        let mut file = OpenOptions::new().write(true).create_new(true).open(&other).unwrap();
        file.write_all(b"another").unwrap();
        std::fs::rename(other, path).unwrap();
    })
    .await;
    assert_eq!(ended.kind(), ErrorKind::FileChanged);
}

#[tokio::test]
async fn a_file_that_is_deleted_stops_the_upload() {
    let ended = meanwhile(Method::Put, |path| std::fs::remove_file(path).unwrap()).await;
    assert_eq!(ended.kind(), ErrorKind::FileMissing);
}

#[tokio::test]
async fn a_file_that_changed_since_it_was_chosen_is_not_sent_at_all() {
    let server = Server::plain(server::Call::request);
    let upload = Upload::of(b"old", &server.url("/"), Method::Put);
    let source = Source::of(&upload.path()).unwrap();
    open(&upload.path()).set_len(5).unwrap();
    assert_eq!(upload.start_with(source).end().await.kind(), ErrorKind::FileChanged);

    let upload = Upload::of(b"old", &server.url("/"), Method::Put);
    let source = Source::of(&upload.path()).unwrap();
    std::fs::remove_file(upload.path()).unwrap();
    assert_eq!(upload.start_with(source).end().await.kind(), ErrorKind::FileMissing);
    assert!(server.seen(0).await.is_empty());
}
