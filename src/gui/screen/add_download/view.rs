//! How the download dialog looks.

use iced::widget::text_editor::{Binding, KeyPress};
use iced::widget::{TextInput, column, container, row, text_editor, text_input};
use iced::{Alignment, Element, keyboard};

use crate::NotTaken;
use crate::Omission;
use crate::gui::look::Look;
use crate::gui::room::Room;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, size, space as gap};
use crate::gui::widget::{answer, answers, said, start};
use crate::i18n::t;

use super::{AddDownload, LINKS_FIELD, Message, Problem};

mod more;
mod one;
mod review;

/// Parts of the text that are named when they are left out.
const NAMED: usize = 3;

/// How high the field for links is, in pixels.
const LEAST: f32 = 64.0;
/// How high it becomes with many links in it.
const MOST: f32 = 116.0;

impl AddDownload {
    /// The content of the dialog, in so much room.
    pub fn view<'a>(&'a self, room: Room, look: &'a Look) -> Element<'a, Message> {
        let fields = column![self.links(look)]
            .push((self.review.rows().len() > 1).then(|| self.review(look)))
            .push(self.review.only().map(|only| self.one(only, look)))
            .push(self.folder(look))
            .push(self.more_or_less(look))
            .push(self.shows_more.then(|| self.more(look)))
            .push(self.problem.as_ref().and_then(|problem| told(problem, look)))
            .spacing(gap::LARGE);
        said(look.title(t!(look.texts, "add-download")), fields, self.answers(look), room)
    }

    fn links<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let placeholder = t!(look.texts, "links-placeholder");
        let editor = text_editor(&self.text)
            .id(LINKS_FIELD)
            .placeholder(placeholder)
            .on_action(Message::Edit)
            .key_binding(binding)
            .font(look.font)
            .size(size::BODY)
            .padding(10)
            .min_height(LEAST)
            .max_height(MOST)
            .style(theme::text_input::editor);
        let count = self.review.rows().len();
        let count = t!(look.texts, "links-count", count = count);
        let left_out = left_out(self.review.left_out(), look);
        let left_out =
            left_out.into_iter().map(|(words, tone)| look.caption(words).style(tone.style()).into());
        let below = column![look.caption(count)].extend(left_out).spacing(gap::TIGHT);
        column![look.caption(t!(look.texts, "links")), editor, below].spacing(6).into()
    }

    fn folder<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let field = input("", &self.folder, look).id("folder").on_input(Message::Folder);
        let choose = answer(look, t!(look.texts, "choose"), Some(Message::Choose), theme::button::secondary);
        let line = row![field, choose].spacing(gap::SMALL).align_y(Alignment::Center);
        let below = match self.problem {
            Some(Problem::Folder) => Some((t!(look.texts, "path-not-whole"), Tone::Danger)),
            Some(Problem::NoPicker) => Some((t!(look.texts, "no-picker"), Tone::Warning)),
            _ => None,
        };
        look.field(t!(look.texts, "folder"), line, below)
    }

    fn more_or_less<'a>(&self, look: &'a Look) -> Element<'a, Message> {
        let name = if self.shows_more { t!(look.texts, "less") } else { t!(look.texts, "more") };
        container(answer(look, name, Some(Message::More), theme::button::secondary)).id("more").into()
    }

    fn answers<'a>(&self, look: &Look) -> Element<'a, Message> {
        answers([
            answer(look, t!(look.texts, "leave"), Some(Message::Cancel), theme::button::secondary),
            start(look, self.is_ready().then_some(Message::Start)),
        ])
    }
}

/// A field of one line, in which Return starts.
fn input<'a>(placeholder: &str, value: &str, look: &Look) -> TextInput<'a, Message> {
    text_input(placeholder, value)
        .on_submit(Message::Start)
        .font(look.font)
        .size(size::BODY)
        .padding(10)
        .style(theme::text_input::field)
}

/// What is wrong with no field in particular.
fn told<'a>(problem: &Problem, look: &'a Look) -> Option<Element<'a, Message>> {
    match problem {
        Problem::Session(fault) => Some(look.text(look.fault(fault)).style(Tone::Danger.style()).into()),
        Problem::Folder | Problem::Name | Problem::NoPicker | Problem::Wrong(_) => None,
    }
}

/// What was left out of the text, and why: the first few of it.
fn left_out(left_out: &[Omission], look: &Look) -> Vec<(String, Tone)> {
    let (words, others): (Vec<_>, Vec<_>) =
        left_out.iter().partition(|omission| omission.reason == NotTaken::NoAddress);
    let mut told: Vec<_> =
        others.iter().take(NAMED).map(|omission| (why(omission, look), Tone::Warning)).collect();
    if others.len() > NAMED {
        let count = others.len() - NAMED;
        told.push((t!(look.texts, "adding-more-left-out", count = count), Tone::Warning));
    }
    if !words.is_empty() {
        let which: Vec<_> = words.iter().take(NAMED).map(|omission| quoted(&omission.text)).collect();
        let more = if words.len() > NAMED { " …" } else { "" };
        let which = which.join(" ") + more;
        told.push((t!(look.texts, "links-left-out", count = words.len(), which = which), Tone::Muted));
    }
    told
}

fn why(omission: &Omission, look: &Look) -> String {
    let (texts, which) = (&look.texts, shortened(&omission.text));
    match &omission.reason {
        NotTaken::Unsupported(scheme) => {
            t!(texts, "adding-unsupported", which = which, scheme = scheme.clone())
        }
        NotTaken::TooMany => t!(texts, "adding-too-many", which = which),
        NotTaken::TooLong => t!(texts, "adding-too-long"),
        NotTaken::Sends => t!(texts, "adding-sends"),
        NotTaken::Option(option) => t!(texts, "adding-option", option = option.clone()),
        NotTaken::Unfinished => t!(texts, "adding-unfinished"),
        NotTaken::Relative => t!(texts, "adding-relative", which = which),
        NotTaken::Metalink(_) => t!(texts, "adding-metalink"),
        _ => t!(texts, "adding-invalid", which = which),
    }
}

fn quoted(text: &str) -> String {
    format!("“{}”", shortened(text))
}

/// Not too long for a sentence.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
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
