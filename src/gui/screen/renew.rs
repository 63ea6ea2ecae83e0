//! What a transfer needs from somebody before it goes on: a login, another link to the same file, or trust in the
//! key that a server shows.

use iced::widget::{TextInput, column, container, text_input};
use iced::{Element, Fill};

use crate::gui::look::Look;
use crate::gui::room::Room;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, font, size, space};
use crate::gui::widget::elided::{Cut, elided};
use crate::gui::widget::{answer, answers, said, start};
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
    url: Address,
    needs: Needs,
    /// The name to log in with, or the other link.
    first: String,
    password: String,
    wrong: Option<Wrong>,
}

/// What is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Needs {
    Login,
    Link,
    /// This is the fingerprint of the key.
    Trust(String),
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
    /// Change this of this transfer.
    Change(TransferId, (String, String)),
    /// Trust the server at this address if it shows this key, and go on with the transfer.
    Trust(TransferId, Address, String),
    /// Close the dialog.
    Close,
}

impl Renew {
    /// For this transfer, if it waits for something of that kind.
    pub fn of(row: &Snapshot) -> Option<Self> {
        let key = row.error.as_ref().and_then(|error| error.unknown_key());
        let needs = match (key, row.reason) {
            (Some(key), _) => Needs::Trust(key.to_owned()),
            (None, Some(Reason::NeedsLogin)) => Needs::Login,
            (None, Some(Reason::NeedsLink)) => Needs::Link,
            (None, _) => return None,
        };
        Some(Self {
            id: row.id,
            name: row.name.clone(),
            url: row.url.clone(),
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

    /// Whether what is needed was written.
    pub fn is_written(&self) -> bool {
        !self.first.trim().is_empty()
    }

    /// Follows a message.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::First(words) => self.first = words,
            Message::Password(words) => self.password = words,
            Message::Close | Message::Answered(Ok(())) => return Action::Close,
            Message::Answered(Err(fault)) => self.wrong = Some(Wrong::Session(fault)),
            Message::Start => match (&self.needs, self.change()) {
                (Needs::Trust(key), _) => return Action::Trust(self.id, self.url.clone(), key.clone()),

                (_, Some(change)) => return Action::Change(self.id, change),
                (_, None) => self.wrong = Some(Wrong::Link),
            },
        }
        Action::None
    }

    /// What it goes on with, as [`crate::Change::parse`] reads it.
    fn change(&self) -> Option<(String, String)> {
        match &self.needs {
            Needs::Trust(_) => None,
            Needs::Link => {
                let typed = self.first.trim();
                Address::parse(typed).is_ok().then(|| ("url".to_owned(), typed.to_owned()))
            }
            Needs::Login => Some(("login".to_owned(), format!("{}:{}", self.first.trim(), self.password))),
        }
    }

    /// How it looks, in so much room.
    pub fn view<'a>(&'a self, room: Room, look: &'a Look) -> Element<'a, Message> {
        let texts = &look.texts;
        let (title, sentence) = match &self.needs {
            Needs::Login => {
                let host = self.url.url().host_str().unwrap_or_default();
                (t!(texts, "log-in"), t!(texts, "log-in-sentence", host = host))
            }
            Needs::Trust(_) => {
                (t!(texts, "trust-server"), t!(texts, "trust-server-sentence", host = self.url.host()))
            }
            Needs::Link => (t!(texts, "new-link"), t!(texts, "new-link-sentence")),
        };
        let name = elided(self.name.as_str(), Cut::Middle, font::medium(look.font), size::BODY);
        let wrong = match &self.wrong {
            Some(Wrong::Session(fault)) => Some(look.fault(fault)),
            Some(Wrong::Link) => Some(t!(texts, "new-link-wrong")),
            None => None,
        };
        let go_on = match &self.needs {
            Needs::Trust(_) => {
                let trust = Some(Message::Start);
                let trust = answer(look, t!(texts, "trust-server-yes"), trust, theme::button::primary);
                container(trust).id("start").into()
            }
            _ => start(look, self.is_written().then_some(Message::Start)),
        };
        let content = column![column![name, look.text(sentence)].spacing(space::SMALL)]
            .push(self.fields(look))
            .push(wrong.map(|words| look.text(words).style(Tone::Danger.style())));
        let back = answer(look, t!(texts, "cancel"), Some(Message::Close), theme::button::secondary);
        said(look.title(title), content.spacing(space::LARGE), answers([back, go_on]), room)
    }

    fn fields<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let texts = &look.texts;
        let first = input("", &self.first, look).id(FIRST_FIELD).on_input(Message::First);
        match &self.needs {
            Needs::Trust(key) => {
                let key = container(look.text(key.as_str())).padding(space::SMALL).width(Fill);
                look.field(t!(texts, "host-key"), key.style(theme::container::quote), None)
            }
            Needs::Link => look.field(t!(texts, "detail-link"), first, None),
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
    fn a_login_arrives_whatever_letters_it_has() {
        let mut renew = waiting(Reason::NeedsLogin);
        let _ = renew.update(Message::First("me@home".to_owned()));
        let _ = renew.update(Message::Password("S3CR3T: /?#".to_owned()));
        let Action::Change(_, (key, value)) = renew.update(Message::Start) else { panic!("{renew:?}") };
        let Ok(crate::Change::Login(login)) = crate::Change::parse(&key, &value) else { panic!("{key}") };
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
        assert!(
            matches!(renew.update(Message::Start), Action::Change(_, (_, url)) if url.ends_with("token=2"))
        );
    }

    #[test]
    fn a_key_is_trusted_as_it_was_shown() {
        let said = "it shows ssh-ed25519 SHA256:abc, and known_hosts does not know it";
        let failure = crate::Failure::new(crate::ErrorKind::HostKeyNotTrusted).because(said);
        let row = crate::gui::sample::failed(download("a.iso"), &failure);
        let mut renew = Renew::of(&row).unwrap();
        let Action::Trust(id, url, key) = renew.update(Message::Start) else { panic!("{renew:?}") };
        assert_eq!((id, url, key.as_str()), (row.id, row.url, "SHA256:abc"));
    }

    #[test]
    fn nothing_else_is_asked_for() {
        assert!(Renew::of(&download("a")).is_none());
    }
}
