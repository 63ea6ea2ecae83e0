//! How the upload dialog looks.

use std::path::{Path, PathBuf};

use iced::widget::{Id, column, container, row, scrollable};
use iced::{Alignment, Element, Fill};

use crate::gui::form::way::Way;
use crate::gui::form::{input, lines};
use crate::gui::icon::Icon;
use crate::gui::look::Look;
use crate::gui::room::Room;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, size, space as gap};
use crate::gui::widget::elided::{Cut, elided};
use crate::gui::widget::{Press, answer, answers, choice, said, start};
use crate::i18n::t;

use super::{ADDRESS_FIELD, AddUpload, Message, Problem};

impl AddUpload {
    /// The content of the dialog, in so much room.
    pub fn view<'a>(&'a self, room: Room, look: &'a Look) -> Element<'a, Message> {
        let fields = column![self.files(look)]
            .push(self.places.names(look))
            .push(self.address(look))
            .push(self.more(look))
            .push(self.more.then(|| self.way(look)))
            .push((self.more && self.way.has_fields()).then(|| self.fields(look)))
            .push((self.more && self.way.sees_names()).then(|| self.places.if_exists(look)))
            .push(self.more.then(|| self.terms(look)))
            .push(self.more.then(|| self.places.more(look)))
            .push(self.problem.as_ref().and_then(|problem| told(problem, look)))
            .spacing(gap::LARGE);
        said(look.title(t!(look.texts, "add-upload")), fields, self.answers(look), room)
    }

    fn files<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let chosen: Element<'_, Message> = if self.files.is_empty() {
            look.caption(t!(look.texts, "files-none")).into()
        } else {
            let lines = self.files.iter().map(|file| file_line(file, self.trees.words(file, look), look));
            let lines =
                scrollable(column(lines).padding([gap::TIGHT, gap::SMALL])).style(theme::scroll::list);
            container(lines).max_height(110).width(Fill).style(theme::container::quote).into()
        };
        let typed = input(&t!(look.texts, "file-placeholder"), &self.typed, look)
            .id("file")
            .on_input(Message::Typed)
            .on_submit(Message::AddTyped);
        let add = (!self.typed.trim().is_empty()).then_some(Message::AddTyped);
        let choose =
            answer(look, t!(look.texts, "choose-files"), Some(Message::Choose), theme::button::secondary);
        let words = t!(look.texts, "choose-folder");
        let folder = answer(look, words, Some(Message::ChooseFolder), theme::button::secondary);
        let add = answer(look, t!(look.texts, "add-file"), add, theme::button::secondary);
        let path = row![typed, add].spacing(gap::SMALL).align_y(Alignment::Center);
        let both = column![chosen, path, row![choose, folder].spacing(gap::SMALL).wrap()].spacing(gap::SMALL);
        look.field(t!(look.texts, "files"), both, None)
    }

    fn address<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let field = input(&t!(look.texts, "address-placeholder"), &self.address, look)
            .id(ADDRESS_FIELD)
            .on_input(Message::Address)
            .on_submit(Message::Start);
        look.field(t!(look.texts, "address"), field, None)
    }

    fn more<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let name = if self.more { t!(look.texts, "less") } else { t!(look.texts, "more") };
        container(answer(look, name, Some(Message::More), theme::button::secondary)).id("more").into()
    }

    fn way<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let one = |way: Way| choice(look, way.name(&look.texts), self.way == way, Message::Way(way));
        let all = row(Way::ALL.map(one)).spacing(gap::TIGHT).wrap();
        look.field(t!(look.texts, "way"), all, Some((self.way.hint(&look.texts), Tone::Muted)))
    }

    fn fields<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let placeholder = t!(look.texts, "fields-placeholder");
        let editor = lines("fields", &self.fields, placeholder, look).on_action(Message::Fields);
        look.field(t!(look.texts, "fields"), editor, None)
    }

    /// On what terms, and what is said to the server.
    fn terms<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let (terms, login) = match &self.problem {
            Some(Problem::Terms(field)) => (Some(*field), None),
            Some(Problem::Login(wrong)) => (None, Some(wrong)),
            _ => (None, None),
        };
        column![
            self.login.view(false, login, look).map(Message::Login),
            self.login.headers(false, login, None, look).map(Message::Login),
            self.terms.view(terms, Message::Terms, None, look),
        ]
        .spacing(gap::LARGE)
        .into()
    }

    fn answers<'a>(&self, look: &Look) -> Element<'a, Message> {
        answers([
            answer(look, t!(look.texts, "leave"), Some(Message::Cancel), theme::button::secondary),
            start(look, self.is_ready().then_some(Message::Start)),
        ])
    }
}

/// A file, or a folder with `words` about what is in it.
fn file_line<'a>(file: &'a Path, words: Option<String>, look: &'a Look) -> Element<'a, Message> {
    let name = elided(file.to_string_lossy(), Cut::Middle, look.font, size::BODY);
    let id = Id::from(format!("leave out {}", file.display()));
    let out = Press::new(id, Icon::Close, t!(look.texts, "remove"), Message::LeaveOut(PathBuf::from(file)));
    let name = column![name].push(words.map(|words| look.caption(words))).width(Fill);
    row![name, out.quiet(look)].align_y(Alignment::Center).into()
}

/// What is wrong with no field in particular.
fn told<'a>(problem: &Problem, look: &'a Look) -> Option<Element<'a, Message>> {
    let words = match problem {
        Problem::Session(fault) => look.fault(fault),
        Problem::Field(line) => t!(look.texts, "field-wrong", line = line.clone()),
        Problem::Clash(address) => t!(look.texts, "files-clash", address = address.to_string()),
        Problem::Terms(_) | Problem::Login(_) => return None,
        Problem::Name => t!(look.texts, "destination-name-wrong"),
        Problem::File => t!(look.texts, "path-not-whole"),
        Problem::NoPicker => t!(look.texts, "no-picker"),
    };
    Some(look.text(words).style(Tone::Danger.style()).into())
}
