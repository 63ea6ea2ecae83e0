//! What few need: on what terms to get it, and what to say to the server.

use std::num::NonZeroU8;
use std::path::Path;

use iced::widget::text_editor::Content;
use jiff::Zoned;
use secrecy::SecretString;

use crate::{Checksum, Credentials, DownloadRequest, Group, IfExists, Priority, Terms, moment, speed};

/// A field of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The group that it belongs to.
    Group,
    /// What the file must amount to.
    Checksum,
    /// The name to log in with.
    User,
    /// The password for that.
    Password,
    /// How fast it may be.
    Limit,
    /// When it starts.
    Start,
    /// Over how many connections it comes.
    Connections,
}

/// Which of those that wait goes first, as far as anybody wants to say that here.
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

    fn priority(self) -> Priority {
        let number: f32 = match self {
            Self::Low => 0.2,
            Self::Normal => return Priority::default(),
            Self::High => 0.8,
        };
        Priority::try_from(number).unwrap_or_default()
    }
}

/// What was filled in.
#[derive(Debug, Default)]
pub struct More {
    group: String,
    checksum: String,
    user: String,
    password: String,
    limit: String,
    start: String,
    connections: String,
    /// Headers, one on each line.
    pub headers: Content,
    /// How urgent it is.
    pub urgency: Urgency,
    /// What to do when the name is taken.
    pub if_exists: IfExists,
    /// The groups that there are.
    pub groups: Vec<Group>,
}

/// A value that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// In this field.
    Field(Field),
    /// In this line of the headers.
    Header(String),
}

impl More {
    /// What stands in a field.
    pub fn get(&self, field: Field) -> &str {
        match field {
            Field::Group => &self.group,
            Field::Checksum => &self.checksum,
            Field::User => &self.user,
            Field::Password => &self.password,
            Field::Limit => &self.limit,
            Field::Start => &self.start,
            Field::Connections => &self.connections,
        }
    }

    /// Something else stands in a field now.
    pub fn set(&mut self, field: Field, text: String) {
        *match field {
            Field::Group => &mut self.group,
            Field::Checksum => &mut self.checksum,
            Field::User => &mut self.user,
            Field::Password => &mut self.password,
            Field::Limit => &mut self.limit,
            Field::Start => &mut self.start,
            Field::Connections => &mut self.connections,
        } = text;
    }

    /// Reads what stands in a field; nothing if nothing does.
    fn read<T>(&self, field: Field, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Wrong> {
        match self.get(field).trim() {
            "" => Ok(None),
            text => read(text).map(Some).ok_or(Wrong::Field(field)),
        }
    }

    /// Puts all of it into a request; the checksum only if it is the only one.
    ///
    /// # Errors
    /// The first value that cannot be taken.
    pub fn apply(&self, request: &mut DownloadRequest, is_only: bool) -> Result<(), Wrong> {
        let checksum = self.read(Field::Checksum, |text| text.parse::<Checksum>().ok())?;
        request.expected.checksums.extend(checksum.filter(|_| is_only));
        request.if_exists = self.if_exists;
        request.terms = Terms {
            group: self.read(Field::Group, |text| text.parse().ok())?,
            limit: self.read(Field::Limit, speed)?,
            start_at: self.read(Field::Start, |text| moment(text, &Zoned::now()).ok())?,
            connections: self.read(Field::Connections, |text| text.parse::<NonZeroU8>().ok())?,
            priority: self.urgency.priority(),
            ..std::mem::take(&mut request.terms)
        };
        if self.user.trim().is_empty() && !self.password.is_empty() {
            return Err(Wrong::Field(Field::User));
        }
        if !self.user.trim().is_empty() {
            let password = SecretString::from(self.password.as_str());
            request.log_in(&Credentials { user: self.user.trim().to_owned(), password });
        }
        for line in self.headers.text().lines().filter(|line| !line.trim().is_empty()) {
            // Only the name is told: the value may be a secret.
            let name = || line.split(':').next().unwrap_or_default().trim().chars().take(60).collect();
            request.headers.add_line(line).map_err(|_| Wrong::Header(name()))?;
        }
        Ok(())
    }

    /// Where the downloads of the group go, if that is set for it.
    pub fn folder(&self) -> Option<&Path> {
        let chosen = self.groups.iter().find(|group| group.name.as_str() == self.group.trim());
        chosen?.folder.as_deref()
    }

    /// Whether something is said to the server, or to all of them.
    pub fn says_something(&self) -> bool {
        !self.user.trim().is_empty() || !self.headers.text().trim().is_empty()
    }
}
