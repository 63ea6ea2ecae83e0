//! An address book: the places that files are sent to, or the servers of which something is known. Both are a list
//! of entries that are made, changed and removed, and differ in their forms.

use iced::Element;

use crate::gui::desktop::Picked;
use crate::gui::look::Look;
use crate::ipc::{Fault, Reply, Request};
use crate::{Address, AddressBookEntry, Credentials, Group};

pub mod destinations;
pub mod sites;
#[cfg(test)]
mod tests;
mod view;

/// An address book with its form.
#[derive(Debug)]
pub struct Book<F: Form> {
    /// What the session said, once it has.
    all: Option<Vec<F::Entry>>,
    /// The one that is being written.
    edit: Option<Box<Edit<F>>>,
    /// The name of the one about which is asked whether it shall go.
    going: Option<String>,
    /// Why something was not done.
    problem: Option<Problem>,
    /// The groups that there are.
    groups: Vec<Group>,
}

/// An entry while it is being written.
#[derive(Debug)]
struct Edit<F: Form> {
    /// What it was called; nothing for a new one.
    before: Option<String>,
    form: F,
    /// Whether all of the form is shown.
    more: bool,
}

/// Why something was not done.
#[derive(Clone, Debug)]
pub enum Problem {
    /// The session said so.
    Session(Fault),
    /// The desktop has no dialog to choose from.
    NoPicker,
    /// This is not what can be taken over.
    NotOne(String),
}

/// What happens to an address book with this form.
pub type Message<F> = Happening<<F as Form>::Entry, <F as Form>::Message>;

/// What happens to an address book.
#[derive(Clone, Debug)]
pub enum Happening<E, M> {
    /// The session told what is in it.
    Told(Result<Vec<E>, Fault>),
    /// The groups that there are.
    Groups(Vec<Group>),
    /// What was asked for is done, or not.
    Done(Result<(), Fault>),
    /// Write a new one.
    New,
    /// Take one over from a file.
    Import,
    /// That was in the file that was chosen, if one was.
    Imported(Import),
    /// Change the one of this name.
    Edit(String),
    /// Show all of the form, or less.
    More,
    /// To the form.
    Form(M),
    /// Something was chosen for the form, or not.
    Picked(Picked),
    /// It shall be as it is written.
    Save,
    /// Ask whether the one of this name shall go.
    Remove(String),
    /// It shall.
    ReallyRemove(String),
    /// Leave what is written or asked, or the page.
    Escape,
    /// Leave the page.
    Close,
}

/// A file that was to be taken over.
#[derive(Clone, Debug)]
pub enum Import {
    /// It has this name and this in it.
    Read(String, Vec<u8>),
    /// It cannot be read.
    Unreadable(Fault),
    /// None was chosen.
    Cancelled,
    /// There is no dialog to choose from.
    Unavailable,
}

/// What it asks for.
#[derive(Debug)]
pub enum Action {
    /// Nothing.
    None,
    /// To know what is in it.
    Read,
    /// To know the groups.
    Groups,
    /// To ask the session, and to be told what became of it.
    Ask(Request),
    /// Let somebody choose a folder.
    PickFolder,
    /// Let somebody choose a file.
    PickFile,
    /// Let somebody choose a file, and read it.
    Import,
    /// Let somebody write in this field.
    Focus(&'static str),
    /// To be closed.
    Close,
}

/// What a form wants after a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// Nothing.
    Nothing,
    /// To be saved.
    Save,
    /// A folder.
    Folder,
    /// A file.
    File,
}

/// The words of a page.
#[derive(Debug)]
pub struct Words {
    /// What it is about.
    pub title: String,
    /// What is there for, as long as nothing is in it.
    pub none: String,
    /// To add one.
    pub add: String,
    /// The title of a new one.
    pub new: String,
    /// To take one over from a file, where that can be.
    pub import: Option<String>,
}

/// An entry in a list.
#[derive(Debug)]
pub struct Line {
    /// What it is called.
    pub name: String,
    /// What holds for it.
    pub about: String,
}

/// The form for one sort of entry. By default it is that of a new one.
pub trait Form: Default + std::fmt::Debug {
    /// What it makes.
    type Entry: AddressBookEntry + std::fmt::Debug;
    /// What happens to it.
    type Message: Clone + std::fmt::Debug + Send + 'static;
    /// The field that is written in first.
    const FIRST: &'static str;

    /// As this one is.
    fn of(entry: &Self::Entry) -> Self;

    /// Follows a message.
    fn update(&mut self, message: Self::Message) -> Then;

    /// Something was chosen for it.
    fn picked(&mut self, picked: Picked);

    /// The groups that there are.
    fn know(&mut self, _groups: &[Group]) {}

    /// What is written, if all of that are values; `names` are those of the others.
    fn entry(&mut self, names: &[&str]) -> Option<Self::Entry>;

    /// Whether something that is only shown with all of the form cannot be taken.
    fn is_more_wrong(&self) -> bool;

    /// How it looks, all of it or the usual fields.
    fn view<'a>(&'a self, more: bool, look: &'a Look) -> Element<'a, Self::Message>;

    /// The words of the page.
    fn words(look: &Look) -> Words;

    /// The title of one that is changed, and the question whether it shall go.
    fn about(entry: &Self::Entry, look: &Look) -> (String, String);

    /// How one is listed.
    fn line(entry: &Self::Entry, look: &Look) -> Line;

    /// The sign of all of them.
    fn icon() -> crate::gui::icon::Icon;

    /// Asks what there is.
    fn all() -> Request;

    /// What there is, out of the answer.
    fn of_reply(reply: Reply) -> Option<Vec<Self::Entry>>;

    /// Asks to keep one, in place of the one of this name.
    fn keep(before: Option<&Self::Entry>, entry: Self::Entry) -> Request;

    /// Asks to forget one.
    fn forget(entry: &Self::Entry) -> Request;

    /// What somebody else has written, as a form for a new one.
    ///
    /// # Errors
    /// Why it cannot be taken over.
    fn import(_name: &str, _bytes: &[u8]) -> Result<Self, Problem> {
        Ok(Self::default())
    }
}

/// The address that somebody typed, and a login in it. Without a scheme it is one of the web.
fn address(typed: &str) -> Option<(Address, Option<Credentials>)> {
    let typed = typed.trim();
    let whole = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    Address::parse(&whole).ok()
}

/// What the session told, out of its answer.
pub fn of_reply<F: Form>(reply: Result<Reply, Fault>) -> Message<F> {
    let missing = || Fault::new("The session did not tell what is kept.");
    Happening::Told(reply.and_then(|reply| F::of_reply(reply).ok_or_else(missing)))
}

impl<F: Form> Default for Book<F> {
    fn default() -> Self {
        Self { all: None, edit: None, going: None, problem: None, groups: Vec::new() }
    }
}

impl<F: Form> Book<F> {
    /// Follows a message.
    pub fn update(&mut self, message: Message<F>) -> Action {
        match message {
            Happening::Told(Ok(all)) => {
                self.all = Some(all);
                if self.going.as_ref().is_some_and(|name| self.named(name).is_none()) {
                    self.going = None;
                }
            }
            Happening::Told(Err(fault)) => self.problem = Some(Problem::Session(fault)),
            Happening::Done(Err(fault)) => {
                (self.going, self.problem) = (None, Some(Problem::Session(fault)));
                // A part of it may be done.
                return Action::Read;
            }
            Happening::Done(Ok(())) => {
                (self.edit, self.going, self.problem) = (None, None, None);
                return Action::Read;
            }
            Happening::New => return self.write(None, F::default()),
            Happening::Import => return Action::Import,
            Happening::Imported(import) => return self.imported(import),
            Happening::Edit(name) => {
                let Some(form) = self.named(&name).map(F::of) else { return Action::None };
                return self.write(Some(name), form);
            }
            Happening::More => {
                let Some(edit) = &mut self.edit else { return Action::None };
                edit.more = !edit.more;
                return if edit.more { Action::Groups } else { Action::None };
            }
            Happening::Groups(groups) => {
                self.groups = groups;
                self.edit.iter_mut().for_each(|edit| edit.form.know(&self.groups));
            }
            Happening::Form(message) => return self.in_form(message),
            Happening::Picked(picked) => {
                self.edit.iter_mut().for_each(|edit| edit.form.picked(picked.clone()));
            }
            Happening::Save => return self.save(),
            Happening::Remove(name) => self.going = Some(name),
            Happening::ReallyRemove(name) => {
                return self.named(&name).map_or(Action::None, |entry| Action::Ask(F::forget(entry)));
            }
            Happening::Escape => return self.escape(),
            Happening::Close => return Action::Close,
        }
        Action::None
    }

    fn named(&self, name: &str) -> Option<&F::Entry> {
        self.all.iter().flatten().find(|entry| entry.name() == name)
    }

    fn write(&mut self, before: Option<String>, mut form: F) -> Action {
        form.know(&self.groups);
        (self.going, self.problem) = (None, None);
        self.edit = Some(Box::new(Edit { before, form, more: false }));
        Action::Focus(F::FIRST)
    }

    fn imported(&mut self, import: Import) -> Action {
        self.problem = match import {
            Import::Read(name, bytes) => match F::import(&name, &bytes) {
                Ok(form) => return self.write(None, form),
                Err(problem) => Some(problem),
            },
            Import::Unreadable(fault) => Some(Problem::Session(fault)),
            Import::Unavailable => Some(Problem::NoPicker),
            Import::Cancelled => None,
        };
        Action::None
    }

    fn in_form(&mut self, message: F::Message) -> Action {
        let Some(edit) = &mut self.edit else { return Action::None };
        match edit.form.update(message) {
            Then::Nothing => Action::None,
            Then::Save => self.save(),
            Then::Folder => Action::PickFolder,
            Then::File => Action::PickFile,
        }
    }

    fn save(&mut self) -> Action {
        let Some(edit) = &mut self.edit else { return Action::None };
        let all = self.all.iter().flatten();
        let others =
            all.clone().map(AddressBookEntry::name).filter(|name| Some(*name) != edit.before.as_deref());
        let Some(entry) = edit.form.entry(&others.collect::<Vec<_>>()) else {
            edit.more |= edit.form.is_more_wrong();
            return Action::None;
        };
        let before = edit.before.as_deref().and_then(|name| all.clone().find(|entry| entry.name() == name));
        Action::Ask(F::keep(before, entry))
    }

    /// Leaves one thing: what is written, what is asked, the page.
    fn escape(&mut self) -> Action {
        if self.edit.take().is_some() || self.going.take().is_some() {
            self.problem = None;
            return Action::None;
        }
        Action::Close
    }
}
