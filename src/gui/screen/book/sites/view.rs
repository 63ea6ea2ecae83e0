//! How the form for a site looks.

use iced::Element;
use iced::widget::column;

use crate::gui::form::{chosen, input, pair, problem};
use crate::gui::look::Look;
use crate::gui::theme::space as gap;
use crate::gui::theme::text::Tone;
use crate::i18n::t;

use super::super::address;
use super::{Field, Form as _, Message, SiteForm, Wrong, login, terms};

impl SiteForm {
    /// All of it, or the usual fields.
    pub(super) fn shown<'a>(&'a self, more: bool, look: &'a Look) -> Element<'a, Message> {
        let login = self.login.view(self.keeps(), self.wrong_login(), look).map(Message::Login);
        let limit = self.terms.line(terms::Field::Limit, self.wrong_terms(), look).map(Message::Terms);
        column![self.line(Field::Url, look), login, self.line(Field::Folder, look), limit]
            .push(more.then(|| self.more(look)))
            .spacing(gap::LARGE)
            .into()
    }

    fn more<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let wrong = self.wrong_terms();
        let is_ssh =
            address(self.text(Field::Url)).is_some_and(|(url, _)| url.scheme() == crate::Scheme::Sftp);
        let host_key = is_ssh.then(|| self.login.host_key(self.wrong_login(), look).map(Message::Login));
        let terms = |part: Element<'a, terms::Message>| part.map(Message::Terms);
        column![self.login.headers(self.keeps(), self.wrong_login(), None, look).map(Message::Login)]
            .push(host_key)
            .push(pair(terms(self.terms.group(wrong, look)), terms(self.terms.urgency(look))))
            .push(terms(self.terms.cost(look)))
            .push(terms(self.terms.telling(wrong, look)))
            .push(pair(
                terms(self.terms.line(terms::Field::Connections, wrong, look)),
                self.line(Field::Retries, look),
            ))
            .push(pair(self.line(Field::Timeout, look), self.line(Field::Proxy, look)))
            .push(self.line(Field::Cookies, look))
            .spacing(gap::LARGE)
            .into()
    }

    fn wrong_login(&self) -> Option<&login::Wrong> {
        if let Some(Wrong::Login(wrong)) = &self.wrong { Some(wrong) } else { None }
    }

    fn wrong_terms(&self) -> Option<terms::Field> {
        if let Some(Wrong::Terms(field)) = &self.wrong { Some(*field) } else { None }
    }

    fn line<'a>(&'a self, field: Field, look: &'a Look) -> Element<'a, Message> {
        let texts = &look.texts;
        let (id, name, placeholder, wrong) = match field {
            Field::Url => (
                Self::FIRST,
                t!(texts, "site-url"),
                "https://example.org/pub/".to_owned(),
                t!(texts, "new-link-wrong"),
            ),
            Field::Folder => (
                "site-folder",
                t!(texts, "group-folder"),
                t!(texts, "group-folder-none"),
                t!(texts, "path-not-whole"),
            ),
            Field::Retries => {
                let (name, usual) = (t!(texts, "setting-retries"), t!(texts, "site-usual"));
                ("site-retries", name, usual, t!(texts, "site-number"))
            }
            Field::Timeout => {
                let (name, usual) = (t!(texts, "site-timeout"), t!(texts, "site-usual"));
                ("site-timeout", name, usual, t!(texts, "site-number"))
            }
            Field::Proxy => {
                let (name, usual) = (t!(texts, "setting-proxy"), t!(texts, "site-usual"));
                ("site-proxy", name, usual, t!(texts, "site-proxy-wrong"))
            }
            Field::Cookies => {
                let name = t!(texts, "site-cookies");
                ("site-cookies", name, t!(texts, "site-cookies-none"), t!(texts, "path-not-whole"))
            }
        };
        let below = match &self.wrong {
            Some(Wrong::Value(at)) => problem(*at == field, wrong),
            Some(Wrong::Taken) => problem(field == Field::Url, t!(texts, "site-taken")),
            Some(Wrong::NoPicker(at)) if *at == field => Some((t!(texts, "no-picker"), Tone::Warning)),
            _ => self.note(field, look).map(|words| (words, Tone::Muted)),
        };
        let shown = input(&placeholder, self.text(field), look)
            .id(id)
            .on_input(move |text| Message::Write(field, text))
            .on_submit(Message::Submit);
        match field {
            Field::Folder | Field::Cookies => {
                look.field(name, chosen(shown, Message::Choose(field), look), below)
            }
            _ => look.field(name, shown, below),
        }
    }

    /// What there is to know about a field.
    fn note(&self, field: Field, look: &Look) -> Option<String> {
        match field {
            Field::Url if self.before.is_some() && !self.keeps() && self.login.has_secrets() => {
                Some(t!(look.texts, "secrets-elsewhere"))
            }
            Field::Url if self.before.is_none() => Some(t!(look.texts, "site-url-about")),
            Field::Proxy => Some(t!(look.texts, "site-proxy-about")),
            _ => None,
        }
    }
}
