//! The only place for `unsafe`: a Wayland connection that somebody else opened, the environment, and
//! the allocator.
#![allow(unsafe_code)]

use raw_window_handle::{DisplayHandle, RawDisplayHandle, RawWindowHandle, WindowHandle};
use wayland_backend::client::{Backend, ObjectId};
use wayland_client::Proxy as _;
use wayland_client::protocol::wl_surface::WlSurface;

/// Why a variable was not set.
#[derive(Debug, thiserror::Error)]
pub enum EnvError {
    /// Another thread could be reading the environment.
    #[error("the environment can only be changed before other threads run")]
    Threads,
    /// The name or the value cannot be part of an environment.
    #[error("{0:?} cannot be the name or value of an environment variable")]
    Malformed(String),
}

/// A second user of the Wayland connection behind `display`; nothing if that is not Wayland.
///
/// The connection stays its owner's, who must keep it open for as long as the backend lives.
pub(super) fn adopt_display(display: DisplayHandle<'_>) -> Option<Backend> {
    let RawDisplayHandle::Wayland(handle) = display.as_raw() else { return None };
    // SAFETY: whoever made the `DisplayHandle` vouched (its own contract) that this is a live
    // `wl_display`. It has to stay alive longer than the backend: that is the contract of
    // `DragAndDrop`, the only user, whose drop joins the thread that holds the backend. Using one
    // `wl_display` from several threads through separate queues is what libwayland is made for.
    Some(unsafe { Backend::from_foreign_display(handle.display.as_ptr().cast()) })
}

/// The surface behind `window`; nothing if that is not Wayland.
pub(super) fn adopt_surface(window: WindowHandle<'_>) -> Option<ObjectId> {
    let RawWindowHandle::Wayland(handle) = window.as_raw() else { return None };
    // SAFETY: whoever made the `WindowHandle` vouched that this is a live `wl_surface`. The window has to stay open for
    // as long as the name is used: that is the contract of `DragAndDrop`, as above.
    unsafe { ObjectId::from_ptr(WlSurface::interface(), handle.surface.as_ptr().cast()) }.ok()
}

/// Sets an environment variable of this process, for `main` before it starts anything.
///
/// # Errors
/// [`EnvError::Threads`] if this is not the only thread any more, or nobody can tell.
pub fn set_env(key: &str, value: &str) -> Result<(), EnvError> {
    check_alone(key, value)?;
    // SAFETY: this is the only thread of the process, so nobody reads or writes the environment
    // meanwhile, and it cannot start another one before the call returns.
    unsafe { std::env::set_var(key, value) };
    Ok(())
}

/// Removes an environment variable of this process, for `main` before it starts anything.
///
/// # Errors
/// As [`set_env`].
pub(super) fn unset_env(key: &str) -> Result<(), EnvError> {
    check_alone(key, "")?;
    // SAFETY: as in `set_env`.
    unsafe { std::env::remove_var(key) };
    Ok(())
}

/// Whether this is the only thread, so that a variable of this name may get this value.
fn check_alone(key: &str, value: &str) -> Result<(), EnvError> {
    if key.is_empty() || key.contains(['=', '\0']) || value.contains('\0') {
        return Err(EnvError::Malformed(format!("{key}={value}")));
    }
    let threads = std::fs::read_dir("/proc/self/task").map_or(0, Iterator::count);
    if threads == 1 { Ok(()) } else { Err(EnvError::Threads) }
}

/// Blocks of memory from this size on, in bytes, go back to the system when they are freed.
const LARGE_BLOCK: i32 = 64 * 1024;

/// Makes the allocator give large blocks back as soon as they are free. Left to itself it keeps the
/// buffers of every transfer that ever ran, to save calls that are rare here.
pub fn return_freed_memory() {
    #[cfg(target_env = "gnu")]
    // SAFETY: it sets a number of the allocator, which takes its own lock for that.
    let set = unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE_BLOCK) };
    #[cfg(target_env = "gnu")]
    debug_assert_eq!(set, 1, "the number is within bounds");
}

/// Gives all memory back that is free, also between what is in use. It takes some milliseconds, so it is for after
/// much work at once, on a thread that may wait.
pub fn trim_memory() {
    #[cfg(target_env = "gnu")]
    // SAFETY: it takes the locks of the allocator for what it does, and touches nothing that is in use.
    unsafe {
        libc::malloc_trim(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_is_left_alone_while_other_threads_run() {
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        let other = std::thread::spawn(move || stopped.recv());
        assert!(matches!(set_env("WINDLASS_TEST", "1"), Err(EnvError::Threads)));
        assert!(std::env::var_os("WINDLASS_TEST").is_none());
        drop(stop);
        assert!(other.join().unwrap().is_err());
    }

    #[test]
    fn a_malformed_variable_is_refused() {
        for (key, value) in [("", "1"), ("A=B", "1"), ("A\0", "1"), ("A", "1\0")] {
            assert!(matches!(set_env(key, value), Err(EnvError::Malformed(_))), "{key:?}");
        }
    }
}
