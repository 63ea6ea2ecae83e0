//! A caller that writes its lines itself, as a script does.

use std::path::Path;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;

pub struct Raw(BufReader<UnixStream>);

impl Raw {
    /// A caller that has not said anything yet.
    pub async fn connect(socket: &Path) -> Self {
        Self(BufReader::new(UnixStream::connect(socket).await.unwrap()))
    }

    /// One that has said hello.
    pub async fn meet(socket: &Path) -> Self {
        let mut raw = Self::connect(socket).await;
        let answer = raw.call("hello", json!({"version": 1})).await;
        assert_eq!(answer["result"]["hello"]["version"], 1, "{answer}");
        raw
    }

    /// Says this; the other end may have hung up.
    pub async fn say(&mut self, words: &str) {
        _ = self.0.get_mut().write_all(words.as_bytes()).await;
    }

    /// Has nothing more to say.
    pub async fn end(&mut self) {
        _ = self.0.get_mut().shutdown().await;
    }

    /// The next line; nothing if the other end has hung up.
    pub async fn hear(&mut self) -> Option<Value> {
        let mut line = String::new();
        match self.0.read_line(&mut line).await {
            Ok(read) if read > 0 => Some(serde_json::from_str(&line).unwrap()),
            _ => None,
        }
    }

    /// The answer to this line.
    pub async fn ask(&mut self, line: &str) -> Value {
        self.say(line).await;
        self.say("\n").await;
        self.hear().await.unwrap()
    }

    /// The answer to this call.
    pub async fn call(&mut self, method: &str, params: Value) -> Value {
        let call = json!({"jsonrpc": "2.0", "id": "a", "method": method, "params": params});
        self.ask(&call.to_string()).await
    }
}
