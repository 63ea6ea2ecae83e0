//! On what terms something is moved, as far as people are asked for that: a group, how fast and when, what it may
//! cost, and what is told when it ends.

use std::num::NonZeroU8;
use std::path::Path;

use jiff::Zoned;

use crate::{CostPolicy, Group, Notify, Priority, moment, speed};

use super::line::{self, Line};

mod view;

pub use view::cost;

/// A field of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The group that it belongs to.
    Group,
    /// How fast it may be.
    Limit,
    /// When it starts.
    Start,
    /// Over how many connections it goes.
    Connections,
    /// What is told when it is done.
    Words,
}

impl Field {
    const COUNT: usize = 5;
}

/// Which of those that wait goes first, as far as anybody wants to say that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Urgency {
    /// After the others.
    Low,
    /// As the others.
    #[default]
    Normal,
    /// Before the others.
    High,
}

impl Urgency {
    /// All of them, the last first.
    pub const ALL: [Self; 3] = [Self::Low, Self::Normal, Self::High];

    fn of(priority: Priority) -> Self {
        match priority.partial_cmp(&Priority::default()) {
            Some(std::cmp::Ordering::Less) => Self::Low,
            Some(std::cmp::Ordering::Greater) => Self::High,
            _ => Self::Normal,
        }
    }

    fn priority(self) -> Priority {
        let number: f32 = match self {
            Self::Low => 0.2,
            Self::Normal => return Priority::default(),
            Self::High => 0.8,
        };
        Priority::try_from(number).unwrap_or_default()
    }
}

/// What is told when it ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Telling {
    /// What is usual.
    #[default]
    Usual,
    /// Other words.
    Words,
    /// Nothing.
    Nothing,
}

impl Telling {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Usual, Self::Words, Self::Nothing];

    fn of(notify: &Notify) -> Self {
        match notify {
            Notify { quiet: true, .. } => Self::Nothing,
            Notify { success: Some(_), .. } => Self::Words,
            Notify { .. } => Self::Usual,
        }
    }
}

/// What was filled in.
#[derive(Debug, Default)]
pub struct Terms {
    lines: [Line; Field::COUNT],
    urgency: Urgency,
    cost: CostPolicy,
    telling: Telling,
    /// The groups that there are.
    groups: Vec<Group>,
}

/// What happens to it.
#[derive(Clone, Debug)]
pub enum Message {
    /// A field was edited.
    Write(Field, String),
    /// How urgent it is.
    Urgency(Urgency),
    /// What it may cost.
    Cost(CostPolicy),
    /// What is told.
    Telling(Telling),
    /// The groups that there are.
    Groups(Vec<Group>),
    /// That is all; it shall begin.
    Submit,
}

impl Terms {
    /// As these say.
    pub fn of(terms: &crate::Terms) -> Self {
        let number = |number: NonZeroU8| number.to_string();
        let lines = [
            terms.group.as_ref().map(ToString::to_string).unwrap_or_default(),
            terms.limit.map(line::speed).unwrap_or_default(),
            terms.start_at.map(|at| at.to_string()).unwrap_or_default(),
            terms.connections.map(number).unwrap_or_default(),
            terms.notify.success.clone().unwrap_or_default(),
        ];
        Self {
            lines: lines.map(Line::of),
            urgency: Urgency::of(terms.priority),
            cost: terms.cost_policy,
            telling: Telling::of(&terms.notify),
            groups: Vec::new(),
        }
    }

    /// What stands in a field.
    pub fn text(&self, field: Field) -> &str {
        self.lines[field as usize].text()
    }

    /// Follows a message.
    pub fn update(&mut self, message: Message) {
        match message {
            Message::Write(field, text) => self.lines[field as usize].write(text),
            Message::Urgency(urgency) => self.urgency = urgency,
            Message::Cost(cost) => self.cost = cost,
            Message::Telling(telling) => self.telling = telling,
            Message::Groups(groups) => self.groups = groups,
            Message::Submit => {}
        }
    }

    /// Puts all of it into terms. What nobody has changed stays what it is there.
    ///
    /// # Errors
    /// The first field with something in it that cannot be taken.
    pub fn apply(&self, terms: &mut crate::Terms) -> Result<(), Field> {
        let line = |field: Field| &self.lines[field as usize];
        let read = |field| move |_: line::NoValue| field;
        let at = |text: &str| moment(text, &Zoned::now()).ok();
        line(Field::Group).read(&mut terms.group, |text| text.parse().ok()).map_err(read(Field::Group))?;
        line(Field::Limit).read(&mut terms.limit, speed).map_err(read(Field::Limit))?;
        line(Field::Start).read(&mut terms.start_at, at).map_err(read(Field::Start))?;
        line(Field::Connections)
            .read(&mut terms.connections, |text| text.parse().ok())
            .map_err(read(Field::Connections))?;
        if Urgency::of(terms.priority) != self.urgency {
            terms.priority = self.urgency.priority();
        }
        terms.cost_policy = self.cost;
        self.tell(&mut terms.notify)
    }

    fn tell(&self, notify: &mut Notify) -> Result<(), Field> {
        let words = &self.lines[Field::Words as usize];
        if Telling::of(notify) == self.telling && !(self.telling == Telling::Words && words.is_changed()) {
            return Ok(());
        }
        *notify = match self.telling {
            Telling::Usual => Notify::default(),
            Telling::Nothing => Notify { quiet: true, ..Notify::default() },
            Telling::Words => {
                let said = Some(words.text().trim()).filter(|words| !words.is_empty());
                let success = Some(said.ok_or(Field::Words)?.to_owned());
                Notify { success, quiet: false, failure: notify.failure.take() }
            }
        };
        Ok(())
    }

    /// Where the downloads of the group go, if that is set for it.
    pub fn folder(&self) -> Option<&Path> {
        let chosen = self.groups.iter().find(|group| group.name.as_str() == self.text(Field::Group).trim());
        chosen?.folder.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_changes_stays_exactly_what_it_is() {
        let said = crate::Terms {
            notify: Notify { success: Some("yes".into()), failure: Some("no".into()), quiet: false },
            priority: Priority::try_from(0.75).unwrap(),
            cost_policy: CostPolicy::Always,
            group: Some("Night".parse().unwrap()),
            limit: Some(1_234_567),
            connections: NonZeroU8::new(3),
            retries: Some(1),
            ..crate::Terms::default()
        };
        let (mut form, mut terms) = (Terms::of(&said), said.clone());
        form.apply(&mut terms).unwrap();
        assert_eq!(terms, said);
        form.update(Message::Write(Field::Words, "all is here".to_owned()));
        form.update(Message::Urgency(Urgency::Normal));
        form.update(Message::Cost(CostPolicy::Default));
        form.apply(&mut terms).unwrap();
        let notify = Notify { success: Some("all is here".into()), ..said.notify.clone() };
        let changed = crate::Terms {
            notify,
            priority: Priority::default(),
            cost_policy: CostPolicy::Default,
            ..said.clone()
        };
        assert_eq!(terms, changed);
        form.update(Message::Telling(Telling::Nothing));
        form.apply(&mut terms).unwrap();
        assert_eq!(terms.notify, Notify { quiet: true, ..Notify::default() });
    }

    #[test]
    fn what_cannot_be_taken_is_named() {
        let wrong = [
            (Field::Group, "x".repeat(101)),
            (Field::Limit, "fast".to_owned()),
            (Field::Start, "soon".to_owned()),
            (Field::Connections, "0".to_owned()),
            (Field::Words, " ".to_owned()),
        ];
        for (field, text) in wrong {
            let mut form = Terms::default();
            form.update(Message::Telling(Telling::Words));
            form.update(Message::Write(Field::Words, "done".to_owned()));
            form.update(Message::Write(field, text));
            assert_eq!(form.apply(&mut crate::Terms::default()), Err(field));
        }
    }
}
