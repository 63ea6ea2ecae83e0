//! The dialog that starts downloads: links, one on each line, a folder and perhaps a name.

use std::path::{Path, PathBuf};

use iced::widget::text_editor::{self, Content};

use crate::DownloadRequest;
use crate::gui::desktop::Picked;
use crate::gui::path;
use crate::ipc::{self, Fault};

mod links;
#[cfg(test)]
mod tests;
mod view;

pub use links::Links;

/// The name of the field for links.
pub const LINKS_FIELD: &str = "links";

/// The state of the dialog.
#[derive(Debug)]
pub struct AddDownload {
    text: Content,
    folder: String,
    name: String,
    /// Whether the session has been asked and has not answered.
    asking: bool,
    problem: Option<Problem>,
}

/// Why it did not start.
#[derive(Clone, Debug)]
pub enum Problem {
    /// The session said so.
    Session(Fault),
    /// The folder is not a whole path.
    Folder,
    /// The name has a folder in it.
    Name,
    /// There is no dialog to choose a folder from.
    NoPicker,
}

/// What happens to the dialog.
#[derive(Clone, Debug)]
pub enum Message {
    /// The links were edited.
    Edit(text_editor::Action),
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
    /// Start.
    Start,
    /// The session's answers to the links it did not take.
    Answered(Vec<(String, Fault)>),
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
    /// Start these, each with the link it came from.
    Start(Vec<(String, DownloadRequest)>),
    /// Leave.
    Close,
}

impl AddDownload {
    /// The dialog with these links, for downloads into `folder`.
    pub fn new(links: &[String], folder: &Path) -> Self {
        let mut dialog = Self {
            text: Content::new(),
            folder: folder.to_string_lossy().into_owned(),
            name: String::new(),
            asking: false,
            problem: None,
        };
        dialog.add(links);
        dialog
    }

    /// Adds links that are not there yet.
    pub fn add(&mut self, links: &[String]) {
        let old = self.text.text();
        let there = Links::read(&old);
        let fresh = links.iter().filter(|link| !there.good.contains(link)).cloned();
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
    }

    /// Follows a message.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Edit(action) => self.text.perform(action),
            Message::Folder(folder) => self.folder = folder,
            Message::Name(name) => self.name = name,
            Message::Choose => return Action::Pick(PathBuf::from(&self.folder)),
            Message::Picked(picked) => self.picked(picked),
            Message::Clipboard(text) => self.clipboard(text.as_deref()),
            Message::Start => return self.start(),
            Message::Answered(refused) => return self.answered(refused),
            Message::Cancel => return Action::Close,
        }
        Action::None
    }

    fn picked(&mut self, picked: Picked) {
        match picked {
            Picked::Paths(paths) => {
                if let Some(folder) = paths.first() {
                    self.folder = folder.to_string_lossy().into_owned();
                    self.problem = None;
                }
            }
            Picked::Cancelled => {}
            Picked::Unavailable => self.problem = Some(Problem::NoPicker),
        }
    }

    /// Takes links from the clipboard, unless something was written meanwhile.
    fn clipboard(&mut self, text: Option<&str>) {
        let links = ipc::links_in(text.unwrap_or_default());
        if self.is_blank() && !links.is_empty() {
            self.add(&links);
        }
    }

    fn start(&mut self) -> Action {
        if self.asking {
            return Action::None;
        }
        let links = Links::read(&self.text.text()).good;
        match self.requests(links) {
            Ok(requests) if requests.is_empty() => Action::None,
            Ok(requests) => {
                self.asking = true;
                self.problem = None;
                Action::Start(requests)
            }
            Err(problem) => {
                self.problem = Some(problem);
                Action::None
            }
        }
    }

    fn requests(&self, links: Vec<String>) -> Result<Vec<(String, DownloadRequest)>, Problem> {
        let folder = path::whole(&self.folder).map_err(|_| Problem::Folder)?;
        let name = Some(self.name.trim()).filter(|name| !name.is_empty() && links.len() == 1);
        if name.is_some_and(|name| name.contains('/') || matches!(name, "." | "..")) {
            return Err(Problem::Name);
        }
        let request = |link: String| {
            let request = DownloadRequest::new(&link).map_err(|failure| Problem::Session(failure.into()))?;
            let request = match name {
                Some(name) => request.into_file(folder.join(name)),
                None => request.into_folder(folder.clone()),
            };
            Ok((link, request))
        };
        links.into_iter().map(request).collect()
    }

    fn answered(&mut self, refused: Vec<(String, Fault)>) -> Action {
        // It may be the answer to a dialog that was left before.
        if !std::mem::take(&mut self.asking) {
            return Action::None;
        }
        let Some((_, fault)) = refused.first() else { return Action::Close };
        self.problem = Some(Problem::Session(fault.clone()));
        // What was taken runs already; only the rest can be tried again.
        let rest: Vec<_> = refused.into_iter().map(|(link, _)| link).collect();
        self.set_text(&rest.join("\n"));
        Action::None
    }
}
