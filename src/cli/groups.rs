//! `groups`, and what `get` and `put` say about theirs.

use crate::ipc::{Client, Control as _, Reply, Request};
use crate::{Completion, Group, GroupName, GroupView, Notify, Position};

use super::args::{Global, Goes, GroupAct, Groups, SetGroup, Shared};
use super::output::{self, Printable};
use super::{Wrong, elsewhere};

pub(super) async fn run(groups: Groups, session: &Client, global: &Global) -> Result<(), Wrong> {
    let known = known(session).await?;
    let request = match groups.act {
        None => {
            list(&known, groups.json);
            return Ok(());
        }
        Some(GroupAct::Remove { name }) => Request::RemoveGroup { name },
        Some(GroupAct::Set(set)) => {
            elsewhere::check_paths(global, &set.dir)?;
            let mut group = find(&known, &set.name);
            change(&mut group, *set)?;
            Request::SetGroup(Box::new(group))
        }
    };
    session.ask(request).await?;
    Ok(())
}

/// Sets what `get` and `put` say about the group that theirs belong to.
pub(super) async fn prepare(shared: &Shared, session: &Client) -> Result<(), Wrong> {
    if let Some(group) = wanted(shared, &known(session).await?) {
        session.ask(Request::SetGroup(Box::new(group))).await?;
    }
    Ok(())
}

/// Whether their group says where its downloads go.
pub(super) async fn has_folder(shared: &Shared, session: &Client) -> Result<bool, Wrong> {
    let Some(name) = &shared.group else { return Ok(false) };
    Ok(find(&known(session).await?, name).folder.is_some())
}

/// The group as it has to be set for that; nothing if nothing is said about it.
pub(super) fn wanted(shared: &Shared, known: &[GroupView]) -> Option<Group> {
    let name = shared.group.as_ref()?;
    let completion =
        Completion { on_success: shared.on_success.clone(), on_failure: shared.on_failure.clone() };
    if !shared.serial && completion.is_empty() {
        return None;
    }
    let mut group = find(known, name);
    group.serial |= shared.serial;
    complete(&mut group, completion);
    Some(group)
}

async fn known(session: &Client) -> Result<Vec<GroupView>, Wrong> {
    match session.ask(Request::Groups).await? {
        Reply::Groups(groups) => Ok(groups),
        _ => Err(Wrong::new("The session did not say its groups. Try again.")),
    }
}

fn find(known: &[GroupView], name: &GroupName) -> Group {
    let found = known.iter().find(|view| view.group.name == *name);
    found.map_or_else(|| Group::new(name.clone()), |view| view.group.clone())
}

fn complete(group: &mut Group, completion: Completion) {
    let Completion { on_success, on_failure } = completion;
    group.completion.on_success = on_success.or(group.completion.on_success.take());
    group.completion.on_failure = on_failure.or(group.completion.on_failure.take());
}

fn change(group: &mut Group, set: SetGroup) -> Result<(), Wrong> {
    group.serial = (group.serial || set.serial) && !set.parallel;
    if let Some(limit) = set.limit {
        group.limit = limit.0;
    }
    if let Some(dir) = set.dir {
        let here = std::env::current_dir().unwrap_or_default();
        group.folder = Some(here.join(dir));
    }
    group.cost_policy = set.cost_policy.or(group.cost_policy);
    for line in &set.headers {
        group.headers.add_line(line)?;
    }
    complete(group, Completion { on_success: set.on_success, on_failure: set.on_failure });
    if let Some(text) = set.notify {
        group.notify = Some(Notify { success: Some(text), ..Notify::default() });
    }
    group.retry_at = set.retry_at.or(group.retry_at.take());
    Ok(())
}

fn list(groups: &[GroupView], json: bool) {
    for GroupView { group, standing, .. } in groups {
        if json {
            output::json(&serde_json::json!({
                "name": group.name,
                "serial": group.serial,
                "limit": group.limit,
                "folder": group.folder,
                "cost_policy": group.cost_policy,
                "on_success": group.completion.on_success,
                "on_failure": group.completion.on_failure,
                "retry_at": group.retry_at,
                "all": standing.all,
                "completed": standing.completed,
                "failed": standing.failed,
                "cancelled": standing.cancelled,
            }));
            continue;
        }
        let how = if group.serial { "serial" } else { "parallel" };
        let ended = format!("{} of {}", standing.completed, standing.all);
        let failed =
            if standing.failed > 0 { format!(", {} failed", standing.failed) } else { String::new() };
        let name = group.name.to_string();
        output::result(format_args!("{:<20} {how:<9} {ended}{failed}", Printable(&name).to_string()));
    }
}

impl From<Goes> for Position<String> {
    fn from(goes: Goes) -> Self {
        match goes {
            Goes::First => Self::First,
            Goes::Last => Self::Last,
            Goes::Before { other } => Self::Before(other),
            Goes::After { other } => Self::After(other),
            Goes::Current => Self::Current,
        }
    }
}
