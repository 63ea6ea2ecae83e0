//! How the download dialog looks.

use iced::widget::text_editor::{Binding, KeyPress};
use iced::widget::{column, row, text_editor, text_input};
use iced::{Alignment, Element, keyboard};

use crate::gui::look::Look;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, size, space as gap};
use crate::gui::widget::{answer, answers, body, start};
use crate::i18n::t;

use super::{AddDownload, LINKS_FIELD, Links, Message, Problem};

impl AddDownload {
    /// The content of the dialog, at most `room` high.
    pub fn view<'a>(&'a self, room: f32, look: &'a Look) -> Element<'a, Message> {
        let links = Links::read(&self.text.text());
        let fields = column![self.links(&links, look), self.folder(look)]
            .push((links.good.len() == 1).then(|| self.name(look)))
            .push(self.problem.as_ref().map(|problem| told(problem, look)))
            .spacing(gap::LARGE);
        column![look.title(t!(look.texts, "add-download")), body(fields, room), self.answers(&links, look)]
            .spacing(gap::LARGE)
            .into()
    }

    fn links<'a>(&'a self, links: &Links, look: &'a Look) -> Element<'a, Message> {
        let placeholder = t!(look.texts, "links-placeholder");
        let editor = text_editor(&self.text)
            .id(LINKS_FIELD)
            .placeholder(placeholder)
            .on_action(Message::Edit)
            .key_binding(binding)
            .font(look.font)
            .size(size::BODY)
            .padding(10)
            .height(116)
            .style(theme::text_input::editor);
        let below = if links.bad.is_empty() {
            (t!(look.texts, "links-count", count = links.good.len()), Tone::Muted)
        } else {
            let which = shortened(&links.bad);
            (t!(look.texts, "links-left-out", count = links.bad.len(), which = which), Tone::Warning)
        };
        look.field(t!(look.texts, "links"), editor, Some(below))
    }

    fn folder<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let input = text_input("", &self.folder)
            .id("folder")
            .on_input(Message::Folder)
            .on_submit(Message::Start)
            .font(look.font)
            .size(size::BODY)
            .padding(10)
            .style(theme::text_input::field);
        let choose = answer(look, t!(look.texts, "choose"), Some(Message::Choose), theme::button::secondary);
        let line = row![input, choose].spacing(gap::SMALL).align_y(Alignment::Center);
        look.field(t!(look.texts, "folder"), line, None)
    }

    fn name<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let input = text_input(&t!(look.texts, "file-name-placeholder"), &self.name)
            .id("file-name")
            .on_input(Message::Name)
            .on_submit(Message::Start)
            .font(look.font)
            .size(size::BODY)
            .padding(10)
            .style(theme::text_input::field);
        look.field(t!(look.texts, "file-name"), input, None)
    }

    fn answers<'a>(&self, links: &Links, look: &Look) -> Element<'a, Message> {
        let can_start = !links.good.is_empty() && !self.asking;
        answers([
            answer(look, t!(look.texts, "leave"), Some(Message::Cancel), theme::button::secondary),
            start(look, can_start.then_some(Message::Start)),
        ])
    }
}

fn told<'a>(problem: &Problem, look: &'a Look) -> Element<'a, Message> {
    let words = match problem {
        Problem::Session(fault) => look.fault(fault),
        Problem::Folder => t!(look.texts, "path-not-whole"),
        Problem::Name => t!(look.texts, "name-not-plain"),
        Problem::NoPicker => t!(look.texts, "no-picker"),
    };
    look.text(words).style(Tone::Danger.style()).into()
}

/// Lines for a sentence: the first few, each not too long.
fn shortened(lines: &[String]) -> String {
    let shown = lines.iter().take(3).map(|line| match line.char_indices().nth(40) {
        Some((end, _)) => format!("“{}…”", &line[..end]),
        None => format!("“{line}”"),
    });
    let more = (lines.len() > 3).then(|| "…".to_owned());
    shown.chain(more).collect::<Vec<_>>().join(" ")
}

/// Enter begins a new line; with Ctrl it starts.
fn binding(press: KeyPress) -> Option<Binding<Message>> {
    use keyboard::key::Named;
    match press.key.as_ref() {
        keyboard::Key::Named(Named::Enter) if press.modifiers.command() => {
            Some(Binding::Custom(Message::Start))
        }
        _ => Binding::from_key_press(press),
    }
}
