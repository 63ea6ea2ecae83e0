//! A site as it stands in a file.

use std::collections::BTreeMap;
use std::num::NonZeroU8;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Site;
use crate::transfer::{Address, Failure, Notify, Terms, headers, is_default};

/// See the module.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Written {
    url: String,
    #[serde(default, skip_serializing_if = "is_default")]
    folder: PathBuf,
    #[serde(flatten)]
    headers: headers::Written,
    /// What to say when a transfer is complete, or `none`.
    #[serde(default, skip_serializing_if = "is_default")]
    notify: String,
    #[serde(default, skip_serializing_if = "is_default")]
    notify_failure: String,
    #[serde(default, skip_serializing_if = "is_default")]
    priority: String,
    #[serde(default, skip_serializing_if = "is_default")]
    cost_policy: String,
    #[serde(default, skip_serializing_if = "is_default")]
    group: String,
    #[serde(default, skip_serializing_if = "is_default")]
    retries: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pause_on: Vec<String>,
    /// Seconds.
    #[serde(default, skip_serializing_if = "is_default")]
    timeout: u64,
    /// Bytes a second.
    #[serde(default, skip_serializing_if = "is_default")]
    limit: u64,
    #[serde(default, skip_serializing_if = "is_default")]
    connections: u8,
    #[serde(default, skip_serializing_if = "is_default")]
    proxy: String,
    #[serde(default, skip_serializing_if = "is_default")]
    cookie_file: PathBuf,
    #[serde(flatten)]
    other: BTreeMap<String, ron::Value>,
}

impl From<Site> for Written {
    fn from(site: Site) -> Self {
        let terms = site.terms;
        let (notify, notify_failure) = match terms.notify {
            Notify { quiet: true, .. } => ("none".to_owned(), String::new()),
            Notify { success, failure, .. } => (success.unwrap_or_default(), failure.unwrap_or_default()),
        };
        Self {
            url: site.url.expose().to_owned(),
            folder: site.folder.unwrap_or_default(),
            headers: (&site.headers).into(),
            notify,
            notify_failure,
            priority: said(&terms.priority),
            cost_policy: said(&terms.cost_policy),
            group: terms.group.map(|group| group.to_string()).unwrap_or_default(),
            retries: terms.retries.map(|retries| retries.to_string()).unwrap_or_default(),
            pause_on: terms.pause_on.iter().map(ToString::to_string).collect(),
            timeout: terms.timeout.unwrap_or_default(),
            limit: terms.limit.unwrap_or_default(),
            connections: terms.connections.map_or(0, NonZeroU8::get),
            proxy: terms.proxy.into(),
            cookie_file: terms.cookie_file.unwrap_or_default(),
            other: site.other,
        }
    }
}

impl TryFrom<Written> for Site {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let (url, _) = Address::parse(&written.url).map_err(|failure| failure.to_string())?;
        let text = |text: String| Some(text).filter(|text| !text.is_empty());
        let path = |path: PathBuf| Some(path).filter(|path| !path.as_os_str().is_empty());
        let quiet = written.notify == "none";
        let (success, failure) = (text(written.notify).filter(|_| !quiet), text(written.notify_failure));
        let pause_on = written.pause_on.iter().map(|kind| kind.parse());
        let terms = Terms {
            notify: Notify { success, failure, quiet },
            priority: read(&written.priority)?.unwrap_or_default(),
            cost_policy: read(&written.cost_policy)?.unwrap_or_default(),
            group: read(&written.group)?,
            retries: read(&written.retries)?,
            pause_on: pause_on.collect::<Result<_, _>>().map_err(|error| format!("{error}"))?,
            timeout: Some(written.timeout).filter(|timeout| *timeout > 0),
            limit: Some(written.limit).filter(|limit| *limit > 0),
            connections: NonZeroU8::new(written.connections),
            proxy: written.proxy.try_into().map_err(|failure: Failure| failure.to_string())?,
            cookie_file: path(written.cookie_file),
            ..Terms::default()
        };
        let headers = written.headers.try_into()?;
        Ok(Self { folder: path(written.folder), headers, terms, other: written.other, ..Self::new(&url) })
    }
}

/// The word for it; nothing if that says nothing.
fn said<T: ToString + Default + PartialEq>(value: &T) -> String {
    if is_default(value) { String::new() } else { value.to_string() }
}

/// What a word means; nothing if there is none.
fn read<T: FromStr<Err: ToString>>(word: &str) -> Result<Option<T>, String> {
    if word.is_empty() {
        return Ok(None);
    }
    word.parse().map(Some).map_err(|error: T::Err| error.to_string())
}
