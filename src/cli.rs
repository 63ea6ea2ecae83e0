//! The command line: one file for each kind of command, one place for output.

use std::process::ExitCode;
use std::sync::Arc;

use crate::ipc::{Client, Control as _, Endpoint, Fault, Request};
use crate::{Error, Failure, Profile, Secrets, Session};

pub mod args;
mod browser;
mod desktop;
mod destinations;
mod elsewhere;
mod groups;
mod here;
mod history;
mod list;
mod login;
mod output;
mod pasted;
mod printed;
mod remote;
mod request;
mod resume;
mod sending;
mod settings;
mod signals;
mod sites;
mod start;
mod stats;
mod to_read;
mod trees;
mod view;
mod when_done;

use args::{Arguments, Command, Global};
pub use signals::asked_to_end;

/// Exit code for wrong usage.
pub const USAGE: u8 = 2;
/// Exit code after an interruption.
const INTERRUPTED: u8 = 130;
/// Exit code when no session is running and none could be started.
pub const NO_SESSION: u8 = 3;

/// What commands need of the computer they run on.
pub struct Computer {
    /// Where secrets are kept.
    pub keyring: Arc<dyn Secrets>,
    /// Tells a session what the computer knows and does, for as long as both are there.
    pub watch: fn(&Session),
}

/// Why a command was not carried out.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Wrong {
    message: String,
    code: u8,
}

impl Wrong {
    /// Wrong in these words; exit code 1.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 1 }
    }

    /// What was typed cannot be meant.
    fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: USAGE }
    }

    /// Nobody to talk to.
    pub fn no_session() -> Self {
        Self {
            message: "No session is running. Start one with “windlass daemon”.".to_owned(),
            code: NO_SESSION,
        }
    }

    /// Tells it, and gives the exit code.
    pub fn tell(&self) -> ExitCode {
        output::note(format_args!("windlass: {}", output::Printable(&self.message)));
        ExitCode::from(self.code)
    }
}

/// What was typed cannot be meant.
impl From<Failure> for Wrong {
    fn from(failure: Failure) -> Self {
        let code = match failure.kind {
            crate::ErrorKind::InvalidUrl
            | crate::ErrorKind::InvalidProxy
            | crate::ErrorKind::UnsupportedScheme => USAGE,
            _ => 1,
        };
        Self { message: failure.to_string(), code }
    }
}

impl From<crate::NotAHeader> for Wrong {
    fn from(error: crate::NotAHeader) -> Self {
        Self { message: error.to_string(), code: USAGE }
    }
}

impl From<crate::NotAName> for Wrong {
    fn from(error: crate::NotAName) -> Self {
        Self { message: error.to_string(), code: USAGE }
    }
}

impl From<crate::NotAFingerprint> for Wrong {
    fn from(error: crate::NotAFingerprint) -> Self {
        Self { message: error.to_string(), code: USAGE }
    }
}

impl From<Fault> for Wrong {
    fn from(fault: Fault) -> Self {
        Self::new(fault.message)
    }
}

impl From<Error> for Wrong {
    fn from(error: Error) -> Self {
        Fault::from(error).into()
    }
}

/// The profile that the options name.
///
/// # Errors
/// If none is named and the user has no home.
pub fn profile(global: &Global) -> Result<Profile, Wrong> {
    match &global.profile {
        Some(dir) => Ok(Profile::at(dir)),
        None => {
            Profile::standard().ok_or_else(|| Wrong::new("There is no home folder. Name one with --profile."))
        }
    }
}

/// The session that the options mean; nothing if none holds the profile. Where a socket is named one has to be
/// there. A caller that is a window is told when somebody wants to see one.
///
/// # Errors
/// If it does not answer, or speaks another version.
pub async fn connect(global: &Global, is_window: bool) -> Result<Option<Client>, Wrong> {
    let Some(path) = &global.socket else { return Ok(Client::connect(&profile(global)?, is_window).await?) };
    let nobody = |message| Wrong { message, code: NO_SESSION };
    match Client::connect(Endpoint::Socket(path.clone()), is_window).await {
        Ok(None) => Err(nobody(format!("No session answers at {}.", path.display()))),
        Err(fault) => Err(nobody(format!("{}: {fault}", path.display()))),
        found => Ok(found?),
    }
}

/// The same outside of a runtime, for who is no window.
///
/// # Errors
/// As above.
pub fn connected(global: &Global) -> Result<Option<Client>, Wrong> {
    block_on(connect(global, false))
}

/// Asks the session at the other end for one thing.
///
/// # Errors
/// If it refuses.
pub fn ask(global: &Global, request: Request) -> Result<(), Wrong> {
    block_on(async {
        let session = connect(global, false).await?.ok_or_else(Wrong::no_session)?;
        session.ask(request).await?;
        Ok(())
    })
}

/// Refuses to start a session where one was named by its socket.
///
/// # Errors
/// If one was.
pub fn check_own(global: &Global) -> Result<(), Wrong> {
    elsewhere::refuse(
        global,
        "A session has the socket of its profile. Leave out --socket (WINDLASS_SOCKET).",
    )
}

/// Carries out a command that needs neither a window nor to stay.
pub fn run(arguments: Arguments, computer: &Computer) -> ExitCode {
    let Arguments { global, command, .. } = arguments;
    let result = match command {
        Some(Command::Get(get)) => start::get(*get, &global, computer),
        Some(Command::Put(put)) => start::put(*put, &global, computer),
        Some(Command::Sites(what)) => sites::run(what, &global, &computer.keyring),
        Some(Command::Destinations(what)) => destinations::run(what, &global, &computer.keyring),
        Some(Command::Browser(what)) => browser::run(what),
        Some(Command::Completions { shell }) => printed::completions(shell),
        Some(Command::Manual { command }) => printed::manual(command.as_deref()),
        Some(Command::Desktop { act }) => desktop::run(act),
        Some(Command::Settings { settings }) => settings::run(&settings, &global),
        Some(command) => remote::run(command, &global),
        None => Ok(ExitCode::SUCCESS),
    };
    result.unwrap_or_else(|wrong| wrong.tell())
}

/// Runs a short conversation.
fn block_on<T>(conversation: impl Future<Output = Result<T, Wrong>>) -> Result<T, Wrong> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Wrong::new(error.to_string()))?.block_on(conversation)
}
