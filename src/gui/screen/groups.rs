//! The groups: what holds for each of them, and how it stands.

use crate::gui::desktop::Picked;
use crate::ipc::{Fault, Reply, Request};
use crate::{CostPolicy, GroupName, GroupView};

mod edit;
#[cfg(test)]
mod tests;
mod view;

use edit::Edit;
pub use edit::Field;

/// See the module.
#[derive(Debug, Default)]
pub struct Groups {
    /// What the session said, once it has.
    all: Option<Vec<GroupView>>,
    /// The one that is being written.
    edit: Option<Box<Edit>>,
    /// The one about which is asked whether it shall go.
    going: Option<GroupName>,
    /// Why something was not done.
    fault: Option<Fault>,
}

/// What happens to it.
#[derive(Clone, Debug)]
pub enum Message {
    /// The session told them.
    Told(Result<Vec<GroupView>, Fault>),
    /// One has changed.
    Changed(Box<GroupView>),
    /// One is gone.
    Gone(GroupName),
    /// What was asked for is done, or not.
    Done(Result<(), Fault>),
    /// Write a new one.
    New,
    /// Write another value for what is set for one.
    Edit(GroupName),
    /// Something was written into a field.
    Write(Field, String),
    /// One shall run after the other, or all at once.
    Serial(bool),
    /// What those may cost that are added.
    Cost(CostPolicy),
    /// A folder is to be chosen.
    Choose,
    /// A folder was chosen, or not.
    Picked(Picked),
    /// It shall be as it is written.
    Save,
    /// Ask whether one shall go.
    Remove(GroupName),
    /// It shall.
    ReallyRemove(GroupName),
    /// Show the times of the day.
    Times,
    /// Leave what is written or asked, or the page.
    Escape,
    /// Leave the page.
    Close,
}

/// What it asks for.
#[derive(Debug)]
pub enum Action {
    /// Nothing.
    None,
    /// To know the groups.
    Read,
    /// To ask the session, and to be told what became of it.
    Ask(Request),
    /// Let somebody choose a folder.
    Pick,
    /// Let somebody write in this field.
    Focus(Field),
    /// Show the times of the day.
    Times,
    /// To be closed.
    Close,
}

/// What the session told, out of its answer.
pub fn of_reply(reply: Result<Reply, Fault>) -> Message {
    Message::Told(match reply {
        Ok(Reply::Groups(groups)) => Ok(groups),
        Ok(_) => Err(Fault::new("The session did not tell its groups.")),
        Err(fault) => Err(fault),
    })
}

impl Groups {
    /// Follows a message.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Told(Ok(all)) => self.all = Some(all),
            Message::Told(Err(fault)) | Message::Done(Err(fault)) => self.fault = Some(fault),
            Message::Changed(group) => self.change(*group),
            Message::Gone(name) => {
                self.all.iter_mut().for_each(|all| all.retain(|view| view.group.name != name));
                self.going.take_if(|going| *going == name);
            }
            Message::Done(Ok(())) => {
                (self.edit, self.going, self.fault) = (None, None, None);
                return Action::Read;
            }
            Message::New => return self.write(Edit::default(), Field::Name),
            Message::Edit(name) => {
                let known = self.all.iter().flatten().find(|view| view.group.name == name);
                let Some(edit) = known.map(|view| Edit::of(&view.group)) else { return Action::None };
                return self.write(edit, Field::Limit);
            }
            Message::Save => return self.save(),
            Message::Choose => return Action::Pick,
            Message::Remove(name) => self.going = Some(name),
            Message::ReallyRemove(name) => return Action::Ask(Request::RemoveGroup { name }),
            Message::Times => return Action::Times,
            Message::Escape => return self.escape(),
            Message::Close => return Action::Close,
            Message::Write(..) | Message::Serial(_) | Message::Cost(_) | Message::Picked(_) => {
                self.edit.iter_mut().for_each(|edit| edit.update(message.clone()));
            }
        }
        Action::None
    }

    fn write(&mut self, edit: Edit, first: Field) -> Action {
        (self.edit, self.going, self.fault) = (Some(Box::new(edit)), None, None);
        Action::Focus(first)
    }

    fn change(&mut self, group: GroupView) {
        let Some(all) = &mut self.all else { return };
        match all.binary_search_by(|view| view.group.name.cmp(&group.group.name)) {
            Ok(at) => all[at] = group,
            Err(at) => all.insert(at, group),
        }
    }

    fn save(&mut self) -> Action {
        let names: Vec<_> = self.all.iter().flatten().map(|view| view.group.name.clone()).collect();
        let group = self.edit.as_mut().and_then(|edit| edit.group(&names));
        group.map_or(Action::None, |group| Action::Ask(Request::SetGroup(Box::new(group))))
    }

    /// Leaves one thing: what is written, what is asked, the page.
    fn escape(&mut self) -> Action {
        if self.edit.take().is_some() || self.going.take().is_some() {
            self.fault = None;
            return Action::None;
        }
        Action::Close
    }
}
