//! From arguments to a window, a daemon, a command or a conversation with a browser, and to an exit code.

use std::panic::resume_unwind;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;
use futures_util::future::{BoxFuture, FutureExt as _, Shared, TryFutureExt as _};
use tokio::runtime::Runtime;

use crate::cli::args::{Arguments, Command, Global, Open};
use crate::cli::{self, Computer, Wrong};
use crate::gui::desktop::Real;
use crate::gui::{self, FirstOpen, Services};
use crate::host::{Host, start_log, watch_surroundings};
use crate::ipc::{Client, Hub, InWindow, Later, Link, Request};
use crate::system::secrets::Keyring;
use crate::system::targets::Targets;
use crate::{Claim, Notice, OpenError, Options, Profile, Session, Settings, browser, system};

/// How often to look for the session of somebody who was quicker; each look waits a quarter of a second.
const LOOKS: u32 = 40;

/// Runs the program.
#[must_use]
pub fn run() -> ExitCode {
    system::return_freed_memory();
    if let Some(caller) = browser::caller(std::env::args_os()) {
        return browser::run(caller);
    }
    let mut arguments = Arguments::parse();
    let global = arguments.global.clone();
    let result = match arguments.command.take() {
        None => window(&arguments.open, &global),
        Some(Command::Open(open)) => window(&open, &global),
        Some(Command::Daemon) => daemon(&global),
        Some(command) => {
            arguments.command = Some(command);
            return cli::run(arguments, &Computer { keyring: Arc::new(Keyring), watch: watch_surroundings });
        }
    };
    result.unwrap_or_else(|wrong| wrong.tell())
}

/// How a session of this program is opened. The desktop says in a moment what it knows, and until then nothing
/// starts: it might be on a network that costs something.
fn options(profile: Profile) -> Options {
    Options { secrets: Some(Arc::new(Keyring)), conditions: None, ..Options::new(profile) }
}

/// A session and its socket, until somebody says quit.
fn daemon(global: &Global) -> Result<ExitCode, Wrong> {
    cli::check_own(global)?;
    let profile = cli::profile(global)?;
    start_log(&profile.log, global.verbose);
    let host = Host::start(&options(profile)).map_err(|error| refused(&error))?;
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

/// The window: the one that is open, one on the session that runs elsewhere, or one with a session
/// of its own.
fn window(open: &Open, global: &Global) -> Result<ExitCode, Wrong> {
    let token = system::take_token();
    let profile = cli::profile(global)?;
    let settings = Settings::load(&profile.settings).unwrap_or_default();
    choose_drawing(&settings);
    let Targets { links, files } = Targets::of(&open.targets);
    let wanted = InWindow { links, files, new: open.new.map(Into::into), token };
    let first = FirstOpen { visible: !open.hidden, wanted };
    if let Some(session) = cli::connected(global)? {
        return on_running_session(&session, first, global, settings);
    }
    gui::look_for_display().map_err(|error| Wrong::new(error.to_string()))?;
    let claim = match compete(&profile, global)? {
        Won::Session(session) => return on_running_session(&session, first, global, settings),
        Won::Profile(claim) => claim,
    };
    start_log(&profile.log, global.verbose);
    let runtime = runtime()?;
    let host = begin(&runtime, claim, options(profile.clone()));
    let services = Services {
        link: Arc::new(Later::new(host.clone().map(|host| Some(host.ok()?.1)))),
        opening: Some(host.clone().map(|host| host.map(|(host, _)| noticed(&host))).boxed().shared()),
        owns_session: true,
        desktop: Real::meet(runtime.handle(), has_own_name(global)),
        runtime: runtime.handle().clone(),
        profile: Some(profile),
        settings,
        open: first,
    };
    let shown = gui::run(services).map_err(|error| Wrong::new(error.to_string()));
    runtime
        .block_on(host)
        .map_err(|error| refused(&error))
        .map(|(host, _)| runtime.block_on(host.finish()))?;
    shown.map(|()| ExitCode::SUCCESS)
}

/// Whether the desktop means this window by the name of the program: the one on the user's own profile.
fn has_own_name(global: &Global) -> bool {
    global.profile.is_none() && global.socket.is_none()
}

/// What somebody has who starts the program.
enum Won {
    /// The profile, or why nobody can have it.
    Profile(Result<Claim, OpenError>),
    /// The session of whoever was quicker.
    Session(Client),
}

/// Claims the profile, or finds the session of whoever has it: that one may have been started by the same double
/// click, and have no socket yet; or it is about to end.
fn compete(profile: &Profile, global: &Global) -> Result<Won, Wrong> {
    for _ in 0..LOOKS {
        let claim = Session::claim(profile);
        if !matches!(claim, Err(OpenError::Locked)) {
            return Ok(Won::Profile(claim));
        }
        if let Some(session) = cli::connected(global)? {
            return Ok(Won::Session(session));
        }
    }
    Ok(Won::Profile(Err(OpenError::Locked)))
}

/// A host that is being started, and its link for the window.
type Starting = Shared<BoxFuture<'static, Result<(Arc<Host>, Link), Arc<OpenError>>>>;

/// Starts a host. The window need not wait for it: a long list takes a moment to read.
fn begin(runtime: &Runtime, claim: Result<Claim, OpenError>, options: Options) -> Starting {
    let starting = runtime.spawn_blocking(move || Host::start_with_window(claim?, &options));
    let host = async {
        let (host, window) =
            starting.await.unwrap_or_else(|panicked| resume_unwind(panicked.into_panic()))?;
        tokio::spawn(quit_when_asked(host.hub().clone()));
        Ok((Arc::new(host), window))
    };
    host.map_err(Arc::new).boxed().shared()
}

/// The threads of a window.
fn runtime() -> Result<Runtime, Wrong> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    runtime.map_err(|error| Wrong::new(error.to_string()))
}

/// Raises the window of the running session, or opens one on it. Where the session was named by its socket its window
/// may be far from here, and ours is not the one that others there want to see.
fn on_running_session(
    session: &Client,
    first: FirstOpen,
    global: &Global,
    settings: Settings,
) -> Result<ExitCode, Wrong> {
    let is_here = global.socket.is_none();
    if is_here && session.has_window() {
        let FirstOpen { wanted, visible } = first.clone();
        // It may have been killed a moment ago; then another one takes its place.
        if !visible || cli::ask(global, Request::OpenWindow(wanted)).is_ok() {
            return Ok(ExitCode::SUCCESS);
        }
    }
    let runtime = runtime()?;
    let client = runtime.block_on(cli::connect(global, is_here))?.ok_or_else(Wrong::no_session)?;
    let services = Services {
        link: Arc::new(client),
        opening: None,
        owns_session: false,
        desktop: Real::meet(runtime.handle(), has_own_name(global)),
        runtime: runtime.handle().clone(),
        profile: if is_here { Some(cli::profile(global)?) } else { None },
        settings,
        open: first,
    };
    gui::run(services).map(|()| ExitCode::SUCCESS).map_err(|error| Wrong::new(error.to_string()))
}

/// Before any thread runs: a processor draws this window well enough, and a graphics card need not
/// be woken up for it unless somebody wants that.
fn choose_drawing(settings: &Settings) {
    let drawn_by = if settings.hardware_acceleration { "wgpu,tiny-skia" } else { "tiny-skia" };
    for (name, value) in [("ICED_BACKEND", drawn_by), ("WGPU_POWER_PREF", "low")] {
        if std::env::var_os(name).is_none() {
            // If it cannot be set, the window is drawn by whatever there is.
            _ = system::set_env(name, value);
        }
    }
}

/// A polite kill is a wish to quit: everything is written down first.
async fn quit_when_asked(hub: Arc<Hub>) {
    cli::asked_to_end().await;
    _ = hub.carry_out(Request::Quit).await;
}

fn noticed(host: &Host) -> Vec<gui::Notice> {
    let notices = host.hub().session().notices().iter().map(|notice| match notice {
        Notice::StateDamaged(kept) => gui::Notice::Restored { kept: kept.clone() },
        Notice::SettingsUnreadable(path) => gui::Notice::Settings { path: path.clone() },
    });
    notices.collect()
}

fn refused(error: &OpenError) -> Wrong {
    let text = error.to_string();
    let mut letters = text.chars();
    let sentence = letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>());
    Wrong::new(sentence.unwrap_or_default() + ".")
}
