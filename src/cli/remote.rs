//! Commands to the session that is running.

use std::process::ExitCode;

use futures_util::StreamExt as _;

use super::args::{Command, Global, Leftovers, Which};
use super::groups;
use super::history::{self, Whole};
use super::output::{self, Printable, PrintableLines};
use super::{Wrong, block_on, login, profile};
use crate::ipc::{self, Client, Control as _, Reply, Request, Update};
use crate::{Event, Kind, Snapshot};

/// Carries out a command on the running session.
pub(super) fn run(command: Command, global: &Global) -> Result<ExitCode, Wrong> {
    block_on(async {
        let Some(session) = super::connect(global, false).await? else {
            // Without a session there is nothing to end.
            let nothing_to_do = matches!(command, Command::Quit);
            return if nothing_to_do { Ok(ExitCode::SUCCESS) } else { Err(Wrong::no_session()) };
        };
        carry_out(command, &session, global).await?;
        Ok(ExitCode::SUCCESS)
    })
}

async fn carry_out(command: Command, session: &Client, global: &Global) -> Result<(), Wrong> {
    let request = match command {
        Command::List { json } => return list(session, json).await,
        Command::Leftovers { json, command: None } => return leftovers(session, json).await,
        Command::Leftovers { command: Some(Leftovers::Remove { which, forget }), .. } => {
            return remove_leftovers(session, which, forget).await;
        }
        Command::Groups(what) => return groups::run(what, session, global).await,
        Command::Show { id, json } => return show(session, id, json).await,
        Command::Stats { json } => return super::stats::run(json, session).await,
        Command::Watch => return watch(session).await,
        Command::WhenDone { then } => return super::when_done::run(then, session).await,
        Command::SaveResumeData(what) => return super::resume::save(what, session).await,
        Command::Pause(which) => Request::Pause(which.into()),
        Command::Resume(which) => Request::Resume(which.into()),
        Command::Cancel(which) => Request::Cancel(which.into()),
        Command::Restart(which) => Request::Restart(which.into()),
        Command::Remove { which, delete_file } => Request::Remove { which: which.into(), delete_file },
        Command::Move { id, to } => Request::Move { id, to: to.into() },
        Command::Set { id, changes } => Request::Amend { id, changes: login::asked_for(changes)? },
        Command::Quit => Request::Quit,
        // These never come here: they have ways of their own.
        Command::Open(_)
        | Command::Daemon
        | Command::Get(_)
        | Command::Put(_)
        | Command::Destinations(_)
        | Command::Sites(_)
        | Command::Browser(_)
        | Command::Desktop { .. }
        | Command::Completions { .. }
        | Command::Manual { .. }
        | Command::Settings { .. } => return Ok(()),
    };
    session.ask(request).await?;
    Ok(())
}

impl From<Which> for ipc::Which {
    fn from(which: Which) -> Self {
        if which.all { Self::All } else { Self::Ids(which.ids) }
    }
}

async fn list(session: &Client, json: bool) -> Result<(), Wrong> {
    let Reply::Transfers(list) = session.ask(Request::List).await? else { return Ok(()) };
    if json {
        list.iter().for_each(output::json);
    } else {
        let ids = output::short_ids(&list);
        list.iter().zip(ids).for_each(|(transfer, id)| output::result(output::line(transfer, &id)));
    }
    Ok(())
}

async fn leftovers(session: &Client, json: bool) -> Result<(), Wrong> {
    let Reply::Transfers(list) = session.ask(Request::Leftovers).await? else { return Ok(()) };
    if json {
        list.iter().for_each(output::json);
    } else {
        let ids = output::short_ids(&list);
        list.iter().zip(ids).for_each(|(leftover, id)| output::result(output::leftover(leftover, &id)));
    }
    Ok(())
}

async fn remove_leftovers(session: &Client, which: Which, forget: bool) -> Result<(), Wrong> {
    let ids = if which.all {
        let Reply::Transfers(list) = session.ask(Request::Leftovers).await? else { return Ok(()) };
        list.iter().map(|leftover| leftover.id.to_string()).collect()
    } else {
        which.ids
    };
    let which = ipc::Which::Ids(ids);
    let request = if forget { Request::Remove { which, delete_file: false } } else { Request::Resume(which) };
    session.ask(request).await?;
    Ok(())
}

async fn show(session: &Client, id: String, json: bool) -> Result<(), Wrong> {
    let Reply::Transfer(transfer) = session.ask(Request::Show { id }).await? else { return Ok(()) };
    let request = Request::History { id: transfer.id.to_string() };
    let Reply::History(history) = session.ask(request).await? else { return Ok(()) };
    if json {
        let request = Request::Segments { id: transfer.id.to_string() };
        let Reply::Segments(segments) = session.ask(request).await? else { return Ok(()) };
        output::json(&Whole::of(&transfer, &history, &segments));
    } else {
        describe(&transfer);
        for (number, line) in history::lines(&history).enumerate() {
            field(if number == 0 { "history" } else { "" }, &line);
        }
    }
    Ok(())
}

fn field(name: &str, value: &dyn std::fmt::Display) {
    output::result(format_args!("{name:<10} {value}"));
}

fn describe(transfer: &Snapshot) {
    field("id", &transfer.id);
    field("address", &Printable(&transfer.url.to_string()));
    if let Some(path) = &transfer.path {
        field("file", &Printable(&path.display().to_string()));
    }
    if let Some(destination) = &transfer.destination {
        field("to", &Printable(destination));
    }
    if let Some(path) = &transfer.relative_path {
        field("sent as", &Printable(path));
    }
    field("state", &output::state(transfer));
    if let Some(at) = transfer.retry_at {
        field("until", &at);
    }
    field("done", &output::amount(&transfer.progress));
    if let Some(rate) = transfer.progress.rate {
        field("speed", &format_args!("{}/s", output::size(rate)));
    }
    if let Some(bound) = transfer.progress.bound {
        field("limited by", &output::bound(bound));
    }
    if let Some(eta) = transfer.progress.eta {
        field("left", &output::duration(eta));
    }
    field("added", &transfer.added);
    field("attempts", &transfer.attempts);
    if transfer.restarts > 0 {
        field("restarts", &transfer.restarts);
    }
    if let Some(response) = &transfer.response {
        let said = format!("{} {}", response.status, PrintableLines(&response.body));
        field("answer", &said.trim_end());
    }
    if let Some(address) = &transfer.found_at {
        field("found at", &Printable(&address.to_string()));
    }
    if let Some(link) = &transfer.link {
        field("link", &Printable(link));
    }
    if let Some(error) = &transfer.error {
        field("error", &Printable(&error.message));
    }
}

/// Prints every change of state as it happens.
async fn watch(session: &Client) -> Result<(), Wrong> {
    let mut updates = session.updates();
    loop {
        let update = tokio::select! {
            update = updates.next() => update,
            () = super::signals::interrupted() => return Ok(()),
        };
        match update {
            Some(Update::All(mut list)) => {
                list.retain(|transfer| transfer.kind != Kind::Leftover);
                let ids = output::short_ids(&list);
                list.iter().zip(ids).for_each(|(transfer, id)| output::result(output::line(transfer, &id)));
            }
            Some(Update::Event(Event::Added { transfer } | Event::Changed { transfer }))
                if transfer.kind != Kind::Leftover =>
            {
                output::result(output::line(&transfer, &transfer.id.to_string()));
            }
            Some(Update::Event(_) | Update::Progress(_) | Update::OpenWindow(_) | Update::WhenDone(_)) => {}
            Some(Update::Gone) | None => return Ok(()),
        }
    }
}

/// The running session; if there is none, one is started that outlives this process.
pub(super) async fn connect_or_start(global: &Global) -> Result<Client, Wrong> {
    if let Some(session) = super::connect(global, false).await? {
        return Ok(session);
    }
    let cannot = |fault: ipc::Fault| Wrong { message: fault.message, code: super::NO_SESSION };
    ipc::connect_or_start(&profile(global)?, global.profile.as_deref()).await.map_err(cannot)
}
