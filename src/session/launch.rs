//! Runs a command of somebody's when what it is for has ended.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::Stdio;

use super::once;
use crate::transfer::{CommandLine, GroupName, Kind, Snapshot, Transfer, TransferId};

/// What a command is told of the environment, and nothing else.
const KEPT: [&str; 16] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "TZ",
    "TMPDIR",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "XDG_RUNTIME_DIR",
    "XDG_CURRENT_DESKTOP",
    "XDG_SESSION_TYPE",
    "DBUS_SESSION_BUS_ADDRESS",
];

/// Whose end a command is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Owner {
    Transfer(TransferId),
    Group(GroupName),
}

/// A command with what it is told.
pub(super) struct Call {
    pub line: CommandLine,
    pub told: Vec<(&'static str, OsString)>,
}

/// What is to be run now that a transfer has ended, if anything is.
pub(super) fn of_transfer(transfer: &Transfer, seen: &Snapshot) -> Option<Call> {
    let success = transfer.state.success()?;
    let line = transfer.job.terms().completion.command(success)?.clone();
    let kind = if transfer.job.kind() == Kind::Download { "download" } else { "upload" };
    let mut told: Vec<(&'static str, OsString)> = vec![
        ("WINDLASS_ID", transfer.id.to_string().into()),
        ("WINDLASS_KIND", kind.into()),
        ("WINDLASS_STATE", transfer.state.name().into()),
        // As it is shown: without what may be a secret in it.
        ("WINDLASS_URL", seen.url.to_string().into()),
        ("WINDLASS_NAME", seen.name.clone().into()),
    ];
    told.extend(seen.path.as_ref().map(|path| ("WINDLASS_PATH", path.clone().into_os_string())));
    told.extend(seen.link.as_ref().map(|link| ("WINDLASS_LINK", link.into())));
    told.extend(seen.error.as_ref().map(|error| ("WINDLASS_ERROR", error.kind.to_string().into())));
    told.extend(seen.group.as_ref().map(|group| ("WINDLASS_GROUP", group.into())));
    Some(Call { line, told })
}

/// Runs it, unless there is the mark of its having begun.
pub(super) fn begin(call: Call, mark: &Path, owner: &Owner) {
    let Call { line, told } = call;
    let kept = std::env::vars_os().filter(|(name, _)| {
        name.to_str().is_some_and(|name| KEPT.contains(&name) || name.starts_with("LC_"))
    });
    let mut command = tokio::process::Command::new(line.program());
    command.args(line.arguments()).env_clear().envs(kept).envs(told);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // Neither Ctrl-C nor the end of the session is meant for it.
    command.process_group(0).kill_on_drop(false);
    if let Some(home) = std::env::home_dir().filter(|home| home.is_dir()) {
        command.current_dir(home);
    }
    once::only(&mut command, mark);
    match command.spawn() {
        // An earlier session has begun it, and was killed before it could write that down.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Ok(mut child) => {
            tracing::info!(?owner, program = line.program(), "a command has begun");
            tokio::spawn(async move {
                match child.wait().await {
                    Ok(status) if status.success() => {}
                    Ok(status) => tracing::warn!(program = line.program(), %status, "a command has failed"),
                    Err(error) => tracing::warn!(%error, "a command could not be waited for"),
                }
            });
        }
        Err(error) => tracing::warn!(?owner, program = line.program(), %error, "a command could not begin"),
    }
}
