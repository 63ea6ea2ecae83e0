//! What callers may take: none of them holds up others, whatever it does or leaves undone.

use std::time::Duration;

use serde_json::json;
use windlass::ipc::{Bounds, Client, Control as _, Reply, Request};

use super::raw::Raw;
use super::{request, start_with};

#[test]
fn there_is_room_for_so_many_callers_and_the_next_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let running = start_with(dir.path(), Bounds { callers: 2, ..Bounds::default() });
    running.run(async {
        let first = Raw::meet(&running.socket()).await;
        let _second = Raw::meet(&running.socket()).await;
        let fault = Client::connect(&running.profile, false).await.err().unwrap();
        assert!(fault.message.contains("Too many programs"), "{fault}");
        drop(first);
        // As soon as the session has noticed that, there is room again.
        while Client::connect(&running.profile, false).await.is_err() {
            tokio::task::yield_now().await;
        }
    });
}

#[test]
fn who_does_not_say_hello_in_time_is_hung_up_on() {
    let dir = tempfile::tempdir().unwrap();
    let hello = Duration::from_millis(50);
    let running = start_with(dir.path(), Bounds { callers: 1, hello, ..Bounds::default() });
    running.run(async {
        for words in ["", "{\"json", "{}\n"] {
            let mut caller = Raw::connect(&running.socket()).await;
            caller.say(words).await;
            while caller.hear().await.is_some() {}
        }
    });
}

#[test]
fn a_line_that_is_begun_has_to_go_on() {
    let dir = tempfile::tempdir().unwrap();
    let stall = Duration::from_millis(50);
    let running = start_with(dir.path(), Bounds { stall, ..Bounds::default() });
    running.run(async {
        let mut caller = Raw::meet(&running.socket()).await;
        caller.say(r#"{"jsonrpc":"2.0","#).await;
        let answer = caller.hear().await.unwrap();
        assert_eq!(answer["error"]["code"], -32700, "{answer}");
        assert!(caller.hear().await.is_none());
    });
}

#[test]
fn half_a_line_is_never_carried_out() {
    let dir = tempfile::tempdir().unwrap();
    let running = start_with(dir.path(), Bounds::default());
    running.run(async {
        let mut caller = Raw::meet(&running.socket()).await;
        // All of it but for its line feed.
        caller.say(&json!({"jsonrpc": "2.0", "id": 1, "method": "quit"}).to_string()).await;
        caller.end().await;
        let answer = caller.hear().await.unwrap();
        assert_eq!(answer["error"]["code"], -32700, "{answer}");
        assert!(caller.hear().await.is_none());
        running.connect().await.ask(Request::List).await.unwrap();
    });
}

#[test]
fn a_line_that_is_too_long_is_refused_before_it_is_all_there() {
    let dir = tempfile::tempdir().unwrap();
    let running = start_with(dir.path(), Bounds { request: 1000, ..Bounds::default() });
    running.run(async {
        let mut caller = Raw::meet(&running.socket()).await;
        let exact = |length: usize| {
            let call = json!({"jsonrpc": "2.0", "id": 1, "method": "list", "params": {"x": ""}}).to_string();
            call.replace(r#""""#, &format!("\"{}\"", "x".repeat(length - call.len() - 1)))
        };
        assert!(caller.ask(&exact(1000)).await.get("result").is_some());
        caller.say(&"x".repeat(1001)).await;
        let answer = caller.hear().await.unwrap();
        assert_eq!(answer["error"]["code"], -32600, "{answer}");
        assert!(caller.hear().await.is_none());
        // Nobody has said hello here, so there is less room.
        let mut stranger = Raw::connect(&running.socket()).await;
        stranger.say(&"x".repeat(100_000)).await;
        assert!(stranger.hear().await.is_some() && stranger.hear().await.is_none());
    });
}

#[test]
fn an_answer_that_is_too_long_is_an_error_and_the_caller_stays() {
    let dir = tempfile::tempdir().unwrap();
    let running = start_with(dir.path(), Bounds { answer: 2000, ..Bounds::default() });
    running.run(async {
        let client = running.connect().await;
        let Reply::Started(started) = client.ask(request(dir.path())).await.unwrap() else { panic!() };
        let first = started[0].clone().unwrap();
        for _ in 0..3 {
            client.ask(request(dir.path())).await.unwrap();
        }
        let fault = client.ask(Request::List).await.unwrap_err();
        assert!(fault.message.contains("too long"), "{fault}");
        client.ask(Request::Show { id: first.id.to_string() }).await.unwrap();
    });
}

#[test]
fn a_listener_that_never_reads_gives_up_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let stall = Duration::from_millis(200);
    let running = start_with(dir.path(), Bounds { callers: 2, stall, ..Bounds::default() });
    running.run(async {
        let mut listener = Raw::meet(&running.socket()).await;
        listener.say(&format!("{}\n", json!({"jsonrpc": "2.0", "id": 1, "method": "watch"}))).await;
        // Things happen until more was told than fits into a socket, and then until the session has had enough.
        let client = running.connect().await;
        client.ask(request(dir.path())).await.unwrap();
        while Client::connect(&running.profile, false).await.is_err() {
            client.ask(Request::Pause(windlass::ipc::Which::All)).await.unwrap();
            client.ask(Request::Resume(windlass::ipc::Which::All)).await.unwrap();
        }
        // What was told before is still there, and then comes the end.
        let mut heard = 0;
        while listener.hear().await.is_some() {
            heard += 1;
        }
        assert!(heard > 10, "{heard}");
    });
}
