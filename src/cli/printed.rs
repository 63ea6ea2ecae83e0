//! What is made of the definition of the command line: completions for shells, and manual pages.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_complete::Shell;
use clap_mangen::Man;

use super::Wrong;
use super::args::Arguments;

pub(super) fn completions(shell: Shell) -> Result<ExitCode, Wrong> {
    print(&completion(shell))
}

/// What completes commands in that shell.
pub(super) fn completion(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "windlass", &mut script);
    script
}

/// How programs speak to a session.
const SOCKET: &str = include_str!("../../assets/protocol.md");

/// How people do what.
const GUIDE: &str = include_str!("../../assets/guide.md");

/// The page of the whole, or of one command; or what is said on the control socket, or the guide.
pub(super) fn manual(name: Option<&str>) -> Result<ExitCode, Wrong> {
    match name {
        Some("socket") => return print(SOCKET.as_bytes()),
        Some("guide") => return print(GUIDE.as_bytes()),
        _ => {}
    }
    let mut whole = Arguments::command();
    whole.build();
    let page = match name {
        None => whole,
        Some(name) => {
            let found = whole.find_subcommand(name).cloned();
            found.ok_or_else(|| Wrong::usage(format!("There is no command “{name}”.")))?
        }
    };
    print(&rendered(page)?)
}

/// The page of the whole.
pub(super) fn page() -> Result<Vec<u8>, Wrong> {
    let mut whole = Arguments::command();
    whole.build();
    rendered(whole)
}

fn rendered(page: clap::Command) -> Result<Vec<u8>, Wrong> {
    let mut roff = Vec::new();
    Man::new(page).render(&mut roff).map_err(|error| Wrong::new(error.to_string()))?;
    Ok(roff)
}

fn print(bytes: &[u8]) -> Result<ExitCode, Wrong> {
    match io::stdout().lock().write_all(bytes) {
        // Whoever reads has enough.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Wrong::new(error.to_string())),
        _ => Ok(ExitCode::SUCCESS),
    }
}
