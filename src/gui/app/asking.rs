//! What the application asks of the session and the desktop, and what it does with the answers.

use iced::Task;

use crate::gui::desktop::CannotOpen;
use crate::gui::keys::Command;
use crate::gui::look::Look;
use crate::gui::notice::Notice;
use crate::gui::overlay::Overlay;
use crate::gui::theme;
use crate::gui::verb::{self, Verb};
use crate::i18n::Language;
use crate::ipc::{Fault, Link, Reply, Request};
use crate::{Appearance, Settings, Snapshot, TransferId};

use super::{App, Message};

/// How much larger or smaller everything becomes at once, in percent.
const TEXT_STEP: u16 = 10;

/// Something that was asked for is done, or not.
#[derive(Clone, Debug)]
pub enum Answer {
    /// By the session.
    Done(Result<(), Fault>),
    /// The settings, as they are now.
    Configured(Box<Result<Settings, Fault>>),
    /// A file was opened or shown.
    Opened(Result<(), CannotOpen>),
    /// The session has been told to end.
    Left,
}

/// One change of the settings.
#[derive(Clone, Copy, Debug)]
enum Change {
    Language(Option<Language>),
    Appearance(Appearance),
    Limit(u64),
    TextScale(u16),
}

/// Bytes a second, where no limit was ever set: enough to read pages beside it.
const FIRST_LIMIT: u64 = 1_000_000;

impl App {
    pub(super) fn answered(&mut self, answer: Answer) -> Task<Message> {
        match answer {
            Answer::Done(Ok(())) | Answer::Opened(Ok(())) => Task::none(),
            Answer::Done(Err(fault)) => self.notice(Notice::Session(fault)),
            Answer::Opened(Err(CannotOpen(path))) => self.notice(Notice::CannotOpen(path)),
            Answer::Configured(settings) => match *settings {
                Ok(settings) => self.configured(settings),
                Err(fault) => self.notice(Notice::Session(fault)),
            },
            Answer::Left => self.exit(),
        }
    }

    /// Does something with these transfers; what concerns one alone, with the first of them.
    pub(super) fn perform(&mut self, verb: Verb, ids: Vec<TransferId>) -> Task<Message> {
        let Some(row) = ids.first().and_then(|id| self.store.get(*id)) else { return Task::none() };
        match verb {
            Verb::Details => self.open_overlay(Overlay::Details(row.id)),
            Verb::CopyLink => copied(row),
            Verb::Open | Verb::Show => {
                let Some(path) = row.path.clone() else { return Task::none() };
                let opening = match verb {
                    Verb::Open => self.desktop.open(path),
                    _ => self.desktop.show_in_folder(path),
                };
                Task::perform(opening, |result| Message::Answer(Answer::Opened(result)))
            }
            _ => {
                let loses = |id: &TransferId| self.store.get(*id).is_some_and(|row| verb::loses(verb, row));
                let (losing, free): (Vec<_>, Vec<_>) = ids.into_iter().partition(loses);
                let done = match verb {
                    _ if free.is_empty() => Task::none(),
                    Verb::Remove => self.remove(free),
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

    /// Switches the limit of all transfers together off, or on again.
    pub(super) fn switch_limit(&mut self) -> Task<Message> {
        let limit = match self.settings.speed_limit {
            0 if self.last_limit > 0 => self.last_limit,
            0 => FIRST_LIMIT,
            limit => {
                self.last_limit = limit;
                0
            }
        };
        self.change(Change::Limit(limit))
    }

    /// Looks how much room there is in the folder for downloads.
    pub(super) fn look_for_room(&self) -> Task<Message> {
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

    pub(super) fn set_language(&mut self, language: Option<Language>) -> Task<Message> {
        self.change(Change::Language(language))
    }

    pub(super) fn set_appearance(&mut self, appearance: Appearance) -> Task<Message> {
        self.change(Change::Appearance(appearance))
    }

    /// Makes everything larger, smaller, or as large as usual.
    pub(super) fn resize_text(&mut self, command: Command) -> Task<Message> {
        let scale = match command {
            Command::Larger => self.settings.text_scale + TEXT_STEP,
            Command::Smaller => self.settings.text_scale.saturating_sub(TEXT_STEP),
            _ => Settings::default().text_scale,
        };
        self.change(Change::TextScale(scale))
    }

    /// Changes the settings here at once and in the session as soon as it answers.
    fn change(&mut self, change: Change) -> Task<Message> {
        let settings = change.of(self.settings.clone());
        let stored = store(self.link.clone(), change);
        let stored = Task::perform(stored, |result| Message::Answer(Answer::Configured(Box::new(result))));
        Task::batch([self.configured(settings), stored])
    }

    fn configured(&mut self, settings: Settings) -> Task<Message> {
        if settings.language != self.settings.language {
            self.look = Look::new(&settings.language);
        }
        self.window.rescale(theme::scale(&self.settings), theme::scale(&settings));
        self.settings = settings;
        self.theme = theme::of(&self.settings, self.wishes);
        self.refresh_tray();
        Task::none()
    }
}

/// Puts the link to what was sent onto the clipboard, if there is one.
pub(super) fn copied(row: &Snapshot) -> Task<Message> {
    row.link.clone().map_or_else(Task::none, iced::clipboard::write)
}

/// Changes what the session has now, which somebody else may have changed meanwhile.
async fn store(link: Link, change: Change) -> Result<Settings, Fault> {
    let Reply::Settings(settings) = link.ask(Request::Settings).await? else {
        return Err(Fault::new("The session did not tell its settings."));
    };
    let settings = change.of(*settings);
    link.ask(Request::Configure(Box::new(settings.clone()))).await?;
    Ok(settings)
}

impl Change {
    fn of(self, settings: Settings) -> Settings {
        match self {
            Self::Language(language) => {
                let language = language.map_or("system", Language::code).to_owned();
                Settings { language, ..settings }
            }
            Self::Appearance(appearance) => Settings { appearance, ..settings },
            Self::Limit(speed_limit) => Settings { speed_limit, ..settings },
            Self::TextScale(text_scale) => Settings { text_scale, ..settings }.sane(),
        }
    }
}
