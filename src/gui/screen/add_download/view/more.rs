//! What few need.

use iced::Element;
use iced::widget::{column, row, text_editor};

use crate::gui::look::Look;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, size, space as gap};
use crate::gui::widget::choice;
use crate::i18n::t;

use super::super::more::{Field, Urgency, Wrong};
use super::super::{AddDownload, Message, Problem};
use super::input;

/// How many groups are offered to press.
const OFFERED: usize = 6;

impl AddDownload {
    pub(super) fn more<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let several = self.review.rows().len() > 1;
        let exists =
            (!self.is_taken()).then(|| look.field(t!(look.texts, "if-exists"), self.if_exists(look), None));
        column![
            pair(self.group(look), self.urgency(look)),
            pair(self.line(Field::Limit, look), self.line(Field::Connections, look)),
        ]
        .push(if several {
            self.line(Field::Start, look)
        } else {
            pair(self.line(Field::Start, look), self.line(Field::Checksum, look))
        })
        .push(exists)
        .push(pair(self.line(Field::User, look), self.line(Field::Password, look)))
        .push(self.headers(look))
        .spacing(gap::LARGE)
        .into()
    }

    fn group<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let offered = self.more.groups.iter().take(OFFERED).map(|group| {
            let group = &group.name;
            let is_chosen = self.more.get(Field::Group).trim() == group.as_str();
            let name = if is_chosen { String::new() } else { group.to_string() };
            choice(look, group.to_string(), is_chosen, Message::Field(Field::Group, name))
        });
        let offered = (!self.more.groups.is_empty()).then(|| row(offered).spacing(gap::TIGHT).wrap());
        column![self.line(Field::Group, look)].push(offered).spacing(gap::TIGHT).into()
    }

    fn urgency<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let one = |urgency| {
            let name = match urgency {
                Urgency::Low => t!(look.texts, "priority-low"),
                Urgency::Normal => t!(look.texts, "priority-normal"),
                Urgency::High => t!(look.texts, "priority-high"),
            };
            choice(look, name, self.more.urgency == urgency, Message::Urgency(urgency))
        };
        let all = row(Urgency::ALL.map(one)).spacing(gap::TIGHT).wrap();
        look.field(t!(look.texts, "priority"), all, None)
    }

    /// A field of one line, with what is wrong in it below.
    fn line<'a>(&'a self, field: Field, look: &'a Look) -> Element<'a, Message> {
        let texts = &look.texts;
        let (id, name, placeholder, wrong) = match field {
            Field::Group => {
                ("group", t!(texts, "group"), t!(texts, "group-placeholder"), t!(texts, "group-wrong"))
            }
            Field::Checksum => {
                ("checksum", t!(texts, "checksum"), "sha-256:9f86d0…".to_owned(), t!(texts, "checksum-wrong"))
            }
            Field::User => ("user", t!(texts, "login-name"), String::new(), t!(texts, "login-name-missing")),
            Field::Password => ("password", t!(texts, "login-password"), String::new(), String::new()),
            Field::Limit => {
                ("limit", t!(texts, "limit"), t!(texts, "speed-placeholder"), t!(texts, "speed-wrong"))
            }
            Field::Start => (
                "start-at",
                t!(texts, "start-at"),
                t!(texts, "start-at-placeholder"),
                t!(texts, "start-at-wrong"),
            ),
            Field::Connections => {
                let placeholder = t!(texts, "connections-placeholder");
                ("connections", t!(texts, "connections"), placeholder, t!(texts, "connections-wrong"))
            }
        };
        let is_wrong = self.problem == Some(Problem::Wrong(Wrong::Field(field)));
        let shown = input(&placeholder, self.more.get(field), look)
            .id(id)
            .secure(field == Field::Password)
            .on_input(move |text| Message::Field(field, text));
        look.field(name, shown, is_wrong.then_some((wrong, Tone::Danger)))
    }

    fn headers<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let editor = text_editor(&self.more.headers)
            .id("headers")
            .placeholder(t!(look.texts, "headers-placeholder"))
            .on_action(Message::Headers)
            .font(look.font)
            .size(size::BODY)
            .padding(10)
            .height(64)
            .style(theme::text_input::editor);
        let several = self.review.rows().len() > 1 && self.more.says_something();
        let below = match &self.problem {
            Some(Problem::Wrong(Wrong::Header(line))) => {
                Some((t!(look.texts, "header-wrong", line = line.clone()), Tone::Danger))
            }
            _ => several.then(|| (t!(look.texts, "said-to-all"), Tone::Warning)),
        };
        look.field(t!(look.texts, "headers"), editor, below)
    }
}

/// Two fields beside each other.
fn pair<'a>(one: Element<'a, Message>, other: Element<'a, Message>) -> Element<'a, Message> {
    let half = |field| iced::widget::container(field).width(iced::Fill);
    row![half(one), half(other)].spacing(gap::LARGE).into()
}
