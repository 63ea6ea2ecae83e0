//! The settings: they change here at once, and in the session one change after the other.

use std::mem;

use iced::Task;
use iced::widget::operation;

use crate::Settings;
use crate::gui::desktop::Picked;
use crate::gui::keys::Command;
use crate::gui::look::Look;
use crate::gui::notice::Notice;
use crate::gui::screen::settings::{self, Change, Preferences, Setting, Then};
use crate::gui::theme;
use crate::i18n::t;
use crate::ipc::{Fault, Link, Reply, Request};

use super::{Answer, App, Dialog, Message};

/// Bytes a second, where no limit was ever set: enough to read pages beside it.
const FIRST_LIMIT: u64 = 1_000_000;
/// By how many percent everything becomes larger or smaller.
const TEXT_STEP: u16 = 10;

/// Changes on their way into the session. There is one way at a time, or an older one could come last.
#[derive(Debug, Default)]
pub(super) struct Unsaved {
    /// The session has been asked for these and has not answered.
    asked: Vec<Change>,
    /// These come next.
    next: Vec<Change>,
}

impl Unsaved {
    fn all(&self) -> impl Iterator<Item = &Change> {
        self.asked.iter().chain(&self.next)
    }
}

impl App {
    /// Opens the settings, as the session has them.
    pub(super) fn open_settings(&mut self) -> Task<Message> {
        if self.settings_dialog().is_none() {
            self.dialogs.push(Dialog::Settings(Preferences::new()));
        }
        Task::batch([operation::focus(settings::SEARCH_FIELD), self.read_settings()])
    }

    pub(super) fn are_settings_on_top(&self) -> bool {
        matches!(self.dialogs.last(), Some(Dialog::Settings(_)))
    }

    /// Escape leads back first where a section took the place of the others.
    pub(super) fn key_for_settings(&mut self, command: Command) -> Task<Message> {
        let room = self.window.room();
        let is_inside = self.settings_dialog().is_some_and(|dialog| dialog.hides_sections(room));
        let leads_back = command == Command::Escape && is_inside;
        let key = settings::Message::Key(command);
        self.in_settings(if leads_back { settings::Message::Sections } else { key })
    }

    fn settings_dialog(&mut self) -> Option<&mut Preferences> {
        self.dialogs.iter_mut().find_map(|dialog| match dialog {
            Dialog::Settings(dialog) => Some(dialog),
            _ => None,
        })
    }

    pub(super) fn in_settings(&mut self, message: settings::Message) -> Task<Message> {
        let now = self.settings.clone();
        let Some(dialog) = self.settings_dialog() else { return Task::none() };
        let settings::Action { changes, then } = dialog.update(message, &now);
        let changed = self.change(changes);
        Task::batch([changed, self.go_on(then)])
    }

    fn go_on(&mut self, then: Then) -> Task<Message> {
        match then {
            Then::Nothing => Task::none(),
            Then::Wait(written) => {
                let rest = tokio::time::sleep(settings::REST);
                Task::perform(rest, move |()| Message::Settings(settings::Message::Rest(written)))
            }
            Then::Top => {
                let top = operation::AbsoluteOffset { x: None, y: Some(0.0) };
                operation::scroll_to(settings::SCROLL, top)
            }
            Then::Pick(start) => {
                let picked = self.desktop.pick_folder(t!(self.look.texts, "folder"), start);
                Task::perform(picked, |picked| Message::Settings(settings::Message::Picked(picked)))
            }
            Then::Close => {
                self.dialogs.retain(|dialog| !matches!(dialog, Dialog::Settings(_)));
                Task::none()
            }
        }
    }

    /// Changes the settings here at once and in the session as soon as it answers.
    fn change(&mut self, changes: Vec<Change>) -> Task<Message> {
        if changes.is_empty() {
            return Task::none();
        }
        let settings = with(self.settings.clone(), &changes);
        self.unsaved.next.extend(changes);
        self.take_settings(settings);
        self.save_settings()
    }

    /// Asks the session for what it has not been asked for, unless it still has to answer.
    fn save_settings(&mut self) -> Task<Message> {
        if !self.unsaved.asked.is_empty() || self.unsaved.next.is_empty() {
            return Task::none();
        }
        self.unsaved.asked = mem::take(&mut self.unsaved.next);
        let stored = store(self.link.clone(), self.unsaved.asked.clone());
        Task::perform(stored, |settings| Message::Answer(Answer::Configured(settings)))
    }

    /// Lets somebody choose the folder for downloads.
    pub(super) fn choose_folder(&mut self) -> Task<Message> {
        let picked = self.desktop.pick_folder(t!(self.look.texts, "folder"), self.settings.folder());
        Task::perform(picked, |picked| Message::Answer(Answer::Folder(picked)))
    }

    /// Takes the folder that was chosen; where none can be chosen, it can be written in the settings.
    pub(super) fn take_folder(&mut self, picked: Picked) -> Task<Message> {
        match picked {
            Picked::Paths(paths) => {
                let folder = paths.first().map(|path| path.to_string_lossy().into_owned());
                let change = Setting::named("download_folder").zip(folder);
                self.change(
                    change.map(|(setting, folder)| Change::new(setting, folder)).into_iter().collect(),
                )
            }
            Picked::Cancelled => Task::none(),
            Picked::Unavailable => self.open_settings(),
        }
    }

    pub(super) fn read_settings(&self) -> Task<Message> {
        Task::perform(read(self.link.clone()), |settings| Message::Answer(Answer::Settings(settings)))
    }

    /// The session has kept what it was asked for, or not.
    pub(super) fn configured(&mut self, settings: Result<Box<Settings>, Fault>) -> Task<Message> {
        self.unsaved.asked.clear();
        match settings {
            Ok(settings) => {
                let told = self.told_settings(Ok(settings));
                Task::batch([told, self.save_settings()])
            }
            Err(fault) => {
                self.unsaved.next.clear();
                let told = match self.settings_dialog() {
                    Some(dialog) => {
                        dialog.refused(fault);
                        Task::none()
                    }
                    None => self.notice(Notice::Session(fault)),
                };
                // What is shown is what holds.
                Task::batch([told, self.read_settings()])
            }
        }
    }

    /// The session says its settings.
    pub(super) fn told_settings(&mut self, settings: Result<Box<Settings>, Fault>) -> Task<Message> {
        // A session that does not answer is told of by whatever was to be done.
        if let Ok(settings) = settings {
            self.hear_settings(*settings);
        }
        Task::none()
    }

    /// These hold in the session, whoever has changed them.
    pub(super) fn hear_settings(&mut self, settings: Settings) {
        let settings = with(settings, self.unsaved.all());
        let before = self.settings.clone();
        if let Some(dialog) = self.settings_dialog() {
            dialog.hear(&before, &settings);
        }
        self.take_settings(settings);
    }

    fn take_settings(&mut self, settings: Settings) {
        if settings.language != self.settings.language {
            self.look = Look::new(&settings.language);
        }
        let before = self.scale();
        self.settings = settings;
        self.window.rescale(before, self.scale());
        self.theme = theme::of(&self.settings, self.wishes);
        self.refresh_tray();
    }

    /// Makes everything larger, smaller, or as large as usual.
    pub(super) fn resize_text(&mut self, command: Command) -> Task<Message> {
        let usual = Settings::default().text_scale;
        let step: fn(u16) -> u16 = match command {
            Command::Larger => |scale| scale + TEXT_STEP,
            Command::Smaller => |scale| scale.saturating_sub(TEXT_STEP),
            _ => return self.change(vec![Change::named("text_scale", usual.into())]),
        };
        let mut scale = step(self.percent());
        // What is usual here is what the desktop wants, which need not lie on the way.
        if scale == usual && self.wishes.text_scale.is_some_and(|wished| wished != usual) {
            scale = step(scale);
        }
        let settings = Settings { text_scale: scale, ..Settings::default() }.sane();
        self.change(vec![Change::named("text_scale", settings.text_scale.into())])
    }

    /// How large everything is, in percent.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is within bounds")]
    fn percent(&self) -> u16 {
        (self.scale() * 100.0).round() as u16
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
        self.change(vec![Change::named("speed_limit", limit)])
    }
}

/// The settings with these changes; what cannot be is left out.
fn with<'a>(settings: Settings, changes: impl IntoIterator<Item = &'a Change>) -> Settings {
    changes.into_iter().fold(settings, |now, change| change.of(&now).unwrap_or(now))
}

async fn read(link: Link) -> Result<Box<Settings>, Fault> {
    match link.ask(Request::Settings).await? {
        Reply::Settings(settings) => Ok(settings),
        _ => Err(Fault::new("The session did not tell its settings.")),
    }
}

/// Changes what the session has now, which somebody else may have changed meanwhile.
async fn store(link: Link, changes: Vec<Change>) -> Result<Box<Settings>, Fault> {
    let settings = Box::new(with(*read(link.clone()).await?, &changes));
    link.ask(Request::Configure(settings.clone())).await?;
    Ok(settings)
}
