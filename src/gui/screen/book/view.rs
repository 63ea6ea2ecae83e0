//! How an address book looks: all of it, or the entry that is being written.

use iced::widget::{Id, column, container, row, rule, space};
use iced::{Alignment, Element, Fill};

use crate::AddressBookEntry as _;
use crate::gui::icon::Icon;
use crate::gui::look::Look;
use crate::gui::room::Room;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, font, size, space as gap};
use crate::gui::widget::elided::{Cut, elided};
use crate::gui::widget::page::Page;
use crate::gui::widget::{Press, answer, answers};
use crate::i18n::t;

use super::{Book, Edit, Form, Happening, Line, Message, Problem};

impl<F: Form> Book<F> {
    /// How it looks, in so much room.
    pub fn view<'a>(&'a self, room: Room, look: &'a Look) -> Element<'a, Message<F>> {
        let words = F::words(look);
        let (title, body, below) = match (&self.edit, &self.all) {
            (Some(edit), _) => (self.title(edit, look), written(edit, look), answers_of(edit.more, look)),
            (None, all) => {
                let body = match all {
                    Some(all) if all.is_empty() => nothing::<F>(words.none, look),
                    Some(all) => self.list(all, look),
                    None => space().height(gap::WIDE).into(),
                };
                (words.title, body, ways(words.import, words.add, look))
            }
        };
        let problem = self.problem.as_ref().map(|problem| told(problem, look));
        let body = column![body].push(problem).spacing(gap::LARGE).into();
        Page { title, above: None, body, below: Some(below), room, close: Happening::Close }.view(look)
    }

    fn title(&self, edit: &Edit<F>, look: &Look) -> String {
        let before = edit.before.as_deref().and_then(|name| self.named(name));
        before.map_or_else(|| F::words(look).new, |entry| F::about(entry, look).0)
    }

    fn list<'a>(&'a self, all: &'a [F::Entry], look: &'a Look) -> Element<'a, Message<F>> {
        let mut lines = column![].width(Fill);
        for (at, entry) in all.iter().enumerate() {
            let is_going = self.going.as_deref() == Some(entry.name());
            let line = if is_going { question::<F>(entry, look) } else { one::<F>(entry, look) };
            lines = lines
                .push((at > 0).then(|| rule::horizontal(1).style(theme::rule::hairline)))
                .push(container(line).padding([gap::MEDIUM, gap::LARGE]));
        }
        container(lines).width(Fill).style(theme::container::group).into()
    }
}

fn written<'a, F: Form>(edit: &'a Edit<F>, look: &'a Look) -> Element<'a, Message<F>> {
    edit.form.view(edit.more, look).map(Happening::Form)
}

/// An entry: what it is called, and what holds for it.
fn one<'a, F: Form>(entry: &'a F::Entry, look: &'a Look) -> Element<'a, Message<F>> {
    let (texts, name) = (&look.texts, entry.name().to_owned());
    let Line { name: called, about } = F::line(entry, look);
    let called = elided(called, Cut::Middle, font::medium(look.font), size::BODY);
    let about =
        (!about.is_empty()).then(|| elided(about, Cut::End, look.font, size::CAPTION).tone(Tone::Muted));
    let words = column![called].push(about).spacing(2).width(Fill);
    let press = |what: &str, icon, says, message| {
        Press::new(Id::from(format!("{what} {name}")), icon, says, message).quiet(look)
    };
    let edit = press("edit", Icon::Edit, t!(texts, "window-edit"), Happening::Edit(name.clone()));
    let remove = press("remove", Icon::Remove, t!(texts, "remove"), Happening::Remove(name.clone()));
    row![F::icon().view(20.0, Tone::Muted), words, row![edit, remove]]
        .spacing(gap::MEDIUM)
        .align_y(Alignment::Center)
        .into()
}

/// Whether an entry shall go.
fn question<'a, F: Form>(entry: &'a F::Entry, look: &'a Look) -> Element<'a, Message<F>> {
    let texts = &look.texts;
    let words = look.text(F::about(entry, look).1);
    let lost = entry.headers().secret_names().next().map(|_| look.caption(t!(texts, "secrets-go")));
    let back = answer(look, t!(texts, "back"), Some(Happening::Escape), theme::button::secondary);
    let remove = Happening::ReallyRemove(entry.name().to_owned());
    let remove = container(answer(look, t!(texts, "remove"), Some(remove), theme::button::danger));
    column![words]
        .push(lost)
        .push(answers([back, remove.id("really-remove").into()]))
        .spacing(gap::SMALL)
        .into()
}

fn nothing<'a, F: Form>(words: String, look: &Look) -> Element<'a, Message<F>> {
    let words = look.text(words).style(Tone::Muted.style()).center();
    let middle = column![F::icon().view(48.0, Tone::Muted).opacity(0.6), words]
        .spacing(gap::LARGE)
        .max_width(420)
        .align_x(Alignment::Center);
    container(middle).center_x(Fill).padding(gap::LARGE).into()
}

/// What can be done besides.
fn ways<'a, E: Clone + 'a, M: Clone + 'a>(
    import: Option<String>,
    add: String,
    look: &Look,
) -> Element<'a, Happening<E, M>> {
    let import =
        import.map(|words| Press::new("import", Icon::Document, words, Happening::Import).secondary(look));
    let add = Press::new("add-entry", Icon::Plus, add, Happening::New).primary(look);
    answers(import.into_iter().chain([add]))
}

fn answers_of<'a, E: Clone + 'a, M: Clone + 'a>(more: bool, look: &Look) -> Element<'a, Happening<E, M>> {
    let texts = &look.texts;
    let more = if more { t!(texts, "less") } else { t!(texts, "more") };
    let more = answer(look, more, Some(Happening::More), theme::button::secondary);
    let leave = answer(look, t!(texts, "leave"), Some(Happening::Escape), theme::button::secondary);
    let save = answer(look, t!(texts, "save"), Some(Happening::Save), theme::button::primary);
    let answers = answers([leave, container(save).id("save-entry").into()]);
    row![container(more).id("more"), answers].align_y(Alignment::Center).into()
}

fn told<'a, M: 'a>(problem: &Problem, look: &Look) -> Element<'a, M> {
    let (words, tone) = match problem {
        Problem::Session(fault) => (look.fault(fault), Tone::Danger),
        Problem::NoPicker => (t!(look.texts, "import-no-picker"), Tone::Warning),
        Problem::NotOne(name) => (t!(look.texts, "import-not-one", name = name.clone()), Tone::Danger),
    };
    look.text(words).style(tone.style()).into()
}
