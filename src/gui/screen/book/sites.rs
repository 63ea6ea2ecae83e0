//! The form for a site: what holds for every transfer with one server.

use crate::gui::desktop::Picked;
use crate::gui::form::line::Line as Written;
use crate::gui::form::login::{self, Login};
use crate::gui::form::terms::{self, Terms};
use crate::gui::icon::Icon;
use crate::gui::look::Look;
use crate::gui::path;
use crate::i18n::t;
use crate::ipc::{Reply, Request, WithSecrets};
use crate::{Address, AddressBookEntry as _, Group, ProxyChoice, Site};

use super::{Form, Line, Then, Words, address};

mod view;

/// The header that is for a proxy.
const PROXY_LOGIN: &str = "Proxy-Authorization";

/// A field of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Its address.
    Url,
    /// Where its downloads go.
    Folder,
    /// How often in a row it is tried.
    Retries,
    /// How long a silent server is waited for.
    Timeout,
    /// Through which proxy.
    Proxy,
    /// A file of cookies.
    Cookies,
}

impl Field {
    const COUNT: usize = 6;
}

/// Why something that is written is no value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wrong {
    /// It is no value of its kind.
    Value(Field),
    /// There is one at that address.
    Taken,
    /// In the login or the headers.
    Login(login::Wrong),
    /// In the terms.
    Terms(terms::Field),
    /// There is no dialog to choose from.
    NoPicker(Field),
}

/// See the module.
#[derive(Debug, Default)]
pub struct SiteForm {
    before: Option<Site>,
    lines: [Written; Field::COUNT],
    login: Login,
    terms: Terms,
    /// For which field something is being chosen.
    choosing: Option<Field>,
    wrong: Option<Wrong>,
}

/// What happens to it.
#[derive(Clone, Debug)]
pub enum Message {
    /// A field was edited.
    Write(Field, String),
    /// Something is to be chosen for a field.
    Choose(Field),
    /// To the login or the headers.
    Login(login::Message),
    /// To the terms.
    Terms(terms::Message),
    /// That is all.
    Submit,
}

impl SiteForm {
    fn text(&self, field: Field) -> &str {
        self.lines[field as usize].text()
    }

    /// Whether the secrets that are kept are for the server that is written.
    fn keeps(&self) -> bool {
        let Some(before) = &self.before else { return false };
        address(self.text(Field::Url)).is_none_or(|(url, _)| url.origin() == before.url().origin())
    }

    fn read(&self, names: &[&str]) -> Result<Site, Wrong> {
        let (url, in_address) = address(self.text(Field::Url)).ok_or(Wrong::Value(Field::Url))?;
        let mut site = self.before.clone().map_or_else(|| Site::new(&url), |site| site.at(&url));
        if names.contains(&site.name()) {
            return Err(Wrong::Taken);
        }
        let read = |field| move |_| Wrong::Value(field);
        let line = |field: Field| &self.lines[field as usize];
        let whole = |text: &str| path::whole(text).ok();
        line(Field::Folder).read(&mut site.folder, whole).map_err(read(Field::Folder))?;
        self.terms.apply(&mut site.terms).map_err(Wrong::Terms)?;
        let terms = &mut site.terms;
        line(Field::Retries)
            .read(&mut terms.retries, |text| text.parse().ok())
            .map_err(read(Field::Retries))?;
        line(Field::Timeout).read(&mut terms.timeout, seconds).map_err(read(Field::Timeout))?;
        line(Field::Cookies).read(&mut terms.cookie_file, whole).map_err(read(Field::Cookies))?;
        self.say_who(&mut site, &url, in_address)?;
        Ok(site)
    }

    /// Sets what is said to the server, and to the proxy.
    fn say_who(
        &self,
        site: &mut Site,
        url: &Address,
        in_address: Option<crate::Credentials>,
    ) -> Result<(), Wrong> {
        let keeps = self.before.as_ref().is_some_and(|before| before.url().origin() == url.origin());
        let (headers, login) = self.login.read(keeps).map_err(Wrong::Login)?;
        site.headers = headers;
        if let Some(login) = login.or(in_address) {
            site.log_in(&login);
        }
        let proxy = &self.lines[Field::Proxy as usize];
        if proxy.is_changed() {
            let parsed = ProxyChoice::parse(proxy.text()).map_err(|_| Wrong::Value(Field::Proxy))?;
            site.terms.proxy = parsed.0;
            if let Some(login) = parsed.1 {
                site.headers.add_proxy_login(&login);
            }
        }
        // What is kept for one proxy is not for another, whichever server lies behind them.
        self.login.keep(&mut site.headers, |name| {
            if name.eq_ignore_ascii_case(PROXY_LOGIN) { !proxy.is_changed() } else { keeps }
        });
        Ok(())
    }
}

fn seconds(text: &str) -> Option<u64> {
    text.parse().ok().filter(|seconds| *seconds > 0)
}

impl Form for SiteForm {
    type Entry = Site;
    type Message = Message;
    const FIRST: &'static str = "site-url";

    fn of(site: &Site) -> Self {
        let path = |path: &Option<std::path::PathBuf>| path.as_deref().map(path::shown).unwrap_or_default();
        let terms = &site.terms;
        let lines = [
            site.url().to_string(),
            path(&site.folder),
            terms.retries.map(|retries| retries.to_string()).unwrap_or_default(),
            terms.timeout.map(|timeout| timeout.to_string()).unwrap_or_default(),
            String::from(terms.proxy.clone()),
            path(&terms.cookie_file),
        ];
        Self {
            lines: lines.map(Written::of),
            login: Login::of(&site.headers),
            terms: Terms::of(terms),
            before: Some(site.clone()),
            ..Self::default()
        }
    }

    fn update(&mut self, message: Message) -> Then {
        self.wrong = None;
        match message {
            Message::Write(field, text) => self.lines[field as usize].write(text),
            Message::Choose(field) => {
                self.choosing = Some(field);
                return if field == Field::Cookies { Then::File } else { Then::Folder };
            }
            Message::Submit
            | Message::Login(login::Message::Submit)
            | Message::Terms(terms::Message::Submit) => return Then::Save,
            Message::Login(message) => self.login.update(message),
            Message::Terms(message) => self.terms.update(message),
        }
        Then::Nothing
    }

    fn picked(&mut self, picked: Picked) {
        let Some(field) = self.choosing.take() else { return };
        match picked {
            Picked::Paths(paths) => {
                if let Some(path) = paths.first() {
                    self.lines[field as usize].write(path.display().to_string());
                }
            }
            Picked::Cancelled => {}
            Picked::Unavailable => self.wrong = Some(Wrong::NoPicker(field)),
        }
    }

    fn know(&mut self, groups: &[Group]) {
        self.terms.update(terms::Message::Groups(groups.to_vec()));
    }

    fn entry(&mut self, names: &[&str]) -> Option<Site> {
        self.read(names).map_err(|wrong| self.wrong = Some(wrong)).ok()
    }

    fn is_more_wrong(&self) -> bool {
        match &self.wrong {
            Some(Wrong::Value(field)) => !matches!(field, Field::Url | Field::Folder),
            Some(Wrong::Login(wrong)) => !matches!(wrong, login::Wrong::User | login::Wrong::Password),
            Some(Wrong::Terms(field)) => *field != terms::Field::Limit,
            Some(Wrong::Taken | Wrong::NoPicker(_)) | None => false,
        }
    }

    fn view<'a>(&'a self, more: bool, look: &'a Look) -> iced::Element<'a, Message> {
        self.shown(more, look)
    }

    fn words(look: &Look) -> Words {
        let texts = &look.texts;
        Words {
            title: t!(texts, "sites"),
            none: t!(texts, "sites-none"),
            add: t!(texts, "site-add"),
            new: t!(texts, "site-new"),
            import: None,
        }
    }

    fn about(site: &Site, look: &Look) -> (String, String) {
        let (texts, name) = (&look.texts, site.url().to_string());
        (t!(texts, "site-title", name = name.clone()), t!(texts, "site-remove", name = name))
    }

    fn line(site: &Site, look: &Look) -> Line {
        let (texts, terms) = (&look.texts, &site.terms);
        let has_secrets = site.headers.secret_names().next().is_some() || site.headers.login().is_some();
        let holds = [
            has_secrets.then(|| t!(texts, "has-login")),
            site.folder.as_deref().map(path::shown),
            terms.limit.map(|limit| t!(texts, "group-at-most", speed = texts.speed(limit))),
            terms.group.as_ref().map(ToString::to_string),
        ];
        let about = holds.into_iter().flatten().collect::<Vec<_>>().join(&t!(texts, "separator"));
        Line { name: site.url().to_string(), about }
    }

    fn icon() -> Icon {
        Icon::Site
    }

    fn all() -> Request {
        Request::Sites
    }

    fn of_reply(reply: Reply) -> Option<Vec<Site>> {
        if let Reply::Sites(sites) = reply { Some(sites) } else { None }
    }

    fn keep(before: Option<&Site>, site: Site) -> Request {
        match before.filter(|before| before.name() != site.name()) {
            Some(before) => Request::ChangeSite { url: before.url().clone(), to: WithSecrets::pack(site) },
            None => Request::KeepSite(WithSecrets::pack(site)),
        }
    }

    fn forget(site: &Site) -> Request {
        Request::ForgetSite { url: site.url().clone() }
    }
}
