//! Messages at the edge of the window: something to know that needs no answer.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use iced::widget::{Id, column, container, row};
use iced::{Alignment, Element, Fill};

use crate::TransferId;
use crate::i18n::t;
use crate::ipc::{Afterwards, Fault};

use super::icon::Icon;
use super::look::Look;
use super::theme::text::Tone;
use super::theme::{self, space};
use super::widget::{Press, answer};

/// How long a message stays that says nothing to act upon.
pub const BRIEF: Duration = Duration::from_secs(8);

/// Something to know.
#[derive(Clone, Debug)]
pub enum Notice {
    /// Transfers went on while the window was away.
    Background,
    /// A file or folder could not be opened.
    CannotOpen(PathBuf),
    /// The beginning of this file is not there yet.
    NoBeginning(PathBuf),
    /// There is no dialog to choose a file in.
    NoPicker,
    /// There is no dialog to choose a folder in.
    NoFolderPicker,
    /// This file was chosen and is no resume data.
    NotResumeData(PathBuf),
    /// The session did not do what was asked.
    Session(Fault),
    /// The list of transfers was damaged and the one before it is used.
    Restored {
        /// Where the damaged one is kept.
        kept: PathBuf,
    },
    /// Some transfers are about to be removed.
    Removed {
        /// Which.
        ids: Vec<TransferId>,
        /// Whether what arrived moves to the trash.
        trash: bool,
    },
    /// A file is where it was, and so is its transfer.
    NotTrashed(PathBuf),
    /// All is done, and this happens at that moment.
    Ending(Afterwards, Instant),
    /// The settings could not be read and are left as they are.
    Settings {
        /// Where they are.
        path: PathBuf,
    },
}

/// The messages that are shown, the oldest first, each with a number of its own.
#[derive(Debug, Default)]
pub struct Notices {
    shown: Vec<(u64, Notice)>,
    next: u64,
}

/// What is done with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// It is to go.
    Dismiss(Dismiss),
    /// What it tells of is to be taken back.
    Undo(Dismiss),
    /// What it counts down to shall not happen.
    Stay,
    /// A second has gone.
    Tick,
}

/// The number of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dismiss(pub u64);

impl Notices {
    /// Shows one; the answer is how to dismiss it, if it should leave by itself.
    pub fn push(&mut self, notice: Notice) -> Option<Dismiss> {
        let number = self.next;
        self.next += 1;
        let brief = matches!(
            notice,
            Notice::Background
                | Notice::CannotOpen(_)
                | Notice::NoBeginning(_)
                | Notice::NoPicker
                | Notice::NoFolderPicker
                | Notice::NotResumeData(_)
                | Notice::NotTrashed(_)
                | Notice::Removed { .. }
        );
        self.shown.push((number, notice));
        brief.then_some(Dismiss(number))
    }

    /// Takes one away, and gives it back.
    pub fn dismiss(&mut self, Dismiss(number): Dismiss) -> Option<Notice> {
        let at = self.shown.iter().position(|(known, _)| *known == number)?;
        Some(self.shown.remove(at).1)
    }

    /// The last one that tells of something to be taken back.
    pub fn last_removed(&self) -> Option<Dismiss> {
        let found = self.shown.iter().rev().find(|(_, notice)| matches!(notice, Notice::Removed { .. }));
        found.map(|(number, _)| Dismiss(*number))
    }

    /// All that tell of something to be taken back.
    pub fn all_removed(&self) -> Vec<Dismiss> {
        let found = self.shown.iter().filter(|(_, notice)| matches!(notice, Notice::Removed { .. }));
        found.map(|(number, _)| Dismiss(*number)).collect()
    }

    /// Whether one counts down.
    pub fn counts_down(&self) -> bool {
        self.shown.iter().any(|(_, notice)| matches!(notice, Notice::Ending(..)))
    }

    /// Takes away what counts down.
    pub fn end_countdown(&mut self) {
        self.shown.retain(|(_, notice)| !matches!(notice, Notice::Ending(..)));
    }

    /// Whether none is shown.
    #[cfg(test)]
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// How they look, if there are any.
    pub fn view<'a>(&'a self, look: &'a Look) -> Option<Element<'a, Message>> {
        let cards = self.shown.iter().map(|(number, notice)| card(*number, notice, look));
        let pile = column(cards).spacing(space::SMALL).max_width(460);
        let corner = container(pile).align_right(Fill).align_bottom(Fill).padding([44.0, space::LARGE]);
        (!self.shown.is_empty()).then(|| corner.into())
    }
}

fn card<'a>(number: u64, notice: &'a Notice, look: &'a Look) -> Element<'a, Message> {
    let (words, icon, tone) = words(notice, look);
    let id = Id::from(format!("dismiss {number}"));
    let dismiss = Press::new(id, Icon::Close, t!(look.texts, "dismiss"), Message::Dismiss(Dismiss(number)));
    // What is about to happen can be stopped, but not put out of sight.
    let (dismiss, act) = match notice {
        Notice::Removed { .. } => {
            (Some(dismiss), Some(("undo", t!(look.texts, "undo"), Message::Undo(Dismiss(number)))))
        }
        Notice::Ending(..) => (None, Some(("stay", t!(look.texts, "cancel"), Message::Stay))),
        _ => (Some(dismiss), None),
    };
    let act = act.map(|(id, name, message)| {
        container(answer(look, name, Some(message), theme::button::secondary)).id(id)
    });
    let line = row![icon.view(20.0, tone), look.text(words).width(Fill)].push(act);
    let line = line.push(dismiss.map(|dismiss| dismiss.quiet(look)));
    container(line.spacing(space::MEDIUM).align_y(Alignment::Center))
        .padding([space::SMALL, space::MEDIUM])
        .style(theme::container::toast)
        .into()
}

fn words(notice: &Notice, look: &Look) -> (String, Icon, Tone) {
    let texts = &look.texts;
    match notice {
        Notice::Background => (t!(texts, "notice-background"), Icon::Check, Tone::Success),
        Notice::CannotOpen(path) => {
            (t!(texts, "notice-cannot-open", name = name(path)), Icon::Alert, Tone::Warning)
        }
        Notice::NoBeginning(path) => {
            (t!(texts, "notice-no-beginning", name = name(path)), Icon::Clock, Tone::Warning)
        }
        Notice::NoFolderPicker => (t!(texts, "notice-no-folder-picker"), Icon::Alert, Tone::Warning),
        Notice::NoPicker => (t!(texts, "notice-no-picker"), Icon::Alert, Tone::Warning),
        Notice::NotResumeData(path) => {
            (t!(texts, "notice-not-resume-data", name = name(path)), Icon::Alert, Tone::Warning)
        }
        Notice::NotTrashed(path) => {
            (t!(texts, "notice-not-trashed", name = name(path)), Icon::Alert, Tone::Warning)
        }
        Notice::Removed { ids, trash: false } => {
            (t!(texts, "notice-removed", count = ids.len()), Icon::Remove, Tone::Muted)
        }
        Notice::Removed { trash: true, .. } => (t!(texts, "notice-trashed"), Icon::Trash, Tone::Muted),
        Notice::Ending(then, at) => (ending(*then, *at, look), Icon::Clock, Tone::Warning),
        Notice::Session(fault) => (look.fault(fault), Icon::Alert, Tone::Danger),
        Notice::Restored { kept } => {
            (t!(texts, "notice-restored", path = kept.display().to_string()), Icon::Alert, Tone::Warning)
        }
        Notice::Settings { path } => {
            (t!(texts, "notice-settings", path = path.display().to_string()), Icon::Alert, Tone::Warning)
        }
    }
}

/// What happens, and in how many seconds; one that has begun is counted.
fn ending(then: Afterwards, at: Instant, look: &Look) -> String {
    let left = at.saturating_duration_since(Instant::now()) + Duration::from_millis(999);
    let (texts, seconds) = (&look.texts, left.as_secs());
    match then {
        Afterwards::Nothing => String::new(),
        Afterwards::Quit => t!(texts, "when-quit-in", seconds = seconds),
        Afterwards::Suspend => t!(texts, "when-suspend-in", seconds = seconds),
        Afterwards::PowerOff => t!(texts, "when-power-off-in", seconds = seconds),
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_attention_stays_until_it_is_dismissed() {
        let mut notices = Notices::default();
        assert!(notices.push(Notice::Session(Fault::new("no"))).is_none());
        let brief = notices.push(Notice::Background).unwrap();
        let _ = notices.dismiss(brief);
        assert!(matches!(notices.shown[..], [(0, Notice::Session(_))]));
    }
}
