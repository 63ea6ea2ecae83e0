//! The window: it shows what a session does and asks it to do things, through an
//! [`ipc::Control`](crate::ipc::Control) and nothing else. It runs with and without an open window.
//!
//! [`app`] routes messages; [`screen`] and [`overlay`] hold what is shown; [`store`] is the cache
//! of transfers that [`sync`] keeps up to date; [`desktop`] is everything outside the window.

use std::sync::Arc;

use futures_util::future::{BoxFuture, Shared};
use tokio::runtime::Handle;

use crate::ipc::{InWindow, Link};
use crate::{OpenError, Profile, Settings};

pub mod app;
pub mod desktop;
mod display;
mod executor;
#[cfg(test)]
#[path = "../tests/gui/fake.rs"]
#[expect(dead_code, reason = "the flows in tests/gui use the rest of it")]
mod fake;
mod form;
mod icon;
mod keys;
mod left;
mod look;
mod notice;
mod overlay;
mod path;
mod room;
#[cfg(test)]
#[path = "../tests/gui/sample.rs"]
mod sample;
mod screen;
mod store;
mod sync;
mod theme;
mod tray;
mod verb;
mod widget;
pub mod window;

pub use app::{App, Message};
pub use desktop::Desktop;
pub use display::look_for_display;
pub use executor::Executor;
pub use keys::{Command, Reach};
pub use notice::Notice;

/// What the window needs to run.
#[derive(Clone)]
pub struct Services {
    /// The session.
    pub link: Link,
    /// Whether the session lives in this process and ends with it.
    pub owns_session: bool,
    /// Runs everything that takes time.
    pub runtime: Handle,
    /// The desktop.
    pub desktop: Arc<dyn Desktop>,
    /// Where everything is kept, if that is on this computer.
    pub profile: Option<Profile>,
    /// The settings, as they are now.
    pub settings: Settings,
    /// What to show first.
    pub open: FirstOpen,
    /// What becomes of the opening of the session, if that is still going on.
    pub opening: Option<Opening>,
}

/// What the user should know about a session that was opened, or why it could not be.
pub type Opening = Shared<BoxFuture<'static, Result<Vec<Notice>, Arc<OpenError>>>>;

/// What to show first.
#[derive(Clone, Debug, Default)]
pub struct FirstOpen {
    /// Whether the window opens at once.
    pub visible: bool,
    /// What is in it.
    pub wanted: InWindow,
}

/// Why there is no window.
#[derive(Debug, thiserror::Error)]
pub enum GuiError {
    /// There is nothing to show it on.
    #[error("There is no display to open a window on. Start with “daemon” to run without one.")]
    NoDisplay,
    /// Something is not installed that it is shown with.
    #[error(
        "The window needs {0}, which is not here. Install it, or start with “daemon” to run without a window."
    )]
    NoLibrary(&'static str),
    /// The window system or the drawing did not start.
    #[error("The window could not be opened")]
    Window(#[source] iced::Error),
}

/// Runs the window until the user quits or the session ends. It takes over the thread it is called
/// on, which has to be the main one and outside any runtime.
///
/// # Errors
/// If there is no display, or drawing on it does not work.
pub fn run(services: Services) -> Result<(), GuiError> {
    look_for_display()?;
    executor::share(services.runtime.clone());
    program(services).run().map_err(GuiError::Window)
}

/// The program that [`run`] runs.
pub fn program(
    services: Services,
) -> iced::Daemon<impl iced::Program<State = App, Message = Message, Theme = iced::Theme>> {
    iced::daemon(move || App::new(services.clone()), App::update, App::view)
        .title(|_: &App, _| "Windlass".to_owned())
        .theme(|app: &App, _| Some(app.theme()))
        .scale_factor(|app: &App, _| app.scale())
        .subscription(App::subscription)
        .executor::<Executor>()
}
