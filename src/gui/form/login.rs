//! What is said to a server with every request: a login and headers. Secrets that are kept already are never shown:
//! what is left empty keeps them, and each can be forgotten.

use iced::widget::text_editor::{self, Content};
use iced::widget::{Id, column, container, row};
use iced::{Alignment, Element};
use secrecy::{ExposeSecret as _, SecretString};

use crate::gui::icon::Icon;
use crate::gui::look::Look;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, space as gap};
use crate::gui::widget::Press;
use crate::i18n::t;
use crate::{Credentials, Headers};

use super::line::Line;
use super::{NotAHeader, add_headers, input, lines, pair, problem};

/// The header that a login is.
const LOGIN: &str = "Authorization";
/// What the name of a secret field of a form begins with among the headers.
const FIELD: &str = "field:";

/// See the module.
#[derive(Debug, Default)]
pub struct Login {
    /// What is kept.
    before: Headers,
    /// The names of those secrets of it that shall be forgotten.
    forgotten: Vec<String>,
    user: Line,
    password: String,
    host_key: Line,
    headers: Content,
}

/// What happens to it.
#[derive(Clone, Debug)]
pub enum Message {
    /// The name was edited.
    User(String),
    /// The password was edited.
    Password(String),
    /// The key of the server was edited.
    HostKey(String),
    /// The headers were edited.
    Headers(text_editor::Action),
    /// This secret shall be forgotten.
    Forget(String),
    /// That is all.
    Submit,
}

/// A value that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// A password needs a name.
    User,
    /// A name needs a password, as the kept one belongs to the kept name.
    Password,
    /// This is no key of a server.
    HostKey,
    /// This is no header.
    Header(String),
}

impl Login {
    /// As these say.
    pub fn of(headers: &Headers) -> Self {
        let plain: Vec<_> = headers.plain().map(|(name, value)| format!("{name}: {value}")).collect();
        // A name that has no password is no secret.
        let user = headers.login().filter(|login| login.password.expose_secret().is_empty());
        Self {
            user: Line::of(user.filter(|_| !has(headers, LOGIN)).map(|login| login.user).unwrap_or_default()),
            host_key: Line::of(headers.host_key().unwrap_or_default()),
            headers: Content::with_text(&plain.join("\n")),
            before: headers.clone(),
            ..Self::default()
        }
    }

    /// The same where somebody else adds the secrets that are kept.
    pub fn without_secrets(headers: &Headers) -> Self {
        Self { before: Headers::default(), ..Self::of(headers) }
    }

    /// Follows a message.
    pub fn update(&mut self, message: Message) {
        match message {
            Message::User(text) => self.user.write(text),
            Message::Password(text) => self.password = text,
            Message::HostKey(text) => self.host_key.write(text),
            Message::Headers(action) => self.headers.perform(action),
            Message::Forget(name) => self.forgotten.push(name),
            Message::Submit => {}
        }
    }

    /// The headers without the login, and that, if there is another one.
    ///
    /// # Errors
    /// The first value that cannot be taken.
    pub fn read(&self, keeps: bool) -> Result<(Headers, Option<Credentials>), Wrong> {
        let mut headers = Headers::default();
        add_headers(&mut headers, &self.headers.text()).map_err(|NotAHeader(line)| Wrong::Header(line))?;
        let host_key = self.host_key.text().trim();
        if !host_key.is_empty() {
            headers.set_host_key(host_key).map_err(|_| Wrong::HostKey)?;
        }
        let (user, password) = (self.user.text().trim(), self.password.as_str());
        match (user.is_empty(), password.is_empty()) {
            (true, true) => return Ok((headers, None)),
            (true, false) => return Err(Wrong::User),
            (false, true) if keeps && self.stays(LOGIN) => return Err(Wrong::Password),
            (false, _) => {}
        }
        Ok((headers, Some(Credentials { user: user.to_owned(), password: SecretString::from(password) })))
    }

    /// Adds the secrets that are kept already and that nobody has said anew, as far as they are `meant` for whom they
    /// go to.
    pub fn keep(&self, headers: &mut Headers, meant: impl Fn(&str) -> bool) {
        headers.keep_secrets(&self.before, |name| meant(name) && self.stays(name));
    }

    /// Whether this secret is kept and shall be.
    fn stays(&self, name: &str) -> bool {
        has(&self.before, name) && !self.forgotten.iter().any(|gone| gone.eq_ignore_ascii_case(name))
    }

    /// Whether there are secrets that another server does not get.
    pub fn has_secrets(&self) -> bool {
        self.before.secret_names().any(|name| self.stays(name))
    }

    /// The name and the password.
    pub fn view<'a>(&'a self, keeps: bool, wrong: Option<&Wrong>, look: &'a Look) -> Element<'a, Message> {
        let texts = &look.texts;
        let kept = keeps && self.stays(LOGIN);
        let empty = if kept { t!(texts, "secret-kept") } else { String::new() };
        let user = input(&empty, self.user.text(), look)
            .id("user")
            .on_input(Message::User)
            .on_submit(Message::Submit);
        let password = input(&empty, &self.password, look)
            .id("password")
            .secure(true)
            .on_input(Message::Password)
            .on_submit(Message::Submit);
        let forget = |name: &str| Message::Forget(name.to_owned());
        let forget = kept.then(|| {
            Press::new("forget-login", Icon::Close, t!(texts, "secret-forget"), forget(LOGIN)).quiet(look)
        });
        let password = row![password].push(forget).spacing(gap::TIGHT).align_y(Alignment::Center);
        let below = match wrong {
            Some(Wrong::Password) => problem(true, t!(texts, "login-password-missing")),
            _ => kept.then(|| (t!(texts, "secret-stays"), Tone::Muted)),
        };
        pair(
            look.field(
                t!(texts, "login-name"),
                user,
                problem(wrong == Some(&Wrong::User), t!(texts, "login-name-missing")),
            ),
            look.field(t!(texts, "login-password"), password, below),
        )
    }

    /// Whether anything is said to the server.
    pub fn says_something(&self) -> bool {
        !self.user.text().trim().is_empty() || !self.headers.text().trim().is_empty()
    }

    /// The headers, with a note below, and the names of secret ones that are kept.
    pub fn headers<'a>(
        &'a self,
        keeps: bool,
        wrong: Option<&Wrong>,
        note: Option<(String, Tone)>,
        look: &'a Look,
    ) -> Element<'a, Message> {
        let placeholder = t!(look.texts, "headers-placeholder");
        let editor = lines("headers", &self.headers, placeholder, look).on_action(Message::Headers);
        let below = match wrong {
            Some(Wrong::Header(line)) => problem(true, t!(look.texts, "header-wrong", line = line.clone())),
            _ => note,
        };
        let names = self
            .before
            .secret_names()
            .filter(|name| keeps && !name.eq_ignore_ascii_case(LOGIN) && self.stays(name));
        let names: Vec<_> = names.map(|name| secret(name, look)).collect();
        let kept = (!names.is_empty())
            .then(|| look.field(t!(look.texts, "secrets-kept"), row(names).spacing(gap::SMALL).wrap(), None));
        column![look.field(t!(look.texts, "headers"), editor, below)].push(kept).spacing(gap::LARGE).into()
    }

    /// The one key that the server may have, where that is SSH's.
    pub fn host_key<'a>(&'a self, wrong: Option<&Wrong>, look: &'a Look) -> Element<'a, Message> {
        let texts = &look.texts;
        let field = input("SHA256:…", self.host_key.text(), look)
            .id("host-key")
            .on_input(Message::HostKey)
            .on_submit(Message::Submit);
        let is_wrong = wrong == Some(&Wrong::HostKey);
        look.field(t!(texts, "host-key"), field, problem(is_wrong, t!(texts, "host-key-wrong")))
    }
}

fn has(headers: &Headers, name: &str) -> bool {
    headers.secret_names().any(|known| known.eq_ignore_ascii_case(name))
}

/// A secret that is kept: its name, and a way to be rid of it.
fn secret<'a>(name: &'a str, look: &Look) -> Element<'a, Message> {
    let id = Id::from(format!("forget {name}"));
    let out = Press::new(id, Icon::Close, t!(look.texts, "secret-forget"), Message::Forget(name.to_owned()));
    let words = look.text(name.strip_prefix(FIELD).unwrap_or(name));
    let line = row![words, out.small(look)].spacing(gap::TIGHT).align_y(Alignment::Center);
    container(line).padding([gap::TIGHT, gap::SMALL]).style(theme::container::quote).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept() -> Headers {
        let mut headers = Headers::default();
        headers.add("X-Client", "one").unwrap();
        headers.add("X-Api-Key", "S3CR3T").unwrap();
        headers.add_login(&Credentials { user: "me".to_owned(), password: SecretString::from("S3CR3T") });
        // As it comes from the session.
        serde_json::from_str(&serde_json::to_string(&headers).unwrap()).unwrap()
    }

    fn said(form: &Login, keeps: bool) -> Vec<String> {
        let (mut headers, login) = form.read(keeps).unwrap();
        if let Some(login) = login {
            headers.add_login(&login);
        }
        form.keep(&mut headers, |_| keeps);
        headers.plain().map(|(name, _)| name).chain(headers.secret_names()).map(str::to_owned).collect()
    }

    #[test]
    fn what_is_kept_stays_until_it_is_forgotten_said_anew_or_would_go_to_another_server() {
        let mut form = Login::of(&kept());
        assert!(!form.headers.text().contains("X-Api-Key") && form.user.text().is_empty());
        assert_eq!(said(&form, true), ["X-Client", "X-Api-Key", LOGIN]);
        assert_eq!(said(&form, false), ["X-Client"]);
        form.update(Message::Forget("X-Api-Key".to_owned()));
        assert_eq!(said(&form, true), ["X-Client", LOGIN]);
        form.update(Message::User("you".to_owned()));
        assert_eq!(form.read(true).unwrap_err(), Wrong::Password);
        form.update(Message::Password("other".to_owned()));
        assert_eq!(said(&form, true), ["X-Client", LOGIN]);
        assert_eq!(form.read(true).unwrap().1.unwrap().user, "you");
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        let mut form = Login::default();
        form.update(Message::Password("x".to_owned()));
        assert_eq!(form.read(false).unwrap_err(), Wrong::User);
        form.update(Message::User("me".to_owned()));
        form.update(Message::HostKey("me".to_owned()));
        assert_eq!(form.read(false).unwrap_err(), Wrong::HostKey);
    }

    #[test]
    fn a_name_without_a_password_is_shown() {
        let mut headers = Headers::default();
        headers.add_user(&Credentials { user: "me".to_owned(), password: SecretString::default() });
        let form = Login::of(&headers);
        assert_eq!(form.user.text(), "me");
        assert_eq!(form.read(true).unwrap().1.unwrap().user, "me");
    }
}
