//! All of a file may be there, and nobody has said so.

use super::*;

#[tokio::test]
async fn an_upload_whose_last_answer_was_lost_is_not_sent_twice() {
    let content = noise(MIB + 1);
    for (kept, method) in [(true, Method::Post), (false, Method::Post), (false, Method::Put)] {
        let strict = Strict::default();
        let server = strict.serve_but(move |strict, call, method, nth| match (method, nth) {
            ("PATCH", 0) => {
                call.rest_of_request();
                let mut state = strict.state();
                (state.bytes, state.complete) = (call.seen.body.clone(), true);
                call.reset();
                true
            }
            ("HEAD", _) if !kept => {
                call.answer("404 Not Found", "", "");
                strict.state().complete = false;
                true
            }
            _ => false,
        });
        let ask = || {
            let mut asked = upload(&content, &server);
            asked.request.method = method;
            asked
        };
        let first = ask().send().await;
        let from = remote(&first);
        assert!(from.in_doubt);
        first.failed();
        let second = go_on(ask(), from).await;
        match (kept, method) {
            (false, Method::Post) => assert_eq!(second.kind(), ErrorKind::ResultUnknown),
            // Either it is there, or putting it once more does no harm.
            _ => _ = second.completed(),
        }
        let (calls, patches) = if method == Method::Put { (7, 2) } else { (4, 1) };
        let seen = server.seen(calls).await;
        assert_eq!(seen.iter().filter(|seen| seen.head.starts_with("PATCH")).count(), patches);
    }
}

#[tokio::test]
async fn that_all_may_be_there_is_written_down_before_it_is() {
    let content = noise(LARGE);
    for method in [Method::Post, Method::Put] {
        let (go, went) = std::sync::mpsc::channel::<()>();
        let server = Strict::default().serve_but(move |_, call, method, _| {
            let sends = method == "PATCH";
            if sends {
                went.recv_timeout(Duration::from_secs(10)).unwrap();
                call.reset();
            }
            sends
        });
        let mut asked = upload(&content, &server);
        asked.request.method = method;
        let running = asked.start();
        let remotes = running.remotes.clone();
        let in_doubt = |all: &[Remote]| matches!(all.last(), Some(Remote::Resumable(at)) if at.in_doubt);
        if method == Method::Post {
            until("it is written down", || in_doubt(&remotes.lock().unwrap())).await;
        }
        go.send(()).unwrap();
        let ended = running.end().await;
        assert!(!remote(&ended).in_doubt, "not all of it was sent");
        ended.failed();
    }
}
