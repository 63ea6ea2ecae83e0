//! Removing from the list: out of sight at once, and for good a little later, so that it can be taken back.

use iced::Task;

use crate::TransferId;
use crate::gui::desktop::NotTrashed;
use crate::gui::notice::{Dismiss, Notice};
use crate::gui::verb::{Verb, is_possible};

use super::{Answer, App, Message};

impl App {
    /// Removes what nobody loses anything with; what has arrived moves to the `trash`, if that is wanted.
    pub(super) fn remove(&mut self, ids: Vec<TransferId>, trash: bool) -> Task<Message> {
        self.list.hide(&ids, &self.store);
        // What has not moved a byte must not begin to while it is out of sight.
        let alive = |id: &TransferId| self.store.get(*id).is_some_and(|row| is_possible(Verb::Pause, row));
        let alive: Vec<_> = ids.iter().copied().filter(alive).collect();
        let paused = if alive.is_empty() { Task::none() } else { self.ask_for(Verb::Pause, &alive) };
        Task::batch([paused, self.notice(Notice::Removed { ids, trash })])
    }

    /// Takes back what a notice tells of.
    pub(super) fn undo(&mut self, notice: Dismiss) -> Task<Message> {
        if let Some(Notice::Removed { ids, .. }) = self.notices.dismiss(notice) {
            self.list.unhide(&ids);
        }
        Task::none()
    }

    /// Takes back what was done last.
    pub(super) fn undo_last(&mut self) -> Task<Message> {
        self.notices.last_removed().map_or_else(Task::none, |notice| self.undo(notice))
    }

    /// Lets a notice go; what it could have taken back is done for good.
    pub(super) fn dismiss(&mut self, notice: Dismiss) -> Task<Message> {
        match self.notices.dismiss(notice) {
            Some(Notice::Removed { ids, trash }) => {
                let there: Vec<_> = ids.into_iter().filter(|id| self.store.get(*id).is_some()).collect();
                match trash {
                    _ if there.is_empty() => Task::none(),
                    true => self.throw_away(there),
                    false => self.ask_for(Verb::Remove, &there),
                }
            }
            _ => Task::none(),
        }
    }

    /// Moves to the trash what has arrived of these, and then removes them: in one go, as the window may close meanwhile.
    /// What could not be moved stays in the list.
    fn throw_away(&mut self, ids: Vec<TransferId>) -> Task<Message> {
        let file = |id: &TransferId| {
            let row = self.store.get(*id).filter(|row| is_possible(Verb::Trash, row))?;
            row.path.clone()
        };
        let files: Vec<_> = ids.into_iter().map(|id| (id, file(&id))).collect();
        let (desktop, link, is_here) = (self.desktop.clone(), self.link.clone(), self.profile.is_some());
        let moving = async move {
            let (mut gone, mut staying) = (Vec::new(), Vec::new());
            for (id, file) in files {
                let moved = match file {
                    // What lies under that name here is another file.
                    Some(file) if !is_here => Err(NotTrashed(file)),
                    Some(file) => desktop.move_to_trash(file).await,
                    None => Ok(()),
                };
                match moved {
                    Ok(()) => gone.push(id),
                    Err(error) => staying.push((id, error)),
                }
            }
            if let Some(request) = Verb::Remove.request(&gone).filter(|_| !gone.is_empty())
                && let Err(fault) = link.ask(request).await
            {
                return Answer::Done(Err(fault));
            }
            Answer::Trashed(staying)
        };
        Task::perform(moving, Message::Answer)
    }

    /// What could not be moved to the trash is listed again.
    pub(super) fn trashed(&mut self, staying: Vec<(TransferId, NotTrashed)>) -> Task<Message> {
        self.list.unhide(&staying.iter().map(|(id, _)| *id).collect::<Vec<_>>());
        let first = staying.into_iter().next();
        first.map_or_else(Task::none, |(_, NotTrashed(path))| self.notice(Notice::NotTrashed(path)))
    }

    /// Does for good what could still be taken back: nobody is there to do so any more.
    pub(super) fn settle(&mut self) -> Task<Message> {
        let all = self.notices.all_removed();
        Task::batch(all.into_iter().map(|notice| self.dismiss(notice)).collect::<Vec<_>>())
    }
}
