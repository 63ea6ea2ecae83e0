//! The form for a destination: a named place that files are sent to.

use std::path::Path;

use iced::widget::text_editor::{self, Content};

use crate::gui::desktop::Picked;
use crate::gui::form::if_exists::if_exists;
use crate::gui::form::line::{self, Line as Written};
use crate::gui::form::login::{self, Login};
use crate::gui::form::way::Way;
use crate::gui::form::{NotAField, fields};
use crate::gui::icon::Icon;
use crate::gui::look::Look;
use crate::i18n::t;
use crate::ipc::{Fault, Reply, Request, WithSecrets};
use crate::{AddressBookEntry as _, IfExists, LinkRule, NotAnUploader, Place};

use super::{Form, Line, Problem, Then, Words, address};

mod view;

/// What the name of a secret field of a form begins with among the headers.
const FIELD: &str = "field:";

/// A field of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// What it is called.
    Name,
    /// Its address.
    Url,
    /// How fast a file may go there.
    Limit,
    /// What the field with the file is called in a form.
    PartName,
    /// How the link to what was sent is found.
    Link,
}

impl Field {
    const COUNT: usize = 5;
}

/// Why something that is written is no value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wrong {
    /// It is no value of its kind.
    Value(Field),
    /// There is one of that name.
    Taken,
    /// In the login or the headers.
    Login(login::Wrong),
    /// This line is no field of a form.
    NotAField(String),
    /// Nothing can be sent to such an address like that.
    Address(Fault),
}

/// See the module.
#[derive(Debug, Default)]
pub struct DestinationForm {
    /// What it is made of; nothing of a new one.
    before: Option<Place>,
    lines: [Written; Field::COUNT],
    login: Login,
    way: Way,
    fields: Content,
    if_exists: Option<IfExists>,
    copy_link: bool,
    wrong: Option<Wrong>,
}

/// What happens to it.
#[derive(Clone, Debug)]
pub enum Message {
    /// A field was edited.
    Write(Field, String),
    /// To the login or the headers.
    Login(login::Message),
    /// How files are sent.
    Way(Way),
    /// The fields of the form were edited.
    Fields(text_editor::Action),
    /// What to do when a name is taken.
    IfExists(Option<IfExists>),
    /// Whether the link goes onto the clipboard.
    CopyLink(bool),
    /// That is all.
    Submit,
}

impl DestinationForm {
    fn text(&self, field: Field) -> &str {
        self.lines[field as usize].text()
    }

    /// Whether the secrets that are kept are for the server that is written.
    fn keeps(&self) -> bool {
        let Some(before) = &self.before else { return false };
        address(self.text(Field::Url)).is_none_or(|(url, _)| url.origin() == before.url.origin())
    }

    fn read(&self, names: &[&str]) -> Result<Place, Wrong> {
        let name = self.text(Field::Name);
        if name.trim().is_empty() {
            return Err(Wrong::Value(Field::Name));
        }
        let (url, in_address) = address(self.text(Field::Url)).ok_or(Wrong::Value(Field::Url))?;
        let known = match &self.before {
            Some(before) => before.clone().called(name),
            None => Place::new(name, url.clone()),
        };
        let mut place = known.map_err(|_| Wrong::Value(Field::Name))?;
        if names.contains(&place.name()) {
            return Err(Wrong::Taken);
        }
        place.url = url;
        if self.before.as_ref().map(Way::of_place).unwrap_or_default() != self.way {
            self.way.describe(&mut place);
        }
        if place.if_exists.filter(|way| *way != IfExists::Fail) != self.if_exists {
            place.if_exists = self.if_exists;
        }
        place.if_exists = place.if_exists.filter(|_| self.way.sees_names());
        let read = |field| move |_| Wrong::Value(field);
        let line = |field: Field| &self.lines[field as usize];
        line(Field::Limit).read(&mut place.limit, crate::speed).map_err(read(Field::Limit))?;
        line(Field::PartName)
            .read(&mut place.file_field, |text| Some(text.to_owned()))
            .map_err(read(Field::PartName))?;
        line(Field::Link)
            .read(&mut place.link, |text| LinkRule::parse(text).ok())
            .map_err(read(Field::Link))?;
        place.copy_link = self.copy_link;
        self.say_who(&mut place, in_address)?;
        // Whether all of that can be is better known now than when a file is to be sent.
        place.request(Path::new("/file")).map_err(|failure| Wrong::Address(failure.into()))?;
        Ok(place)
    }

    /// Sets what is said to the server.
    fn say_who(&self, place: &mut Place, in_address: Option<crate::Credentials>) -> Result<(), Wrong> {
        let keeps = self.keeps();
        let (headers, login) = self.login.read(keeps).map_err(Wrong::Login)?;
        (place.headers, place.fields) = (headers, Vec::new());
        if self.way.has_fields() {
            let said = fields(&self.fields.text()).map_err(|NotAField(line)| Wrong::NotAField(line))?;
            for (name, value) in &said {
                place.add_field(name, value);
            }
        }
        if let Some(login) = login.or(in_address) {
            place.log_in(&login);
        }
        let goes = |name: &str| keeps && (self.way.has_fields() || !name.starts_with(FIELD));
        self.login.keep(&mut place.headers, goes);
        Ok(())
    }
}

impl Form for DestinationForm {
    type Entry = Place;
    type Message = Message;
    const FIRST: &'static str = "place-name";

    fn of(place: &Place) -> Self {
        let fields = place.fields.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>();
        let lines = [
            place.name.clone(),
            place.url.expose().to_owned(),
            place.limit.map(line::speed).unwrap_or_default(),
            place.file_field.clone().unwrap_or_default(),
            place.link.clone().map(String::from).unwrap_or_default(),
        ];
        Self {
            lines: lines.map(Written::of),
            login: Login::of(&place.headers),
            way: Way::of_place(place),
            fields: Content::with_text(&fields.join("\n")),
            if_exists: place.if_exists.filter(|way| *way != IfExists::Fail),
            copy_link: place.copy_link,
            before: Some(place.clone()),
            wrong: None,
        }
    }

    fn update(&mut self, message: Message) -> Then {
        self.wrong = None;
        match message {
            Message::Write(field, text) => self.lines[field as usize].write(text),
            Message::Submit | Message::Login(login::Message::Submit) => return Then::Save,
            Message::Login(message) => self.login.update(message),
            Message::Way(way) => self.way = way,
            Message::Fields(action) => self.fields.perform(action),
            Message::IfExists(way) => self.if_exists = way,
            Message::CopyLink(copies) => self.copy_link = copies,
        }
        Then::Nothing
    }

    fn picked(&mut self, _: Picked) {}

    fn entry(&mut self, names: &[&str]) -> Option<Place> {
        self.read(names).map_err(|wrong| self.wrong = Some(wrong)).ok()
    }

    fn is_more_wrong(&self) -> bool {
        match &self.wrong {
            Some(Wrong::Value(field)) => !matches!(field, Field::Name | Field::Url),
            Some(Wrong::Login(wrong)) => !matches!(wrong, login::Wrong::User | login::Wrong::Password),
            Some(Wrong::NotAField(_)) => true,
            Some(Wrong::Taken | Wrong::Address(_)) | None => false,
        }
    }

    fn view<'a>(&'a self, more: bool, look: &'a Look) -> iced::Element<'a, Message> {
        self.shown(more, look)
    }

    fn words(look: &Look) -> Words {
        let texts = &look.texts;
        Words {
            title: t!(texts, "destinations"),
            none: t!(texts, "destinations-none"),
            add: t!(texts, "destination-add"),
            new: t!(texts, "destination-new"),
            import: Some(t!(texts, "destination-import")),
        }
    }

    fn about(place: &Place, look: &Look) -> (String, String) {
        let (texts, name) = (&look.texts, place.name.clone());
        (t!(texts, "destination-title", name = name.clone()), t!(texts, "destination-remove", name = name))
    }

    fn line(place: &Place, look: &Look) -> Line {
        let (texts, way) = (&look.texts, Way::of_place(place));
        let has_secrets = place.headers.secret_names().next().is_some() || place.headers.login().is_some();
        let holds = [
            Some(place.url.to_string()),
            (way != Way::default()).then(|| way.name(texts)),
            has_secrets.then(|| t!(texts, "has-login")),
        ];
        let about = holds.into_iter().flatten().collect::<Vec<_>>().join(&t!(texts, "separator"));
        Line { name: place.name.clone(), about }
    }

    fn icon() -> Icon {
        Icon::Upload
    }

    fn all() -> Request {
        Request::Destinations
    }

    fn of_reply(reply: Reply) -> Option<Vec<Place>> {
        if let Reply::Destinations(places) = reply { Some(places) } else { None }
    }

    fn keep(before: Option<&Place>, place: Place) -> Request {
        match before.filter(|before| before.name != place.name) {
            Some(before) => {
                Request::ChangeDestination { name: before.name.clone(), to: WithSecrets::pack(place) }
            }
            None => Request::KeepDestination(WithSecrets::pack(place)),
        }
    }

    fn forget(place: &Place) -> Request {
        Request::ForgetDestination { name: place.name.clone() }
    }

    fn import(name: &str, bytes: &[u8]) -> Result<Self, Problem> {
        Place::from_sxcu(bytes).map(|place| Self::of(&place)).map_err(|error| match error {
            NotAnUploader::Unknown => Problem::NotOne(name.to_owned()),
            error => Problem::Session(Fault::new(error.to_string())),
        })
    }
}
