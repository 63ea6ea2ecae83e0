//! May these bytes be written, and where? A pure function of what was asked, the status and the
//! headers. Nothing is written before it has said so, and nothing outside of what it granted.

use http::HeaderMap;
use http::header::{ACCEPT_RANGES, CONTENT_RANGE};

use super::kind;
use crate::transfer::{ErrorKind, Failure, Validator};

pub(super) mod fields;

use fields::{
    Range, content_length, content_range, is_encoded, is_page, media_type, modified, single, version,
};

/// What a request asked for, and what is known about the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// The first byte.
    pub offset: u64,
    /// The byte behind the last one, if it did not ask for everything from the first one on.
    pub end: Option<u64>,
    /// Whether bytes of the file are on the disk. What follows is what they belong to.
    pub held: bool,
    /// Which version it is.
    pub version: Option<Validator>,
    /// When it was changed last, if that tells versions apart.
    pub modified: Option<String>,
    /// Length of the whole file, if it is known.
    pub total: Option<u64>,
    /// Whether it is certainly no web page.
    pub no_page: bool,
    /// Whether another server is asked than the one that the bytes on the disk came from. It has another
    /// name for the same version; the first that it says is taken.
    pub elsewhere: bool,
}

/// What may be done with an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Write its body, as far as granted.
    Write(Grant),
    /// There is nothing left to get.
    Complete {
        /// Length of the whole file.
        total: u64,
    },
    /// What is on the disk cannot be continued; ask anew from the first byte.
    StartOver,
    /// The server names the same file in another way every time: ask without naming a version.
    Distrust,
    /// What is on the disk is not what the server has now. If nothing but the name of its version says
    /// so, this is the file that the answer speaks of.
    Changed(Option<Seen>),
    /// A web page comes in place of the file.
    Page,
    /// No byte of it is the file.
    Refuse(Failure),
}

/// Which bytes may be written, and what they belong to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Grant {
    /// Where the first byte of the body goes. If it is not where the request asked for, the file
    /// begins again.
    pub offset: u64,
    /// How many bytes the body has; nothing if only its end will tell.
    pub length: Option<u64>,
    /// Length of the whole file.
    pub total: Option<u64>,
    /// Which version it is.
    pub version: Option<Validator>,
    /// When it was changed last, if that tells versions apart.
    pub modified: Option<String>,
    /// Whether it calls itself a web page.
    pub page: bool,
    /// Whether it can be continued in the middle later.
    pub resumable: bool,
    /// Whether other connections may get parts of it at the same time.
    pub splittable: bool,
}

impl Grant {
    /// How far the file may be got without asking anew whether it is still the same: to its end,
    /// if its versions have names, else as far as this answer goes.
    pub(crate) fn within(&self) -> u64 {
        let answered = self.length.map(|length| self.offset + length);
        if self.version.is_some() { self.total } else { answered }.unwrap_or(u64::MAX)
    }
}

/// Which file an answer speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    version: Option<Validator>,
    modified: Option<String>,
    total: Option<u64>,
}

impl Seen {
    fn of(headers: &HeaderMap, total: Option<u64>) -> Self {
        Self { version: version(headers), modified: modified(headers), total }
    }
}

/// How the file that an answer speaks of relates to the bytes on the disk.
enum Relation {
    Same,
    /// Only the names of the versions differ: length and date of the last change are equal.
    Renamed,
    /// Only the names differ, as far as can be seen.
    OtherName,
    Other,
}

/// The one judgement. `name` is what the file will be called.
pub(crate) fn judge(asked: &Asked, name: &str, status: u16, headers: &HeaderMap) -> Verdict {
    let verdict = match status {
        200 | 203 => whole(asked, name, headers),
        206 => part(asked, headers),
        416 => Ok(beyond(asked, headers)),
        status => Err(Failure::from_status(status)),
    };
    verdict.unwrap_or_else(Verdict::Refuse)
}

/// The whole file from its first byte, whatever was asked for.
fn whole(asked: &Asked, name: &str, headers: &HeaderMap) -> Result<Verdict, Failure> {
    let total = content_length(headers)?;
    let seen = Seen::of(headers, total);
    let page = is_page(headers);
    if asked.held && asked.no_page && page {
        return Ok(Verdict::Page);
    }
    let encoded = is_encoded(headers);
    // Some servers call the file's own packing an encoding.
    let packed = kind::is_packed(name) || kind::is_packing(&media_type(headers));
    if encoded && !packed {
        // We asked for the file as it is; what comes is something else under its name.
        return Err(nonsense("it sends the file compressed although it was asked not to"));
    }
    if asked.held {
        // A whole answer to a request for the rest of a version says that it is another one
        // (RFC 9110 §13.1.5), or that the server knows no parts.
        let unnamed = asked.version.is_some() && seen.version.is_none();
        match relation(asked, &seen) {
            Relation::Other => return Ok(Verdict::Changed(None)),
            Relation::OtherName => return Ok(Verdict::Changed(Some(seen))),
            Relation::Renamed => return Ok(Verdict::Distrust),
            Relation::Same if unnamed && seen.modified.is_none() => return Ok(Verdict::Changed(Some(seen))),
            Relation::Same => {}
        }
    }
    let ranges = single(headers, &ACCEPT_RANGES)?.is_some_and(|unit| unit.eq_ignore_ascii_case("bytes"));
    Ok(Verdict::Write(Grant {
        offset: 0,
        length: total,
        total,
        version: seen.version,
        modified: seen.modified,
        page,
        resumable: total.is_some() && ranges && !encoded,
        // What came without being asked for by its place may come that way again.
        splittable: false,
    }))
}

/// A part of the file (RFC 9110 §15.3.7): it must be exactly the part that was asked for, of
/// exactly the version whose bytes are on the disk.
fn part(asked: &Asked, headers: &HeaderMap) -> Result<Verdict, Failure> {
    let range = single(headers, &CONTENT_RANGE)?.and_then(content_range);
    let Some(Range { first, last, total }) = range else {
        return Err(nonsense("it does not say which part of the file it sends"));
    };
    if media_type(headers).starts_with("multipart/") {
        return Err(nonsense("it sends several parts where one was asked for"));
    }
    let length = last - first + 1;
    let known_end = asked.end.or(asked.total.filter(|_| total.is_none()));
    let beyond_end = known_end.is_some_and(|end| last >= end);
    let sent = content_length(headers)?;
    if beyond_end || first != asked.offset || sent.is_some_and(|sent| sent != length) {
        return Err(nonsense("it sends another part of the file"));
    }
    if is_encoded(headers) {
        return Err(nonsense("it sends the file compressed although it was asked not to"));
    }
    let seen = Seen::of(headers, total);
    if !asked.held {
        if seen.version.is_none() && total.is_none() {
            return Err(nonsense("it does not say how long the file is"));
        }
        return Ok(Verdict::Write(Grant {
            offset: first,
            length: Some(length),
            total,
            resumable: true,
            splittable: seen.version.is_some() && total.is_some(),
            version: seen.version,
            modified: seen.modified,
            page: is_page(headers),
        }));
    }
    if asked.elsewhere && asked.total.is_some() && total != asked.total {
        return Ok(Verdict::Changed(None));
    }
    // What is on the disk has the name that it had, or none any more; it gets no new one.
    let version = match relation(asked, &seen) {
        Relation::Same if asked.elsewhere => asked.version.clone().or(seen.version),
        Relation::Same => asked.version.clone(),
        Relation::Renamed => None,
        Relation::Other => return Ok(Verdict::Changed(None)),
        Relation::OtherName => return Ok(Verdict::Changed(Some(seen))),
    };
    let total = total.or(asked.total);
    Ok(Verdict::Write(Grant {
        offset: first,
        length: Some(length),
        total,
        resumable: true,
        splittable: version.is_some() && total.is_some(),
        version,
        modified: asked.modified.clone(),
        page: !asked.no_page,
    }))
}

/// Nothing at that place (RFC 9110 §15.5.17): an empty file, a complete one, or a shorter one.
fn beyond(asked: &Asked, headers: &HeaderMap) -> Verdict {
    let text = single(headers, &CONTENT_RANGE).ok().flatten();
    let total = text.and_then(|text| text.strip_prefix("bytes */")?.trim().parse::<u64>().ok());
    match (total, asked.total) {
        (Some(total), None) if total == asked.offset => Verdict::Complete { total },
        (Some(total), Some(known)) if asked.held && total != known => Verdict::Changed(None),
        _ if asked.held => Verdict::StartOver,
        _ => Verdict::Refuse(Failure::from_status(416)),
    }
}

fn relation(asked: &Asked, seen: &Seen) -> Relation {
    let differ = |a: &Option<String>, b: &Option<String>| a.is_some() && b.is_some() && a != b;
    if seen.total.is_some() && asked.total.is_some() && seen.total != asked.total {
        return Relation::Other;
    }
    match (&asked.version, &seen.version) {
        (Some(known), Some(named)) if known == named => Relation::Same,
        _ if differ(&asked.modified, &seen.modified) => Relation::Other,
        (Some(_), Some(_)) if seen.total.is_some() && seen.modified.is_some() && asked.modified.is_some() => {
            Relation::Renamed
        }
        (Some(_), Some(_)) => Relation::OtherName,
        // An answer without a name is a promise that it is the version that was asked for.
        _ => Relation::Same,
    }
}

fn nonsense(reason: &str) -> Failure {
    Failure::new(ErrorKind::ErrorHttpInvalidServerResponse).because(reason)
}

#[cfg(test)]
#[path = "judge/tests.rs"]
mod tests;
