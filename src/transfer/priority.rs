//! Which of those that wait goes first.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// From 0.0 (last) to 1.0 (first); 0.5 unless somebody says otherwise. Kept in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "f32", into = "f32")]
pub struct Priority(u16);

/// It is no number from 0.0 to 1.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("A priority is a number from 0.0 (last) to 1.0 (first).")]
pub struct NotAPriority;

impl Default for Priority {
    fn default() -> Self {
        Self(500)
    }
}

impl TryFrom<f32> for Priority {
    type Error = NotAPriority;

    fn try_from(number: f32) -> Result<Self, NotAPriority> {
        if !(0.0..=1.0).contains(&number) {
            return Err(NotAPriority);
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000")]
        Ok(Self((number * 1000.0).round() as u16))
    }
}

impl From<Priority> for f32 {
    fn from(priority: Priority) -> Self {
        Self::from(priority.0) / 1000.0
    }
}

impl FromStr for Priority {
    type Err = NotAPriority;

    fn from_str(text: &str) -> Result<Self, NotAPriority> {
        Self::try_from(text.trim().parse::<f32>().map_err(|_| NotAPriority)?)
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&f32::from(*self), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_priority_is_read_as_it_is_shown_and_only_from_nothing_to_one() {
        for text in ["0", "0.5", "0.125", "1"] {
            assert_eq!(text.parse::<Priority>().unwrap().to_string(), text);
            let written = ron::to_string(&text.parse::<Priority>().unwrap()).unwrap();
            assert_eq!(ron::from_str::<Priority>(&written).unwrap(), text.parse().unwrap());
        }
        for text in ["-0.1", "1.1", "NaN", "inf", "high", ""] {
            assert!(text.parse::<Priority>().is_err(), "{text}");
        }
        assert!("0.6".parse::<Priority>().unwrap() > Priority::default());
    }
}
