//! The signs: small drawings of lines, part of the program, coloured as they are meant.

use std::sync::LazyLock;

use iced::widget::svg::{self, Handle, Svg};

use super::theme::text::Tone;

/// A sign, called as it looks or after what it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Alert,
    Archive,
    Back,
    Cancel,
    Chart,
    Check,
    Clear,
    Clock,
    Close,
    Copy,
    Details,
    Document,
    Down,
    Download,
    Earlier,
    Edit,
    First,
    Folder,
    Group,
    Inbox,
    Key,
    Keyboard,
    Last,
    Link,
    List,
    Menu,
    Minus,
    Music,
    Open,
    Pause,
    PauseAll,
    Picture,
    Plus,
    Preferences,
    Program,
    Quit,
    Remove,
    Restart,
    Resume,
    ResumeAll,
    Sidebar,
    Site,
    Speed,
    Trash,
    Up,
    Upload,
    Video,
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
    /// Its drawing.
    pub fn handle(self) -> Handle {
        match self {
            Self::Alert => drawing!("alert"),
            Self::Archive => drawing!("archive"),
            Self::Back => drawing!("back"),
            Self::Cancel => drawing!("cancel"),
            Self::Chart => drawing!("chart"),
            Self::Check => drawing!("check"),
            Self::Clear => drawing!("clear"),
            Self::Clock => drawing!("clock"),
            Self::Close => drawing!("close"),
            Self::Copy => drawing!("copy"),
            Self::Details => drawing!("details"),
            Self::Document => drawing!("document"),
            Self::Down => drawing!("down"),
            Self::Download => drawing!("download"),
            Self::Earlier => drawing!("earlier"),
            Self::Edit => drawing!("edit"),
            Self::First => drawing!("first"),
            Self::Folder => drawing!("folder"),
            Self::Group => drawing!("group"),
            Self::Inbox => drawing!("inbox"),
            Self::Key => drawing!("key"),
            Self::Keyboard => drawing!("keyboard"),
            Self::Last => drawing!("last"),
            Self::Link => drawing!("link"),
            Self::List => drawing!("list"),
            Self::Menu => drawing!("menu"),
            Self::Minus => drawing!("minus"),
            Self::Music => drawing!("music"),
            Self::Open => drawing!("open"),
            Self::Pause => drawing!("pause"),
            Self::PauseAll => drawing!("pause-all"),
            Self::Picture => drawing!("picture"),
            Self::Plus => drawing!("plus"),
            Self::Preferences => drawing!("preferences"),
            Self::Program => drawing!("program"),
            Self::Quit => drawing!("quit"),
            Self::Remove => drawing!("remove"),
            Self::Restart => drawing!("restart"),
            Self::Resume => drawing!("resume"),
            Self::ResumeAll => drawing!("resume-all"),
            Self::Sidebar => drawing!("sidebar"),
            Self::Site => drawing!("site"),
            Self::Speed => drawing!("speed"),
            Self::Trash => drawing!("trash"),
            Self::Up => drawing!("up"),
            Self::Upload => drawing!("upload"),
            Self::Video => drawing!("video"),
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

/// The sign of the program, in its own colours.
pub fn mark<'a>(size: f32) -> Svg<'a> {
    Svg::new(svg::Handle::from_memory(MARK)).width(size).height(size)
}

const MARK: &[u8] = include_bytes!("../../assets/org.windlass.Windlass.svg");
/// The sign of the window: 64 × 64 pixels, RGBA.
pub const WINDOW: &[u8] = include_bytes!("../../assets/windlass-64.rgba");
/// How wide and high [`WINDOW`] is.
pub const WINDOW_SIZE: u32 = 64;
