//! A session that is named by its socket. It may be on another computer, where the paths of this one mean nothing,
//! so paths have to be whole ones, and nothing here is looked at.

use std::path::PathBuf;

use super::Wrong;
use super::args::{Get, Global, Put};

/// Whether such a session is meant.
pub(super) fn is_meant(global: &Global) -> bool {
    global.socket.is_some()
}

/// Refuses what cannot be done there.
///
/// # Errors
/// In these words, if such a session is meant.
pub(super) fn refuse(global: &Global, why: &str) -> Result<(), Wrong> {
    if is_meant(global) { Err(Wrong::usage(why)) } else { Ok(()) }
}

/// Checks that these are whole paths if they are meant there.
///
/// # Errors
/// If one is not.
pub(super) fn check_paths<'a>(
    global: &Global,
    paths: impl IntoIterator<Item = &'a PathBuf>,
) -> Result<(), Wrong> {
    match paths.into_iter().find(|path| !path.is_absolute()) {
        Some(path) if is_meant(global) => Err(Wrong::usage(format!(
            "“{}” would be on the computer of that session, which knows nothing of this folder. Give the whole path there.",
            path.display()
        ))),
        _ => Ok(()),
    }
}

/// Checks what is to be got.
///
/// # Errors
/// If it cannot be meant there.
pub(super) fn check_get(global: &Global, get: &Get) -> Result<(), Wrong> {
    if !get.shared.background {
        refuse(global, HERE)?;
    }
    check_paths(global, [&get.output, &get.dir, &get.shared.cookie_file].into_iter().flatten())?;
    let is_named = get.metalink.is_some() || get.from.resume_data.is_some();
    if is_named && get.output.is_none() && get.dir.is_none() {
        refuse(
            global,
            "This folder is not on the computer of that session. Say where it goes there, with --dir.",
        )?;
    }
    Ok(())
}

/// Checks what is to be sent.
///
/// # Errors
/// If it cannot be meant there.
pub(super) fn check_put(global: &Global, put: &Put) -> Result<(), Wrong> {
    if !put.shared.background {
        refuse(global, HERE)?;
    }
    check_paths(global, put.files.iter().chain(&put.shared.cookie_file))
}

const HERE: &str = "Without --background this would run here, and not at that socket. Say --background, or leave out --socket (WINDLASS_SOCKET).";
