//! What the application asks of the session and the desktop, and what it does with the answers.

use iced::Task;

use crate::gui::desktop::{CannotOpen, NotTrashed, Picked};
use crate::gui::notice::Notice;
use crate::gui::overlay::Overlay;
use crate::gui::verb::{self, Verb};
use crate::i18n::t;
use crate::ipc::{Fault, Reply, Request};
use crate::{Event, Group, Phase, Settings, Snapshot, TransferId};

use super::{App, Message, resuming};

/// Something that was asked for is done, or not.
#[derive(Clone, Debug)]
pub enum Answer {
    /// By the session.
    Done(Result<(), Fault>),
    /// The settings, as they are now.
    Settings(Result<Box<Settings>, Fault>),
    /// The settings, now that changes of them are kept.
    Configured(Result<Box<Settings>, Fault>),
    /// A folder for downloads was chosen, or not.
    Folder(Picked),
    /// Another folder for this transfer was chosen, or not.
    NewFolder(TransferId, Picked),
    /// A file was opened or shown.
    Opened(Result<(), CannotOpen>),
    /// Files were moved to the trash and their transfers removed, but for these.
    Trashed(Vec<(TransferId, NotTrashed)>),
    /// What is there of the beginning of a file.
    Beginning(TransferId, Result<Reply, Fault>),
    /// What was read of chosen files, if there was a dialog to choose them in.
    ResumeData(Result<Vec<resuming::Read>, ()>),
    /// What can be done when all is done.
    WhenDone(Result<Reply, Fault>),
    /// The session has been told to end.
    Left,
}

impl App {
    pub(super) fn answered(&mut self, answer: Answer) -> Task<Message> {
        match answer {
            Answer::Done(Ok(())) | Answer::Opened(Ok(())) => Task::none(),
            Answer::Done(Err(fault)) => self.notice(Notice::Session(fault)),
            Answer::Opened(Err(CannotOpen(path))) => self.notice(Notice::CannotOpen(path)),
            Answer::Trashed(staying) => self.trashed(staying),
            Answer::Beginning(id, told) => self.open_beginning(id, told),
            Answer::ResumeData(read) => self.go_on_with(read),
            Answer::Folder(picked) => self.take_folder(picked),
            Answer::NewFolder(id, picked) => self.take_new_folder(id, picked),
            Answer::Settings(settings) => self.told_settings(settings),
            Answer::Configured(settings) => self.configured(settings),
            Answer::WhenDone(told) => self.offer_when_done(told),
            Answer::Left => self.exit(),
        }
    }

    /// Does something with these transfers; what concerns one alone, with the first of them.
    pub(super) fn perform(&mut self, verb: Verb, ids: Vec<TransferId>) -> Task<Message> {
        let Some(row) = ids.first().and_then(|id| self.store.get(*id)) else { return Task::none() };
        match verb {
            Verb::Details => self.show_details(row.id),
            Verb::OpenPart => self.ask_for_beginning(row.id),
            Verb::CopyLink => copied(row),
            Verb::NewFolder => self.pick_new_folder(row.id),
            Verb::LogIn | Verb::NewLink | Verb::Trust => self.open_renewal(row.id),
            Verb::Open | Verb::Show => {
                let Some(path) = row.path.clone() else { return Task::none() };
                let opening = match verb {
                    Verb::Open => self.desktop.open(path),
                    _ => self.desktop.show_in_folder(path),
                };
                Task::perform(opening, |result| Message::Answer(Answer::Opened(result)))
            }
            _ => {
                let trash = verb == Verb::Trash;
                let verb = if trash { Verb::Remove } else { verb };
                let loses = |id: &TransferId| self.store.get(*id).is_some_and(|row| verb::loses(verb, row));
                let (losing, free): (Vec<_>, Vec<_>) = ids.into_iter().partition(loses);
                let done = match verb {
                    _ if free.is_empty() => Task::none(),
                    Verb::Remove => self.remove(free, trash),
                    _ => self.ask_for(verb, &free),
                };
                if losing.is_empty() {
                    return done;
                }
                done.chain(self.open_overlay(Overlay::Loss(verb, losing)))
            }
        }
    }

    /// Asks the session to do something with these transfers.
    pub(super) fn ask_for(&mut self, verb: Verb, ids: &[TransferId]) -> Task<Message> {
        verb.request(ids).map_or_else(Task::none, |request| self.ask(request))
    }

    /// Lets somebody choose another folder for a download that finds no place.
    fn pick_new_folder(&self, id: TransferId) -> Task<Message> {
        let picked = self.desktop.pick_folder(t!(self.look.texts, "folder"), self.settings.folder());
        Task::perform(picked, move |picked| Message::Answer(Answer::NewFolder(id, picked)))
    }

    fn take_new_folder(&mut self, id: TransferId, picked: Picked) -> Task<Message> {
        match picked {
            Picked::Paths(paths) => {
                let folder = paths.first().map(|path| path.to_string_lossy().into_owned());
                let changes = folder.map(|folder| ("folder".to_owned(), folder)).into_iter().collect();
                self.ask(Request::Amend { id: id.to_string(), changes })
            }
            Picked::Cancelled => Task::none(),
            Picked::Unavailable => self.notice(Notice::NoFolderPicker),
        }
    }

    /// Copies the link to what has just been sent, if its destination says so.
    pub(super) fn linked(&self, event: &Event) -> Task<Message> {
        let Event::Changed { transfer } = event else { return Task::none() };
        let was_under_way = self.store.get(transfer.id).is_some_and(|row| row.state != Phase::Completed);
        let is_wanted = transfer.copy_link && transfer.state == Phase::Completed;
        if is_wanted && was_under_way { copied(transfer) } else { Task::none() }
    }

    /// Looks how much room there is in the folder for downloads, if that is on this computer.
    pub(super) fn look_for_room(&self) -> Task<Message> {
        if self.profile.is_none() {
            return Task::none();
        }
        let folder = self.settings.folder();
        let looked = async move {
            // A folder may be on a network and take its time.
            let look = move || {
                let there = folder.ancestors().find(|folder| folder.is_dir())?;
                let room = rustix::fs::statvfs(there).ok()?;
                Some(room.f_bavail.saturating_mul(room.f_frsize))
            };
            tokio::task::spawn_blocking(look).await.ok().flatten()
        };
        Task::perform(looked, Message::Free)
    }
}

/// Puts the link to what was sent onto the clipboard, if there is one.
pub(super) fn copied(row: &Snapshot) -> Task<Message> {
    row.link.clone().map_or_else(Task::none, iced::clipboard::write)
}

/// The groups that there are, out of the answer. They are offered; a name can be written all the same.
pub(super) fn groups(reply: Result<Reply, Fault>) -> Vec<Group> {
    match reply {
        Ok(Reply::Groups(groups)) => groups.into_iter().map(|view| view.group).collect(),
        Ok(_) | Err(_) => Vec::new(),
    }
}
