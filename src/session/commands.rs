//! The commands that somebody wants to be run when a transfer, or all of a group, has ended.
//!
//! That one is due is written down together with the end. It leaves a mark on the disk when it begins (see `once`),
//! and where there is one, it does not begin again; so it runs once, whenever the session is killed.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::Stdio;

use uuid::Uuid;

use super::actor::Actor;
use super::once;
use crate::transfer::{CommandLine, GroupName, Kind, Standing, Transfer, TransferId, Turn};

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
struct Call {
    line: CommandLine,
    told: Vec<(&'static str, OsString)>,
}

impl Actor {
    /// Takes up what an earlier session has left undone.
    pub(super) fn take_up_commands(&mut self) {
        let transfers = self.transfers.values().filter(|transfer| transfer.turn.is_due().is_some());
        self.due = transfers.map(|transfer| Owner::Transfer(transfer.id)).collect();
        let groups = self.groups.all.values().filter(|group| group.turn.is_due().is_some());
        self.due.extend(groups.map(|group| Owner::Group(group.name.clone())));
        once::forget(&self.place.state, &self.ends());
        // All of a group may have ended in a write that was cut off before its own line.
        self.batch.touched = self.groups.all.keys().cloned().collect();
    }

    /// Begins the commands that are due, and writes down that they have.
    pub(super) async fn begin_commands(&mut self) {
        let due: BTreeSet<_> = std::mem::take(&mut self.due);
        if due.is_empty() {
            return;
        }
        for owner in due {
            let Some(end) = self.turn(&owner).and_then(Turn::is_due) else { continue };
            if let Some(call) = self.call(&owner) {
                begin(call, &once::mark(&self.place.state, end), &owner);
            }
            self.set_turn(&owner, Turn::Begun);
        }
        self.commit().await;
    }

    /// The names of the ends that have to be dealt with.
    fn ends(&self) -> Vec<Uuid> {
        self.due.iter().filter_map(|owner| self.turn(owner)?.is_due()).collect()
    }

    fn turn(&self, owner: &Owner) -> Option<Turn> {
        match owner {
            Owner::Transfer(id) => self.transfers.get(id).map(|transfer| transfer.turn),
            Owner::Group(name) => self.groups.all.get(name).map(|group| group.turn),
        }
    }

    fn set_turn(&mut self, owner: &Owner, turn: Turn) {
        match owner {
            Owner::Transfer(id) => self.change(*id, |transfer| transfer.turn = turn),
            Owner::Group(name) => self.change_group(name, |group| group.turn = turn),
        }
    }

    /// What is to be run, if anything is.
    fn call(&self, owner: &Owner) -> Option<Call> {
        match owner {
            Owner::Transfer(id) => {
                of_transfer(self.transfers.get(id)?, &self.snapshot(self.transfers.get(id)?))
            }
            Owner::Group(name) => {
                let group = self.groups.all.get(name)?;
                let standing = Standing::of(self.members(name));
                let success = standing.success()?;
                let count = |count: usize| count.to_string().into();
                let told = vec![
                    ("WINDLASS_GROUP", name.as_str().into()),
                    ("WINDLASS_STATE", if success { "completed" } else { "failed" }.into()),
                    ("WINDLASS_COMPLETED", count(standing.completed)),
                    ("WINDLASS_FAILED", count(standing.failed)),
                    ("WINDLASS_CANCELLED", count(standing.cancelled)),
                ];
                Some(Call { line: group.completion.command(success)?.clone(), told })
            }
        }
    }
}

fn of_transfer(transfer: &Transfer, seen: &crate::transfer::Snapshot) -> Option<Call> {
    let success = transfer.state.success()?;
    let line = transfer.job.completion().command(success)?.clone();
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

fn begin(call: Call, mark: &Path, owner: &Owner) {
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
