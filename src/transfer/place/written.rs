//! A place as it stands in a file: words in quotes, as they are typed on the command line.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Place;
use crate::transfer::{Address, IfExists, LinkRule, Method, Protocol, headers, is_default};

/// See the module.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Written {
    name: String,
    url: String,
    #[serde(default, skip_serializing_if = "is_default")]
    protocol: String,
    #[serde(default, skip_serializing_if = "is_default")]
    method: String,
    #[serde(default, skip_serializing_if = "is_default")]
    file_field: String,
    #[serde(default, skip_serializing_if = "is_default")]
    fields: Vec<String>,
    #[serde(default, skip_serializing_if = "is_default")]
    if_exists: String,
    #[serde(flatten)]
    headers: headers::Written,
    #[serde(default, skip_serializing_if = "is_default")]
    limit: u64,
    #[serde(default, skip_serializing_if = "is_default")]
    link: String,
    #[serde(default, skip_serializing_if = "is_default")]
    copy_link: bool,
    #[serde(flatten)]
    other: BTreeMap<String, ron::Value>,
}

impl From<Place> for Written {
    fn from(place: Place) -> Self {
        Self {
            protocol: if place.protocol == Protocol::Auto { "" } else { place.protocol.name() }.to_owned(),
            method: place.method.map(method).unwrap_or_default().to_owned(),
            fields: place.fields.iter().map(|(name, value)| format!("{name}={value}")).collect(),
            if_exists: place.if_exists.map(if_exists).unwrap_or_default().to_owned(),
            headers: (&place.headers).into(),
            name: place.name,
            url: place.url.expose().to_owned(),
            file_field: place.file_field.unwrap_or_default(),
            limit: place.limit.unwrap_or_default(),
            link: place.link.map(String::from).unwrap_or_default(),
            copy_link: place.copy_link,
            other: place.other,
        }
    }
}

impl TryFrom<Written> for Place {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let (url, _) = Address::parse(&written.url).map_err(|failure| failure.to_string())?;
        let mut place = Self::new(&written.name, url).map_err(|error| error.to_string())?;
        place.protocol = one_of(Protocol::ALL, Protocol::name, &written.protocol)?.unwrap_or_default();
        place.method = one_of(&[Method::Post, Method::Put, Method::Patch], method, &written.method)?;
        place.if_exists = one_of(IF_EXISTS, if_exists, &written.if_exists)?;
        let fields = written.fields.iter().map(|line| line.split_once('=').unwrap_or((line, "")));
        place.fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        place.headers = written.headers.try_into()?;
        place.file_field = Some(written.file_field).filter(|name| !name.is_empty());
        place.limit = Some(written.limit).filter(|limit| *limit > 0);
        place.link = match written.link.as_str() {
            "" => None,
            rule => Some(LinkRule::parse(rule).map_err(|error| error.to_string())?),
        };
        place.copy_link = written.copy_link;
        place.other = written.other;
        Ok(place)
    }
}

fn method(method: Method) -> &'static str {
    match method {
        Method::Post => "post",
        Method::Put => "put",
        Method::Patch => "patch",
    }
}

const IF_EXISTS: &[IfExists] = &[IfExists::Rename, IfExists::Overwrite, IfExists::Skip, IfExists::Fail];

fn if_exists(if_exists: IfExists) -> &'static str {
    match if_exists {
        IfExists::Rename => "rename",
        IfExists::Overwrite => "overwrite",
        IfExists::Skip => "skip",
        IfExists::Fail => "fail",
    }
}

/// The one that is called `word`; nothing if no word was said.
fn one_of<T: Copy>(known: &[T], name: fn(T) -> &'static str, word: &str) -> Result<Option<T>, String> {
    if word.is_empty() {
        return Ok(None);
    }
    let found = known.iter().copied().find(|known| name(*known).eq_ignore_ascii_case(word));
    let names = || known.iter().map(|known| name(*known)).collect::<Vec<_>>().join(", ");
    found.map(Some).ok_or_else(|| format!("“{word}” is not one of {}", names()))
}
