//! How large the window was when it was left.

use iced::Size;
use serde::{Deserialize, Serialize};

use super::{FIRST_SIZE, SMALLEST};

/// Larger than any screen.
const LARGEST: u32 = 16_384;

/// How it was left, in pixels that do not know how large everything in it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Left {
    /// How wide it is when it does not take all of the screen.
    pub width: u32,
    /// How high.
    pub height: u32,
    /// Whether it took all of the screen.
    pub is_maximised: bool,
}

impl Default for Left {
    fn default() -> Self {
        Self::of(FIRST_SIZE, false)
    }
}

impl Left {
    /// Of this size.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a window is no larger")]
    pub(super) fn of(size: Size, is_maximised: bool) -> Self {
        Self { width: size.width.round() as u32, height: size.height.round() as u32, is_maximised }
    }

    /// How large it may open.
    #[expect(clippy::cast_precision_loss, reason = "a window is no larger")]
    pub(super) fn size(self) -> Size {
        let size = Size::new(self.width.min(LARGEST) as f32, self.height.min(LARGEST) as f32);
        Size::new(size.width.max(SMALLEST.width), size.height.max(SMALLEST.height))
    }
}
