//! What a group is called.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest name, in characters.
const LONGEST: usize = 100;

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GroupName(String);

/// A name that cannot be given to a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("A group needs a name of at most 100 letters.")]
pub struct NotAGroup;

impl GroupName {
    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for GroupName {
    type Err = NotAGroup;

    fn from_str(text: &str) -> Result<Self, NotAGroup> {
        let name = text.trim();
        let is_short = !name.is_empty() && name.chars().count() <= LONGEST;
        if is_short && !name.chars().any(char::is_control) {
            Ok(Self(name.to_owned()))
        } else {
            Err(NotAGroup)
        }
    }
}

impl TryFrom<String> for GroupName {
    type Error = NotAGroup;

    fn try_from(text: String) -> Result<Self, NotAGroup> {
        text.parse()
    }
}

impl From<GroupName> for String {
    fn from(name: GroupName) -> Self {
        name.0
    }
}

impl fmt::Display for GroupName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_on_one_line() {
        assert_eq!(" Night ".parse::<GroupName>().unwrap().as_str(), "Night");
        for text in ["", "  ", "a\nb", &"x".repeat(101)] {
            assert_eq!(text.parse::<GroupName>(), Err(NotAGroup), "{text}");
        }
    }
}
