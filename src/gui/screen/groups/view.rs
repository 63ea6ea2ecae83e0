//! How the groups look: all of them, or the one that is being written.

use iced::widget::{Id, column, container, row, rule, space, text_input};
use iced::{Alignment, Element, Fill};

use crate::gui::form::terms::cost;
use crate::gui::icon::Icon;
use crate::gui::look::Look;
use crate::gui::path;
use crate::gui::room::Room;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, font, size, space as gap};
use crate::gui::widget::elided::{Cut, elided};
use crate::gui::widget::page::Page;
use crate::gui::widget::{Press, answer, answers, choice};
use crate::i18n::t;
use crate::{Group, GroupView};

use super::edit::{Edit, Wrong};
use super::{Field, Groups, Message};

impl Groups {
    /// How it looks, in so much room.
    pub fn view<'a>(&'a self, room: Room, look: &'a Look) -> Element<'a, Message> {
        let texts = &look.texts;
        let (title, body, below) = match (&self.edit, &self.all) {
            (Some(edit), _) => (title(edit, look), written(edit, look), answers_of(look)),
            (None, Some(all)) if all.is_empty() => (t!(texts, "groups"), nothing(look), ways(look)),
            (None, Some(all)) => (t!(texts, "groups"), self.list(all, room, look), ways(look)),
            (None, None) => (t!(texts, "groups"), space().height(gap::WIDE).into(), ways(look)),
        };
        let fault = self.fault.as_ref().map(|fault| look.text(look.fault(fault)).style(Tone::Danger.style()));
        let body = column![body].push(fault).spacing(gap::LARGE).into();
        Page { title, above: None, body, below: Some(below), room, close: Message::Close }.view(look)
    }

    fn list<'a>(&'a self, all: &'a [GroupView], room: Room, look: &'a Look) -> Element<'a, Message> {
        let mut lines = column![].width(Fill);
        for (at, view) in all.iter().enumerate() {
            let is_going = self.going.as_ref() == Some(&view.group.name);
            let line = if is_going { question(&view.group, look) } else { one(view, room, look) };
            lines = lines
                .push((at > 0).then(|| rule::horizontal(1).style(theme::rule::hairline)))
                .push(container(line).padding([gap::MEDIUM, gap::LARGE]));
        }
        container(lines).width(Fill).style(theme::container::group).into()
    }
}

/// A group: what it is called, what holds for it, how it stands.
fn one<'a>(view: &'a GroupView, room: Room, look: &'a Look) -> Element<'a, Message> {
    let (texts, name) = (&look.texts, &view.group.name);
    let called = elided(name.as_str(), Cut::End, font::medium(look.font), size::BODY);
    let words = column![called, look.caption(holds(&view.group, look))].spacing(2).width(Fill);
    let (below, beside) = match stands(view, room, look) {
        stands if room.is_scarce() => (stands, None),
        stands => (None, stands),
    };
    let words = words.push(below);
    let press = |what: &str, icon, says, message| {
        Press::new(Id::from(format!("{what} {name}")), icon, says, message).quiet(look)
    };
    let edit = press("edit", Icon::Edit, t!(texts, "window-edit"), Message::Edit(name.clone()));
    let remove = press("remove", Icon::Remove, t!(texts, "remove"), Message::Remove(name.clone()));
    row![]
        .push((!room.is_scarce()).then(|| Icon::Group.view(20.0, Tone::Muted)))
        .push(words)
        .push(beside)
        .push(row![edit, remove])
        .spacing(gap::MEDIUM)
        .align_y(Alignment::Center)
        .into()
}

/// What holds for a group, in a few words.
fn holds(group: &Group, look: &Look) -> String {
    let texts = &look.texts;
    let order = if group.serial { t!(texts, "group-serial") } else { t!(texts, "group-parallel") };
    let limit = group.limit.map(|limit| t!(texts, "group-at-most", speed = texts.speed(limit)));
    let folder = group.folder.as_ref().map(|folder| path::shown(folder));
    [Some(order), limit, folder].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn stands<'a>(view: &GroupView, room: Room, look: &Look) -> Option<Element<'a, Message>> {
    let (texts, standing) = (&look.texts, view.standing);
    (standing.all > 0).then(|| {
        let done = look.caption(t!(texts, "group-done", done = standing.completed, all = standing.all));
        let failed = (standing.failed > 0).then(|| {
            look.caption(t!(texts, "group-failed", count = standing.failed)).style(Tone::Danger.style())
        });
        let side = if room.is_scarce() { Alignment::Start } else { Alignment::End };
        column![done].push(failed).align_x(side).into()
    })
}

/// Whether a group shall go.
fn question<'a>(group: &'a Group, look: &'a Look) -> Element<'a, Message> {
    let texts = &look.texts;
    let words = look.text(t!(texts, "group-remove", name = group.name.to_string()));
    let back = answer(look, t!(texts, "back"), Some(Message::Escape), theme::button::secondary);
    let remove = Message::ReallyRemove(group.name.clone());
    let remove = container(answer(look, t!(texts, "remove"), Some(remove), theme::button::danger));
    column![words, answers([back, remove.id("really-remove").into()])].spacing(gap::SMALL).into()
}

fn nothing<'a>(look: &Look) -> Element<'a, Message> {
    let words = look.text(t!(look.texts, "groups-none")).style(Tone::Muted.style()).center();
    let middle = column![Icon::Group.view(48.0, Tone::Muted).opacity(0.6), words]
        .spacing(gap::LARGE)
        .max_width(420)
        .align_x(Alignment::Center);
    container(middle).center_x(Fill).padding(gap::LARGE).into()
}

/// What can be done besides.
fn ways(look: &Look) -> Element<'_, Message> {
    let texts = &look.texts;
    let times = Press::new("times", Icon::Clock, t!(texts, "group-times"), Message::Times).secondary(look);
    let add = Press::new("add-group", Icon::Plus, t!(texts, "group-add"), Message::New).primary(look);
    answers([times, add])
}

fn title(edit: &Edit, look: &Look) -> String {
    match &edit.before {
        Some(group) => t!(look.texts, "group-title", name = group.name.to_string()),
        None => t!(look.texts, "group-new"),
    }
}

fn answers_of(look: &Look) -> Element<'_, Message> {
    let texts = &look.texts;
    let save = answer(look, t!(texts, "save"), Some(Message::Save), theme::button::primary);
    answers([
        answer(look, t!(texts, "leave"), Some(Message::Escape), theme::button::secondary),
        container(save).id("save-group").into(),
    ])
}

/// A group that is being written.
fn written<'a>(edit: &'a Edit, look: &'a Look) -> Element<'a, Message> {
    let texts = &look.texts;
    let name = edit.before.is_none().then(|| field(edit, Field::Name, look));
    let order = row![
        choice(look, t!(texts, "group-parallel"), !edit.serial, Message::Serial(false)),
        choice(look, t!(texts, "group-serial"), edit.serial, Message::Serial(true)),
    ];
    let order = look.field(t!(texts, "group-order"), order.spacing(gap::TIGHT).wrap(), None);
    let cost = cost(edit.cost, Message::Cost, look);
    let ends = column![field(edit, Field::Success, look), field(edit, Field::Failure, look)];
    column![]
        .push(name)
        .push(order)
        .push(field(edit, Field::Limit, look))
        .push(field(edit, Field::Folder, look))
        .push(cost)
        .push(ends.spacing(gap::LARGE))
        .spacing(gap::LARGE)
        .into()
}

fn field<'a>(edit: &'a Edit, field: Field, look: &'a Look) -> Element<'a, Message> {
    let texts = &look.texts;
    let (name, empty, wrong) = match field {
        Field::Name => (t!(texts, "group-name"), String::new(), t!(texts, "group-wrong")),
        Field::Limit => (t!(texts, "group-limit"), t!(texts, "limit-placeholder"), t!(texts, "speed-wrong")),
        Field::Folder => {
            (t!(texts, "group-folder"), t!(texts, "group-folder-none"), t!(texts, "path-not-whole"))
        }
        Field::Success => {
            (t!(texts, "group-success"), t!(texts, "group-command"), t!(texts, "command-wrong"))
        }
        Field::Failure => {
            (t!(texts, "group-failure"), t!(texts, "group-command"), t!(texts, "command-wrong"))
        }
    };
    let problem = edit.wrong.filter(|(at, _)| *at == field).map(|(_, problem)| problem);
    let below = problem.map(|problem| match problem {
        Wrong::Value => (wrong, Tone::Danger),
        Wrong::Taken => (t!(texts, "group-taken"), Tone::Danger),
        Wrong::NoPicker => (t!(texts, "no-picker"), Tone::Warning),
    });
    let is_wrong = problem.is_some_and(|problem| problem != Wrong::NoPicker);
    let input = text_input(&empty, edit.text(field))
        .id(field.id())
        .on_input(move |text| Message::Write(field, text))
        .on_submit(Message::Save)
        .font(look.font)
        .size(size::BODY)
        .padding(gap::SMALL)
        .style(if is_wrong { theme::text_input::wrong } else { theme::text_input::field });
    if field != Field::Folder {
        return look.field(name, input, below);
    }
    let choose = answer(look, t!(texts, "choose"), Some(Message::Choose), theme::button::secondary);
    look.field(name, row![input, choose].spacing(gap::SMALL).align_y(Alignment::Center), below)
}
