//! A group while it is being written.

use crate::gui::desktop::Picked;
use crate::gui::form::line::{self, Line, NoValue};
use crate::gui::path;
use crate::{CommandLine, CostPolicy, Group, GroupName};

use super::Message;

/// Something that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// What it is called.
    Name,
    /// What all of it may move together.
    Limit,
    /// Where its downloads go.
    Folder,
    /// What to run when all of it has ended well.
    Success,
    /// What to run when something failed.
    Failure,
}

impl Field {
    /// How many there are.
    const COUNT: usize = 5;

    /// What it is called by tests.
    pub fn id(self) -> &'static str {
        match self {
            Self::Name => "group-name",
            Self::Limit => "group-limit",
            Self::Folder => "group-folder",
            Self::Success => "group-success",
            Self::Failure => "group-failure",
        }
    }
}

/// Why what is written is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is no value of its kind.
    Value,
    /// There is a group of that name.
    Taken,
    /// There is no dialog to choose from.
    NoPicker,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Edit {
    /// The group as it was; nothing for a new one.
    pub before: Option<Group>,
    /// Whether one runs after the other.
    pub serial: bool,
    /// What those may cost that are added.
    pub cost: CostPolicy,
    lines: [Line; Field::COUNT],
    /// What is wrong with one of them.
    pub wrong: Option<(Field, Wrong)>,
}

impl Edit {
    /// As this one is set.
    pub fn of(group: &Group) -> Self {
        let words = |line: &Option<CommandLine>| line.as_ref().map(ToString::to_string).unwrap_or_default();
        let lines = [
            group.name.to_string(),
            group.limit.map(line::speed).unwrap_or_default(),
            group.folder.as_ref().map(|folder| folder.display().to_string()).unwrap_or_default(),
            words(&group.completion.on_success),
            words(&group.completion.on_failure),
        ];
        Self {
            before: Some(group.clone()),
            serial: group.serial,
            cost: group.cost_policy.unwrap_or_default(),
            lines: lines.map(Line::of),
            wrong: None,
        }
    }

    /// What is written there.
    pub fn text(&self, field: Field) -> &str {
        self.lines[field as usize].text()
    }

    /// Follows a message.
    pub fn update(&mut self, message: Message) {
        match message {
            Message::Write(field, text) => {
                self.lines[field as usize].write(text);
                self.wrong = self.wrong.filter(|(wrong, _)| *wrong != field);
            }
            Message::Serial(serial) => self.serial = serial,
            Message::Cost(cost) => self.cost = cost,
            Message::Picked(Picked::Paths(paths)) => {
                if let Some(path) = paths.first() {
                    self.update(Message::Write(Field::Folder, path.display().to_string()));
                }
            }
            Message::Picked(Picked::Unavailable) => self.wrong = Some((Field::Folder, Wrong::NoPicker)),
            _ => {}
        }
    }

    /// The group as it is written, if all of that are values; `names` are those of the others.
    pub fn group(&mut self, names: &[GroupName]) -> Option<Group> {
        match self.read(names) {
            Ok(group) => Some(group),
            Err(wrong) => {
                self.wrong = Some(wrong);
                None
            }
        }
    }

    fn read(&self, names: &[GroupName]) -> Result<Group, (Field, Wrong)> {
        let mut group = self.before.clone().map_or_else(|| self.new_group(names), Ok)?;
        group.serial = self.serial;
        group.cost_policy = Some(self.cost).filter(|cost| *cost != CostPolicy::Default);
        self.value(Field::Limit, &mut group.limit, crate::speed)?;
        self.value(Field::Folder, &mut group.folder, |text| path::whole(text).ok())?;
        self.value(Field::Success, &mut group.completion.on_success, |text| text.parse().ok())?;
        self.value(Field::Failure, &mut group.completion.on_failure, |text| text.parse().ok())?;
        Ok(group)
    }

    fn new_group(&self, names: &[GroupName]) -> Result<Group, (Field, Wrong)> {
        let name = self.text(Field::Name).parse().map_err(|_| (Field::Name, Wrong::Value))?;
        if names.contains(&name) { Err((Field::Name, Wrong::Taken)) } else { Ok(Group::new(name)) }
    }

    /// Reads a field into its value. What nobody has written in stays exactly what it is.
    fn value<T>(
        &self,
        field: Field,
        value: &mut Option<T>,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<(), (Field, Wrong)> {
        self.lines[field as usize].read(value, read).map_err(|NoValue| (field, Wrong::Value))
    }
}
