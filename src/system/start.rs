//! How this program was started.

use super::raw;

/// The variables in which a desktop puts an activation token: that of Wayland, and that of X11.
const NAMES: [&str; 2] = ["XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"];

/// The desktop's word that the user has started this program, and so may see its window in front (xdg-activation 1,
/// startup notification 0.1). It is good for one window: what is started from here does not inherit it. For `main`
/// before it starts any thread.
#[must_use]
pub fn take_token() -> Option<String> {
    let token = NAMES.into_iter().filter_map(|name| std::env::var(name).ok()).find(|token| !token.is_empty());
    for name in NAMES {
        if let Err(error) = raw::unset_env(name) {
            tracing::debug!(%error, name, "a word of the desktop stays in the environment");
        }
    }
    token
}
