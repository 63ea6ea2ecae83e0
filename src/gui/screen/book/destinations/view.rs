//! How the form for a destination looks.

use iced::widget::{column, row};
use iced::{Alignment, Element, Fill};

use crate::gui::form::{input, lines, pair, problem};
use crate::gui::look::Look;
use crate::gui::theme::space as gap;
use crate::gui::theme::text::Tone;
use crate::gui::widget::choice;
use crate::gui::widget::switch::switch;
use crate::i18n::t;

use super::{DestinationForm, Field, Form as _, Message, Way, Wrong, address, if_exists, login};

impl DestinationForm {
    /// All of it, or the usual fields.
    pub(super) fn shown<'a>(&'a self, more: bool, look: &'a Look) -> Element<'a, Message> {
        let login = self.login.view(self.keeps(), self.wrong_login(), look).map(Message::Login);
        column![self.line(Field::Name, look), self.line(Field::Url, look), login]
            .push(more.then(|| self.more(look)))
            .spacing(gap::LARGE)
            .into()
    }

    fn more<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let url = address(self.text(Field::Url)).map(|(url, _)| url);
        let is_ssh = url.as_ref().is_some_and(|url| url.scheme() == crate::Scheme::Sftp);
        let is_web = url.is_none_or(|url| url.is_web());
        let host_key = is_ssh.then(|| self.login.host_key(self.wrong_login(), look).map(Message::Login));
        let clash = self.way.sees_names().then(|| if_exists(self.if_exists, Message::IfExists, look));
        column![]
            .push(is_web.then(|| self.way(look)))
            .push((is_web && self.way.has_fields()).then(|| self.form(look)))
            .push(clash)
            .push(host_key)
            .push(self.login.headers(self.keeps(), self.wrong_login(), None, look).map(Message::Login))
            .push(pair(self.line(Field::Limit, look), self.line(Field::Link, look)))
            .push(self.copies(look))
            .spacing(gap::LARGE)
            .into()
    }

    fn way<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let one = |way: Way| choice(look, way.name(&look.texts), self.way == way, Message::Way(way));
        let all = row(Way::ALL.map(one)).spacing(gap::TIGHT).wrap();
        look.field(t!(look.texts, "way"), all, Some((self.way.hint(&look.texts), Tone::Muted)))
    }

    fn form<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let placeholder = t!(look.texts, "fields-placeholder");
        let editor = lines("fields", &self.fields, placeholder, look).on_action(Message::Fields);
        let wrong = match &self.wrong {
            Some(Wrong::NotAField(line)) => problem(true, t!(look.texts, "field-wrong", line = line.clone())),
            _ => None,
        };
        let fields = look.field(t!(look.texts, "fields"), editor, wrong);
        column![fields, self.line(Field::PartName, look)].spacing(gap::LARGE).into()
    }

    fn copies<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let words = look.text(t!(look.texts, "destination-copies")).width(Fill);
        let turn = switch(self.copy_link, Message::CopyLink(!self.copy_link));
        row![words, turn].spacing(gap::MEDIUM).align_y(Alignment::Center).into()
    }

    fn wrong_login(&self) -> Option<&login::Wrong> {
        if let Some(Wrong::Login(wrong)) = &self.wrong { Some(wrong) } else { None }
    }

    fn line<'a>(&'a self, field: Field, look: &'a Look) -> Element<'a, Message> {
        let texts = &look.texts;
        let (id, name, placeholder, wrong) = match field {
            Field::Name => {
                (Self::FIRST, t!(texts, "group-name"), String::new(), t!(texts, "destination-name-wrong"))
            }
            Field::Url => {
                let wrong = t!(texts, "new-link-wrong");
                ("place-url", t!(texts, "address"), t!(texts, "address-placeholder"), wrong)
            }
            Field::Limit => {
                ("limit", t!(texts, "limit"), t!(texts, "limit-placeholder"), t!(texts, "speed-wrong"))
            }
            Field::PartName => {
                let name = t!(texts, "destination-file-field");
                ("file-field", name, "file".to_owned(), String::new())
            }
            Field::Link => {
                let (name, wrong) = (t!(texts, "destination-link"), t!(texts, "destination-link-wrong"));
                ("link-rule", name, "{json:data.url}".to_owned(), wrong)
            }
        };
        let below = match &self.wrong {
            Some(Wrong::Value(at)) => problem(*at == field, wrong),
            Some(Wrong::Taken) => problem(field == Field::Name, t!(texts, "destination-taken")),
            Some(Wrong::Address(fault)) => problem(field == Field::Url, look.fault(fault)),
            _ => {
                let is_elsewhere = field == Field::Url && self.before.is_some() && !self.keeps();
                (is_elsewhere && self.login.has_secrets())
                    .then(|| (t!(texts, "secrets-elsewhere"), Tone::Muted))
            }
        };
        let shown = input(&placeholder, self.text(field), look)
            .id(id)
            .on_input(move |text| Message::Write(field, text))
            .on_submit(Message::Submit);
        look.field(name, shown, below)
    }
}
