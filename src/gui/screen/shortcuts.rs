//! All keys, and what they do.

use iced::widget::{column, container, row, rule};
use iced::{Alignment, Element, Fill};

use crate::gui::keys::shown::caps;
use crate::gui::keys::table::{Line, PARTS, Part, Stroke};
use crate::gui::look::Look;
use crate::gui::room::Room;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, space as gap};
use crate::gui::widget::page::{Page, search};
use crate::i18n::{Texts, t};

/// The name of the field to search in.
pub const SEARCH_FIELD: &str = "search-keys";
/// More keys than these are shown as the first and the last of them.
const FEW: usize = 2;

/// See the module.
#[derive(Debug, Default)]
pub struct Shortcuts {
    search: String,
}

/// What happens to it.
#[derive(Clone, Debug)]
pub enum Message {
    /// What is searched for.
    Search(String),
    /// Leave the search, or the page.
    Escape,
    /// Leave the page.
    Close,
}

/// What it asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// To be closed.
    Close,
}

impl Shortcuts {
    /// Follows a message.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Search(words) => self.search = words,
            Message::Escape if !self.search.is_empty() => self.search.clear(),
            Message::Escape | Message::Close => return Action::Close,
        }
        Action::None
    }

    /// How it looks, in so much room.
    pub fn view<'a>(&'a self, room: Room, look: &'a Look) -> Element<'a, Message> {
        let found = found(&self.search, &look.texts);
        let body = if found.is_empty() {
            let words = t!(look.texts, "keys-none-found", words = self.search.trim());
            container(look.text(words).style(Tone::Muted.style())).center_x(Fill).padding(gap::WIDE).into()
        } else {
            column(found.into_iter().map(|(part, lines)| shown(part, &lines, room, look)))
                .spacing(gap::WIDE)
                .into()
        };
        let search = search(SEARCH_FIELD, &t!(look.texts, "keys-search"), &self.search, look);
        let above = Some(search.on_input(Message::Search).into());
        Page { title: t!(look.texts, "shortcuts"), above, body, below: None, room, close: Message::Close }
            .view(look)
    }
}

/// The lines in which all of `words` are, by their parts.
fn found(words: &str, texts: &Texts) -> Vec<(&'static Part, Vec<&'static Line>)> {
    let words = words.to_lowercase();
    let words: Vec<_> = words.split_whitespace().collect();
    let has = |part: &Part, line: &Line| {
        let keys = line.strokes.iter().map(|stroke| caps(stroke, texts).join("+"));
        let said = [part.title, line.says].map(|key| texts.loader().get(key));
        let there = said.into_iter().chain(keys).collect::<Vec<_>>().join("\n").to_lowercase();
        words.iter().all(|word| there.contains(word))
    };
    let parts = PARTS.iter().map(|part| {
        let lines = part.lines.iter().filter(|line| has(part, line));
        (part, lines.collect::<Vec<_>>())
    });
    parts.filter(|(_, lines)| !lines.is_empty()).collect()
}

fn shown<'a>(part: &Part, lines: &[&'static Line], room: Room, look: &Look) -> Element<'a, Message> {
    let mut group = column![].width(Fill);
    for (at, line) in lines.iter().enumerate() {
        let says = look.text(look.texts.loader().get(line.says)).width(Fill);
        let keys = row(keys(line.strokes, look)).spacing(gap::SMALL).align_y(Alignment::Center);
        let line: Element<'a, Message> = if room.is_scarce() {
            column![says, keys.wrap()].spacing(gap::TIGHT).into()
        } else {
            row![says, keys].spacing(gap::LARGE).align_y(Alignment::Center).into()
        };
        group = group
            .push((at > 0).then(|| rule::horizontal(1).style(theme::rule::hairline)))
            .push(container(line).padding([gap::SMALL, gap::LARGE]));
    }
    let group = container(group).width(Fill).style(theme::container::group);
    column![look.caption(look.texts.loader().get(part.title)), group].spacing(gap::SMALL).into()
}

fn keys<'a>(strokes: &[Stroke], look: &Look) -> Vec<Element<'a, Message>> {
    let between = || look.caption(if strokes.len() > FEW { "…" } else { "/" }).into();
    let shown: Vec<&Stroke> = match strokes {
        [first, .., last] => vec![first, last],
        few => few.iter().collect(),
    };
    let mut keys = Vec::new();
    for stroke in shown {
        if !keys.is_empty() {
            keys.push(between());
        }
        let caps = caps(stroke, &look.texts).into_iter().map(|cap| {
            container(look.caption(cap).style(Tone::Plain.style()))
                .padding([2, 7])
                .style(theme::container::cap)
                .into()
        });
        keys.push(row(caps).spacing(gap::TIGHT).into());
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    fn says(words: &str) -> Vec<&'static str> {
        let found = found(words, &Texts::of(Language::English));
        found.into_iter().flat_map(|(_, lines)| lines).map(|line| line.says).collect()
    }

    #[test]
    fn keys_are_found_by_what_they_do_and_by_their_names() {
        assert_eq!(says("resume all"), ["resume-all"]);
        assert_eq!(says("ctrl+shift+n"), ["add-upload"]);
        assert_eq!(says("coffee"), [""; 0]);
        let all: usize = PARTS.iter().map(|part| part.lines.len()).sum();
        assert_eq!(says(" ").len(), all);
    }

    #[test]
    fn the_search_is_left_before_the_page() {
        let mut page = Shortcuts::default();
        let _ = page.update(Message::Search("x".to_owned()));
        assert_eq!(page.update(Message::Escape), Action::None);
        assert_eq!(page.update(Message::Escape), Action::Close);
    }
}
