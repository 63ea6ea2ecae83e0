//! Calls as others may write them: right, wrong, and none at all (JSON-RPC 2.0 §4 and §5).

use serde_json::{Value, json};

use super::raw::Raw;
use super::start;

/// The code and the id of an answer.
fn error(answer: &Value) -> (i64, &Value) {
    (answer["error"]["code"].as_i64().unwrap_or_default(), &answer["id"])
}

#[test]
fn whatever_is_no_call_is_answered_and_the_caller_stays() {
    let dir = tempfile::tempdir().unwrap();
    let running = start(dir.path());
    running.run(async {
        let mut caller = Raw::meet(&running.socket()).await;
        let deep = "[".repeat(100_000);
        for (line, code) in [
            ("garbage", -32700),
            ("", -32700),
            ("\u{0}\u{1}", -32700),
            (deep.as_str(), -32700),
            ("{}", -32600),
            ("7", -32600),
            (r#"{"jsonrpc":"1.0","method":"list"}"#, -32600),
            (r#"{"id":{},"jsonrpc":"2.0","method":"list"}"#, -32600),
            (r#"{"jsonrpc":"2.0","id":null,"method":"list-all"}"#, -32601),
        ] {
            let answer = caller.ask(line).await;
            assert_eq!(error(&answer), (code, &Value::Null), "{line:.60}: {answer}");
        }
        assert_eq!(caller.call("list", json!({})).await["result"], json!({"transfers": []}));
    });
}

#[test]
fn an_unknown_method_and_wrong_params_have_errors_of_their_own() {
    let dir = tempfile::tempdir().unwrap();
    let running = start(dir.path());
    running.run(async {
        let mut caller = Raw::meet(&running.socket()).await;
        assert_eq!(error(&caller.call("list-all", json!({})).await), (-32601, &json!("a")));
        for (method, params) in [
            ("show", json!({})),
            ("show", json!({"id": 7})),
            ("pause", json!({"ids": ["0"], "all": true})),
            ("pause", json!({})),
            ("downloads", json!([{"request": {"url": "no address"}}])),
        ] {
            let answer = caller.call(method, params).await;
            assert_eq!(error(&answer), (-32602, &json!("a")), "{method}: {answer}");
        }
        let answer = caller.call("show", json!({"id": "0"})).await;
        assert_eq!(error(&answer), (-32000, &json!("a")));
    });
}

#[test]
fn a_call_may_be_named_by_a_number_or_a_text_and_its_answer_has_that_name() {
    let dir = tempfile::tempdir().unwrap();
    let running = start(dir.path());
    running.run(async {
        let mut caller = Raw::meet(&running.socket()).await;
        for id in [json!(1), json!(-7), json!(u64::MAX), json!("a"), json!(""), Value::Null] {
            let call = json!({"jsonrpc": "2.0", "id": id, "method": "list"});
            let answer = caller.ask(&call.to_string()).await;
            assert_eq!((&answer["id"], answer.get("result").is_some()), (&id, true), "{answer}");
        }
    });
}

#[test]
fn a_notification_is_carried_out_and_gets_no_answer() {
    let dir = tempfile::tempdir().unwrap();
    let running = start(dir.path());
    running.run(async {
        let mut caller = Raw::meet(&running.socket()).await;
        let group = json!({"jsonrpc": "2.0", "method": "set-group", "params": {"name": "Night"}});
        caller.say(&format!("{group}\n")).await;
        for wrong in ["no-such-method", "show"] {
            caller.say(&format!("{}\n", json!({"jsonrpc": "2.0", "method": wrong}))).await;
        }
        let answer = caller.call("groups", json!({})).await;
        assert_eq!(answer["result"]["groups"][0]["name"], "Night", "{answer}");
    });
}

#[test]
fn a_batch_is_refused_with_one_error_and_none_of_it_is_done() {
    let dir = tempfile::tempdir().unwrap();
    let running = start(dir.path());
    running.run(async {
        let mut caller = Raw::meet(&running.socket()).await;
        let call = json!({"jsonrpc": "2.0", "id": 1, "method": "set-group", "params": {"name": "Night"}});
        let answer = caller.ask(&json!([call, call]).to_string()).await;
        assert_eq!(error(&answer), (-32600, &Value::Null));
        assert!(answer["error"]["message"].as_str().unwrap().contains("Batches are not taken"), "{answer}");
        assert_eq!(caller.call("groups", json!({})).await["result"]["groups"], json!([]));
    });
}

#[test]
fn the_first_word_is_hello_in_a_version_that_is_spoken_here() {
    let dir = tempfile::tempdir().unwrap();
    let running = start(dir.path());
    running.run(async {
        let mut caller = Raw::connect(&running.socket()).await;
        for (method, params, words) in
            [("quit", json!({}), "first word"), ("hello", json!({"version": 2}), "another version")]
        {
            let answer = caller.call(method, params).await;
            assert_eq!(error(&answer), (-32000, &json!("a")));
            assert!(answer["error"]["message"].as_str().unwrap().contains(words), "{answer}");
        }
        let answer = caller.call("hello", json!({"version": 1})).await;
        assert_eq!(answer["result"], json!({"hello": {"version": 1, "window": false}}));
        assert!(caller.call("list", json!({})).await.get("result").is_some());
    });
}

#[test]
fn a_script_can_say_a_secret_header_like_any_other_and_paths_are_whole_ones() {
    let dir = tempfile::tempdir().unwrap();
    let running = start(dir.path());
    running.run(async {
        let mut caller = Raw::meet(&running.socket()).await;
        let download = |destination: &str| {
            json!([{"request": {
                "url": "http://127.0.0.1:9/a", "terms": {"start_at": "2400-01-01T00:00:00Z"},
                "destination": {"Folder": destination},
                "headers": {"plain": [["Authorization", "Bearer S3CR3T"], ["Accept", "text/plain"]]},
            }}])
        };
        let answer = caller.call("downloads", download("here")).await;
        assert!(answer["error"]["message"].as_str().unwrap().contains("not a whole path"), "{answer}");
        let answer = caller.call("downloads", download("/tmp")).await;
        assert!(answer["result"]["started"][0]["Ok"].is_object(), "{answer}");
        caller.call("quit", json!({})).await;
    });
    for entry in std::fs::read_dir(&running.profile.state).unwrap().map(Result::unwrap) {
        let bytes = std::fs::read(entry.path()).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&bytes).contains("S3CR3T"), "{:?}", entry.path());
    }
}
