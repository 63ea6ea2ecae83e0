//! `destinations`: names for where files go and how, and `put --to NAME`, which uses them.

use std::io::{self, Read as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::ValueEnum as _;

use super::args::{Add, Clash, Destination, Destinations, Global, How, Put, SendBy, Sending};
use super::output::{self, Printable};
use super::{Wrong, block_on, connect, elsewhere, login, profile, request};
use crate::ipc::{Control as _, Reply, Request};
use crate::{
    Address, AddressBookEntry as _, Failure, IfExists, Method, NoSecrets, Place, Places, Profile, Protocol,
    Secrets, UploadRequest,
};

/// The longest file that is looked at, in bytes; none that is meant for this is as long.
const LONGEST: u64 = 1024 * 1024;

pub(super) fn run(
    what: Destinations,
    global: &Global,
    keyring: &Arc<dyn Secrets>,
) -> Result<ExitCode, Wrong> {
    let Some(act) = what.act else {
        list(&places(global)?, what.json);
        return Ok(ExitCode::SUCCESS);
    };
    elsewhere::refuse(
        global,
        "Destinations are changed on the computer of their session. Leave out --socket.",
    )?;
    let profile = profile(global)?;
    match act {
        Destination::Add(add) => keep(described(&add)?, &profile, keyring)?,
        Destination::Remove { name } => forget(&name, &profile, keyring)?,
        Destination::Import { file, name } => {
            let mut place = read(&file)?;
            if let Some(name) = name {
                place = place.called(&name)?;
            }
            let name = place.name.clone();
            keep(place, &profile, keyring)?;
            output::result(Printable(&name));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Those of the profile, or of the session elsewhere that is meant.
fn places(global: &Global) -> Result<Vec<Place>, Wrong> {
    if !elsewhere::is_meant(global) {
        return Ok(load(&profile(global)?)?.iter().cloned().collect());
    }
    block_on(async {
        let session = connect(global, false).await?.ok_or_else(Wrong::no_session)?;
        match session.ask(Request::Destinations).await? {
            Reply::Destinations(places) => Ok(places),
            _ => Err(Wrong::new("The session did not say its destinations. Try again.")),
        }
    })
}

fn load(profile: &Profile) -> Result<Places, Wrong> {
    let unreadable = |error| Wrong::new(format!("The destinations cannot be read: {error}"));
    Places::load(profile).map_err(unreadable)
}

pub(super) fn unwritable(error: &io::Error) -> Wrong {
    Wrong::new(format!("This cannot be written down: {error}"))
}

fn list(places: &[Place], json: bool) {
    for place in places {
        if !json {
            let how = if place.protocol == Protocol::Auto { "" } else { place.protocol.name() };
            let line = format!("{:<20} {:<9} {}", place.name, how, place.url);
            output::result(Printable(line.trim_end()));
        } else if let Ok(line) = serde_json::to_string(place) {
            output::result(line);
        }
    }
}

/// The destination that these options describe.
fn described(add: &Add) -> Result<Place, Wrong> {
    let Sending { method, if_exists, limit, .. } = &add.how;
    let (url, in_address) = Address::parse(&add.to)?;
    let mut place = Place::new(&add.name, url)?;
    for line in &add.headers {
        place.headers.add_line(line)?;
    }
    if let Some(login) = login::only(add.user.as_deref(), add.password_stdin)?.or(in_address) {
        place.log_in(&login);
    }
    if let Some(key) = &add.how.host_key {
        place.headers.set_host_key(key)?;
    }
    place.protocol = request::protocol(&add.how, false)?;
    place.method = method.map(Method::from);
    place.if_exists = if_exists.map(IfExists::from);
    place.limit = *limit;
    for (name, value) in &add.how.fields {
        place.add_field(name, value);
    }
    place.file_field.clone_from(&add.how.file_field);
    place.link.clone_from(&add.how.link);
    place.copy_link = add.copy_link;
    // Whether all of that can be is better known now than when a file is to be sent.
    place.request(Path::new("/file"))?;
    Ok(place)
}

fn read(file: &Path) -> Result<Place, Wrong> {
    let mut bytes = Vec::new();
    std::fs::File::open(file)
        .and_then(|file| file.take(LONGEST).read_to_end(&mut bytes))
        .map_err(|error| Failure::from_io(&error, file))?;
    Place::from_sxcu(&bytes).map_err(|error| Wrong::new(format!("{}: {error}", file.display())))
}

/// Writes a new destination down, and its secrets into the keyring.
fn keep(place: Place, profile: &Profile, keyring: &Arc<dyn Secrets>) -> Result<(), Wrong> {
    if load(profile)?.get(&place.name).is_some() {
        let taken =
            format!("There is a destination “{}” already. Remove it first, or use another name.", place.name);
        return Err(Wrong::new(taken));
    }
    let kept = block_on(async { Ok(crate::keep(place, profile, Some(keyring)).await) })?;
    say_kept(kept.map_err(|error| unwritable(&error))?, "destination");
    Ok(())
}

fn forget(name: &str, profile: &Profile, keyring: &Arc<dyn Secrets>) -> Result<(), Wrong> {
    let forgotten = block_on(async { Ok(crate::forget::<Place>(name, profile, Some(keyring)).await) })?;
    say_forgotten(
        forgotten.map_err(|error| unwritable(&error))?.ok_or_else(|| unknown(name))?,
        "destination",
    );
    Ok(())
}

/// Says so if secrets are not kept.
pub(super) fn say_kept(kept: Option<NoSecrets>, what: &str) {
    if let Some(error) = kept {
        output::note(format_args!(
            "windlass: {}, so the secrets of this {what} are not kept. Give them each time, with --user or --header.",
            sentence(&error.to_string())
        ));
    }
}

/// Says so if secrets may still be kept.
pub(super) fn say_forgotten(forgotten: Result<(), NoSecrets>, what: &str) {
    if let Err(error) = forgotten {
        output::note(format_args!(
            "windlass: {}; if secrets of this {what} are there, they still are.",
            sentence(&error.to_string())
        ));
    }
}

fn unknown(name: &str) -> Wrong {
    Wrong::usage(format!("There is no destination “{name}”. “windlass destinations” lists them."))
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The destination that is meant with `to`; nothing if that is an address.
pub(super) fn named(to: &str, global: &Global) -> Result<Option<Place>, Wrong> {
    if to.contains("://") {
        return Ok(None);
    }
    let places = places(global)?;
    match places.iter().find(|place| place.name == to) {
        Some(place) => Ok(Some(place.clone())),
        // Without any, whoever typed this meant an address.
        None if places.is_empty() => Ok(None),
        None => Err(unknown(to)),
    }
}

/// Says what the destination says, as far as nothing else was said.
pub(super) fn prefill(put: &mut Put, place: &Place) {
    place.url.expose().clone_into(&mut put.to);
    let how = &mut put.how;
    if how.protocol == How::Auto {
        how.protocol = How::from_str(place.protocol.name(), true).unwrap_or(How::Auto);
        how.method = how.method.or(place.method.map(SendBy::from));
        let is_said = |name: &str| how.fields.iter().any(|(said, _)| said == name);
        let rest: Vec<_> = place.fields.iter().filter(|(name, _)| !is_said(name)).cloned().collect();
        how.fields.splice(0..0, rest);
        how.file_field = how.file_field.take().or_else(|| place.file_field.clone());
    }
    how.if_exists = how.if_exists.or(place.if_exists.map(Clash::from));
    how.limit = how.limit.or(place.limit);
    how.link = how.link.take().or_else(|| place.link.clone());
}

/// Finds the secrets that requests to a destination lack, or says what to do.
pub(super) fn unlock(
    uploads: &mut [UploadRequest],
    place: &Place,
    keyring: &Arc<dyn Secrets>,
) -> Result<(), Wrong> {
    if uploads.iter().all(|upload| upload.headers.missing().is_none()) {
        return Ok(());
    }
    let found = block_on(async { Ok(keyring.get(place.key()).await) })?;
    if let Ok(Some(secrets)) = &found {
        for upload in uploads.iter_mut() {
            upload.take_secrets(secrets);
        }
    }
    let Some(name) = uploads.iter().find_map(|upload| upload.headers.missing()) else { return Ok(()) };
    let why = match &found {
        Ok(_) => format!("The keyring has no “{name}” for “{}”", place.name),
        Err(error) => {
            format!("{}, and “{}” needs “{name}” from there", sentence(&error.to_string()), place.name)
        }
    };
    let give = if name.eq_ignore_ascii_case("Authorization") {
        "Give the login with --user.".to_owned()
    } else if let Some(field) = name.strip_prefix("field:") {
        format!("Give it with --form-field “{field}=…”.")
    } else {
        format!("Give it with --header “{name}: …”.")
    };
    Err(Wrong::new(format!("{why}. {give}")))
}

impl From<Method> for SendBy {
    fn from(method: Method) -> Self {
        match method {
            Method::Post => Self::Post,
            Method::Put => Self::Put,
            Method::Patch => Self::Patch,
        }
    }
}

impl From<IfExists> for Clash {
    fn from(if_exists: IfExists) -> Self {
        match if_exists {
            IfExists::Rename => Self::Rename,
            IfExists::Overwrite => Self::Overwrite,
            IfExists::Skip => Self::Skip,
            IfExists::Fail => Self::Fail,
        }
    }
}
