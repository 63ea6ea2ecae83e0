//! One change of the settings.

use crate::{NotASetting, Settings, Window};

use super::catalog::{Setting, Values};

/// This setting becomes that. It holds for whatever the others are by then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    name: &'static str,
    value: String,
}

impl Change {
    /// `setting` becomes `value`, as it is typed.
    pub fn new(setting: &Setting, value: impl Into<String>) -> Self {
        Self { name: setting.name, value: value.into() }
    }

    /// The setting that is called so becomes `value`.
    pub fn named(name: &'static str, value: u64) -> Self {
        Self { name, value: value.to_string() }
    }

    /// `setting` becomes what it is unless something else is said.
    pub fn back(setting: &Setting) -> Self {
        Self::new(setting, Values::defaults().get(setting))
    }

    /// These are the times of the day.
    pub fn windows(windows: &[Window]) -> Self {
        let value = windows.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        Self { name: "windows", value }
    }

    /// The settings with it.
    ///
    /// # Errors
    /// If the setting cannot be that.
    pub fn of(&self, settings: &Settings) -> Result<Settings, NotASetting> {
        settings.with(self.name, &self.value)
    }
}
