//! How everything looks: one palette with meaning in a light and a dark kind, one scale of spaces,
//! one of letters, and style functions named by what they mean.

use std::sync::LazyLock;

use iced::Theme;
use iced::theme::Palette as Base;

use crate::Appearance;

use super::desktop::Scheme;

pub mod button;
pub mod container;
pub mod font;
pub mod palette;
pub mod progress;
pub mod rule;
pub mod scroll;
pub mod text;
pub mod text_input;

pub use palette::Palette;

/// Spaces, in pixels.
pub mod space {
    /// Between things that belong to each other.
    pub const TIGHT: f32 = 4.0;
    /// Inside small things.
    pub const SMALL: f32 = 8.0;
    /// Between neighbours.
    pub const MEDIUM: f32 = 12.0;
    /// Around groups.
    pub const LARGE: f32 = 16.0;
    /// Around dialogs.
    pub const WIDE: f32 = 24.0;
}

/// Sizes of letters, in pixels.
pub mod size {
    /// Particulars.
    pub const CAPTION: f32 = 12.0;
    /// Everything.
    pub const BODY: f32 = 14.0;
    /// Titles of dialogs.
    pub const TITLE: f32 = 18.0;
}

/// How round corners are, in pixels.
pub const RADIUS: f32 = 8.0;

static LIGHT: LazyLock<Theme> = LazyLock::new(|| built("Windlass light", &palette::LIGHT));
static DARK: LazyLock<Theme> = LazyLock::new(|| built("Windlass dark", &palette::DARK));

fn built(name: &'static str, palette: &Palette) -> Theme {
    let base = Base {
        background: palette.raised,
        text: palette.text,
        primary: palette.accent,
        success: palette.success,
        warning: palette.warning,
        danger: palette.danger,
    };
    Theme::custom(name, base)
}

/// The theme that was chosen, or the desktop's.
pub fn of(appearance: Appearance, desktop: Scheme) -> Theme {
    let dark = match appearance {
        Appearance::System => desktop == Scheme::Dark,
        Appearance::Light => false,
        Appearance::Dark => true,
    };
    if dark { DARK.clone() } else { LIGHT.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_desktop_decides_unless_something_was_chosen() {
        let dark = |appearance, scheme| of(appearance, scheme).extended_palette().is_dark;
        assert!(dark(Appearance::System, Scheme::Dark));
        assert!(!dark(Appearance::System, Scheme::Light));
        assert!(!dark(Appearance::Light, Scheme::Dark));
        assert!(dark(Appearance::Dark, Scheme::Light));
    }
}
