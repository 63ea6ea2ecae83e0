//! Custom uploaders of ShareX (`.sxcu`, JSON: <https://getsharex.com/docs/custom-uploader>) as places.
//!
//! They come from strangers. What can be done here is taken over; what cannot is refused by its name, so that
//! nobody finds out from a server that half of it was left out.

use std::collections::BTreeMap;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::Deserialize;

use super::Place;
use crate::transfer::{Address, LinkRule, Method, Protocol};

/// The longest file, in bytes.
const LONGEST: usize = 64 * 1024;

/// Why a file does not become a place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAnUploader {
    /// It is something else.
    #[error("This is not a custom uploader of ShareX.")]
    Unknown,
    /// It does something that is not known here.
    #[error("This uploader {0}, which Windlass cannot do.")]
    Cannot(String),
    /// Something in it makes no sense.
    #[error("This uploader cannot be used: {0}")]
    Wrong(String),
}

/// The parts of such a file that matter here, under all the names that they have had.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Written {
    version: String,
    name: String,
    destination_type: String,
    #[serde(alias = "RequestType")]
    request_method: String,
    #[serde(rename = "RequestURL")]
    request_url: String,
    parameters: BTreeMap<String, String>,
    headers: BTreeMap<String, String>,
    #[serde(alias = "RequestFormat")]
    body: String,
    arguments: BTreeMap<String, String>,
    file_form_name: String,
    #[serde(rename = "URL")]
    url: String,
}

fn cannot(what: impl Into<String>) -> NotAnUploader {
    NotAnUploader::Cannot(what.into())
}

impl Place {
    /// The place that a custom uploader of ShareX sends files to. Its link goes onto the clipboard, as there.
    ///
    /// # Errors
    /// If it is none, or does what cannot be done here.
    pub fn from_sxcu(bytes: &[u8]) -> Result<Self, NotAnUploader> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let known = if bytes.len() <= LONGEST { serde_json::from_slice(bytes).ok() } else { None };
        let written: Written = known.ok_or(NotAnUploader::Unknown)?;
        if written.request_url.is_empty() {
            return Err(NotAnUploader::Unknown);
        }
        written.place()
    }
}

impl Written {
    fn place(mut self) -> Result<Place, NotAnUploader> {
        if self.is_before(&[13, 7, 1]) {
            self.renew();
        }
        let is_form = self.is_form()?;
        let method = match self.request_method.to_ascii_uppercase().as_str() {
            "" | "POST" => Method::Post,
            "PUT" => Method::Put,
            "PATCH" => Method::Patch,
            other => return Err(cannot(format!("asks with {}", shown(other)))),
        };
        let url = self.address(method == Method::Put && !is_form)?;
        let name = if self.name.trim().is_empty() { url.host() } else { std::mem::take(&mut self.name) };
        let wrong = |error: &dyn std::fmt::Display| NotAnUploader::Wrong(error.to_string());
        let mut place = Place::new(&name, url).map_err(|error| wrong(&error))?;
        place.method = Some(method);
        place.protocol = if is_form { Protocol::Form } else { Protocol::Raw };
        for (name, value) in &self.headers {
            place
                .headers
                .add(name, &constant(value, &format!("header {}", shown(name)), false)?)
                .map_err(|error| wrong(&error))?;
        }
        if is_form {
            let file_field = constant(&self.file_form_name, "name of its field", false)?;
            place.file_field = Some(file_field).filter(|name| !name.is_empty());
            for (name, value) in &self.arguments {
                let value = constant(value, &format!("field {}", shown(name)), true)?;
                place.add_field(name, &value);
            }
        }
        place.link = match self.url.trim() {
            "" => None,
            rule => Some(link(rule)?),
        };
        place.copy_link = true;
        Ok(place)
    }

    /// Whether the file goes in a form; else it is all that is sent.
    fn is_form(&self) -> Result<bool, NotAnUploader> {
        let kinds = self.destination_type.to_ascii_lowercase();
        let takes = |kind: &str| kinds.contains(kind);
        if !kinds.is_empty() && !takes("none") && !takes("image") && !takes("file") && !takes("text") {
            return Err(cannot(format!("is a {} and takes no files", shown(&self.destination_type))));
        }
        let is_old = self.is_before(&[12, 3, 1]) || self.body.eq_ignore_ascii_case("Automatic");
        match self.body.to_ascii_lowercase().as_str() {
            "multipartformdata" => Ok(true),
            "binary" => Ok(false),
            "" | "automatic" if is_old || !self.file_form_name.is_empty() => Ok(true),
            "" | "none" => Err(cannot("sends no file")),
            "formurlencoded" => Err(cannot("sends fields and no file")),
            "urlquerystring" => Err(cannot("sends everything in the address")),
            "json" | "xml" => {
                Err(cannot(format!("sends {} in place of a file", self.body.to_ascii_uppercase())))
            }
            other => Err(cannot(format!("sends “{}”", shown(other)))),
        }
    }

    /// Where files go. Where the file is put under its own name, that is a folder.
    fn address(&self, is_put: bool) -> Result<Address, NotAnUploader> {
        let text = match self.request_url.strip_suffix("{filename}") {
            Some(folder) if is_put && folder.ends_with('/') => folder,
            _ => &self.request_url,
        };
        let text = constant(text, "address", false)?;
        let wrong = |failure: crate::transfer::Failure| NotAnUploader::Wrong(failure.to_string());
        let (address, login) = Address::parse(&text).map_err(wrong)?;
        if login.is_some() || !address.is_web() {
            return Err(cannot("has an address that is not simply one of the web"));
        }
        let mut url = address.url().clone();
        for (name, value) in &self.parameters {
            let value = constant(value, &format!("parameter {}", shown(name)), false)?;
            url.query_pairs_mut().append_pair(name, &value);
        }
        Address::parse(url.as_str()).map(|(address, _)| address).map_err(wrong)
    }

    /// Whether it was written by this version or one before; one that names none is old.
    fn is_before(&self, version: &[u32]) -> bool {
        let own: Vec<u32> = self.version.split('.').map_while(|part| part.trim().parse().ok()).collect();
        own.as_slice() <= version
    }

    /// Writes what was said in the old way, `$json:path$`, in the new one.
    fn renew(&mut self) {
        let values = [&mut self.parameters, &mut self.headers, &mut self.arguments].into_iter();
        let values = values.flat_map(|map| map.values_mut());
        for text in values.chain([&mut self.request_url, &mut self.url]) {
            *text = renewed(text);
        }
    }
}

fn renewed(text: &str) -> String {
    let parts: Vec<&str> = text.split('$').collect();
    // What is not closed is no more than a sign.
    if parts.len().is_multiple_of(2) || text.contains(['{', '}', '\\']) {
        return text.to_owned();
    }
    let part =
        |(at, part): (usize, &&str)| if at % 2 == 1 { format!("{{{part}}}") } else { (*part).to_owned() };
    parts.iter().enumerate().map(part).collect()
}

/// What this text always says, where nothing of it is made anew for each file but perhaps its name.
fn constant(text: &str, what: &str, may_name_file: bool) -> Result<String, NotAnUploader> {
    let (mut said, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(['{', '\\']) {
        said.push_str(&rest[..at]);
        if let Some(after) = rest[at..].strip_prefix('\\') {
            let next = after.chars().next();
            said.extend(next);
            rest = &after[next.map_or(0, char::len_utf8)..];
            continue;
        }
        let unknown = || cannot(format!("has “{}” in its {what}", shown(&rest[at..])));
        let (inside, after) = rest[at + 1..].split_once('}').ok_or_else(unknown)?;
        match inside.split_once(':') {
            None if may_name_file && inside.eq_ignore_ascii_case("filename") => said.push_str("{filename}"),
            Some((word, text)) if word.eq_ignore_ascii_case("base64") && !text.contains('{') => {
                said.push_str(&BASE64_STANDARD.encode(text));
            }
            _ => return Err(unknown()),
        }
        rest = after;
    }
    said.push_str(rest);
    Ok(said)
}

fn link(rule: &str) -> Result<LinkRule, NotAnUploader> {
    let unknown = || cannot(format!("finds its link with “{}”", shown(rule)));
    if rule.contains('\\') { Err(unknown()) } else { LinkRule::parse(rule).map_err(|_| unknown()) }
}

/// As much of a stranger's words as can be shown.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}

/// The fuzzer's door: whatever lies in the file, the place can be written and read again, and its request
/// goes to its own server.
#[cfg(fuzzing)]
pub(crate) fn fuzz(bytes: &[u8]) {
    let Ok(place) = Place::from_sxcu(bytes) else { return };
    let written = ron::to_string(&place).unwrap_or_default();
    let read = ron::from_str::<Place>(&written).unwrap_or_else(|error| panic!("{written}: {error}"));
    assert_eq!(ron::to_string(&read).unwrap_or_default(), written);
    let request =
        place.request(std::path::Path::new("/a/b.txt")).unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(request.url.origin(), place.url.origin());
}

#[cfg(test)]
#[path = "sxcu/tests.rs"]
mod tests;
