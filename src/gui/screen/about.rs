//! What this program is: its version, where it keeps its things, and what it is made of.

use iced::widget::{column, container, row, rule, text};
use iced::{Alignment, Element, Fill};

use crate::Profile;
use crate::gui::icon;
use crate::gui::look::Look;
use crate::gui::room::Room;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, font, space as gap};
use crate::gui::widget::page::Page;
use crate::gui::widget::{answer, answers};
use crate::i18n::t;

/// Each licence, and below it what is under it.
const MADE_OF: &str = include_str!("../../../assets/licences.txt");
/// How wide the names of places are.
const NAMES: f32 = 136.0;
/// How large the sign of the program is.
const MARK: f32 = 52.0;

/// See the module.
#[derive(Debug)]
pub struct About {
    /// Where everything is kept, if that is on this computer.
    profile: Option<Profile>,
    /// Whether what it is made of is shown.
    parts: bool,
    /// Whether the particulars were copied.
    copied: bool,
}

/// What happens to it.
#[derive(Clone, Copy, Debug)]
pub enum Message {
    /// Show what it is made of, or hide that.
    Parts,
    /// Copy the particulars.
    Copy,
    /// Leave what it is made of, or the page.
    Escape,
    /// Leave the page.
    Close,
}

/// What it asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// Show what is now at the top.
    Top,
    /// Copy this.
    Copy(String),
    /// To be closed.
    Close,
}

impl About {
    /// For a program that keeps its things there.
    pub fn new(profile: Option<Profile>) -> Self {
        Self { profile, parts: false, copied: false }
    }

    /// Follows a message.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Copy => {
                self.copied = true;
                return Action::Copy(self.particulars());
            }
            Message::Escape if !self.parts => return Action::Close,
            Message::Parts | Message::Escape => self.parts = !self.parts,
            Message::Close => return Action::Close,
        }
        Action::Top
    }

    /// What somebody wants to know who looks for a mistake.
    fn particulars(&self) -> String {
        let head = format!(
            "Windlass {}\n{} {}",
            env!("CARGO_PKG_VERSION"),
            std::env::consts::OS,
            std::env::consts::ARCH
        );
        let desktop = ["XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE"]
            .into_iter()
            .filter_map(|name| Some(format!("{name}={}", std::env::var(name).ok()?)));
        let places = self.places().into_iter().map(|(key, place)| format!("{key}: {place}"));
        [head].into_iter().chain(desktop).chain(places).collect::<Vec<_>>().join("\n")
    }

    /// Where it keeps its things, each with what it is in English.
    fn places(&self) -> Vec<(&'static str, String)> {
        let Some(profile) = &self.profile else { return vec![] };
        let places = [("settings", &profile.settings), ("transfers", &profile.state), ("log", &profile.log)];
        places.map(|(what, place)| (what, place.display().to_string())).into()
    }

    /// How it looks, in so much room.
    pub fn view<'a>(&'a self, room: Room, look: &'a Look) -> Element<'a, Message> {
        let texts = &look.texts;
        let (title, body, below) = if self.parts {
            let back = answer(look, t!(texts, "back"), Some(Message::Parts), theme::button::secondary);
            (t!(texts, "about-parts"), parts(look), answers([back]))
        } else {
            let copy = if self.copied { t!(texts, "about-copied") } else { t!(texts, "about-copy") };
            let below = answers([
                answer(look, t!(texts, "about-parts"), Some(Message::Parts), theme::button::secondary),
                answer(look, copy, Some(Message::Copy), theme::button::secondary),
            ]);
            (t!(texts, "about"), self.about(look), below)
        };
        Page { title, above: None, body, below: Some(below), room, close: Message::Close }.view(look)
    }

    fn about<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let texts = &look.texts;
        let version = t!(texts, "about-version", version = env!("CARGO_PKG_VERSION"));
        let words = column![look.title("Windlass"), look.text(version).style(Tone::Muted.style())].spacing(2);
        let head = row![icon::mark(MARK), words].spacing(gap::LARGE).align_y(Alignment::Center);
        let licence = t!(texts, "about-licence", licence = env!("CARGO_PKG_LICENSE"));
        let sentences = column![look.text(t!(texts, "about-sentence")), look.text(licence)];
        column![head, sentences.spacing(gap::TIGHT)].push(self.kept(look)).spacing(gap::LARGE).into()
    }

    /// Where it keeps its things.
    fn kept<'a>(&self, look: &'a Look) -> Option<Element<'a, Message>> {
        let places = self.places();
        let lines = places.into_iter().enumerate().map(|(at, (what, place))| {
            let name = match what {
                "settings" => t!(look.texts, "preferences"),
                "transfers" => t!(look.texts, "about-transfers"),
                _ => t!(look.texts, "about-log"),
            };
            let place = look.text(place).width(Fill).wrapping(text::Wrapping::WordOrGlyph);
            let line = row![look.caption(name).width(NAMES), place].spacing(gap::SMALL);
            let hairline = (at > 0).then(|| rule::horizontal(1).style(theme::rule::hairline));
            column![].push(hairline).push(container(line).padding([gap::SMALL, gap::LARGE])).into()
        });
        let lines: Vec<Element<'a, Message>> = lines.collect();
        (!lines.is_empty()).then(|| container(column(lines)).style(theme::container::group).into())
    }
}

/// What it is made of, by licence.
fn parts<'a>(look: &Look) -> Element<'a, Message> {
    let parts = MADE_OF.split("\n\n").filter_map(|part| part.split_once('\n'));
    let parts = parts.map(|(licence, names)| {
        let licence = look.text(licence).font(font::strong(look.font));
        column![licence, look.text(names.trim()).style(Tone::Muted.style())].spacing(gap::TIGHT).into()
    });
    column![look.text(t!(look.texts, "about-parts-sentence")), column(parts).spacing(gap::LARGE)]
        .spacing(gap::LARGE)
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_copied_says_where_everything_is() {
        let mut about = About::new(Some(Profile::at("/home/me/w")));
        let Action::Copy(text) = about.update(Message::Copy) else { panic!("{about:?}") };
        assert!(text.starts_with(concat!("Windlass ", env!("CARGO_PKG_VERSION"), "\n")), "{text}");
        assert!(text.contains("settings: /home/me/w/settings.ron") && text.contains("log: /home/me/w/log"));
        let Action::Copy(text) = About::new(None).update(Message::Copy) else { panic!() };
        assert!(!text.contains("settings"), "{text}");
    }

    #[test]
    fn what_it_is_made_of_is_left_before_the_page() {
        let mut about = About::new(None);
        let _ = about.update(Message::Parts);
        assert_eq!(about.update(Message::Escape), Action::Top);
        assert_eq!(about.update(Message::Escape), Action::Close);
    }

    #[test]
    fn every_part_is_named_with_its_licence() {
        let parts: Vec<_> = MADE_OF.split("\n\n").map(|part| part.trim().lines().count()).collect();
        assert!(parts.len() > 5 && parts.iter().all(|lines| *lines == 2), "{parts:?}");
        assert!(MADE_OF.contains("tokio, ") && MADE_OF.contains("iced, "));
    }
}
