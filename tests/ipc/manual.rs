//! What `assets/protocol.md` says is so.

use std::path::Path;

use serde_json::{Value, json};
use windlass::ipc::Request;

use super::raw::Raw;
use super::start;

fn manual() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/protocol.md")).unwrap()
}

/// The examples: each a conversation.
fn conversations(text: &str) -> Vec<Vec<&str>> {
    let blocks = text.split("```").skip(1).step_by(2).map(|block| block.lines().collect::<Vec<_>>());
    blocks.filter(|block| block.iter().any(|line| line.starts_with("-->"))).collect()
}

/// Whether the answer is as expected: it may have more fields, and `…` is anything.
fn fits(expected: &Value, answer: &Value) -> bool {
    match (expected, answer) {
        (Value::String(text), answer) if text == "…" => !answer.is_null(),
        (Value::Object(expected), Value::Object(answer)) => {
            expected.iter().all(|(name, value)| answer.get(name).is_some_and(|answer| fits(value, answer)))
        }
        (Value::Array(expected), Value::Array(answer)) => {
            expected.len() == answer.len() && expected.iter().zip(answer).all(|(one, other)| fits(one, other))
        }
        (expected, answer) => expected == answer,
    }
}

#[test]
fn every_method_is_told_of_with_its_params_and_most_with_an_example() {
    let text = manual();
    for method in Request::methods() {
        assert!(text.contains(&format!("\n| `{method}` |")), "nothing is said of {method}");
    }
    let examples: Vec<_> = conversations(&text).concat();
    let without = |method: &&&str| !examples.iter().any(|line| line.contains(&format!("\"{method}\"")));
    let without: Vec<_> = Request::methods().iter().filter(without).collect();
    let like_others = ["leftovers", "resume", "restart", "resume-download", "resume-upload", "configure"];
    let with_a_window = ["open-window", "progress", "quit"];
    assert!(
        without.iter().all(|name| like_others.contains(name) || with_a_window.contains(name)),
        "{without:?}"
    );
}

#[test]
fn its_examples_are_what_happens() {
    let text = manual();
    let conversations = conversations(&text);
    assert!(conversations.len() >= 5);
    for conversation in conversations {
        let dir = tempfile::tempdir().unwrap();
        let running = start(dir.path());
        running.run(async {
            let mut caller = if conversation[0].contains("\"hello\"") {
                Raw::connect(&running.socket()).await
            } else {
                Raw::meet(&running.socket()).await
            };
            let mut id = String::new();
            for line in conversation.into_iter().filter(|line| !line.is_empty()) {
                let line = line.replace("\"ID\"", &json!(id).to_string());
                if let Some(call) = line.strip_prefix("--> ") {
                    caller.say(&format!("{call}\n")).await;
                    continue;
                }
                let expected: Value = serde_json::from_str(line.strip_prefix("<-- ").unwrap()).unwrap();
                let answer = caller.hear().await.unwrap();
                assert!(fits(&expected, &answer), "{line}\n{answer}");
                if let Some(new) = answer["result"]["started"][0]["Ok"]["id"].as_str() {
                    new.clone_into(&mut id);
                }
            }
        });
    }
}
