//! The dialog that starts uploads: files and an address; for those who want more, how to send, fields
//! and headers.

use std::collections::HashSet;
use std::path::PathBuf;

use iced::task::Handle;
use iced::widget::text_editor::{self, Content};

use crate::gui::desktop::Picked;
use crate::gui::form::login::{self, Login};
use crate::gui::form::terms::{self, Terms};
use crate::gui::form::way::Way;
use crate::gui::form::{NotAField, fields};
use crate::gui::path;
use crate::ipc::Fault;
use crate::{Address, Folders, Place, UploadRequest};
use trees::Trees;

pub mod place;
#[cfg(test)]
mod tests;
pub mod trees;
mod view;

/// The name of the field for the address.
pub const ADDRESS_FIELD: &str = "address";

/// The state of the dialog.
#[derive(Debug)]
pub struct AddUpload {
    files: Vec<PathBuf>,
    trees: Trees,
    typed: String,
    address: String,
    /// Whether more is shown than files and address.
    more: bool,
    way: Way,
    fields: Content,
    terms: Box<Terms>,
    login: Box<Login>,
    places: Box<place::Chooser>,
    /// Whether the session has been asked and has not answered.
    asking: bool,
    problem: Option<Problem>,
}

/// Why it did not start.
#[derive(Clone, Debug)]
pub enum Problem {
    /// The session, or the address, said so.
    Session(Fault),
    /// What is said to the server makes no sense.
    Login(login::Wrong),
    /// This line is not a field.
    Field(String),
    /// In one of the terms.
    Terms(terms::Field),
    /// A destination cannot be called so.
    Name,
    /// The typed file is not a whole path.
    File,
    /// More than one file would be stored at this address.
    Clash(Address),
    /// There is no dialog to choose files from.
    NoPicker,
}

/// What happens to the dialog.
#[derive(Clone, Debug)]
pub enum Message {
    /// A path was edited.
    Typed(String),
    /// The typed path is to be added.
    AddTyped,
    /// A file is to be left out.
    LeaveOut(PathBuf),
    /// Files are to be chosen.
    Choose,
    /// A folder is to be chosen.
    ChooseFolder,
    /// Something new of a folder.
    Tree(PathBuf, trees::News),
    /// Files were chosen, or not.
    Picked(Picked),
    /// The address was edited.
    Address(String),
    /// More is to be shown, or less.
    More,
    /// How to send.
    Way(Way),
    /// With the named places.
    Place(place::Message),
    /// The fields of a form were edited.
    Fields(text_editor::Action),
    /// To the terms.
    Terms(terms::Message),
    /// To the login and the headers.
    Login(login::Message),
    /// Start.
    Start,
    /// The session's answers to the files it did not take.
    Answered(Vec<(PathBuf, Fault)>),
    /// Leave.
    Cancel,
}

/// What the dialog asks for.
#[derive(Debug)]
pub enum Action {
    /// Nothing.
    None,
    /// Let the user choose files.
    Pick,
    /// Let the user choose a folder.
    PickFolder,
    /// Ask for the groups.
    Groups,
    /// Keep this place under its name.
    Keep(Box<Place>),
    /// Start these, each with the file it sends.
    Start(Vec<(PathBuf, UploadRequest)>),
    /// Leave.
    Close,
}

impl AddUpload {
    /// The dialog with these files.
    pub fn new(files: Vec<PathBuf>) -> Self {
        let mut dialog = Self {
            files: Vec::new(),
            trees: Trees::default(),
            typed: String::new(),
            address: String::new(),
            more: false,
            way: Way::default(),
            fields: Content::new(),
            terms: Box::default(),
            login: Box::default(),
            places: Box::default(),
            asking: false,
            problem: None,
        };
        dialog.add(files);
        dialog
    }

    /// Adds files that are not there yet.
    pub fn add(&mut self, files: Vec<PathBuf>) {
        for file in files {
            if !self.files.contains(&file) {
                self.files.push(file);
            }
        }
    }

    /// Folders among the files into which nobody looks yet.
    pub fn unseen(&mut self) -> Vec<PathBuf> {
        self.trees.unseen(&self.files)
    }

    /// Somebody looks into this folder.
    pub fn look(&mut self, folder: PathBuf, looking: Handle) {
        self.trees.look(folder, looking);
    }

    /// Follows a message.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Typed(typed) => self.typed = typed,
            Message::AddTyped => self.add_typed(),
            Message::LeaveOut(file) => {
                self.trees.leave_out(&file);
                self.files.retain(|known| *known != file);
            }
            Message::Choose => return Action::Pick,
            Message::ChooseFolder => return Action::PickFolder,
            Message::Tree(folder, news) => {
                if let Err(failure) = self.trees.hear(&folder, news) {
                    self.problem = Some(Problem::Session(failure.into()));
                }
            }
            Message::Picked(picked) => self.picked(picked),
            Message::Address(address) => {
                self.address = address;
                self.places.let_go();
            }
            Message::More => {
                self.more = !self.more;
                return if self.more { Action::Groups } else { Action::None };
            }
            Message::Way(way) => self.way = way,
            Message::Place(message) => return self.at_places(message),
            Message::Fields(action) => self.fields.perform(action),
            Message::Start
            | Message::Terms(terms::Message::Submit)
            | Message::Login(login::Message::Submit) => return self.start(),
            Message::Terms(message) => self.terms.update(message),
            Message::Login(message) => self.login.update(message),
            Message::Answered(refused) => return self.answered(refused),
            Message::Cancel => return Action::Close,
        }
        Action::None
    }

    fn add_typed(&mut self) {
        match path::whole(&self.typed) {
            Ok(file) => {
                self.add(vec![file]);
                self.typed.clear();
                self.problem = None;
            }
            Err(path::NotWhole) => self.problem = Some(Problem::File),
        }
    }

    fn picked(&mut self, picked: Picked) {
        match picked {
            Picked::Paths(paths) => {
                self.add(paths);
                self.problem = None;
            }
            Picked::Cancelled => {}
            Picked::Unavailable => self.problem = Some(Problem::NoPicker),
        }
    }

    /// Whether there is enough to start.
    fn is_ready(&self) -> bool {
        let some_file = !self.files.is_empty() || !self.typed.trim().is_empty();
        some_file && !self.address.trim().is_empty() && !self.asking && !self.trees.is_looking()
    }

    fn start(&mut self) -> Action {
        // Whoever typed a path and went on meant it.
        if !self.typed.trim().is_empty() {
            self.add_typed();
        }
        if !self.is_ready() || !self.typed.trim().is_empty() || self.trees.has_unseen(&self.files) {
            return Action::None;
        }
        match self.requests() {
            Ok(requests) => {
                self.asking = true;
                self.problem = None;
                Action::Start(requests)
            }
            Err(problem) => {
                self.more |= matches!(problem, Problem::Terms(_) | Problem::Login(_));
                self.problem = Some(problem);
                Action::None
            }
        }
    }

    fn requests(&self) -> Result<Vec<(PathBuf, UploadRequest)>, Problem> {
        let request = |(file, folders): (&PathBuf, Option<&Folders>)| -> Result<_, Problem> {
            let mut request = UploadRequest::new(file, &self.address)
                .map_err(|failure| Problem::Session(failure.into()))?;
            if let Some(folders) = folders {
                request = request.in_folders(folders.clone());
            }
            let mut request = self.way.apply(request);
            if self.way.has_fields() {
                for (name, value) in fields(&self.fields.text())? {
                    request.add_field(&name, &value);
                }
            }
            let (headers, login) = self.login.read(false).map_err(Problem::Login)?;
            request.headers.take_over(headers);
            if let Some(login) = login {
                request.log_in(&login);
            }
            self.terms.apply(&mut request.terms).map_err(Problem::Terms)?;
            self.places.apply(&mut request);
            Ok(request)
        };
        let files = self.files.iter().flat_map(|file| self.trees.files(file));
        let requests = files.map(request).collect::<Result<Vec<_>, _>>()?;
        match UploadRequest::clash(&requests) {
            Some(address) => Err(Problem::Clash(address)),
            None => Ok(requests.into_iter().map(|request| (request.file.clone(), request)).collect()),
        }
    }

    fn answered(&mut self, refused: Vec<(PathBuf, Fault)>) -> Action {
        // It may be the answer to a dialog that was left before.
        if !std::mem::take(&mut self.asking) {
            return Action::None;
        }
        let Some((_, fault)) = refused.first() else { return Action::Close };
        self.problem = Some(Problem::Session(fault.clone()));
        // What was taken runs already; only the rest can be tried again.
        let refused: HashSet<_> = refused.into_iter().map(|(file, _)| file).collect();
        let trees = &mut self.trees;
        self.files.retain(|file| trees.keep(file, &refused));
        Action::None
    }
}

impl From<NotAField> for Problem {
    fn from(NotAField(line): NotAField) -> Self {
        Self::Field(line)
    }
}
