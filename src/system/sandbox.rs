//! Whether the program sees but a part of the system.

use std::path::Path;

/// Whether it lives in a sandbox (Flatpak, Snap), where portals do for it what it may not do itself.
pub fn is_sandboxed() -> bool {
    let is_set = |name| std::env::var_os(name).is_some();
    is_set("FLATPAK_ID") || is_set("SNAP") || Path::new("/.flatpak-info").exists()
}
