//! Where a panel lies: at the right of what it belongs to where the window is wide, and else below it.

use iced::widget::{column, container, row, rule};
use iced::{Element, Fill, Size};

use crate::gui::theme;

/// How wide a window has to be for a panel at the right.
const WIDE: f32 = 1100.0;
/// What part of the window a panel takes, and between what bounds.
const SHARE: f32 = 0.34;
const WIDTHS: (f32, f32) = (400.0, 520.0);
const SHARE_BELOW: f32 = 0.42;
const HEIGHTS: (f32, f32) = (200.0, 340.0);

/// A side, and how much room there is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Dock {
    /// At the right, so wide.
    Right(f32),
    /// Below, so high.
    Below(f32),
}

impl Dock {
    /// Where a panel lies in a window of this size.
    pub fn of(window: Size) -> Self {
        if window.width >= WIDE {
            Self::Right((window.width * SHARE).clamp(WIDTHS.0, WIDTHS.1).round())
        } else {
            Self::Below((window.height * SHARE_BELOW).clamp(HEIGHTS.0, HEIGHTS.1).round())
        }
    }

    /// `content` with `panel` there.
    pub fn beside<'a, M: 'a>(self, content: Element<'a, M>, panel: Element<'a, M>) -> Element<'a, M> {
        let content = container(content).width(Fill).height(Fill);
        match self {
            Self::Right(width) => {
                let line = rule::vertical(1).style(theme::rule::hairline);
                row![content, line, container(panel).width(width).height(Fill)].into()
            }
            Self::Below(height) => {
                let line = rule::horizontal(1).style(theme::rule::hairline);
                column![content, line, container(panel).width(Fill).height(height)].into()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_window_keeps_most_of_its_height_and_a_wide_one_its_rows() {
        assert_eq!(Dock::of(Size::new(720.0, 480.0)), Dock::Below(202.0));
        assert_eq!(Dock::of(Size::new(1000.0, 1400.0)), Dock::Below(340.0));
        assert_eq!(Dock::of(Size::new(1100.0, 700.0)), Dock::Right(400.0));
        assert_eq!(Dock::of(Size::new(2560.0, 1400.0)), Dock::Right(520.0));
    }
}
