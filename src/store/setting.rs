//! Settings by their names, as somebody types them.

use serde_json::{Map, Value};

use super::Settings;
use crate::transfer::{ProxyChoice, speed};

/// Why a setting cannot be set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotASetting {
    /// There is none of that name.
    #[error("There is no setting “{name}”. There are: {known}.")]
    Unknown {
        /// What was typed.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// It takes something else.
    #[error("{name} should be {wanted}.")]
    Value {
        /// The setting.
        name: String,
        /// What it takes.
        wanted: String,
    },
    /// It goes too far, or should not be written down.
    #[error("{name} cannot be that; the nearest is {nearest}.")]
    OutOfBounds {
        /// The setting.
        name: String,
        /// What would do.
        nearest: String,
    },
}

impl Settings {
    /// All settings by their names, as [`Settings::with`] takes them. Those of other versions are left out.
    #[must_use]
    pub fn entries(&self) -> Vec<(String, String)> {
        self.known().into_iter().map(|(name, value)| (name, words(&value))).collect()
    }

    /// The same settings with another one.
    ///
    /// # Errors
    /// If there is no such setting, or it cannot be that.
    pub fn with(&self, name: &str, typed: &str) -> Result<Self, NotASetting> {
        let mut known = self.known();
        let Some(value) = known.get_mut(name) else {
            let names: Vec<_> = known.keys().map(String::as_str).collect();
            return Err(NotASetting::Unknown { name: short(name), known: names.join(", ") });
        };
        let wanted = |wanted: &str| NotASetting::Value { name: name.to_owned(), wanted: wanted.to_owned() };
        *value = match value {
            Value::Bool(_) => Value::Bool(typed.parse().map_err(|_| wanted("true or false"))?),
            Value::Number(_) if name.ends_with("_limit") => match typed {
                "0" | "none" => 0.into(),
                typed => speed(typed).ok_or_else(|| wanted("a speed such as 500K or 2M, or none"))?.into(),
            },
            Value::Number(_) if name == "data_plan" => match typed {
                "0" | "none" => 0.into(),
                typed => speed(typed).ok_or_else(|| wanted("a size such as 500M or 5G, or none"))?.into(),
            },
            Value::Number(_) if name == "min_split" => {
                speed(typed).ok_or_else(|| wanted("a size such as 256Ki or 1M"))?.into()
            }
            Value::Number(_) => {
                typed.parse::<u64>().map_err(|_| wanted("a whole number that is not below zero"))?.into()
            }
            Value::Array(_) => typed.split(';').map(str::trim).filter(|part| !part.is_empty()).collect(),
            _ => typed.into(),
        };
        let read = serde_json::from_value(Value::Object(known));
        let set = Self { other: self.other.clone(), ..read.map_err(|error| wanted(&error.to_string()))? };
        if name == "download_folder" && !typed.is_empty() && !set.download_folder.is_absolute() {
            return Err(wanted("a whole path such as /home/me/Downloads, or nothing for the desktop’s own"));
        }
        // What is wrong in it may be a secret, so it is not said.
        if name == "proxy" && ProxyChoice::parse(typed).is_err() {
            return Err(wanted(
                "an address such as socks5h://localhost:1080, direct, or nothing for that of the system",
            ));
        }
        let nearest = set.clone().sane();
        if nearest == set {
            return Ok(set);
        }
        let nearest = nearest.known().get(name).map(words).unwrap_or_default();
        Err(NotASetting::OutOfBounds { name: name.to_owned(), nearest })
    }

    fn known(&self) -> Map<String, Value> {
        let known = Self { other: std::collections::BTreeMap::new(), ..self.clone() };
        match serde_json::to_value(known) {
            Ok(Value::Object(known)) => known,
            // A folder whose name is no text.
            _ => Map::new(),
        }
    }
}

fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(several) => several.iter().map(words).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}

fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_takes_what_it_is_shown_as() {
        let windows = vec!["22:00-06:00 stop".parse().unwrap(), "sat,sun 08:00-09:00 5K".parse().unwrap()];
        let settings = Settings { download_limit: 500_000, windows, ..Settings::default() };
        let entries = settings.entries();
        assert!(entries.len() > 12, "{entries:?}");
        for (name, value) in entries {
            assert_eq!(settings.with(&name, &value).unwrap(), settings, "{name}");
        }
    }

    #[test]
    fn a_setting_is_set_as_it_is_typed_and_the_others_stay() {
        let set = |name, typed| Settings::default().with(name, typed).unwrap();
        assert_eq!(set("upload_limit", "2M"), Settings { upload_limit: 2_000_000, ..Settings::default() });
        assert_eq!(set("speed_limit", "none"), Settings::default());
        assert_eq!(set("min_split", "1M").min_split, 1_000_000);
        assert_eq!(set("proxy", "direct").proxy, "direct");
        assert!(!set("notifications", "false").notifications);
        assert_eq!(set("appearance", "Dark").appearance, crate::store::Appearance::Dark);
        let by_hand = Settings { download_folder: "here".into(), ..Settings::default() };
        assert_eq!(by_hand.with("retries", "3").unwrap(), Settings { retries: 3, ..by_hand });
        let other = [("from_the_future".to_owned(), ron::Value::Bool(true))].into();
        let settings = Settings { other, ..Settings::default() };
        assert_eq!(settings.with("max_running", "7").unwrap(), Settings { max_running: 7, ..settings });
    }

    #[test]
    fn what_a_setting_cannot_be_is_refused_with_what_it_can_be() {
        let refused = |name, typed| Settings::default().with(name, typed).unwrap_err().to_string();
        assert!(refused("max_runing", "3").contains("max_running"));
        assert_eq!(refused("max_running", "5000"), "max_running cannot be that; the nearest is 1000.");
        assert_eq!(refused("notifications", "maybe"), "notifications should be true or false.");
        assert_eq!(refused("appearance", "pink"), "appearance should be one of system, light, dark.");
        assert_eq!(
            refused("data_plan_period", "year"),
            "data_plan_period should be one of day, week, month."
        );
        assert_eq!(refused("on_change", "foo"), "on_change should be one of pause, restart.");
        assert!(refused("proxy", "foo://me:S3CR3T@x").starts_with("proxy should be an address such as"));
        assert!(!refused("proxy", "foo://me:S3CR3T@x").contains("S3CR3T"));
        assert!(refused("min_split", "little").contains("256Ki"));
        assert!(refused("speed_limit", "fast").contains("500K"));
        assert!(refused("data_plan", "much").contains("5G"));
        assert!(refused("windows", "at night").contains("22:00-06:00 stop"));
        assert!(refused("retries", "-1").contains("whole number"));
        assert!(refused("download_folder", "here").contains("whole path"));
        assert!(!refused("proxy", "http://me:S3CR3T@a.example").contains("S3CR3T"));
    }
}
