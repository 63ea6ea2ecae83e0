//! Scrollbars that step back until somebody wants them.

use iced::widget::scrollable::{Rail, Scroller, Status, Style, default};
use iced::{Border, Theme, border};

use super::palette;

/// The bar of a list.
pub fn list(theme: &Theme, status: Status) -> Style {
    let palette = palette::of(theme);
    let alpha = match status {
        Status::Active { .. } => 0.55,
        Status::Hovered { is_vertical_scrollbar_hovered: true, .. } | Status::Dragged { .. } => 1.0,
        Status::Hovered { .. } => 0.75,
    };
    let rail = Rail {
        background: None,
        border: Border::default(),
        scroller: Scroller {
            background: palette.edge.scale_alpha(alpha).into(),
            border: border::rounded(4.0),
        },
    };
    Style { vertical_rail: rail, horizontal_rail: rail, ..default(theme, status) }
}
