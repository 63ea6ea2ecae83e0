//! Why something was not done.

use serde::{Deserialize, Serialize};

use crate::{ErrorView, Failure};

/// Why a request was not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// One plain sentence in English.
    pub message: String,
    /// What went wrong, where it was a transfer's failure.
    #[serde(default)]
    pub failure: Option<ErrorView>,
}

impl Fault {
    /// A fault in these words.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), failure: None }
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self { message: failure.to_string(), failure: Some(ErrorView::from(&failure)) }
    }
}
