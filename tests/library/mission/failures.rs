use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use windlass::{
    Address, CommandLine, DownloadRequest, ErrorKind, GroupName, Headers, Method, Phase, Priority,
    ProxyChoice, Reason, Settings, UploadRequest,
};

use super::{length, request, say, sending};
use crate::server::{Gate, Server, content, serve_file};
use crate::{assert_complete, impatient, open, run};

/// Row 25: a connection may take five minutes at most and silence last two, whatever somebody sets; there are at least
/// three tries more; and what a request says for itself goes before the settings.
#[test]
fn patience_has_bounds_and_a_request_has_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let gate = Gate::default();
    let held = gate.clone();
    let server = Server::start(move |request, reply| match request.path.as_str() {
        "/silent" => held.pass(),
        _ => say(reply, "503 Busy", &[]),
    });
    let session = open(dir.path());
    let usual = Settings::default();
    assert!(usual.connect_timeout <= 300 && usual.silence_timeout <= 120 && usual.retries >= 3, "{usual:?}");
    run(&session, async {
        let endless = Settings { connect_timeout: 9999, silence_timeout: 9999, retries: 99, ..usual };
        session.configure(endless).await.unwrap();
        let set = session.settings().await.unwrap();
        assert_eq!((set.connect_timeout, set.silence_timeout), (300, 120));
        let mut silent = request(&server.url("silent"), dir.path());
        (silent.terms.timeout, silent.terms.retries) = (Some(1), Some(0));
        let mut busy = request(&server.url("busy"), dir.path());
        busy.terms.retries = Some(3);
        let silent = session.start_download(silent).await.unwrap();
        let busy = session.start_download(busy).await.unwrap();
        let silent = silent.settled().await.unwrap();
        assert_eq!((silent.error.unwrap().kind, silent.attempts), (ErrorKind::Timeout, 1));
        let busy = busy.settled().await.unwrap();
        assert_eq!((busy.error.unwrap().kind, busy.attempts), (ErrorKind::ServiceUnavailable, 4));
    });
    gate.open();
}

/// Row 26: every failure has a name, and those that a request names pause it, either way, until somebody says that it
/// goes on.
#[test]
fn failures_that_a_request_names_pause_it() {
    let dir = tempfile::tempdir().unwrap();
    let body = content(52, 1000);
    let statuses = [
        ("403 No", ErrorKind::Forbidden),
        ("404 No", ErrorKind::NotFound),
        ("410 No", ErrorKind::Gone),
        ("500 No", ErrorKind::InternalServerError),
        ("503 No", ErrorKind::ServiceUnavailable),
        ("507 No", ErrorKind::InsufficientStorage),
    ];
    let session = impatient(dir.path());
    for (status, kind) in statuses {
        let (sent, over) = (body.clone(), Arc::new(AtomicBool::new(false)));
        let is_over = over.clone();
        let server = Server::start(move |request, reply| {
            reply.body(length(request));
            match (is_over.load(SeqCst), request.method.as_str()) {
                (false, _) => say(reply, status, &[]),
                (true, "PUT") => say(reply, "201 Created", &[]),
                (true, _) => serve_file(&sent, "\"v1\"", request, reply),
            }
        });
        run(&session, async {
            let plain = session.start_download(request(&server.url("plain"), dir.path())).await.unwrap();
            assert_eq!(plain.settled().await.unwrap().state, Phase::Failed, "{kind}");
            let mut down = request(&server.url("down"), dir.path());
            let mut up = sending(dir.path(), "sent", &body, &server.url("up")).by(Method::Put);
            down.terms.pause_on = statuses.iter().map(|(_, kind)| *kind).collect();
            up.terms.pause_on.clone_from(&down.terms.pause_on);
            let (down, up) = (session.start_download(down).await, session.start_upload(up).await);
            let (down, up) = (down.unwrap(), up.unwrap());
            for handle in [&*down, &*up] {
                let paused = handle.settled().await.unwrap();
                assert_eq!((paused.state, paused.reason), (Phase::Paused, Some(Reason::Recoverable)));
                assert_eq!(paused.error.unwrap().kind, kind);
                assert_eq!(kind.to_string().parse::<ErrorKind>().unwrap(), kind);
            }
            over.store(true, SeqCst);
            session.resume(Some(vec![down.id(), up.id()])).await.unwrap();
            assert_complete(&down.settled().await.unwrap(), &body);
            assert_eq!(up.settled().await.unwrap().state, Phase::Completed);
        });
    }
}

/// Row 27: what cannot be meant is refused with a sentence before anything begins.
#[test]
fn a_bad_address_or_parameter_is_a_sentence_before_anything_begins() {
    let dir = tempfile::tempdir().unwrap();
    let is_sentence = |text: &str| {
        assert!(text.len() > 20 && text.contains(' ') && text.ends_with('.'), "{text}");
    };
    for (text, kind) in [
        ("", ErrorKind::InvalidUrl),
        ("not an address", ErrorKind::InvalidUrl),
        ("http://", ErrorKind::InvalidUrl),
        ("http://a.example:99999/", ErrorKind::InvalidUrl),
        ("gopher://a.example/x", ErrorKind::UnsupportedScheme),
        ("file:///etc/passwd", ErrorKind::UnsupportedScheme),
    ] {
        let refused = [
            DownloadRequest::new(text).unwrap_err(),
            UploadRequest::new("/a", text).unwrap_err(),
            Address::parse(text).unwrap_err(),
        ];
        for failure in refused {
            assert_eq!(failure.kind, kind, "{text}");
            is_sentence(&failure.to_string());
        }
    }
    is_sentence(&Priority::try_from(2.0).unwrap_err().to_string());
    is_sentence(&Headers::default().add("two words", "x").unwrap_err().to_string());
    is_sentence(&"'".parse::<CommandLine>().unwrap_err().to_string());
    is_sentence(&"".parse::<GroupName>().unwrap_err().to_string());
    is_sentence(&ProxyChoice::parse("no:where:at:all").unwrap_err().to_string());
    let session = open(dir.path());
    run(&session, async {
        let missing = UploadRequest::new(dir.path().join("missing"), "http://127.0.0.1:9/").unwrap();
        let mut by_ftp = sending(dir.path(), "sent", b"x", "http://127.0.0.1:9/");
        by_ftp.protocol = windlass::Protocol::Ftp;
        for (request, kind) in [(missing, ErrorKind::FileMissing), (by_ftp, ErrorKind::UnsupportedScheme)] {
            match session.start_upload(request).await.map(|upload| upload.id()) {
                Err(windlass::Error::Refused(failure)) => assert_eq!(failure.kind, kind),
                other => panic!("{other:?}"),
            }
        }
        assert!(session.list().await.unwrap().is_empty());
    });
}
