//! What is done when a transfer, or all of a group, has ended.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::is_default;

/// Commands to run at the end, by how it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Completion {
    /// When everything worked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_success: Option<CommandLine>,
    /// When something did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_failure: Option<CommandLine>,
}

/// A program and its arguments, as they are: no shell looks at them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct CommandLine(Vec<String>);

/// It is no command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "A command is a program and its arguments, as in “notify-send 'It is here'”. Every quote has an end."
)]
pub struct NotACommand;

/// How far the end has been dealt with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Turn {
    /// It has not ended, or nothing is to be done.
    #[default]
    Open,
    /// It has ended, and it is not known that the command has begun. This end has a name of its own.
    Due(Uuid),
    /// The command has begun.
    Begun,
}

impl Turn {
    /// It has just ended.
    pub(crate) fn due() -> Self {
        Self::Due(Uuid::now_v7())
    }

    /// The name of an end that has to be dealt with.
    pub(crate) fn is_due(self) -> Option<Uuid> {
        match self {
            Self::Due(name) => Some(name),
            Self::Open | Self::Begun => None,
        }
    }
}

impl Completion {
    /// The command for such an end.
    #[must_use]
    pub fn command(&self, success: bool) -> Option<&CommandLine> {
        if success { self.on_success.as_ref() } else { self.on_failure.as_ref() }
    }

    /// Whether nothing is to be done.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        is_default(self)
    }
}

impl CommandLine {
    /// The program, a path or a name to look for.
    #[must_use]
    pub fn program(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }

    /// What it is given.
    #[must_use]
    pub fn arguments(&self) -> &[String] {
        self.0.get(1..).unwrap_or_default()
    }
}

impl TryFrom<Vec<String>> for CommandLine {
    type Error = NotACommand;

    fn try_from(words: Vec<String>) -> Result<Self, NotACommand> {
        let is_whole = words.iter().all(|word| !word.contains('\0'));
        if is_whole && words.first().is_some_and(|program| !program.is_empty()) {
            Ok(Self(words))
        } else {
            Err(NotACommand)
        }
    }
}

impl From<CommandLine> for Vec<String> {
    fn from(command: CommandLine) -> Self {
        command.0
    }
}

impl FromStr for CommandLine {
    type Err = NotACommand;

    /// Words as a shell would see them, with its quotes, and nothing else of it.
    fn from_str(text: &str) -> Result<Self, NotACommand> {
        shlex::split(text).ok_or(NotACommand)?.try_into()
    }
}

impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without a zero byte in it every word can be quoted.
        f.write_str(&shlex::try_join(self.0.iter().map(String::as_str)).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_command_is_words_and_no_shell() {
        let command: CommandLine = "notify-send 'It is here' $HOME;rm \"a b\"".parse().unwrap();
        assert_eq!(command.program(), "notify-send");
        assert_eq!(command.arguments(), ["It is here", "$HOME;rm", "a b"]);
        for text in ["", "   ", "'", "'' a", "echo 'a"] {
            assert_eq!(text.parse::<CommandLine>(), Err(NotACommand), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_command_is_read_as_it_is_written(words in prop::collection::vec("[^\0]{1,9}", 1..5)) {
            let command = CommandLine::try_from(words.clone()).unwrap();
            prop_assert_eq!(command.to_string().parse::<CommandLine>(), Ok(command.clone()));
            let written = ron::to_string(&command).unwrap();
            prop_assert_eq!(ron::from_str::<CommandLine>(&written).unwrap(), command);
        }
    }
}
