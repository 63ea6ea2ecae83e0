//! Whether there is a display, and what a window is shown with. The window system panics without, so it is asked first.

use std::ffi::OsString;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

use wayland_sys::client::is_lib_available;
use x11_dl::xcursor::Xcursor;
use x11_dl::xinput2::XInput2;
use x11_dl::xlib::Xlib;
use x11_dl::xlib_xcb::Xlib_xcb;
use xkbcommon_dl::x11::xkbcommon_x11_option;
use xkbcommon_dl::{xkbcommon_compose_option, xkbcommon_option};

use super::GuiError;

/// Which kind of display windows will be on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Chosen when the environment names a Wayland display.
    Wayland,
    /// Everything else.
    X11,
}

impl Backend {
    /// The one that the window system chooses in this environment.
    pub fn of_environment() -> Option<Self> {
        Self::choose(|name| std::env::var_os(name))
    }

    fn choose(variable: impl Fn(&str) -> Option<OsString>) -> Option<Self> {
        let set = |name| variable(name).is_some_and(|value| !value.is_empty());
        if set("WAYLAND_DISPLAY") || set("WAYLAND_SOCKET") {
            Some(Self::Wayland)
        } else if set("DISPLAY") {
            Some(Self::X11)
        } else {
            None
        }
    }

    /// A library that is not here and that windows there cannot do without.
    fn missing(self) -> Option<&'static str> {
        let needed = match self {
            Self::X11 => vec![
                ("libX11", Xlib::open().is_ok()),
                ("libX11-xcb", Xlib_xcb::open().is_ok()),
                ("libXcursor", Xcursor::open().is_ok()),
                ("libXi", XInput2::open().is_ok()),
                ("libxkbcommon-x11", xkbcommon_x11_option().is_some()),
            ],
            Self::Wayland => vec![("libwayland-client", is_lib_available())],
        };
        let keys = ("libxkbcommon", xkbcommon_option().is_some() && xkbcommon_compose_option().is_some());
        needed.into_iter().chain([keys]).find(|(_, is_here)| !is_here).map(|(library, _)| library)
    }

    /// Whether it answers.
    fn answers(self) -> bool {
        match self {
            Self::X11 => x11rb::connect(None).is_ok(),
            Self::Wayland => {
                // A socket that was handed over cannot be tried without using it up.
                std::env::var_os("WAYLAND_SOCKET").is_some_and(|socket| !socket.is_empty())
                    || wayland_socket().is_some_and(|path| UnixStream::connect(path).is_ok())
            }
        }
    }
}

fn wayland_socket() -> Option<PathBuf> {
    let name = PathBuf::from(std::env::var_os("WAYLAND_DISPLAY")?);
    if name.is_absolute() {
        return Some(name);
    }
    Some(PathBuf::from(std::env::var_os("XDG_RUNTIME_DIR")?).join(name))
}

/// Makes sure that a window can be opened here.
///
/// # Errors
/// If there is no display, or a library that the window loads.
pub fn look_for_display() -> Result<(), GuiError> {
    let backend = Backend::of_environment().filter(|backend| backend.answers()).ok_or(GuiError::NoDisplay)?;
    backend.missing().map_or(Ok(()), |library| Err(GuiError::NoLibrary(library)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_name_is_no_display() {
        let with = |wayland: &'static str, x11: &'static str| {
            Backend::choose(move |name| match name {
                "WAYLAND_DISPLAY" => Some(wayland.into()),
                "DISPLAY" => Some(x11.into()),
                _ => None,
            })
        };
        assert_eq!(with("wayland-0", ":0"), Some(Backend::Wayland));
        assert_eq!(with("", ":0"), Some(Backend::X11));
        assert_eq!(with("", ""), None);
    }
}
