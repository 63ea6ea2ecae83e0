//! What a transfer needs from somebody before it goes on: a login, or another link to the same file.

use iced::widget::{TextInput, column, text_input};
use iced::{Element, Fill};
use url::Url;

use crate::gui::look::Look;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, font, size, space};
use crate::gui::widget::elided::{Cut, elided};
use crate::gui::widget::{answer, answers, start};
use crate::i18n::t;
use crate::ipc::Fault;
use crate::{Address, Reason, Snapshot, TransferId};

/// The field that is written in first.
pub const FIRST_FIELD: &str = "renewed";

/// See the module.
#[derive(Debug)]
pub struct Renew {
    id: TransferId,
    name: String,
    url: Url,
    needs: Needs,
    /// The name to log in with, or the other link.
    first: String,
    password: String,
    wrong: Option<Wrong>,
}

/// What is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    Login,
    Link,
}

#[derive(Debug)]
enum Wrong {
    Link,
    Session(Fault),
}

/// What happens to it.
#[derive(Clone, Debug)]
pub enum Message {
    /// The name or the link was written.
    First(String),
    /// The password was written.
    Password(String),
    /// It shall go on.
    Start,
    /// The session has taken it, or not.
    Answered(Result<(), Fault>),
    /// Leave it as it is.
    Close,
}

/// What it asks for.
#[derive(Debug)]
pub enum Action {
    /// Nothing.
    None,
    /// Change the address of this transfer, with the login in it.
    Change(TransferId, String),
    /// Close the dialog.
    Close,
}

impl Renew {
    /// For this transfer, if it waits for something of that kind.
    pub fn of(row: &Snapshot) -> Option<Self> {
        let needs = match row.reason? {
            Reason::NeedsLogin => Needs::Login,
            Reason::NeedsLink => Needs::Link,
            _ => return None,
        };
        Some(Self {
            id: row.id,
            name: row.name.clone(),
            url: row.url.url().clone(),
            needs,
            first: String::new(),
            password: String::new(),
            wrong: None,
        })
    }

    /// The transfer that it is about.
    pub fn transfer(&self) -> TransferId {
        self.id
    }

    /// Follows a message.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::First(words) => self.first = words,
            Message::Password(words) => self.password = words,
            Message::Close | Message::Answered(Ok(())) => return Action::Close,
            Message::Answered(Err(fault)) => self.wrong = Some(Wrong::Session(fault)),
            Message::Start => match self.address() {
                Some(address) => return Action::Change(self.id, address),
                None => self.wrong = Some(Wrong::Link),
            },
        }
        Action::None
    }

    /// The address as it is to be from now on.
    fn address(&self) -> Option<String> {
        match self.needs {
            Needs::Link => {
                let typed = self.first.trim();
                Address::parse(typed).is_ok().then(|| typed.to_owned())
            }
            Needs::Login => {
                let mut url = self.url.clone();
                url.set_username(&self.first).ok()?;
                url.set_password(Some(&self.password).filter(|it| !it.is_empty()).map(String::as_str))
                    .ok()?;
                Some(url.into())
            }
        }
    }

    /// How it looks.
    pub fn view<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let texts = &look.texts;
        let (title, sentence) = match self.needs {
            Needs::Login => {
                let host = self.url.host_str().unwrap_or_default();
                (t!(texts, "log-in"), t!(texts, "log-in-sentence", host = host))
            }
            Needs::Link => (t!(texts, "new-link"), t!(texts, "new-link-sentence")),
        };
        let name = elided(self.name.as_str(), Cut::Middle, font::medium(look.font), size::BODY);
        let wrong = match &self.wrong {
            Some(Wrong::Session(fault)) => Some(look.fault(fault)),
            Some(Wrong::Link) => Some(t!(texts, "new-link-wrong")),
            None => None,
        };
        let is_written = !self.first.trim().is_empty();
        column![look.title(title), column![name, look.text(sentence)].spacing(space::SMALL)]
            .push(self.fields(look))
            .push(wrong.map(|words| look.text(words).style(Tone::Danger.style())))
            .push(answers([
                answer(look, t!(texts, "cancel"), Some(Message::Close), theme::button::secondary),
                start(look, is_written.then_some(Message::Start)),
            ]))
            .spacing(space::LARGE)
            .into()
    }

    fn fields<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let texts = &look.texts;
        let first = input("", &self.first, look).id(FIRST_FIELD).on_input(Message::First);
        match self.needs {
            Needs::Link => look.field(t!(texts, "links"), first, None),
            Needs::Login => {
                let password = input("", &self.password, look).secure(true);
                let password = password.id("renewed-password").on_input(Message::Password);
                let name = look.field(t!(texts, "login-name"), first, None);
                let password = look.field(t!(texts, "login-password"), password, None);
                column![name, password].spacing(space::LARGE).width(Fill).into()
            }
        }
    }
}

fn input<'a>(placeholder: &str, value: &str, look: &Look) -> TextInput<'a, Message> {
    text_input(placeholder, value)
        .on_submit(Message::Start)
        .font(look.font)
        .size(size::BODY)
        .padding(10)
        .style(theme::text_input::field)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Phase;
    use crate::gui::sample::download;

    fn waiting(reason: Reason) -> Renew {
        Renew::of(&Snapshot { state: Phase::Paused, reason: Some(reason), ..download("a.iso") }).unwrap()
    }

    #[test]
    fn a_login_goes_into_the_address_whatever_letters_it_has() {
        let mut renew = waiting(Reason::NeedsLogin);
        let _ = renew.update(Message::First("me@home".to_owned()));
        let _ = renew.update(Message::Password("S3CR3T: /?#".to_owned()));
        let Action::Change(_, url) = renew.update(Message::Start) else { panic!("{renew:?}") };
        let (_, login) = Address::parse(&url).unwrap();
        let login = login.unwrap();
        assert_eq!(login.user, "me@home");
        assert_eq!(secrecy::ExposeSecret::expose_secret(&login.password), "S3CR3T: /?#");
    }

    #[test]
    fn what_is_no_link_is_said_and_not_sent() {
        let mut renew = waiting(Reason::NeedsLink);
        let _ = renew.update(Message::First("nothing".to_owned()));
        assert!(matches!(renew.update(Message::Start), Action::None));
        assert!(matches!(renew.wrong, Some(Wrong::Link)));
        let _ = renew.update(Message::First(" https://b.example/a.iso?token=2 ".to_owned()));
        assert!(matches!(renew.update(Message::Start), Action::Change(_, url) if url.ends_with("token=2")));
    }

    #[test]
    fn nothing_else_is_asked_for() {
        assert!(Renew::of(&download("a")).is_none());
    }
}
