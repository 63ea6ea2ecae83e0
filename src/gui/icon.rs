//! The signs: small drawings of lines, part of the program, coloured as they are meant.

use std::sync::LazyLock;

use iced::widget::svg::{self, Handle, Svg};

use super::theme::text::Tone;

/// A sign, called as it looks or after what it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Alert,
    Cancel,
    Check,
    Clear,
    Close,
    Details,
    Download,
    Earlier,
    Edit,
    Folder,
    Inbox,
    Link,
    Minus,
    Open,
    Pause,
    PauseAll,
    Plus,
    Preferences,
    Remove,
    Restart,
    Resume,
    ResumeAll,
    Upload,
}

macro_rules! drawing {
    ($name:literal) => {{
        static HANDLE: LazyLock<Handle> = LazyLock::new(|| {
            Handle::from_memory(include_bytes!(concat!("../../assets/icons/", $name, ".svg")).as_slice())
        });
        HANDLE.clone()
    }};
}

impl Icon {
    fn handle(self) -> Handle {
        match self {
            Self::Alert => drawing!("alert"),
            Self::Cancel => drawing!("cancel"),
            Self::Check => drawing!("check"),
            Self::Clear => drawing!("clear"),
            Self::Close => drawing!("close"),
            Self::Details => drawing!("details"),
            Self::Download => drawing!("download"),
            Self::Earlier => drawing!("earlier"),
            Self::Edit => drawing!("edit"),
            Self::Folder => drawing!("folder"),
            Self::Inbox => drawing!("inbox"),
            Self::Link => drawing!("link"),
            Self::Minus => drawing!("minus"),
            Self::Open => drawing!("open"),
            Self::Pause => drawing!("pause"),
            Self::PauseAll => drawing!("pause-all"),
            Self::Plus => drawing!("plus"),
            Self::Preferences => drawing!("preferences"),
            Self::Remove => drawing!("remove"),
            Self::Restart => drawing!("restart"),
            Self::Resume => drawing!("resume"),
            Self::ResumeAll => drawing!("resume-all"),
            Self::Upload => drawing!("upload"),
        }
    }

    /// The sign, `size` pixels wide and high.
    pub fn view<'a>(self, size: f32, tone: Tone) -> Svg<'a> {
        Svg::new(self.handle())
            .width(size)
            .height(size)
            .style(move |theme, _status| svg::Style { color: Some(tone.color(theme)) })
    }
}

/// The sign of the window: 64 × 64 pixels, RGBA.
pub const WINDOW: &[u8] = include_bytes!("../../assets/windlass-64.rgba");
/// How wide and high [`WINDOW`] is.
pub const WINDOW_SIZE: u32 = 64;
