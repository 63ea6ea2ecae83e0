//! The dialog that starts downloads: one field for whatever somebody pastes, under it what was found in it, a
//! folder, and for those who want more, on what terms.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use iced::task::Handle;
use iced::widget::text_editor::{self, Content, Edit};

use crate::gui::desktop::Picked;
use crate::gui::form::{login, terms};
use crate::gui::path;
use crate::ipc::Fault;
use crate::{Address, DownloadRequest, IfExists, NotTaken, Omission, Probed, TransferId, gather};
use more::{More, Wrong};
use probes::Probes;
pub use review::Key;
use review::{Review, Row};

pub mod more;
mod probes;
mod review;
#[cfg(test)]
mod tests;
mod view;

/// The name of the field for links.
pub const LINKS_FIELD: &str = "links";

/// The state of the dialog.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct AddDownload {
    text: Content,
    review: Review,
    /// The transfers that there are.
    there: HashMap<Address, TransferId>,
    probes: Probes,
    /// Whether the last letter was typed, so that more may follow.
    is_typing: bool,
    folder: String,
    /// Whether somebody has chosen it.
    is_folder_chosen: bool,
    name: String,
    /// Whether somebody has written the name.
    is_named: bool,
    /// The last file that was looked for, and whether it is there.
    looked_for: Option<(PathBuf, bool)>,
    more: Box<More>,
    /// Whether that is shown.
    shows_more: bool,
    /// Whether the session has been asked and has not answered.
    asking: bool,
    problem: Option<Problem>,
}

/// Why it did not start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The session said so.
    Session(Fault),
    /// The folder is not a whole path.
    Folder,
    /// The name has a folder in it.
    Name,
    /// There is no dialog to choose a folder from.
    NoPicker,
    /// Something else makes no sense.
    Wrong(Wrong),
}

/// What happens to the dialog.
#[derive(Clone, Debug)]
pub enum Message {
    /// The links were edited.
    Edit(text_editor::Action),
    /// A link is to be got, or not.
    Tick(usize, bool),
    /// All links are to be got, or none.
    TickAll(bool),
    /// The links were scrolled.
    Scrolled(f32),
    /// The server of a link has answered.
    Probed(Address, Result<Probed, Fault>),
    /// Whether there is such a file.
    Looked(PathBuf, bool),
    /// The folder was edited.
    Folder(String),
    /// The name was edited.
    Name(String),
    /// A folder is to be chosen.
    Choose,
    /// A folder was chosen, or not.
    Picked(Picked),
    /// What is on the clipboard.
    Clipboard(Option<String>),
    /// More is to be shown, or less.
    More,
    /// To the terms.
    Terms(terms::Message),
    /// To the login and the headers.
    Login(login::Message),
    /// The checksum was edited.
    Checksum(String),
    /// What to do when the name is taken.
    IfExists(IfExists),
    /// The transfer that has the link already is to be shown.
    Show(TransferId),
    /// Start.
    Start,
    /// The session's answers to the links it did not take.
    Answered(Vec<(Key, Fault)>),
    /// Leave.
    Cancel,
}

/// What the dialog asks for.
#[derive(Debug)]
pub enum Action {
    /// Nothing.
    None,
    /// Let the user choose a folder, beginning here.
    Pick(PathBuf),
    /// Ask for the groups.
    Groups,
    /// Leave, and show this transfer.
    Show(TransferId),
    /// Start these, each with the link it came from.
    Start(Vec<(Key, DownloadRequest)>),
    /// Leave.
    Close,
}

impl Message {
    /// Whether other links may be there afterwards.
    pub fn changes_links(&self) -> bool {
        match self {
            Self::Edit(action) => action.is_edit(),
            Self::Clipboard(_) | Self::Answered(_) => true,
            _ => false,
        }
    }
}

impl AddDownload {
    /// The dialog with these links, for downloads into `folder`.
    pub fn new(links: &[String], folder: &Path) -> Self {
        let mut dialog = Self {
            text: Content::new(),
            review: Review::default(),
            there: HashMap::new(),
            probes: Probes::default(),
            is_typing: false,
            folder: folder.to_string_lossy().into_owned(),
            is_folder_chosen: false,
            name: String::new(),
            is_named: false,
            looked_for: None,
            more: Box::default(),
            shows_more: false,
            asking: false,
            problem: None,
        };
        dialog.add(links);
        dialog
    }

    /// These transfers are there, each with its link.
    pub fn know(&mut self, there: HashMap<Address, TransferId>) {
        self.there = there;
    }

    /// Adds links that are not there yet.
    pub fn add(&mut self, links: &[String]) {
        let links: Vec<_> = links.iter().map(|link| self.review.learn(link)).collect();
        let old = self.text.text();
        let is_new = |link: &String| {
            Address::parse(link)
                .map_or(!old.contains(link.as_str()), |(address, _)| !self.review.has(&address))
        };
        let fresh = links.into_iter().filter(is_new);
        let all: Vec<_> =
            old.lines().map(str::to_owned).filter(|l| !l.trim().is_empty()).chain(fresh).collect();
        self.set_text(&all.join("\n"));
    }

    /// Whether nothing was written into it.
    pub fn is_blank(&self) -> bool {
        self.text.text().trim().is_empty()
    }

    fn set_text(&mut self, text: &str) {
        self.text = Content::with_text(text);
        self.text.perform(text_editor::Action::Move(text_editor::Motion::DocumentEnd));
        self.is_typing = false;
        self.read();
    }

    /// Finds the links in the text.
    fn read(&mut self) {
        let before = self.review.only().map(Row::key);
        self.review.read(&self.text.text(), &self.there);
        if self.review.only().map(Row::key) != before {
            // The name was for another file.
            self.is_named = false;
        }
    }

    /// Follows a message.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Edit(action) => self.edit(action),
            Message::Tick(at, ticked) => self.review.tick(at, ticked),
            Message::TickAll(ticked) => self.review.tick_all(ticked),
            Message::Scrolled(offset) => self.review.scroll(offset),
            Message::Probed(address, answer) => self.probes.hear(&address, answer),
            Message::Looked(path, is_there) => {
                if let Some((known, found)) = &mut self.looked_for
                    && *known == path
                {
                    *found = is_there;
                }
            }
            Message::Folder(folder) => (self.folder, self.is_folder_chosen) = (folder, true),
            Message::Name(name) => (self.name, self.is_named) = (name, true),
            Message::Choose => return Action::Pick(PathBuf::from(&self.folder)),
            Message::Picked(picked) => self.picked(picked),
            Message::Clipboard(text) => self.clipboard(text.as_deref()),
            Message::More => {
                self.shows_more = !self.shows_more;
                return if self.shows_more { Action::Groups } else { Action::None };
            }
            Message::Start
            | Message::Terms(terms::Message::Submit)
            | Message::Login(login::Message::Submit) => return self.start(),
            Message::Terms(message) => self.fill_in(message),
            Message::Login(message) => self.more.login.update(message),
            Message::Checksum(text) => self.more.checksum = text,
            Message::IfExists(if_exists) => self.more.if_exists = if_exists,
            Message::Show(id) => return Action::Show(id),
            Message::Answered(refused) => return self.answered(refused),
            Message::Cancel => return Action::Close,
        }
        self.look_again();
        Action::None
    }

    fn edit(&mut self, action: text_editor::Action) {
        let is_edit = action.is_edit();
        if is_edit {
            self.is_typing = !matches!(action, text_editor::Action::Edit(Edit::Paste(_)));
        }
        self.text.perform(action);
        if is_edit {
            self.read();
        }
    }

    fn fill_in(&mut self, message: terms::Message) {
        let is_group = matches!(message, terms::Message::Write(terms::Field::Group, _));
        self.more.terms.update(message);
        if let Some(folder) = self.more.folder().filter(|_| is_group && !self.is_folder_chosen) {
            self.folder = folder.to_string_lossy().into_owned();
        }
    }

    fn picked(&mut self, picked: Picked) {
        match picked {
            Picked::Paths(paths) => {
                if let Some(folder) = paths.first() {
                    self.folder = folder.to_string_lossy().into_owned();
                    self.is_folder_chosen = true;
                    self.problem = None;
                }
            }
            Picked::Cancelled => {}
            Picked::Unavailable => self.problem = Some(Problem::NoPicker),
        }
    }

    /// Takes what is on the clipboard if there is something to download in it, unless something was written
    /// meanwhile. Lines that are only words stay behind.
    fn clipboard(&mut self, text: Option<&str>) {
        let text = text.unwrap_or_default().trim();
        let found = gather(text);
        if !self.is_blank() || found.entries.is_empty() {
            return;
        }
        let words = found.left_out.iter().filter(|omission| omission.reason == NotTaken::NoAddress);
        let words: HashSet<_> = words.map(|omission| omission.text.as_str()).collect();
        let is_more = |line: &&str| !words.contains(beginning(line.trim()));
        self.set_text(&text.lines().filter(is_more).collect::<Vec<_>>().join("\n"));
        // Who pastes it all the same has it once.
        self.text.perform(text_editor::Action::SelectAll);
    }

    /// The links about which nobody was asked yet, each once. They are waited for while somebody types on.
    pub fn unprobed(&mut self) -> (Vec<DownloadRequest>, bool) {
        (self.probes.follow(self.review.rows()), self.is_typing)
    }

    /// Somebody asks the server of this link.
    pub fn probing(&mut self, address: &Address, asking: Handle) {
        self.probes.begin(address, asking);
    }

    /// The file that is to be looked for, if nobody has yet: the one that would be made.
    pub fn unlooked(&mut self) -> Option<PathBuf> {
        let wanted = path::whole(&self.folder).ok()?.join(self.shown_name()?);
        let is_known = self.looked_for.as_ref().is_some_and(|(known, _)| *known == wanted);
        (!is_known).then(|| {
            self.looked_for = Some((wanted.clone(), false));
            wanted
        })
    }

    /// Whether the name of the only file is taken.
    fn is_taken(&self) -> bool {
        self.review.only().is_some() && self.looked_for.as_ref().is_some_and(|(_, is_there)| *is_there)
    }

    /// The name of the only file, as far as it is known.
    fn shown_name(&self) -> Option<String> {
        let only = self.review.only()?;
        let named = Some(self.name.trim()).filter(|name| self.is_named && !name.is_empty());
        let probed = || {
            let probed = self.probes.known(only.address())?;
            Some(probed.name.clone()).filter(|_| only.entry.name.is_none())
        };
        Some(named.map(str::to_owned).or_else(probed).unwrap_or_else(|| only.entry.file_name()))
    }

    /// After a problem was told, whatever changes is looked at at once.
    fn look_again(&mut self) {
        if matches!(self.problem, Some(Problem::Folder | Problem::Name | Problem::Wrong(_))) {
            self.problem = self.requests().err();
        }
    }

    /// Whether there is enough to start.
    fn is_ready(&self) -> bool {
        !self.asking && self.review.ticked().next().is_some()
    }

    fn start(&mut self) -> Action {
        if !self.is_ready() {
            return Action::None;
        }
        match self.requests() {
            Ok(requests) => {
                self.asking = true;
                self.problem = None;
                Action::Start(requests)
            }
            Err(problem) => {
                self.shows_more |= matches!(problem, Problem::Wrong(_));
                self.problem = Some(problem);
                Action::None
            }
        }
    }

    fn requests(&self) -> Result<Vec<(Key, DownloadRequest)>, Problem> {
        let folder = path::whole(&self.folder).map_err(|_| Problem::Folder)?;
        let is_only = self.review.only().is_some();
        let typed = Some(self.name.trim()).filter(|name| is_only && self.is_named && !name.is_empty());
        if typed.is_some_and(|name| name.contains('/') || matches!(name, "." | "..")) {
            return Err(Problem::Name);
        }
        let request = |row: &Row| {
            let request = row.entry.request.clone();
            let mut request = match typed.or(row.entry.name.as_deref()) {
                Some(name) => request.into_file(folder.join(name)),
                None => request.into_folder(folder.clone()),
            };
            self.more.apply(&mut request, is_only).map_err(Problem::Wrong)?;
            Ok((row.key(), request))
        };
        self.review.ticked().map(request).collect()
    }

    fn answered(&mut self, refused: Vec<(Key, Fault)>) -> Action {
        // It may be the answer to a dialog that was left before.
        if !std::mem::take(&mut self.asking) {
            return Action::None;
        }
        let Some((_, fault)) = refused.first() else { return Action::Close };
        self.problem = Some(Problem::Session(fault.clone()));
        // What was taken runs already; only the rest can be tried again.
        self.read();
        let rest: Vec<_> = refused.into_iter().map(|(key, _)| key).collect();
        self.review.keep(&rest);
        Action::None
    }
}

/// As much of a line as is told of what is left out.
fn beginning(line: &str) -> &str {
    line.char_indices().nth(Omission::LONGEST).map_or(line, |(end, _)| &line[..end])
}
