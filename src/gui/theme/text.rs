//! Words by meaning.

use iced::widget::text::Style;
use iced::{Color, Theme};

use super::palette;

/// How a word or a sign is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As everything.
    Plain,
    /// Stepping back.
    Muted,
    /// What moves, or to do next.
    Accent,
    /// As whatever lies under it says.
    OnAccent,
    /// It worked.
    Success,
    /// It needs somebody.
    Warning,
    /// It went wrong.
    Danger,
}

impl Tone {
    /// Its colour.
    pub fn color(self, theme: &Theme) -> Color {
        let palette = palette::of(theme);
        match self {
            Self::Plain => palette.text,
            Self::Muted => palette.muted,
            Self::Accent => palette.accent,
            Self::OnAccent => palette.on_accent,
            Self::Success => palette.success,
            Self::Warning => palette.warning,
            Self::Danger => palette.danger,
        }
    }

    /// A style for words.
    pub fn style(self) -> impl Fn(&Theme) -> Style {
        move |theme| Style { color: Some(self.color(theme)) }
    }
}
