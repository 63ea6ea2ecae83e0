//! From arguments to a window, a daemon or a command, and to an exit code.

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::args::{Arguments, Command, Global, Open};
use crate::cli::{self, Wrong};
use crate::host::{Host, start_log};
use crate::{OpenError, Options};

/// Runs the program.
#[must_use]
pub fn run() -> ExitCode {
    let mut arguments = Arguments::parse();
    let global = arguments.global.clone();
    let result = match arguments.command.take() {
        None => window(arguments.open, &global),
        Some(Command::Open(open)) => window(open, &global),
        Some(Command::Daemon) => daemon(&global),
        Some(command) => {
            arguments.command = Some(command);
            return cli::run(arguments);
        }
    };
    result.unwrap_or_else(|wrong| wrong.tell())
}

/// A session and its socket, until somebody says quit.
fn daemon(global: &Global) -> Result<ExitCode, Wrong> {
    let profile = cli::profile(global)?;
    let _log = start_log(&profile.log, global.verbose);
    let host = Host::start(&Options::new(profile)).map_err(|error| refused(&error))?;
    let runtime = host.hub().session().runtime().clone();
    runtime.block_on(async {
        tokio::select! {
            () = host.hub().ended() => {}
            () = cli::asked_to_end() => {}
        }
        host.finish().await;
    });
    Ok(ExitCode::SUCCESS)
}

fn window(_open: Open, _global: &Global) -> Result<ExitCode, Wrong> {
    Err(Wrong::new("not yet"))
}

fn refused(error: &OpenError) -> Wrong {
    let text = error.to_string();
    let mut letters = text.chars();
    let sentence = letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>());
    Wrong::new(sentence.unwrap_or_default() + ".")
}
