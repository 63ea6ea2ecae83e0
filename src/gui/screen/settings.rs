//! The settings: all there are, in sections and to be searched. Every change holds at once.
//!
//! What is chosen or switched is a change by itself. What is written becomes one when Enter is pressed,
//! when something else is done, or when nothing more was written for a moment; until then it is a draft.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use crate::Settings;
use crate::gui::desktop::Picked;
use crate::gui::keys::Command;
use crate::ipc::Fault;

mod catalog;
mod change;
mod field;
mod search;
#[cfg(test)]
mod tests;
mod times;
mod values;
mod view;

use catalog::{Kind, Values};
pub use catalog::{Section, Setting};
pub use change::Change;
use field::{Draft, Field, Problem};

/// The name of the field to search in.
pub const SEARCH_FIELD: &str = "search-settings";
/// The name of the part that scrolls.
pub const SCROLL: &str = "settings";
/// Nothing was written for so long: then it holds.
pub const REST: Duration = Duration::from_millis(900);

/// The state of the settings' dialog. The settings themselves are the application's.
#[derive(Debug)]
pub struct Preferences {
    section: Section,
    /// Whether the sections are to be seen where there is no room for one beside them.
    lists: bool,
    search: String,
    drafts: BTreeMap<Field, Draft>,
    /// The time of the day that is being edited.
    open: Option<usize>,
    /// How often something was written.
    written: u64,
    /// Why the last change was not kept.
    fault: Option<Fault>,
}

/// What happens to the dialog.
#[derive(Clone, Debug)]
pub enum Message {
    /// Another section is wanted.
    Section(Section),
    /// All sections are wanted.
    Sections,
    /// What is searched for.
    Search(String),
    /// A setting becomes this.
    Set(&'static Setting, String),
    /// A setting becomes one more or less.
    Step(&'static Setting, i64),
    /// A setting becomes what it is unless something else is said.
    Back(&'static Setting),
    /// A field is to be there, although nothing is in it yet.
    Open(Field),
    /// Something was written into a field.
    Write(Field, String),
    /// It is all that is to be written.
    Settle,
    /// Nothing more was written since it had been written so often.
    Rest(u64),
    /// A folder is to be chosen.
    Choose,
    /// A folder was chosen, or not.
    Picked(Picked),
    /// With the times of the day.
    Times(times::Message),
    /// A key was pressed.
    Key(Command),
    /// Leave.
    Close,
}

/// What the dialog asks for: first these changes, then something else.
#[derive(Debug, Default)]
pub struct Action {
    /// The settings are to change.
    pub changes: Vec<Change>,
    /// What comes then.
    pub then: Then,
}

/// What comes after the changes.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum Then {
    /// Nothing.
    #[default]
    Nothing,
    /// Say that it was written so often when it has been for [`REST`].
    Wait(u64),
    /// Show what is above everything else.
    Top,
    /// Let the user choose a folder, beginning here.
    Pick(PathBuf),
    /// Leave.
    Close,
}

impl Preferences {
    /// The dialog as it opens.
    pub fn new() -> Self {
        Self {
            section: Section::General,
            lists: true,
            search: String::new(),
            drafts: BTreeMap::new(),
            open: None,
            written: 0,
            fault: None,
        }
    }

    /// The last change was not kept.
    pub fn refused(&mut self, fault: Fault) {
        self.fault = Some(fault);
    }

    /// The settings were changed, maybe by somebody else. What is being written stays; what was taken as it was
    /// written makes room for what holds now.
    pub fn hear(&mut self, before: &Settings, after: &Settings) {
        let holds = |field: Field, draft: &Draft, settings: &Settings| {
            let change = field.read(&draft.text, settings).ok();
            change.is_some_and(|change| change.of(settings).is_ok_and(|then| then == *settings))
        };
        self.drafts.retain(|field, draft| {
            !draft.written || !holds(*field, draft, before) || holds(*field, draft, after)
        });
        self.hear_times(&before.windows, &after.windows);
    }

    /// Follows a message; `settings` are those that hold.
    pub fn update(&mut self, message: Message, settings: &Settings) -> Action {
        let mut changes = match &message {
            Message::Write(field, _) => self.settle(settings, |draft| draft != *field),
            Message::Rest(_) | Message::Picked(_) => Vec::new(),
            _ => self.settle(settings, |_| true),
        };
        // What was written before may have changed them.
        let settings = changed(settings, &changes);
        let (more, then) = self.follow(message, &settings);
        changes.extend(more);
        if !changes.is_empty() {
            self.fault = None;
        }
        Action { changes, then }
    }

    fn follow(&mut self, message: Message, settings: &Settings) -> (Vec<Change>, Then) {
        match message {
            Message::Section(section) => (vec![], self.turn_to(section)),
            Message::Sections => {
                self.lists = true;
                (vec![], Then::Top)
            }
            Message::Search(words) => {
                self.search = words;
                (vec![], Then::Top)
            }
            Message::Set(setting, value) => (self.set(setting, value), Then::Nothing),
            Message::Step(setting, by) => (self.step(setting, by, settings), Then::Nothing),
            Message::Back(setting) => {
                self.drafts.remove(&Field::Setting(setting));
                (vec![Change::back(setting)], Then::Nothing)
            }
            Message::Open(field) => {
                self.drafts.entry(field).or_default();
                (vec![], Then::Nothing)
            }
            Message::Write(field, text) => (vec![], self.write(field, text, settings)),
            Message::Rest(written) => (self.rest(written, settings), Then::Nothing),
            Message::Choose => (vec![], Then::Pick(settings.folder())),
            Message::Picked(picked) => (self.picked(picked, settings), Then::Nothing),
            Message::Times(message) => (self.with_times(message, settings), Then::Nothing),
            Message::Key(command) => (vec![], self.key(command)),
            Message::Settle => (vec![], Then::Nothing),
            Message::Close => (vec![], Then::Close),
        }
    }

    fn turn_to(&mut self, section: Section) -> Then {
        (self.section, self.lists) = (section, false);
        self.search.clear();
        Then::Top
    }

    fn set(&mut self, setting: &'static Setting, value: String) -> Vec<Change> {
        self.drafts.remove(&Field::Setting(setting));
        vec![Change::new(setting, value)]
    }

    fn step(&mut self, setting: &'static Setting, by: i64, settings: &Settings) -> Vec<Change> {
        let values = Values::of(settings);
        let Some(Kind::Number(number)) = setting.kind(&values) else { return vec![] };
        let now = values.get(setting).parse::<u64>().unwrap_or(number.least);
        let then = now.saturating_add_signed(by).clamp(number.least, number.most);
        self.set(setting, then.to_string())
    }

    fn write(&mut self, field: Field, text: String, settings: &Settings) -> Then {
        let was_wrong = self.drafts.get(&field).is_some_and(|draft| draft.problem.is_some());
        // Nobody is told of a mistake before it is made, but at once that it is one no more.
        let problem = if was_wrong { field.read(&text, settings).err() } else { None };
        self.drafts.insert(field, Draft { text, written: true, problem });
        self.written += 1;
        Then::Wait(self.written)
    }

    /// Takes what was written as it stands, and leaves it there to be written on.
    fn rest(&mut self, written: u64, settings: &Settings) -> Vec<Change> {
        if written != self.written {
            return vec![];
        }
        let kept = self.drafts.clone();
        let changes = self.settle(settings, |_| true);
        for (field, draft) in kept {
            self.drafts.entry(field).or_insert(draft);
        }
        changes
    }

    /// Takes what was written into `which` fields: what is a value is a change, what is none stays.
    fn settle(&mut self, settings: &Settings, which: impl Fn(Field) -> bool) -> Vec<Change> {
        let mut changes: Vec<Change> = Vec::new();
        self.drafts.retain(|field, draft| {
            if !draft.written || !which(*field) {
                return true;
            }
            let now = changed(settings, &changes);
            match field.read(&draft.text, &now) {
                Ok(change) => {
                    changes
                        .extend(Some(change).filter(|change| change.of(&now).is_ok_and(|then| then != now)));
                    false
                }
                Err(problem) => {
                    draft.problem = Some(problem);
                    true
                }
            }
        });
        changes
    }

    fn picked(&mut self, picked: Picked, settings: &Settings) -> Vec<Change> {
        let Some(folder) = Setting::named("download_folder") else { return vec![] };
        match picked {
            Picked::Paths(paths) => match paths.first() {
                Some(path) => self.set(folder, path.to_string_lossy().into_owned()),
                None => vec![],
            },
            Picked::Cancelled => vec![],
            Picked::Unavailable => {
                let field = Field::Setting(folder);
                let text = Values::of(settings).get(folder).to_owned();
                self.drafts.insert(field, Draft { text, written: false, problem: Some(Problem::NoPicker) });
                vec![]
            }
        }
    }

    fn key(&mut self, command: Command) -> Then {
        match command {
            Command::Escape if !self.search.is_empty() => {
                self.search.clear();
                Then::Top
            }
            Command::Escape => Then::Close,
            Command::PageUp(_) => self.turn_to(self.section.further(-1)),
            Command::PageDown(_) => self.turn_to(self.section.further(1)),
            _ => Then::Nothing,
        }
    }
}

/// The settings with these changes; one that cannot be is left out.
fn changed(settings: &Settings, changes: &[Change]) -> Settings {
    changes.iter().fold(settings.clone(), |now, change| change.of(&now).unwrap_or(now))
}
