//! Whether there is a display. The window system panics without one, so it is asked first.

use std::ffi::OsString;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

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

/// Whether a window could be opened here.
pub fn display_available() -> bool {
    Backend::of_environment().is_some_and(Backend::answers)
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
