//! Named places in the upload dialog: to choose one, and to keep what the dialog says under a name. What to do
//! when a name is taken is here as well.

use iced::widget::{container, row, text_editor};
use iced::{Alignment, Element};

use crate::gui::form::if_exists::if_exists;
use crate::gui::form::login::Login;
use crate::gui::form::way::Way;
use crate::gui::form::{fields, input, terms};
use crate::gui::look::Look;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, space as gap};
use crate::gui::widget::{answer, choice};
use crate::i18n::t;
use crate::ipc::Fault;
use crate::{Address, IfExists, Place, UploadRequest};

use super::{Action, AddUpload, Problem};

/// See the module.
#[derive(Debug, Default)]
pub struct Chooser {
    places: Vec<Place>,
    chosen: Option<Place>,
    name: String,
    /// What to do when the name is taken; nothing stands for leaving alone what is there.
    if_exists: Option<IfExists>,
    /// Whether what the dialog says was kept just now.
    kept: bool,
}

/// What happens to it.
#[derive(Clone, Debug)]
pub enum Message {
    /// These there are.
    Listed(Vec<Place>),
    /// The one of this name is chosen.
    Chosen(String),
    /// The name for a new one was edited.
    Name(String),
    /// What to do when the name is taken.
    IfExists(Option<IfExists>),
    /// What the dialog says is to be kept.
    Keep,
    /// It is kept, or not.
    Kept(Result<(), Fault>),
}

/// `places` in the order in which they are offered: those `used`, the latest first, come before the rest.
pub fn last_used_first(mut places: Vec<Place>, used: &[String]) -> Vec<Place> {
    places.sort_by_key(|place| used.iter().position(|name| *name == place.name).unwrap_or(usize::MAX));
    places
}

impl Chooser {
    /// Something else is meant than the chosen place.
    pub fn let_go(&mut self) {
        (self.chosen, self.kept) = (None, false);
    }

    /// Makes a request one to the chosen place.
    pub fn apply(&self, request: &mut UploadRequest) {
        if let Some(place) = &self.chosen {
            request.form.file_field.clone_from(&place.file_field);
            place.complete(request);
        }
        request.if_exists = self.if_exists.unwrap_or(IfExists::Fail);
    }

    /// The names to choose from, if there are any.
    pub fn names<'a>(&'a self, look: &'a Look) -> Option<Element<'a, super::Message>> {
        let is_chosen = |place: &Place| self.chosen.as_ref().is_some_and(|chosen| chosen.name == place.name);
        let one = |place: &'a Place| {
            let message = super::Message::Place(Message::Chosen(place.name.clone()));
            choice(look, place.name.clone(), is_chosen(place), message)
        };
        let names = row(self.places.iter().map(one)).spacing(gap::TIGHT).wrap();
        (!self.places.is_empty()).then(|| look.field(t!(look.texts, "destination"), names, None))
    }

    /// What to do when the name is taken.
    pub fn if_exists<'a>(&'a self, look: &'a Look) -> Element<'a, super::Message> {
        if_exists(self.if_exists, |way| super::Message::Place(Message::IfExists(way)), look)
    }

    /// What only those see who want more.
    pub fn more<'a>(&'a self, look: &'a Look) -> Element<'a, super::Message> {
        let told = |message: fn(String) -> Message| move |text| super::Message::Place(message(text));
        let name = input(&t!(look.texts, "destination-name"), &self.name, look)
            .id("destination-name")
            .on_input(told(Message::Name));
        let keep = (!self.name.trim().is_empty()).then_some(super::Message::Place(Message::Keep));
        let keep = answer(look, t!(look.texts, "save"), keep, theme::button::secondary);
        let line = row![name, container(keep).id("keep")].spacing(gap::SMALL).align_y(Alignment::Center);
        let kept = self.kept.then(|| (t!(look.texts, "destination-kept"), Tone::Muted));
        look.field(t!(look.texts, "destination-save"), line, kept)
    }
}

impl AddUpload {
    /// Follows a message about places.
    pub(super) fn at_places(&mut self, message: Message) -> Action {
        match message {
            Message::Listed(places) => self.places.places = places,
            Message::Chosen(name) => self.choose(&name),
            Message::Name(name) => (self.places.name, self.places.kept) = (name, false),
            Message::IfExists(way) => self.places.if_exists = way,
            Message::Keep => match self.described() {
                Ok(place) => {
                    self.problem = None;
                    return Action::Keep(Box::new(place));
                }
                Err(problem) => self.problem = Some(problem),
            },
            Message::Kept(Ok(())) => {
                self.places.kept = true;
                self.places.name.clear();
            }
            Message::Kept(Err(fault)) => self.problem = Some(Problem::Session(fault)),
        }
        Action::None
    }

    /// Fills the dialog with what a place says.
    fn choose(&mut self, name: &str) {
        let Some(place) = self.places.places.iter().find(|place| place.name == name).cloned() else { return };
        let fields = place.fields.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>();
        place.url.expose().clone_into(&mut self.address);
        self.way = Way::of_place(&place);
        self.fields = text_editor::Content::with_text(&fields.join("\n"));
        *self.login = Login::without_secrets(&place.headers);
        let limit = place.limit.map(|limit| limit.to_string()).unwrap_or_default();
        self.terms.update(terms::Message::Write(terms::Field::Limit, limit));
        self.places.if_exists = place.if_exists.filter(|way| *way != IfExists::Fail);
        self.places.kept = false;
        self.places.chosen = Some(place);
        self.problem = None;
    }

    /// The place that the dialog describes. What of a chosen one is not shown stays as it is.
    fn described(&self) -> Result<Place, Problem> {
        let (url, login) =
            Address::parse(&self.address).map_err(|failure| Problem::Session(failure.into()))?;
        let chosen = self.places.chosen.clone();
        // Secrets are kept under a name, so by another one it has none.
        let before = chosen.clone().filter(|place| place.name == self.places.name.trim());
        let known = chosen
            .map_or_else(|| Place::new(&self.places.name, url), |place| place.called(&self.places.name));
        let mut place = known.map_err(|_| Problem::Name)?;
        self.way.describe(&mut place);
        let mut terms = crate::Terms::default();
        self.terms.apply(&mut terms).map_err(Problem::Terms)?;
        place.limit = terms.limit;
        place.if_exists = self.places.if_exists.filter(|_| self.way.sees_names());
        let (headers, written) = self.login.read(false).map_err(Problem::Login)?;
        (place.headers, place.fields) = (headers, Vec::new());
        if self.way.has_fields() {
            for (name, value) in fields(&self.fields.text())? {
                place.add_field(&name, &value);
            }
        }
        if let Some(login) = written.or(login) {
            place.log_in(&login);
        }
        Ok(match before {
            Some(before) => place.with_secrets_of(&before),
            None => place,
        })
    }
}
