//! `windlass settings`: those of the running session, or, where none runs, of the next one.

use std::process::ExitCode;

use super::args::Global;
use super::output::{self, Printable};
use super::{Wrong, block_on, connect, profile};
use crate::i18n::Language;
use crate::install::Autostart;
use crate::ipc::{Client, Control as _, Reply, Request};
use crate::{Profile, Settings};

/// Shows those that are named, or all, and sets those that come with a value.
pub(super) fn run(wishes: &[String], global: &Global) -> Result<ExitCode, Wrong> {
    block_on(async {
        let profile = profile(global)?;
        let session = connect(global, false).await?;
        let before = read(session.as_ref(), &profile).await?;
        let mut after = before.clone();
        for wish in wishes {
            if let Some((name, value)) = wish.split_once('=') {
                let (name, value) = (name.trim(), value.trim());
                after = after.with(name, value).map_err(|wrong| Wrong::usage(wrong.to_string()))?;
                if name == "language" {
                    check_language(value)?;
                }
            }
        }
        let names: Vec<_> = wishes.iter().filter(|wish| !wish.contains('=')).collect();
        let entries = after.entries();
        if let Some(unknown) = names.iter().find(|name| !entries.iter().any(|(known, _)| known == **name)) {
            // It says which ones there are.
            after.with(unknown, "").map_err(|wrong| Wrong::usage(wrong.to_string()))?;
        }
        if after != before {
            write(session.as_ref(), &profile, after).await?;
        }
        for name in &names {
            let value = entries.iter().find(|(known, _)| known == *name).map(|(_, value)| value.as_str());
            output::result(Printable(value.unwrap_or_default()));
        }
        if wishes.is_empty() {
            for (name, value) in &entries {
                output::result(format_args!("{name}={}", Printable(value)));
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// The library knows no languages.
fn check_language(code: &str) -> Result<(), Wrong> {
    let known = Language::ALL.map(Language::code);
    if code == "system" || known.contains(&code) {
        return Ok(());
    }
    Err(Wrong::usage(format!("language should be system or one of {}.", known.join(", "))))
}

async fn read(session: Option<&Client>, profile: &Profile) -> Result<Settings, Wrong> {
    match session {
        Some(session) => match session.ask(Request::Settings).await? {
            Reply::Settings(settings) => Ok(*settings),
            _ => Err(Wrong::new("The session did not say its settings. Try again.")),
        },
        None => Settings::load(&profile.settings).map_err(|error| unreadable(profile, &error)),
    }
}

async fn write(session: Option<&Client>, profile: &Profile, settings: Settings) -> Result<(), Wrong> {
    if let Some(session) = session {
        session.ask(Request::Configure(Box::new(settings))).await?;
        return Ok(());
    }
    if let Some(entry) = Autostart::of(profile) {
        entry.set(settings.autostart).map_err(|error| unwritten(profile, &error))?;
    }
    settings.save(&profile.settings).map_err(|error| unwritten(profile, &error))
}

fn unreadable(profile: &Profile, error: &std::io::Error) -> Wrong {
    let path = profile.settings.display();
    Wrong::new(format!("The settings cannot be read ({path}: {error}). Mend or remove that file."))
}

fn unwritten(profile: &Profile, error: &std::io::Error) -> Wrong {
    let path = profile.settings.display();
    Wrong::new(format!("The settings could not be written ({path}: {error}). They are as before."))
}
