//! What the extension asks, and what it is answered. Its other half is `assets/browser/extension/host.js`.

use serde::{Deserialize, Serialize};

use super::link::Link;
use super::listing::List;
use crate::TransferId;

/// The version of these words. With another one nothing is taken over.
pub(super) const VERSION: u32 = 1;

/// Something that is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Call {
    /// What the answer is called.
    pub id: u64,
    /// What it is.
    pub ask: Ask,
}

/// See [`Call`].
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Ask {
    /// The first word.
    Hello { version: u32 },
    /// Get these.
    Add { links: Vec<Link>, how: How },
    /// Forget these, which were added a moment ago: the browser was faster.
    Remove { ids: Vec<TransferId> },
    /// From now on, say what runs.
    Watch,
    /// Stop one for now.
    Pause { id: TransferId },
    /// Let one go on.
    Resume { id: TransferId },
    /// End one.
    Cancel { id: TransferId },
    /// Show the window.
    Open,
}

/// How links are added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum How {
    /// At once.
    Start,
    /// In the dialog of the window.
    Ask,
}

impl Call {
    /// The call that a message is.
    ///
    /// # Errors
    /// If it is none. What is wrong with it is not told: that may repeat what it says.
    pub(super) fn read(message: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(message)
    }
}

/// Something that is said to the extension.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Said {
    /// The answer to the call of this name; 0 if it could not be made out.
    Answer { id: u64, answer: Answer },
    /// What runs.
    List { list: List },
}

/// An answer.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Answer {
    /// These words are spoken here, and this is the program's version.
    Hello { version: u32, program: &'static str },
    /// They are written down, under these names.
    Accepted { ids: Vec<String> },
    /// It is done.
    Done,
    /// It is not, and this is why, in one sentence.
    Refused { message: String },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_read_as_the_extension_writes_them() {
        let id = "0197a0a0-0000-7000-8000-000000000001";
        for text in [
            r#"{"id": 1, "ask": {"hello": {"version": 1}}}"#.to_owned(),
            r#"{"id": 2, "ask": {"add": {"links": [{"url": "https://a.example/b"}], "how": "start"}}}"#
                .to_owned(),
            r#"{"id": 3, "ask": "watch"}"#.to_owned(),
            format!(r#"{{"id": 4, "ask": {{"pause": {{"id": "{id}"}}}}}}"#),
            format!(r#"{{"id": 5, "ask": {{"remove": {{"ids": ["{id}"]}}}}}}"#),
        ] {
            assert!(Call::read(text.as_bytes()).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_not_known_is_no_call() {
        for text in [
            "",
            "garbage",
            "[]",
            "{}",
            r#"{"id": 1}"#,
            r#"{"id": -1, "ask": "watch"}"#,
            r#"{"id": 1, "ask": "dance"}"#,
            r#"{"id": 1, "ask": "watch", "more": 1}"#,
            r#"{"id": 1, "ask": {"hello": {"version": 1, "more": 1}}}"#,
            r#"{"id": 1, "ask": {"pause": {"id": "../etc"}}}"#,
            r#"{"id": 1, "ask": {"add": {"links": [{"url": "u", "path": "/etc"}], "how": "start"}}}"#,
        ] {
            assert!(Call::read(text.as_bytes()).is_err(), "{text}");
        }
        assert!(Call::read("[".repeat(100_000).as_bytes()).is_err());
    }

    #[test]
    fn answers_are_written_as_the_extension_reads_them() {
        let said = |answer| serde_json::to_string(&Said::Answer { id: 1, answer }).unwrap();
        assert_eq!(said(Answer::Done), r#"{"id":1,"answer":"done"}"#);
        let accepted = Answer::Accepted { ids: vec!["1".into()] };
        assert_eq!(said(accepted), r#"{"id":1,"answer":{"accepted":{"ids":["1"]}}}"#);
        let list = Said::List { list: List::default() };
        assert_eq!(serde_json::to_string(&list).unwrap(), r#"{"list":{"transfers":[],"more":0}}"#);
    }
}
